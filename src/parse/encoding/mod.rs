//! Bytes -> Unicode text. The encoding that a server or a document declares is only a hint: the
//! bytes must be valid in it.
//!
//! Order: byte order mark, the zeros of UTF-16 and UTF-32, UTF-8 if the bytes are valid UTF-8
//! (whatever else was declared: no other encoding looks like it by accident), the `charset` of the
//! Content-Type, the XML declaration, detection. RFC 7303 has that order, except for the third
//! step. Real feeds need it: half of the declarations that contradict valid UTF-8 are wrong, and
//! the other half cannot be distinguished from them.

mod charset;

use crate::text::entities::resolve;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use charset::Charset;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memchr_iter;
use std::borrow::Cow;

/// Bytes at the start of a document in which its XML declaration is searched.
const DECLARATION_WITHIN: usize = 4096;

/// Bytes that an encoding is detected from, counted from the first that is not ASCII: the detector
/// is slow, about 10 MB/s.
const DETECTION_WITHIN: usize = 8 * 1024;

/// A decoded document.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// Its text, without byte order mark.
    pub(super) text: Cow<'a, str>,
    /// What was odd, for a warning.
    pub(super) warning: Option<String>,
}

impl<'a> Decoded<'a> {
    fn plain(text: Cow<'a, str>) -> Self {
        Self {
            text,
            warning: None,
        }
    }

    fn with_warning(text: Cow<'a, str>, warning: impl Into<String>) -> Self {
        Self {
            text,
            warning: Some(warning.into()),
        }
    }
}

/// Decodes a document, given the `Content-Type` it was served with.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(text) = utf16_or_utf32(bytes) {
        return Decoded::plain(text);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let served = content_type
        .and_then(charset_of)
        .and_then(Charset::of_label);
    let declared = declaration_of(bytes).or_else(|| meta_of(bytes));
    let declared = declared.and_then(Charset::of_label);
    let labelled = [served, declared].into_iter().flatten();
    let utf8 = simdutf8::basic::from_utf8(bytes);
    if let Ok(text) = utf8 {
        // Only an encoding of seven bits can hide in valid UTF-8.
        let hidden = labelled.clone().any(Charset::looks_like_ascii) && bytes.contains(&0x1b);
        if !hidden {
            return Decoded::plain(without_controls(text));
        }
    }
    let mended = without_surrogates(bytes);
    if let Some(text) = mended.as_ref().and_then(|b| std::str::from_utf8(b).ok()) {
        let text = without_controls(text).into_owned();
        return Decoded::with_warning(text.into(), "surrogates written as UTF-8 (CESU-8)");
    }
    for charset in labelled {
        if let Some(text) = charset.decode(bytes) {
            return Decoded::plain(text);
        }
    }
    if let Some(text) = mixed_utf8(mended.as_deref().unwrap_or(bytes)) {
        return Decoded::with_warning(
            Cow::Owned(text),
            "some bytes are not UTF-8, read as windows-1252",
        );
    }
    let guess = detect(bytes);
    let (text, _) = guess.decode_without_bom_handling(bytes);
    Decoded::with_warning(
        text,
        format!("encoding not as declared, read as {}", guess.name()),
    )
}

/// Decodes bytes without a declared encoding: a base64 text in a document of another encoding.
pub(super) fn decode_unlabelled(bytes: &[u8]) -> String {
    decode(bytes, None).text.into_owned()
}

/// Whether bytes are UTF-16 or UTF-32, in which ASCII has zeros.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8)];
    utf16_or_utf32(head).is_some()
}

/// UTF-16 and UTF-32, by byte order mark or by the zeros around the first `<` or `{`.
fn utf16_or_utf32(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let big_endian = |chunk: [u8; 4]| u32::from_be_bytes(chunk);
    let little_endian = |chunk: [u8; 4]| u32::from_le_bytes(chunk);
    Some(match bytes {
        [0, 0, 0xFE, 0xFF, rest @ ..] => utf32(rest, big_endian),
        [0xFF, 0xFE, 0, 0, rest @ ..] => utf32(rest, little_endian),
        [0, 0, 0, b'<' | b'{', ..] => utf32(bytes, big_endian),
        [b'<' | b'{', 0, 0, 0, ..] => utf32(bytes, little_endian),
        [0xFE, 0xFF, rest @ ..] | rest @ [0, b'<' | b'{', ..] => {
            UTF_16BE.decode_without_bom_handling(rest).0
        }
        [0xFF, 0xFE, rest @ ..] | rest @ [b'<' | b'{', 0, ..] => {
            UTF_16LE.decode_without_bom_handling(rest).0
        }
        _ => return None,
    })
}

