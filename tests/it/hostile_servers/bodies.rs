//! What is wrong with a body: its end, its encoding, its size, its letters.

use super::case::{ALL, Case, Sent, answer, case, document, feed, half, sent};
use crate::common::server::{Act, says};
use feedmill::model::FailureKind;
use flate2::{Compression, write};
use std::io::Write;

pub(crate) fn cases() -> Vec<Case> {
    let mut all = ends();
    all.extend(codings());
    all.extend(sizes());
    all.extend(letters());
    all
}

/// `half`, kept as far as it goes.
const SOME: &[&str] = ALL;

fn ends() -> Vec<Case> {
    let longer = format!("Content-Length: {}", feed().len() + 500);
    vec![
        sent("a body shorter than its Content-Length", &longer, &half())
            .cut("incomplete")
            .keeps(SOME),
        case(
            "chunks that break off",
            vec![says("200 OK\r\nETag: \"new\"\r\nTransfer-Encoding: chunked", &chunk(&half()))],
        )
        .cut("incomplete")
        .keeps(SOME),
        case(
            "a chunk with a broken size",
            vec![
                says("200 OK\r\nETag: \"new\"\r\nTransfer-Encoding: chunked", &chunk(&half())),
                Act::Say(b"no number\r\n".to_vec()),
            ],
        )
        .cut("incomplete")
        .keeps(SOME),
        case(
            "a reset in the body",
            vec![
                says("200 OK\r\nETag: \"new\"\r\nContent-Length: 99999", &half()),
                Act::Drip(b" ".to_vec(), std::time::Duration::from_millis(50)),
                Act::Reset,
            ],
        )
        .cut("incomplete")
        .keeps(SOME),
        sent("a document that ends in the middle, all bytes there", "", &half())
            .cut("ends before its root element does")
            .keeps(SOME),
        answer("200 with an empty body", "200 OK\r\nETag: \"new\"\r\nContent-Length: 0", b"")
            .fails(FailureKind::NotAFeed, "the document is empty"),
        answer("204", "204 No Content\r\nETag: \"new\"", b"").fails(FailureKind::NotAFeed, "the document is empty"),
        answer(
            "206, a part that nobody asked for",
            "206 Partial Content\r\nETag: \"new\"\r\nContent-Range: bytes 0-400/900",
            &half(),
        )
        .cut("only a part")
            .keeps(SOME),
        answer("304 when nothing was asked for", "304 Not Modified", b"")
            .at_first()
            .fails(FailureKind::HttpStatus { status: 304 }, "304")
            .keeps(&[])
            .sends(Sent::Nothing),
        answer("304 as it should be", "304 Not Modified", b"").unchanged(),
        answer(
            "a login page where the feed was",
            "200 OK\r\nContent-Type: text/html\r\nETag: \"new\"",
            b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>",
        )
        .fails(FailureKind::NotAFeed, "an HTML page titled \"Sign in\""),
    ]
}

fn codings() -> Vec<Case> {
    let gzipped = gzip(&feed());
    let gz = "Content-Encoding: gzip";
    let mut wrong_sum = gzipped.clone();
    let end = wrong_sum.len();
    wrong_sum[end - 6] ^= 0xff;
    let mut padded = gzipped.clone();
    padded.extend_from_slice(&[0; 16]);
    let mut two_members = gzip(&feed()[..100]);
    two_members.extend(gzip(&feed()[100..]));
    vec![
        sent("gzip", gz, &gzipped),
        sent("gzip in two members", gz, &two_members),
        sent("x-gzip, in capitals", "Content-Encoding: X-GZIP", &gzipped),
        sent("gzip with zeros behind it", gz, &padded),
        sent(
            "deflate as zlib",
            "Content-Encoding: deflate",
            &zlib(&feed()),
        ),
        sent(
            "deflate without zlib",
            "Content-Encoding: deflate",
            &deflate(&feed()),
        ),
        sent("brotli", "Content-Encoding: br", &brotli(&feed())),
        sent(
            "gzip in gzip, and said so",
            "Content-Encoding: gzip, gzip",
            &gzip(&gzipped),
        ),
        sent(
            "deflate in brotli, and said so",
            "Content-Encoding: deflate, br",
            &brotli(&zlib(&feed())),
        ),
        sent("identity", "Content-Encoding: identity", &feed()),
        sent("says gzip, is plain", gz, &feed()).cut("says gzip"),
        sent(
            "says deflate, is plain",
            "Content-Encoding: deflate",
            &feed(),
        )
        .cut("says deflate"),
        sent("says br, is plain", "Content-Encoding: br", &feed()).cut("says br"),
        sent("says br, is gzip", "Content-Encoding: br", &gzipped).cut("says br"),
        sent("says plain, is gzip", "", &gzipped).cut("has not said"),
        sent("gzip in gzip, said once", gz, &gzip(&gzipped)).cut("has not said"),
        sent(
            "an encoding nobody knows, plain in truth",
            "Content-Encoding: zstd",
            &feed(),
        )
        .cut("says zstd"),
        sent(
            "an encoding nobody knows",
            "Content-Encoding: zstd",
            b"\x28\xb5\x2f\xfd\x20\x01",
        )
        .fails(FailureKind::Cut, "says zstd"),
        sent("truncated gzip", gz, &cut_late(gzip(&long())))
            .cut("ends early")
            .keeps(SOME),
        sent("gzip with a wrong checksum", gz, &wrong_sum).cut("broken"),
        sent(
            "truncated deflate",
            "Content-Encoding: deflate",
            &cut_late(zlib(&long())),
        )
        .cut("incomplete")
        .keeps(SOME),
        sent(
            "truncated brotli",
            "Content-Encoding: br",
            &cut_late(brotli(&long())),
        )
        .cut("incomplete")
        .keeps(SOME),
        sent(
            "gzip that is noise after its head",
            gz,
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03noise, noise, noise",
        )
        .fails(FailureKind::Cut, "encoding is broken"),
    ]
}

