//! Answers that are odd as such: validators, statuses, demands to wait.

use super::case::{Again, Case, Sent, answer, case, feed, sent};
use crate::common::server::{Act, says};
use feedmill::model::FailureKind;

pub(crate) fn cases() -> Vec<Case> {
    let mut all = validators();
    all.extend(tolerable_headers());
    all.extend(statuses());
    all.extend(waits());
    all
}

fn validators() -> Vec<Case> {
    let tagged = |name, etag: &'static str| {
        let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\nETag: ".to_vec();
        bytes.extend(etag.chars().map(|c| c as u8));
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend(feed());
        case(name, vec![Act::Say(bytes)]).sends(Sent::New(etag))
    };
    let long = format!("ETag: \"{}\"", "x".repeat(9000));
    vec![
        tagged("a weak validator", "W/\"x\""),
        tagged("a validator without quotes", "x-1"),
        tagged("a validator with spaces", "\"a  b\" c"),
        tagged(
            "a validator with quotes and backslashes inside",
            "\"a\\\"b\\\"\"",
        ),
        tagged(
            "a validator with bytes that are not ASCII",
            "\"\u{e9}\u{ff}\u{80}\"",
        ),
        tagged(
            "a validator in doubled quotes with a suffix",
            "\"\"x-gzip\"\"",
        ),
        answer("an empty validator", "200 OK\r\nETag: ", &feed()),
        answer(
            "a validator of 9,000 letters",
            &format!("200 OK\r\n{long}"),
            &feed(),
        ),
        sent("two validators", "ETag: \"second\"", &feed()),
        answer(
            "cookies",
            "200 OK\r\nSet-Cookie: id=1; Path=/\r\nSet-Cookie: id=2",
            &feed(),
        ),
    ]
}

/// What curl and browsers accept: the bad header is left out.
fn tolerable_headers() -> Vec<Case> {
    let mut chunked =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\nConnection: close\r\n\r\n".to_vec();
    chunked.extend(format!("{:x}\r\n", feed().len()).into_bytes());
    chunked.extend(feed());
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    let old_chunked = b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_vec();
    vec![
        sent("a header folded over two lines", "X-Old: a\r\n\tb", &feed()),
        sent("a control byte in a header", "X-Odd: a\u{1}b", &feed()),
        sent("a space before the colon of a header", "X-Odd : a", &feed()),
        sent("a header line without a colon", "X-Odd", &feed()),
        case("chunks in HTTP/1.0", vec![Act::Say(old_chunked)])
            .fails(FailureKind::Transport, "transfer-encoding"),
        case(
            "chunks, and a space before the colon that says so",
            vec![Act::Say(chunked)],
        ),
    ]
}

fn statuses() -> Vec<Case> {
    vec![
        answer("400", "400 Bad Request", b"")
            .fails(FailureKind::HttpStatus { status: 400 }, "answered 400"),
        answer(
            "401",
            "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"",
            b"",
        )
        .fails(
            FailureKind::AccessDenied { status: Some(401) },
            "it wants a login",
        ),
        answer("403 by User-Agent", "403 Forbidden", b"no robots").fails(
            FailureKind::AccessDenied { status: Some(403) },
            "it turns us away",
        ),
        answer("404", "404 Not Found", &feed())
            .fails(FailureKind::HttpStatus { status: 404 }, "check the URL"),
        answer("410", "410 Gone", b"")
            .fails(FailureKind::Gone, "gone for good")
            .again(Again::Never),
        answer("500", "500 Internal Server Error", &feed())
            .fails(FailureKind::HttpStatus { status: 500 }, "answered 500"),
        answer("a status that does not exist", "799 Odd", &feed())
            .fails(FailureKind::HttpStatus { status: 799 }, "answered 799"),
        case(
            "an early hint before the answer",
            vec![
                Act::Say(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".to_vec()),
                says("200 OK", &feed()),
            ],
        ),
    ]
}

fn waits() -> Vec<Case> {
    /// A week.
    const LONGEST: i64 = 7 * 24 * 60;
    let unavailable = |name, value: &str| {
        let head = format!("503 Service Unavailable\r\nRetry-After: {value}");
        answer(name, &head, b"").fails(FailureKind::HttpStatus { status: 503 }, "answered 503")
    };
    vec![
        answer("429 without Retry-After", "429 Too Many Requests", b"")
            .fails(FailureKind::TooManyRequests, "asked too often"),
        answer(
            "429 with seconds",
            "429 Too Many Requests\r\nRetry-After: 10800",
            b"",
        )
        .fails(FailureKind::TooManyRequests, "asked too often")
        .again(Again::NotBefore(180)),
        unavailable("503 with seconds", "10800").again(Again::NotBefore(180)),
        unavailable("503 with a date", "Sat, 15 Jun 2024 17:00:00 GMT")
            .again(Again::NotBefore(180)),
        unavailable("503 with a date of 1994", "Sunday, 06-Nov-94 08:49:37 GMT"),
        unavailable("503 with no time at all", "0"),
        unavailable(
            "503 until a moment long past",
            "Fri, 14 Jun 2024 00:00:00 GMT",
        ),
        unavailable("503 for 3,000 years", "99999999999").again(Again::NotBefore(LONGEST)),
        unavailable("503 until the year 9999", "Fri, 31 Dec 9999 23:59:59 GMT")
            .again(Again::NotBefore(LONGEST)),
        unavailable("503 with a number beyond numbers", &"9".repeat(40))
            .again(Again::NotBefore(LONGEST)),
        unavailable("503 with less than no time", "-5"),
        unavailable("503 with words", "soon"),
    ]
}
