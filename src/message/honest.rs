//! Links that lead where they say: only `http(s)`, and never behind a text that names another host.

use crate::url;
use ::url::{Host, Url};
use unicode_normalization::UnicodeNormalization;

/// Signs between words, at which an address in a text ends.
const AROUND: &str = "()[]<>{}\"'`“”‘’„«»‹›,;|…";

/// An address as it is written in a message: of the web, without user name and password, and of
/// characters that RFC 3986 allows, none of which is markup in angle brackets.
pub(super) fn address(reference: &str) -> Option<String> {
    let resolved = url::resolve(None, reference)?;
    if !matches!(resolved.scheme(), "http" | "https") || resolved.host_str().is_none() {
        return None;
    }
    let mut address = String::with_capacity(resolved.as_str().len());
    for c in resolved.as_str().chars() {
        let is_allowed = c.is_ascii_graphic() && !"<>\"\\^`{|}".contains(c);
        if is_allowed {
            address.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                address.push_str(percent_encoding::percent_encode_byte(byte));
            }
        }
    }
    Some(address)
}

/// The host of a link, where its text names another one.
pub(super) fn other_host<'a>(text: &str, address: &'a str) -> Option<&'a str> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let bare = without_www(host.split(':').next()?);
    let folded: String = text.nfkc().collect();
    let mut words = folded.split(|c: char| c.is_whitespace() || AROUND.contains(c));
    let lies = words.any(|word| match named_host(word) {
        Named::Nothing => false,
        Named::Unreadable => true,
        Named::Host(named) => {
            let named = without_www(&named);
            let is_below = bare
                .strip_suffix(named)
                .is_some_and(|rest| rest.ends_with('.'));
            bare != named && !is_below
        }
    });
    lies.then_some(host)
}

enum Named {
    Nothing,
    Host(String),
    /// It has a scheme, and nobody can say which host.
    Unreadable,
}

/// The host that a word names, as programs and people read it.
fn named_host(word: &str) -> Named {
    let (scheme, rest) = match word.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, word),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let host = host.trim_matches(|c: char| !c.is_alphanumeric());
    let parsed = Url::parse(&format!("http://{host}/")).ok();
    let is_number = |host: &str| host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match parsed.as_ref().and_then(Url::host) {
        Some(Host::Domain(domain)) if scheme.is_some() || is_name(domain) => {
            Named::Host(domain.to_owned())
        }
        // `3.5` is no address, `10.0.0.1` is one.
        Some(Host::Ipv4(ip))
            if scheme.is_some() || (is_number(host) && host.split('.').count() == 4) =>
        {
            Named::Host(ip.to_string())
        }
        _ if scheme.is_some() => Named::Unreadable,
        _ => Named::Nothing,
    }
}

/// Whether a domain ends as names of hosts do: with two letters or more.
fn is_name(domain: &str) -> bool {
    domain.rsplit_once('.').is_some_and(|(before, top)| {
        let is_foreign = top.starts_with("xn--");
        !before.is_empty()
            && top.len() > 1
            && (is_foreign || top.bytes().all(|b| b.is_ascii_alphabetic()))
    })
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_without_secrets_are_links() {
        for (given, expected) in [
            (
                "https://bank.example@evil.example/",
                Some("https://evil.example/"),
            ),
            (
                "HTTPS://A.example/ä b\"|>?q=<x>`",
                Some("https://a.example/%C3%A4%20b%22%7C%3E?q=%3Cx%3E%60"),
            ),
            (
                "http://xn--bcher-kva.example/#{\\}^|",
                Some("http://xn--bcher-kva.example/#%7B%5C%7D%5E%7C"),
            ),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("mailto:a@b.example", None),
            ("/relative", None),
            ("https://", None),
            ("", None),
        ] {
            assert_eq!(address(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn a_text_that_names_another_host_is_found() {
        for text in [
            "https://bank.example/login",
            "Log in at bank.example!",
            "www.bank.example",
            "bank．example",
            "https://evil.example@bank.example",
            "(bank.example)",
            "bänk.example",
            "b\u{430}nk.example",
            "10.0.0.1",
            "ftp://x",
            "http://",
            "good.evil.example",
        ] {
            assert_eq!(
                other_host(text, "https://evil.example/a"),
                Some("evil.example"),
                "{text}"
            );
        }
    }

    #[test]
    fn an_honest_text_is_left_alone() {
        for text in [
            "https://evil.example/b?c",
            "www.evil.example",
            "Evil.Example: e.g. 3.5 of 10 in the U.S.",
            "evil.example.",
            "and so on... yes",
            "",
        ] {
            assert_eq!(
                other_host(text, "https://www.evil.example:8080/a"),
                None,
                "{text}"
            );
        }
        assert_eq!(
            other_host("see example.org", "https://news.example.org/"),
            None
        );
        assert_eq!(
            other_host("bücher.example", "https://xn--bcher-kva.example/"),
            None
        );
    }
}
