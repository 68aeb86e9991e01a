//! Connections that break, hang or drown us.

use super::case::{Case, Sent, case, feed, half};
use crate::common::server::{Act, says};
use feedmill::model::FailureKind;
use std::time::Duration;

pub(crate) fn cases() -> Vec<Case> {
    const SLOW: Duration = Duration::from_millis(40);
    let head = "200 OK\r\nETag: \"new\"";
    let whole = format!("{head}\r\nContent-Length: {}", feed().len());
    let slow_head = format!("HTTP/1.1 {whole}\r\n\r\n").into_bytes();
    vec![
        case("a reset before a word", vec![Act::Reset])
            .fails(FailureKind::Transport, "reset by peer"),
        case("closed without a word", vec![]).fails(FailureKind::Transport, "connection closed"),
        case(
            "a reset in the headers",
            vec![Act::Say(b"HTTP/1.1 200 OK\r\nETa".to_vec()), Act::Reset],
        )
        .fails(FailureKind::Transport, "reset by peer"),
        case(
            "something that is not HTTP",
            vec![Act::Say(b"220 mail.example ESMTP\r\n".to_vec())],
        )
        .fails(FailureKind::Transport, "HTTP"),
        case("silence", vec![Act::Hang])
            .impatient()
            .fails(FailureKind::Timeout, "within the time allowed"),
        case("headers a byte at a time", vec![Act::Drip(slow_head, SLOW)])
            .impatient()
            .fails(FailureKind::Timeout, "within the time allowed"),
        case(
            "headers that stop",
            vec![Act::Say(b"HTTP/1.1 200 OK\r\nETa".to_vec()), Act::Hang],
        )
        .impatient()
        .fails(FailureKind::Timeout, "within the time allowed"),
        case("silence in the body", vec![says(head, &half()), Act::Hang])
            .impatient()
            .cut("within the time allowed"),
        case(
            "a body a byte at a time",
            vec![says(head, &half()), Act::Drip(feed(), SLOW)],
        )
        .impatient()
        .cut("within the time allowed"),
        case(
            "a body a byte at a time, but in time",
            vec![
                says(&whole, b""),
                Act::Drip(feed(), Duration::from_millis(1)),
            ],
        )
        .sends(Sent::New("\"new\"")),
        case(
            "early hints without end",
            vec![Act::Drip(
                b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n".repeat(5_000),
                Duration::from_millis(1),
            )],
        )
        .impatient()
        .fails(FailureKind::Timeout, "within the time allowed"),
        case(
            "10,000 headers",
            vec![
                Act::Say(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Act::Repeat(b"X-Flood: 1\r\n".to_vec(), 10_000),
                Act::Say(b"\r\n".to_vec()),
                Act::Say(feed()),
            ],
        )
        .fails(FailureKind::Transport, "head is too large"),
        case(
            "a header of 1 MB",
            vec![
                Act::Say(b"HTTP/1.1 200 OK\r\nX-Flood: ".to_vec()),
                Act::Repeat(vec![b'x'; 1000], 1000),
                Act::Say(b"\r\n\r\n".to_vec()),
                Act::Say(feed()),
            ],
        )
        .fails(FailureKind::Transport, "head is too large"),
        case(
            "headers without end",
            vec![
                Act::Say(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Act::Repeat(b"X-Flood: 1\r\n".to_vec(), usize::MAX),
            ],
        )
        .fails(FailureKind::Transport, "head is too large"),
    ]
}