fn sizes() -> Vec<Case> {
    let cap = 64 << 10;
    let endless = || Act::Repeat(vec![b' '; 16 << 10], usize::MAX);
    vec![
        case(
            "a body without end",
            vec![says("200 OK\r\nETag: \"new\"", &half()), endless()],
        )
        .reads_only(cap)
        .cut("larger than max_body")
        .keeps(SOME),
        case(
            "chunks without end",
            vec![
                says(
                    "200 OK\r\nETag: \"new\"\r\nTransfer-Encoding: chunked",
                    &chunk(&half()),
                ),
                Act::Repeat(chunk(&[b' '; 16 << 10]), usize::MAX),
            ],
        )
        .reads_only(cap)
        .cut("larger than max_body")
        .keeps(SOME),
        case(
            "a gzip bomb of 1 GiB",
            bomb("gzip", &gzip(&half()), &gzip(&vec![b' '; 1 << 20])),
        )
        .reads_only(cap)
        .cut("larger than max_body")
        .keeps(SOME),
        case(
            "a brotli bomb of 2 MiB",
            bomb("br", &brotli(&[half(), vec![b' '; 2 << 20]].concat()), b""),
        )
        .reads_only(cap)
        .cut("larger than max_body")
        .keeps(SOME),
        case(
            "a gzip bomb of 2 MiB inside gzip",
            bomb(
                "gzip, gzip",
                &gzip(&gzip(&[half(), vec![b' '; 2 << 20]].concat())),
                b"",
            ),
        )
        .reads_only(cap)
        .cut("larger than max_body")
        .keeps(SOME),
    ]
}

fn letters() -> Vec<Case> {
    let titled = |declared: &str| {
        let text = document(&["Ferry late", "Tunnel begun"]).replace("<title>a<", "<title>Fähre<");
        format!("<?xml version=\"1.0\" encoding=\"{declared}\"?>{text}")
    };
    let latin: Vec<u8> = titled("koi8-r").chars().map(|c| c as u8).collect();
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend(titled("windows-1251").bytes());
    let wide: Vec<u8> = std::iter::once(0xFEFF)
        .chain(titled("utf-8").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        sent(
            "a byte order mark against header and declaration",
            "Content-Type: text/xml; charset=koi8-r",
            &marked,
        ),
        sent(
            "UTF-16 that header and declaration deny",
            "Content-Type: text/xml; charset=utf-8",
            &wide,
        ),
        sent(
            "a header against the declaration",
            "Content-Type: text/xml; charset=iso-8859-1",
            &latin,
        ),
        sent(
            "a charset that does not exist",
            "Content-Type: text/xml; charset=klingon",
            titled("utf-8").as_bytes(),
        ),
    ]
}

fn bomb(coding: &str, begin: &[u8], again: &[u8]) -> Vec<Act> {
    let head = format!("200 OK\r\nETag: \"new\"\r\nContent-Encoding: {coding}");
    vec![says(&head, begin), Act::Repeat(again.to_vec(), 1024)]
}

/// A document so long that its end can be cut off and most of it is there.
fn long() -> Vec<u8> {
    let noise: String = (0..4000u32)
        .flat_map(|n| [n.wrapping_mul(2_654_435_761).to_string(), " ".to_owned()])
        .collect();
    let mut document = document(&["Ferry late", "Tunnel begun", "Cut off"]);
    document = document.replace("<description>Cut off", &format!("<description>{noise}"));
    document.into_bytes()
}

fn cut_late(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - bytes.len() / 10);
    bytes
}

pub(crate) fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut to = write::GzEncoder::new(Vec::new(), Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut to = write::ZlibEncoder::new(Vec::new(), Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut to = write::DeflateEncoder::new(Vec::new(), Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut to = brotli::CompressorWriter::new(Vec::new(), 4096, 1, 22);
    to.write_all(bytes).unwrap();
    to.into_inner()
}
