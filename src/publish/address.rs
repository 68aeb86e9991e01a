//! Address -> the same address in the characters that readers permit, or none.

use core::net::Ipv4Addr;
use percent_encoding::percent_encode_byte;
use url::{Position, Url};

/// An absolute http(s) address in the characters of RFC 3986, or none. The `url` crate lets a lone
/// `%`, `[`, `|` and their like stand, where strict readers refuse them.
pub(super) fn checked(given: &str) -> Option<String> {
    let given = given.trim();
    if is_in_order(given) {
        return Some(given.to_owned());
    }
    parsed(given)
}

/// The bytes that stand in an address anywhere behind its host.
const IN_ORDER: [bool; 256] = {
    let bytes = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~:/?@!$&()*+,;=";
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether an address is such that [`parsed`] gives it back as it is. Nearly all are, and to see that takes a
/// twentieth of the time. What is rare or takes more to decide counts as not in order.
fn is_in_order(address: &str) -> bool {
    let (rest, usual_port) = match address.strip_prefix("https://") {
        Some(rest) => (rest, 443),
        None => (address.strip_prefix("http://").unwrap_or_default(), 80),
    };
    let Some((authority, path)) = rest.split_once('/') else {
        return false;
    };
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_port = |port: &str| {
        let number = port.parse::<u16>().ok();
        number.is_some_and(|n| n != usual_port && n.to_string() == port)
    };
    let has_port = host.len() < authority.len();
    // A fragment, a quotation mark and a segment of dots are changed in some places and stay in others.
    let is_allowed = |(at, byte): (usize, u8)| match byte {
        b'%' => {
            let escape = &path.as_bytes()[at..];
            is_escape(escape) && !matches!(escape, [_, b'2', b'e' | b'E', ..])
        }
        b'.' => at > 0 && path.as_bytes()[at - 1] != b'/',
        _ => IN_ORDER[usize::from(byte)],
    };
    is_host_in_order(host)
        && (!has_port || is_port(port))
        && path.bytes().enumerate().all(is_allowed)
}

/// A name in small letters, or an IPv4 address as it is usually written.
fn is_host_in_order(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let ends = !label.starts_with('-') && !label.ends_with('-');
        let has_two_hyphens = || label.as_bytes().windows(2).any(|pair| pair == b"--");
        !label.is_empty() && ends && label.bytes().all(is_allowed) && !has_two_hyphens()
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|c: char| c.is_ascii_digit()) {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    host.len() <= 253 && host.split('.').all(is_label)
}

fn parsed(given: &str) -> Option<String> {
    let url = Url::parse(given).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let rest = &url[Position::BeforePath..];
    let fragment = rest.find('#');
    let is_allowed = |(at, byte): (usize, u8)| match byte {
        b'%' => is_escape(&rest.as_bytes()[at..]),
        b'#' => Some(at) == fragment,
        _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
    };
    if rest.bytes().enumerate().all(is_allowed) {
        return Some(url.into());
    }
    // An `AsciiSet` cannot tell the `%` of an escape from a lone one, nor the first `#` from others.
    let mut address = url[..Position::BeforePath].to_owned();
    for (at, byte) in rest.bytes().enumerate() {
        if is_allowed((at, byte)) {
            address.push(char::from(byte));
        } else {
            address.push_str(percent_encode_byte(byte));
        }
    }
    Some(address)
}

fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// Whether a text may be the id of a source (RFC 3986; RFC 8141 for `urn:`).
pub(super) fn is_absolute_uri(text: &str) -> bool {
    let urn = text
        .get(..4)
        .filter(|scheme| scheme.eq_ignore_ascii_case("urn:"));
    let is_urn = || {
        let name = text[4..].split_once(':');
        name.is_some_and(|(namespace, name)| namespace.len() > 1 && !name.is_empty())
    };
    text.is_ascii()
        && !text.contains(' ')
        && (is_in_order(text) || Url::parse(text).is_ok())
        && (urn.is_none() || is_urn())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_absolute_http_and_of_permitted_characters() {
        let table = [
            (
                "https://a.example/x?b[]=1|2",
                Some("https://a.example/x?b%5B%5D=1%7C2"),
            ),
            ("http://[::1]:8080/x", Some("http://[::1]:8080/x")),
            (
                " https://bücher.example/ü ",
                Some("https://xn--bcher-kva.example/%C3%BC"),
            ),
            (
                "https://a.example/%zz%20%#'f'#g%",
                Some("https://a.example/%25zz%20%25#'f'%23g%25"),
            ),
            ("/relative", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("", None),
        ];
        for (given, expected) in table {
            assert_eq!(checked(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn what_is_in_order_is_not_changed_by_the_parser() {
        for address in [
            "https://a.example/",
            "http://a-b.c0.example/2024/x_y.html?a=1&b=(2)%20@:;",
            "https://a.example/%D0%B0/?q=a/b?c",
            "http://192.168.0.1:1200/x",
        ] {
            assert!(is_in_order(address), "{address}");
        }
        for address in [
            "https://a.example",
            "https://a.example:443/",
            "https://a.example:0443/",
            "https://a.example:/",
            "https://a.example:99999/",
            "https://u@a.example/",
            "https://A.example/",
            "https://127.1/",
            "https://127.0.0.01/",
            "https://a.0x7f/",
            "https://a..example/",
            "https://a.example./",
            "https://xn--bcher-kva.example/",
            "https://a.example/./b",
            "https://a.example/b/..",
            "https://a.example/%2E/",
            "https://a.example/%",
            "https://a.example/x#y",
            "https://a.example/x?'",
            "https://a.example/ü",
            "https:a.example/",
            "ftp://a.example/",
        ] {
            assert!(!is_in_order(address), "{address}");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_address_is_checked_without_the_parser_as_with_it(
            host in "([a-z0-9.-]{1,12}|[0-9]{1,3}(\\.[0-9]{1,3}){3})(:[0-9]{0,5})?",
            path in "[a-zA-Z0-9%2eE./?:@#'&=~+-]{0,16}",
            secure in proptest::bool::ANY,
        ) {
            let address = format!("http{}://{host}/{path}", if secure { "s" } else { "" });
            if is_in_order(&address) {
                proptest::prop_assert_eq!(parsed(&address), Some(address));
            }
        }
    }

    #[test]
    fn the_id_of_a_source_is_an_absolute_uri() {
        for no_uri in ["urn:q", "urn:q:", "news", "http://a.example/ü"] {
            assert!(!is_absolute_uri(no_uri), "{no_uri}");
        }
        for uri in ["urn:isbn:1", "tag:a.example,2024:1", "http://a.example/"] {
            assert!(is_absolute_uri(uri), "{uri}");
        }
    }
}
