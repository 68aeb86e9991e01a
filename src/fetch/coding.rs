//! Decodes the `Content-Encoding` of a body (RFC 9110, section 8.4.1) while its bytes arrive, up to a cap,
//! and says whether all of it came through.
//!
//! This is done here and not in the HTTP client, because servers are wrong: they announce gzip and send
//! plain text, compress without a header, compress twice, or send raw DEFLATE where zlib is meant. The
//! content is read all the same, but such a body does not count as whole.

use super::body::{Arriving, Body};
use crate::text::mime;
use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use std::path::{Path, PathBuf};

/// The codings that can be decoded: the value of `Accept-Encoding`.
pub(super) const ACCEPTED: &str = "gzip, br, deflate";

/// More codings than this on one body are an attack.
const MAX_CODINGS: usize = 3;
/// Bytes that are needed to recognise a coding or a document.
const HEAD: usize = 6;
/// Bytes that a coding may add to a body that it cannot make smaller: far more than any really adds. So
/// bytes that decode to nothing have an end too.
const OVERHEAD: usize = 64 << 10;
/// The same, as a part of the body.
const OVERHEAD_PART: usize = 8;
/// What a piece costs on the wire at least, also if no bytes are in it: the head of a frame (RFC 9113,
/// section 4.1).
const FRAME: usize = 9;
/// Bytes that are decoded at a time.
const STEP: usize = 16 << 10;
const GZIP: &[u8] = b"\x1f\x8b\x08";
/// The MIME types of a gzip file (RFC 6713), also as they were written before.
const GZIP_TYPES: [&str; 4] = [
    "application/gzip",
    "application/x-gzip",
    "application/gzip-compressed",
    "application/x-gunzip",
];

/// A body of which bytes are still arriving.
pub(super) struct Incoming {
    /// The coding that was applied last is decoded first, as the bytes arrive.
    outermost: Undo,
    /// The others, decoded when all bytes are there. The next one is the last in the list.
    within: Vec<String>,
    /// Whether it is said to be a gzip file: then its contents are wanted.
    is_gzip_file: bool,
    max: usize,
    /// Where large bodies are kept.
    scratch: PathBuf,
}

/// A decoded body.
pub(super) struct Decoded {
    pub(super) body: Body,
    /// Why it does not count as whole.
    pub(super) cut: Option<String>,
}

impl Incoming {
    /// The body of an answer with these headers.
    pub(super) fn new(headers: &HeaderMap, max: usize, scratch: &Path) -> Self {
        let values = headers.get_all(CONTENT_ENCODING).iter();
        // In the order in which they were applied.
        let mut within: Vec<String> = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|coding| coding.trim().to_ascii_lowercase())
            .filter(|coding| !matches!(coding.as_str(), "" | "identity"))
            .collect();
        let is_gzip = |value: &str| {
            let essence = mime::essence(value);
            essence.is_some_and(|mime| GZIP_TYPES.iter().any(|t| mime.eq_ignore_ascii_case(t)))
        };
        let served = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let is_gzip_file = served.is_some_and(is_gzip);
        Self {
            outermost: Undo::new(within.pop(), is_gzip_file, max, scratch),
            within,
            is_gzip_file,
            max,
            scratch: scratch.to_owned(),
        }
    }

    /// The same for a body that is a gzip file by its name.
    pub(super) fn of_gzip_file(mut self) -> Self {
        self.is_gzip_file = true;
        self.outermost.is_gzip_file = true;
        self
    }

    /// Adds the next bytes. False if no more are needed.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        self.outermost.push(bytes)
    }

    /// Whether nothing that can be kept has arrived yet.
    pub(super) fn is_empty(&self) -> bool {
        self.outermost.is_empty()
    }

    /// The body, after its last byte, or earlier for the reason in `broken_off`.
    pub(super) fn finish(mut self, broken_off: Option<String>) -> Decoded {
        let mut decoded = self.outermost.finish();
        // If the connection broke, that is why a coding ends early.
        decoded.cut = broken_off.or(decoded.cut);
        for _ in 1..MAX_CODINGS {
            let declared = self.within.pop();
            if declared.is_none() && !decoded.body.begins_with(GZIP) {
                break;
            }
            let mut undo = Undo::new(declared, self.is_gzip_file, self.max, &self.scratch);
            decoded.body.each_part(|part| undo.push(part));
            let inner = undo.finish();
            decoded = Decoded {
                body: inner.body,
                cut: decoded.cut.or(inner.cut),
            };
        }
        if !self.within.is_empty() {
            decoded
                .cut
                .get_or_insert_with(|| "it is encoded too often".to_owned());
        }
        decoded
    }
}