fn utf32(bytes: &[u8], unit: impl Fn([u8; 4]) -> u32) -> Cow<'static, str> {
    let (units, _) = bytes.as_chunks::<4>();
    let text = units
        .iter()
        .map(|&chunk| char::from_u32(unit(chunk)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Cow::Owned(text)
}

/// `koi8-r` of `text/xml; charset="koi8-r"`.
fn charset_of(content_type: &str) -> Option<&str> {
    let lower = content_type.to_ascii_lowercase();
    let at = lower.find("charset")? + "charset".len();
    let rest = content_type.get(at..)?.trim_start().strip_prefix('=')?;
    let label = rest.split(';').next().unwrap_or(rest);
    Some(label.trim().trim_matches(['"', '\'']))
}

/// The encoding that an XML declaration near the beginning names.
fn declaration_of(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(DECLARATION_WITHIN)];
    let start = find(head, b"<?xml")?;
    let length = find(&head[start..], b"?>")?;
    let declaration = std::str::from_utf8(&head[start..start + length]).ok()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

/// The encoding that a `meta` in the head of a page names, with `charset` or within a Content-Type.
fn meta_of(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(DECLARATION_WITHIN)];
    // Up to the first byte that is not ASCII, which is in a title or later.
    let head = head.utf8_chunks().next()?.valid();
    head.split('<').find_map(|tag| {
        let (name, attributes) = tag.split_at_checked(4)?;
        let attributes = attributes.split('>').next()?;
        charset_of(attributes)
            .filter(|_| name.eq_ignore_ascii_case("meta"))
            .map(|label| label.split(['"', '\'', ' ', '/']).next().unwrap_or(label))
    })
}

/// A text with its C1 control characters replaced by the characters that windows-1252 has at the
/// same numbers: a generator took bytes for code points. No feed means a control character.
fn without_controls(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_control = |at: usize| matches!(bytes.get(at + 1), Some(0x80..=0x9F));
    if !memchr_iter(0xC2, bytes).any(is_control) {
        return Cow::Borrowed(text);
    }
    let meant = |c: char| match c {
        '\u{80}'..='\u{9F}' => resolve(&format!("#{}", u32::from(c))).unwrap_or_default(),
        _ => Cow::Owned(c.to_string()),
    };
    Cow::Owned(text.chars().map(meant).collect())
}

/// CESU-8 (Unicode Technical Report 26) as UTF-8: halves of characters that were written as three
/// bytes each. Databases and old Java programs give such texts. A half without the other one is
/// replaced. None where no half is.
fn without_surrogates(bytes: &[u8]) -> Option<Vec<u8>> {
    let half = |at: usize| match *bytes.get(at..at + 3)? {
        [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF] => {
            Some(0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F))
        }
        _ => None,
    };
    memchr_iter(0xED, bytes).find(|&at| half(at).is_some())?;
    let mut mended = Vec::with_capacity(bytes.len());
    let mut taken = 0;
    for at in memchr_iter(0xED, bytes) {
        let Some(first) = half(at).filter(|_| at >= taken) else {
            continue;
        };
        mended.extend_from_slice(&bytes[taken..at]);
        let pair = half(at + 3).map(|second| [first, second]);
        let whole = pair.and_then(|pair| char::decode_utf16(pair).next()?.ok());
        let whole_or_not = whole.unwrap_or(char::REPLACEMENT_CHARACTER);
        mended.extend_from_slice(whole_or_not.encode_utf8(&mut [0; 4]).as_bytes());
        taken = at + if whole.is_some() { 6 } else { 3 };
    }
    mended.extend_from_slice(&bytes[taken..]);
    Some(mended)
}

/// UTF-8 with a few bytes of windows-1252 in it, for example a pasted quotation; none when it is
/// not mainly UTF-8.
fn mixed_utf8(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&b| b >= 0xC0).count();
        bad += chunk.invalid().len();
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    (good > bad).then_some(text)
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let sample = &bytes[start..bytes.len().min(start + DETECTION_WITHIN)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, Utf8Detection::Deny)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>) -> String {
        decode(bytes, content_type).text.into_owned()
    }

    #[test]
    fn what_is_valid_utf_8_is_utf_8_whatever_was_said() {
        let bytes = "<?xml version='1.0' encoding='koi8-r'?><a>Åre</a>".as_bytes();
        assert!(text(bytes, Some("text/xml; charset=big5")).contains("Åre"));
    }

    #[test]
    fn a_served_charset_goes_before_a_declared_one() {
        let mut bytes = b"<?xml version='1.0' encoding='windows-1251'?><a>".to_vec();
        bytes.extend([0xF0, 0xF2]);
        assert!(text(&bytes, Some("text/xml;charset=KOI8-R")).ends_with("<a>ПР"));
    }

    #[test]
    fn seven_bits_of_japanese_are_not_taken_for_ascii() {
        let bytes = b"<?xml version='1.0' encoding='iso-2022-jp'?><a>\x1b$B9A\x1b(B</a>";
        assert!(text(bytes, None).ends_with("<a>港</a>"));
    }

    #[test]
    fn a_cut_utf_16_or_utf_32_document_does_not_panic() {
        for end in 0..12 {
            let wide = [0xFF, 0xFE, 0, 0, b'<', 0, 0, 0, b'a', 0, 0, 0];
            decode(&wide[..end], None);
            decode(&wide[2..end.max(2)], None);
        }
    }

    #[test]
    fn controls_that_were_bytes_of_windows_1252_become_what_they_meant() {
        assert_eq!(text("don\u{92}t «".as_bytes(), None), "don’t «");
    }

    #[test]
    fn an_oddity_is_reported() {
        assert!(decode(b"<a>caf\xe9</a>", None).warning.is_some());
        assert!(decode("<a>café</a>".as_bytes(), None).warning.is_none());
    }
}
