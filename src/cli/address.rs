//! An address as people type it -> an http(s) address.

use crate::url::{is_web, without_feed_scheme};
use url::Url;

/// Reads it; `https://` may be left out.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let text = without_feed_scheme(text.trim());
    let has_host = |url: &Url| url.host_str().is_some_and(|host| host.contains('.'));
    match Url::parse(&text) {
        Ok(url) if is_web(&url) => Ok(url),
        // `example.org:8080/feed`, `example.org/feed`.
        Ok(url) if !url.scheme().contains('.') => Err(format!(
            "\"{}:\" cannot be fetched, only http and https",
            url.scheme()
        )),
        _ => Url::parse(&format!("https://{text}"))
            .ok()
            .filter(has_host)
            .ok_or_else(|| "not an address; write for example https://example.org/".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_may_be_left_out() {
        for (text, read) in [
            ("https://a.example/f", Some("https://a.example/f")),
            ("a.example", Some("https://a.example/")),
            ("a.example:8080/f", Some("https://a.example:8080/f")),
            ("feed://a.example/f", Some("http://a.example/f")),
            ("ftp://a.example/f", None),
            ("localhost", None),
            ("subscriptions", None),
            ("", None),
        ] {
            let found = address(text).ok().map(String::from);
            assert_eq!(found.as_deref(), read, "{text}");
        }
    }
}
