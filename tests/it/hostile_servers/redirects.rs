//! Redirects: to nowhere, in circles, out of the web, into the house.

use super::case::{Case, OLD, Sent, answer, feed};
use crate::common::server::says;
use feedmill::model::FailureKind;

pub(crate) fn cases() -> Vec<Case> {
    let to = |name, target: &str| answer(name, &format!("302 Found\r\nLocation: {target}"), b"");
    let there = || vec![says("200 OK\r\nETag: \"new\"", &feed())];
    let outside = |name, scheme: &'static str| {
        to(name, &format!("{scheme}x")).fails(FailureKind::BlockedAddress, "only http and https")
    };
    let inside = |name, host: &str| {
        to(name, &format!("http://{host}/")).fails(FailureKind::BlockedAddress, "private address")
    };
    let moved = |name, status: &str| {
        answer(name, &format!("{status}\r\nLocation: /there"), b"")
            .and("/there", there())
            .requests(2)
    };
    vec![
        moved("301", "301 Moved Permanently"),
        moved("302", "302 Found"),
        moved("303", "303 See Other"),
        moved("307", "307 Temporary Redirect"),
        moved("308", "308 Permanent Redirect"),
        moved("300 with a choice", "300 Multiple Choices"),
        answer("305 with a proxy", "305 Use Proxy\r\nLocation: /there", b"")
            .fails(FailureKind::HttpStatus { status: 305 }, "answered 305"),
        to("a chain of five", "/1")
            .and("/1", vec![says("301 Moved\r\nLocation: /2", b"")])
            .and("/2", vec![says("307 Moved\r\nLocation: /3?a=b", b"")])
            .and("/3?a=b", vec![says("308 Moved\r\nLocation: 4", b"")])
            .and("/4", vec![says("303 Moved\r\nLocation: /there#part", b"")])
            .and("/there", there())
            .requests(6),
        to("a redirect to itself", "/f")
            .fails(FailureKind::Redirect, "more than 10 times")
            .requests(11),
        to("a circle of two", "/g")
            .and("/g", vec![says("302 Found\r\nLocation: /f", b"")])
            .fails(FailureKind::Redirect, "more than 10 times")
            .requests(11),
        answer("301 without a Location", "301 Moved Permanently", b"")
            .fails(FailureKind::Redirect, "without saying where"),
        to("a Location that is no URL", "http://[")
            .fails(FailureKind::Redirect, "without saying where"),
        to("a redirect to a login page", "/login")
            .and(
                "/login",
                vec![says(
                    "200 OK\r\nContent-Type: text/html",
                    b"<!DOCTYPE html><title>Sign in</title>",
                )],
            )
            .fails(FailureKind::NotAFeed, "an HTML page titled \"Sign in\"")
            .requests(2),
        to("a redirect to something gone", "/gone")
            .and("/gone", vec![says("410 Gone", b"")])
            .fails(
                FailureKind::HttpStatus { status: 410 },
                "answered 410 where it redirects to",
            )
            .requests(2),
        answer(
            "a permanent redirect to something gone",
            "308 Permanent Redirect\r\nLocation: /gone",
            b"",
        )
        .and("/gone", vec![says("410 Gone", b"")])
        .fails(FailureKind::Gone, "gone for good")
        .requests(2)
        .again(super::case::Again::Never),
        outside("a redirect to file:", "file:///etc/passwd?"),
        outside("a redirect to ftp:", "ftp://a.example/"),
        outside("a redirect to data:", "data:text/xml,"),
        outside("a redirect to javascript:", "javascript:"),
        inside("a redirect to a private address", "192.168.0.1"),
        inside("a redirect to one in decimal", "167772161"),
        inside("a redirect to one in hexadecimal", "0x0a.0x1"),
        inside("a redirect to one in octal", "012.0.0.1"),
        inside("a redirect to the metadata of a cloud", "169.254.169.254"),
        inside(
            "a redirect to an IPv4 address mapped into IPv6",
            "[::ffff:10.0.0.1]",
        ),
        inside(
            "a redirect to an IPv4 address behind NAT64",
            "[64:ff9b::a00:1]",
        ),
        inside("a redirect to a local IPv6 address", "[fd00::1]"),
        inside("a redirect to no address at all", "0.0.0.0"),
    ]
    .into_iter()
    .map(|case| match case.told {
        super::case::Told::Failed(..) => case.keeps(OLD),
        // The validators are those of another URL, void for the next visit's first hop.
        _ => case.sends(Sent::Nothing),
    })
    .collect()
}