/// The contents of a file, if it is a gzip file; else the file.
pub(super) fn unpacked(bytes: Vec<u8>, max: usize, scratch: &Path) -> Decoded {
    if !bytes.starts_with(GZIP) {
        return Decoded {
            body: bytes.into(),
            cut: None,
        };
    }
    let mut file = Incoming::new(&HeaderMap::new(), max, scratch).of_gzip_file();
    file.push(&bytes);
    file.finish(None)
}

/// One coding, decoded as bytes arrive.
struct Undo {
    declared: Option<String>,
    is_gzip_file: bool,
    /// The first bytes, until they show what the coding really is.
    head: Vec<u8>,
    coding: Option<Coding>,
    body: Arriving,
    max: usize,
    /// Bytes that have arrived, still encoded.
    arrived: usize,
    cut: Option<String>,
}

/// What the coding really is, and how far it is decoded.
enum Coding {
    Plain,
    Gzip(Decompress),
    Deflate(Decompress),
    Brotli(Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>),
    /// A member of a gzip file has ended; another may follow (RFC 1952, section 2.2).
    BetweenGzips,
    /// Its end has been reached. What follows is not part of it.
    Ended,
    /// It is not valid from here on.
    Broken,
}

impl Undo {
    fn new(declared: Option<String>, is_gzip_file: bool, max: usize, scratch: &Path) -> Self {
        Self {
            declared,
            is_gzip_file,
            head: Vec::with_capacity(HEAD),
            coding: None,
            body: Arriving::new(scratch.to_owned()),
            max,
            arrived: 0,
            cut: None,
        }
    }

    fn is_empty(&self) -> bool {
        self.head.is_empty() && self.body.len() == 0
    }

    fn push(&mut self, mut input: &[u8]) -> bool {
        self.arrived = self.arrived.saturating_add(input.len().max(FRAME));
        if self.arrived > self.max + self.max / OVERHEAD_PART + OVERHEAD {
            self.cut = Some(format!(
                "more arrived than max_body ({} bytes), and it decodes to less",
                self.max
            ));
            return false;
        }
        if self.coding.is_none() {
            let missing = HEAD - self.head.len();
            let (head, rest) = input.split_at(missing.min(input.len()));
            self.head.extend_from_slice(head);
            if self.head.len() < HEAD {
                return true;
            }
            self.begin();
            input = rest;
        }
        self.decode(input)
    }

    /// Recognises the coding by the first bytes.
    fn begin(&mut self) {
        let head = std::mem::take(&mut self.head);
        let declared = self.declared.as_deref();
        let (coding, is_true) = match declared {
            _ if head.starts_with(GZIP) => {
                let is_named = matches!(declared, Some("gzip" | "x-gzip"));
                let is_file = declared.is_none() && self.is_gzip_file;
                (gzip(), is_named || is_file)
            }
            None => (Coding::Plain, true),
            Some("deflate") if is_zlib(&head) => (Coding::Deflate(Decompress::new(true)), true),
            Some("deflate" | "br") if is_document(&head) => (Coding::Plain, false),
            Some("deflate") => (Coding::Deflate(Decompress::new(false)), true),
            Some("br") => (brotli(), true),
            Some(_) => (Coding::Plain, head.is_empty()),
        };
        if !is_true {
            self.cut = Some(match declared {
                Some(declared) => format!("its server says {declared}, which it is not"),
                None => "it is gzip, which its server has not said".to_owned(),
            });
        }
        self.coding = Some(coding);
        self.decode(&head);
    }

    fn decode(&mut self, mut input: &[u8]) -> bool {
        let mut step = [0; STEP];
        loop {
            let Some(coding) = &mut self.coding else {
                return true;
            };
            let (read, written, then) = match coding {
                Coding::Plain => return self.keep(input),
                Coding::Ended | Coding::Broken => return false,
                Coding::BetweenGzips => {
                    let missing = GZIP.len() - self.head.len();
                    let (head, rest) = input.split_at(missing.min(input.len()));
                    self.head.extend_from_slice(head);
                    input = rest;
                    if !GZIP.starts_with(&self.head) {
                        self.coding = Some(Coding::Ended);
                        return false;
                    }
                    if self.head.len() < GZIP.len() {
                        return true;
                    }
                    self.head.clear();
                    self.coding = Some(gzip());
                    if !self.decode(GZIP) {
                        return false;
                    }
                    continue;
                }
                Coding::Gzip(state) | Coding::Deflate(state) => inflate(state, input, &mut step),
                Coding::Brotli(state) => unbrotli(state, input, &mut step),
            };
            input = &input[read..];
            if !self.keep(&step[..written]) {
                return false;
            }
            match then {
                Then::GoOn if input.is_empty() && written < STEP => return true,
                Then::GoOn => {}
                Then::End => {
                    let is_gzip = matches!(self.coding, Some(Coding::Gzip(_)));
                    self.coding = Some(if is_gzip {
                        Coding::BetweenGzips
                    } else {
                        Coding::Ended
                    });
                }
                Then::Break => self.coding = Some(Coding::Broken),
            }
        }
    }

    /// Keeps what fits below the cap.
    fn keep(&mut self, decoded: &[u8]) -> bool {
        let room = self.max - self.body.len();
        if let Err(error) = self.body.extend(&decoded[..decoded.len().min(room)]) {
            self.cut = Some(format!("the disk does not take it: {error}"));
            return false;
        }
        let fits = decoded.len() <= room;
        if !fits {
            self.cut = Some(format!("it is larger than max_body ({} bytes)", self.max));
        }
        fits
    }

    fn finish(mut self) -> Decoded {
        if self.coding.is_none() {
            self.begin();
        }
        let is_full = self.body.len() == self.max;
        let why = match self.coding {
            Some(Coding::Broken) => Some("its encoding is broken"),
            Some(Coding::Gzip(_) | Coding::Deflate(_) | Coding::Brotli(_)) if !is_full => {
                Some("its encoding ends early")
            }
            _ => None,
        };
        Decoded {
            body: self.body.finish(),
            cut: self.cut.or(why.map(str::to_owned)),
        }
    }
}

/// The result of a step.
enum Then {
    GoOn,
    End,
    Break,
}

fn inflate(state: &mut Decompress, input: &[u8], output: &mut [u8]) -> (usize, usize, Then) {
    let (read, written) = (state.total_in(), state.total_out());
    let result = state.decompress(input, output, FlushDecompress::None);
    let moved = |from: u64, to: u64| usize::try_from(to - from).unwrap_or(0);
    let read = moved(read, state.total_in());
    let written = moved(written, state.total_out());
    let then = match result {
        Ok(Status::StreamEnd) => Then::End,
        Ok(Status::Ok | Status::BufError) => Then::GoOn,
        Err(_) => Then::Break,
    };
    (read, written, then)
}

fn unbrotli(
    state: &mut BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    input: &[u8],
    output: &mut [u8],
) -> (usize, usize, Then) {
    let (mut left, mut read) = (input.len(), 0);
    let (mut room, mut written, mut total) = (output.len(), 0, 0);
    let result = BrotliDecompressStream(
        &mut left,
        &mut read,
        input,
        &mut room,
        &mut written,
        output,
        &mut total,
        state,
    );
    let then = match result {
        BrotliResult::ResultSuccess => Then::End,
        BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => Then::GoOn,
        BrotliResult::ResultFailure => Then::Break,
    };
    (read, written, then)
}

fn gzip() -> Coding {
    /// Of DEFLATE: 32 KiB.
    const WINDOW_BITS: u8 = 15;
    Coding::Gzip(Decompress::new_gzip(WINDOW_BITS))
}

/// Strict: large-window brotli allows windows of a gigabyte, which a few bytes could request.
fn brotli() -> Coding {
    let alloc = StandardAlloc::default;
    Coding::Brotli(Box::new(BrotliState::new_strict(alloc(), alloc(), alloc())))
}

/// A zlib header (RFC 1950, section 2.2).
fn is_zlib(head: &[u8]) -> bool {
    matches!(head, [method, flags, ..]
        if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}

/// The beginning of XML, HTML or JSON, which a compressed body has only by a rare accident.
fn is_document(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    match head.trim_ascii_start() {
        [b'<', rest @ ..] => rest
            .iter()
            .all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()),
        [b'{' | b'[', next, ..] => matches!(next, b'"' | b'{') || next.is_ascii_whitespace(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut to = GzEncoder::new(Vec::new(), Compression::fast());
        to.write_all(bytes).unwrap();
        to.finish().unwrap()
    }

    fn decoded(coding: &str, bytes: &[u8], at_a_time: usize, max: usize) -> Decoded {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, coding.parse().unwrap());
        let mut body = Incoming::new(&headers, max, &std::env::temp_dir());
        for piece in bytes.chunks(at_a_time) {
            if !body.push(piece) {
                break;
            }
        }
        body.finish(None)
    }

    #[test]
    fn it_does_not_matter_in_what_pieces_bytes_arrive() {
        let text = b"<rss/> and more".repeat(5000);
        let mut bytes = gzipped(&text[..30_000]);
        bytes.extend(gzipped(&text[30_000..]));
        for at_a_time in [1, 5, 7, 4096, bytes.len()] {
            let all = decoded("gzip", &bytes, at_a_time, 1 << 20);
            assert_eq!((all.body.len(), all.cut), (text.len(), None), "{at_a_time}");
        }
    }

    #[test]
    fn bytes_that_decode_to_nothing_have_an_end() {
        let max = 10_000;
        let empty_members = gzipped(b"").repeat(100_000);
        let empty_blocks = [&[0x78, 0x9c][..], &b"\x00\x00\x00\xff\xff".repeat(400_000)].concat();
        for (coding, bytes) in [("gzip", empty_members), ("deflate", empty_blocks)] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_ENCODING, coding.parse().unwrap());
            let mut body = Incoming::new(&headers, max, &std::env::temp_dir());
            let pieces = bytes.chunks(4096);
            let taken = pieces.take_while(|piece| body.push(piece)).count() * 4096;
            assert!(taken < 2 * OVERHEAD, "{coding}: {taken}");
            assert!(body.finish(None).cut.unwrap().contains("max_body"));
        }
    }

    #[test]
    fn pieces_without_bytes_have_an_end() {
        let max = 10_000;
        let mut body = Incoming::new(&HeaderMap::new(), max, &std::env::temp_dir());
        let taken = (0..OVERHEAD).take_while(|_| body.push(b"")).count();
        assert!(taken < OVERHEAD / 4, "{taken}");
    }

    #[test]
    fn a_body_of_exactly_the_cap_is_whole_and_a_byte_more_is_not() {
        let text = vec![b'x'; 100_000];
        for coding in ["", "gzip"] {
            let bytes = if coding.is_empty() {
                text.clone()
            } else {
                gzipped(&text)
            };
            let whole = decoded(coding, &bytes, 1000, 100_000);
            assert_eq!((whole.body.len(), whole.cut), (100_000, None), "{coding}");
            let cut = decoded(coding, &bytes, 1000, 99_999);
            assert_eq!(cut.body.len(), 99_999);
            assert!(cut.cut.unwrap().contains("max_body"));
        }
    }

    #[test]
    fn a_gzip_file_is_whole_where_it_is_said_to_be_one() {
        let text = b"<rss><channel><title>Pier</title></channel></rss>";
        let bytes = gzipped(text);
        let served = |content_type: &str, coding: &str, bytes: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
            headers.insert(CONTENT_ENCODING, coding.parse().unwrap());
            let mut body = Incoming::new(&headers, 1000, &std::env::temp_dir());
            body.push(bytes);
            let decoded = body.finish(None);
            (decoded.body.bytes().into_owned(), decoded.cut.is_some())
        };
        let whole = (text.to_vec(), false);
        assert_eq!(served("Application/GZIP; q=1", "", &bytes), whole);
        assert_eq!(
            served("application/x-gzip", "gzip", &gzipped(&bytes)),
            whole
        );
        assert_eq!(served("text/xml", "", &bytes), (text.to_vec(), true));
        assert!(served("application/gzip", "", &bytes[..30]).1);
        let local = unpacked(bytes.clone(), 1000, &std::env::temp_dir());
        assert_eq!((&*local.body.bytes(), local.cut), (&text[..], None));
        let capped = unpacked(bytes, 20, &std::env::temp_dir());
        assert_eq!(capped.body.len(), 20);
        assert!(capped.cut.unwrap().contains("max_body"));
    }

    #[test]
    fn every_truncation_is_noticed() {
        let bytes = gzipped(b"<rss><channel><title>a</title></channel></rss>");
        for end in 1..bytes.len() {
            assert!(
                decoded("gzip", &bytes[..end], 9, 1000).cut.is_some(),
                "{end}"
            );
        }
    }

    #[test]
    fn a_window_of_a_gigabyte_is_refused() {
        // Large-window brotli: 0x11, then 30 bits of window.
        let cut = decoded("br", &[0x11, 0x1e, 0, 0, 0, 0, 0, 0], 8, 1000).cut;
        assert_eq!(cut.unwrap(), "its encoding is broken");
    }

    #[test]
    fn nothing_is_nothing() {
        for coding in ["", "gzip", "br", "deflate", "zstd"] {
            let nothing = decoded(coding, b"", 1, 1000);
            assert!(nothing.body.is_empty());
        }
    }
}
