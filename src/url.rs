//! Web addresses -> resolved, without tracking parameters, comparable.

mod wrapped;

pub use wrapped::target;

use ::url::Url;
use std::borrow::Cow;

/// Schemes that a published link may have. `javascript:`, `data:`, `file:`, `blob:` and
/// others that run or read something on the reader's machine are not included.
pub const SCHEMES: [&str; 12] = [
    "http", "https", "mailto", "tel", "ftp", "ftps", "magnet", "xmpp", "irc", "ircs", "gemini",
    "geo",
];

/// Bytes of the longest address. Browsers and servers refuse shorter ones already.
const MAX_LENGTH: usize = 8 * 1024;

/// Query parameters that track where a reader came from, by the start of their names.
const TRACKING_PREFIXES: [&str; 10] = [
    "utm_", "at_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_", "ns_", "guce_", "fb_",
];

/// The same by their full names, in lower case, sorted.
const TRACKING: [&str; 52] = [
    "__twitter_impression",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "cmp",
    "cmpid",
    "dclid",
    "emc",
    "epik",
    "fbclid",
    "feedname",
    "feedtype",
    "ftag",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "hsctatracking",
    "icid",
    "igsh",
    "igshid",
    "maca",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ocid",
    "oly_anon_id",
    "oly_enc_id",
    "rb_clickid",
    "ref_src",
    "ref_url",
    "s_cid",
    "sc_campaign",
    "sc_cid",
    "smid",
    "srsltid",
    "trk",
    "trkcampaign",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wickedid",
    "wt_mc",
    "wt_zmc",
    "xtor",
    "yclid",
];

/// Parameters that are tracking only when their value says that the reader came from a feed.
const ORIGINS: [&str; 8] = [
    "cid", "from", "mod", "partner", "ref", "source", "src", "via",
];

/// Resolves a reference as written in a document; none when it is not a usable address.
///
/// White space around it is dropped, inside it encoded, as browsers do (WHATWG URL). User name and
/// password are dropped: those of a source's own address are secrets, others are meant to deceive.
pub fn resolve(base: Option<&Url>, reference: &str) -> Option<Url> {
    let reference = reference.trim();
    if reference.is_empty() || reference.len() > MAX_LENGTH {
        return None;
    }
    let reference = &*without_feed_scheme(reference);
    let mut url = match base {
        Some(base) => base.join(reference),
        None if reference.starts_with("//") => Url::parse(&format!("https:{reference}")),
        None => Url::parse(reference),
    }
    .ok()?;
    if !SCHEMES.contains(&url.scheme()) {
        return None;
    }
    without_userinfo(&mut url);
    // Checked again, because encoding makes it longer.
    (url.as_str().len() <= MAX_LENGTH).then_some(url)
}

/// `https://x` of `feed:https://x` and `http://x` of `feed://x`, which browsers used to pass to
/// feed readers.
pub fn without_feed_scheme(reference: &str) -> Cow<'_, str> {
    let Some(("feed", rest)) = reference.split_at_checked(4) else {
        return Cow::Borrowed(reference);
    };
    match rest.strip_prefix("://") {
        Some(rest) => Cow::Owned(format!("http://{rest}")),
        None => Cow::Borrowed(match rest.strip_prefix(':') {
            Some(rest) if rest.starts_with("http") => rest,
            _ => reference,
        }),
    }
}

/// Drops user name and password.
pub fn without_userinfo(url: &mut Url) {
    if !url.username().is_empty() || url.password().is_some() {
        // Both fail only for addresses that cannot have them.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
}

/// The address without tracking parameters, as it is published. All else is kept byte for byte.
pub fn canonical(url: &Url) -> Url {
    let mut url = url.clone();
    if !is_web(&url) {
        return url;
    }
    if let Some(query) = url.query()
        && let Some(kept) = without_tracking(query)
    {
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    if let Some(fragment) = url.fragment()
        && fragment.split('&').all(is_tracking)
    {
        url.set_fragment(None);
    }
    url
}

/// A key that is equal for addresses of one page: without scheme, `www.`, `m.`, `amp`, trailing
/// slash and tracking, with sorted parameters. For comparison only.
///
/// A fragment stays: pages list several items, each at a fragment of its own.
pub fn comparison_key(url: &Url) -> String {
    if !is_web(url) {
        return url.to_string();
    }
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let host = ["www.", "m.", "mobile.", "amp."]
        .iter()
        .fold(host, |host, prefix| {
            host.strip_prefix(prefix)
                .filter(|rest| rest.contains('.'))
                .unwrap_or(host)
        });
    let segments = url.path().split('/').filter(|s| !s.is_empty());
    let mut segments: Vec<&str> = segments.collect();
    if let Some(page) = page_of_amp_cache(host, &segments) {
        return comparison_key(&page);
    }
    if segments
        .last()
        .is_some_and(|s| matches!(*s, "amp" | "index.html" | "index.htm" | "index.php"))
    {
        segments.pop();
    }
    let is_amp = |p: &str| matches!(p, "amp" | "amp=1" | "amp=true" | "outputType=amp");
    let parameters = url.query().unwrap_or_default().split('&');
    let mut parameters: Vec<&str> = parameters
        .filter(|p| !p.is_empty() && !is_amp(p) && !is_tracking(p))
        .collect();
    parameters.sort_unstable();

    let mut key = String::with_capacity(url.as_str().len());
    key.push_str(host);
    if let Some(port) = url.port() {
        key.push(':');
        key.push_str(&port.to_string());
    }
    for segment in segments {
        key.push('/');
        key.push_str(segment);
    }
    for (n, parameter) in parameters.iter().enumerate() {
        key.push(if n == 0 { '?' } else { '&' });
        key.push_str(parameter);
    }
    let place = url.fragment().unwrap_or_default();
    if !place.is_empty() && !is_own_beginning(place) && !place.split('&').all(is_tracking) {
        key.push('#');
        key.push_str(place);
    }
    key
}

/// Whether a fragment names a page as a whole: its beginning, or where its comments are.
fn is_own_beginning(fragment: &str) -> bool {
    let places = [
        "top",
        "main",
        "content",
        "main-content",
        "more",
        "respond",
        "comments",
    ];
    places.contains(&fragment.to_ascii_lowercase().as_str()) || fragment.starts_with("more-")
}

/// The host without `www.`, lower case; none for addresses without one.
pub fn host(url: &Url) -> Option<&str> {
    let host = url.host_str()?.trim_end_matches('.');
    Some(host.strip_prefix("www.").unwrap_or(host)).filter(|h| !h.is_empty())
}

/// Whether it is `http:` or `https:`.
pub fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether a resolved address is `http:` or `https:`.
pub fn is_web_address(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// Whether [`resolve`] and [`canonical`] would return the text unchanged: an `http(s)` address of
/// letters and digits, without port, query or fragment. Most addresses in feeds are so, and this
/// check is much faster than parsing.
pub fn is_plain(reference: &str) -> bool {
    let scheme = ["https://", "http://"];
    let rest = scheme.iter().find_map(|s| reference.strip_prefix(s));
    let Some((host, path)) = rest.and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let is_name = host.split('.').all(|label| {
        label.starts_with(|c: char| c.is_ascii_lowercase())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            // The prefix of Punycode, which may not be valid.
            && !label.starts_with("xn--")
    });
    let is_unchanged = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'-' | b'_' | b'~' | b'.' | b',' | b';' | b':' | b'!' | b'@' | b'$'
            )
            || matches!(b, b'&' | b'(' | b')' | b'*' | b'+' | b'=' | b'/')
    };
    is_name
        && reference.len() <= MAX_LENGTH
        && path.bytes().all(is_unchanged)
        // `/../` and `/./` are resolved.
        && !path.starts_with('.')
        && !path.contains("/.")
}

/// A query without its tracking parameters; none when it has none.
fn without_tracking(query: &str) -> Option<String> {
    if !query.split('&').any(is_tracking) {
        return None;
    }
    let kept: Vec<&str> = query.split('&').filter(|p| !is_tracking(p)).collect();
    Some(kept.join("&"))
}

fn is_tracking(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    // `amp;utm_source` is the result of an `&` that was escaped twice.
    let name = lower(name.strip_prefix("amp;").unwrap_or(name));
    if ORIGINS.contains(&&*name) {
        let value = lower(value);
        return value.starts_with("rss") || value == "feed" || value == "atom";
    }
    TRACKING.binary_search(&&*name).is_ok()
        || TRACKING_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// The page of an address in an AMP cache: `google.com/amp/s/HOST/PATH`,
/// `cdn.ampproject.org/c/s/HOST/PATH`.
fn page_of_amp_cache(host: &str, segments: &[&str]) -> Option<Url> {
    let rest = match segments {
        ["amp", "s", rest @ ..] if host.starts_with("google.") => rest,
        ["c" | "v", "s", rest @ ..] if host.ends_with("cdn.ampproject.org") => rest,
        _ => return None,
    };
    let page = Url::parse(&format!("https://{}", rest.join("/"))).ok()?;
    // A cache of a cache could nest without end.
    let is_nested = is_amp_cache(page.host_str()?);
    (!is_nested).then_some(page)
}

fn is_amp_cache(host: &str) -> bool {
    host.contains("google.") || host.ends_with("cdn.ampproject.org")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn canonical_of(text: &str) -> String {
        canonical(&url(text)).to_string()
    }

    fn same_page(a: &str, b: &str) -> bool {
        comparison_key(&url(a)) == comparison_key(&url(b))
    }

    #[test]
    fn an_address_is_not_too_long_after_encoding_either() {
        let long = format!("https://example.org/{}", "é".repeat(2_000));
        assert_eq!(resolve(None, &long), None);
    }

    proptest! {
        #[test]
        fn a_plain_address_stays_as_it_is(
            address in "https?://[a-z0-9.x-]{0,20}(:[0-9]+)?/?[a-z./~;@!$&'()*+,:=%é?#-]{0,12}",
        ) {
            if is_plain(&address) {
                let resolved = resolve(None, &address).unwrap();
                prop_assert_eq!(resolved.as_str(), &*address);
                prop_assert_eq!(String::from(canonical(&resolved)), address);
            }
        }
    }

    #[test]
    fn most_addresses_are_plain() {
        assert!(is_plain("https://www.example.org/news/2024/06/17-a_b.html"));
        assert!(is_plain("http://example.org/"));
        for other in [
            "https://example.org",
            "https://1.2.3.4/",
            "https://0x7f.1/",
            "https://example.org/a/../b",
            "https://xn--a/",
            "https://Example.org/",
            "https://example.org:443/",
            "https://a@example.org/",
            "https://example.org/?utm_source=x",
            "/x",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }

    #[test]
    fn lists_are_sorted_for_searching() {
        assert!(TRACKING.is_sorted());
    }

    #[test]
    fn references_are_resolved_as_browsers_do() {
        let base = url("https://example.org/news/list.html?page=2");
        let resolved = |reference| resolve(Some(&base), reference).map(|u| u.to_string());
        assert_eq!(
            resolved(" a b.html\n").as_deref(),
            Some("https://example.org/news/a%20b.html")
        );
        assert_eq!(resolved("/x").as_deref(), Some("https://example.org/x"));
        assert_eq!(
            resolved("//cdn.example.net/i.png").as_deref(),
            Some("https://cdn.example.net/i.png")
        );
        assert_eq!(
            resolved("mailto:a@example.org").as_deref(),
            Some("mailto:a@example.org")
        );
        assert_eq!(resolved(""), None);
    }

    #[test]
    fn an_address_without_scheme_or_base_is_none() {
        assert_eq!(resolve(None, "a.html"), None);
        assert_eq!(
            resolve(None, "//example.org/a").unwrap().as_str(),
            "https://example.org/a"
        );
    }

    #[test]
    fn links_that_run_something_are_refused() {
        for bad in [
            "javascript:alert(1)",
            "JavaScript:x",
            "java\nscript:x",
            " data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "about:blank",
            "blob:https://a/b",
        ] {
            assert_eq!(
                resolve(Some(&url("https://example.org/")), bad),
                None,
                "{bad}"
            );
        }
    }

    #[test]
    fn passwords_never_leave_an_address() {
        let base = url("https://me:secret@example.org/feed");
        assert_eq!(
            resolve(Some(&base), "a").unwrap().as_str(),
            "https://example.org/a"
        );
    }

    #[test]
    fn tracking_is_dropped_and_the_rest_kept_byte_for_byte() {
        assert_eq!(
            canonical_of("https://a.example/x?utm_source=rss&id=5&UTM_medium=y"),
            "https://a.example/x?id=5"
        );
        assert_eq!(
            canonical_of("https://a.example/x?fbclid=1&gclid=2"),
            "https://a.example/x"
        );
        assert_eq!(
            canonical_of("https://a.example/x?b=%C3%A9+%2F&a&at_medium=RSS"),
            "https://a.example/x?b=%C3%A9+%2F&a"
        );
        assert_eq!(
            canonical_of("https://a.example/x?id=1&amp;utm_source=y"),
            "https://a.example/x?id=1"
        );
        assert_eq!(
            canonical_of("https://a.example/x#utm_source=y"),
            "https://a.example/x"
        );
        assert_eq!(
            canonical_of("https://a.example/x#part"),
            "https://a.example/x#part"
        );
        assert_eq!(
            canonical_of("https://a.example/x?&&a=1"),
            "https://a.example/x?&&a=1"
        );
    }

    #[test]
    fn an_origin_is_tracking_only_when_it_is_a_feed() {
        assert_eq!(
            canonical_of("https://a.example/x?ref=rss&from=feed"),
            "https://a.example/x"
        );
        assert_eq!(
            canonical_of("https://a.example/x?ref=main&from=2024"),
            "https://a.example/x?ref=main&from=2024"
        );
    }

    #[test]
    fn addresses_of_one_page_compare_equal() {
        assert!(same_page(
            "http://www.example.org/a/",
            "https://example.org/a"
        ));
        assert!(same_page(
            "https://m.example.org/a/amp/",
            "https://example.org/a?utm_source=x#top"
        ));
        assert!(same_page(
            "https://example.org/?b=2&a=1",
            "https://example.org/index.html?a=1&b=2"
        ));
        assert!(same_page(
            "https://www.google.com/amp/s/www.example.org/a/b",
            "https://example.org/a/b"
        ));
        assert!(same_page(
            "https://example.org/a?utm_source=x&b=1#utm_source=y&at_medium=z",
            "https://example.org/a?b=1"
        ));
        assert!(!same_page("https://example.org/a", "https://example.org/A"));
        assert!(!same_page(
            "https://example.org/?p=1",
            "https://example.org/?p=2"
        ));
        assert!(!same_page(
            "https://example.org:8080/",
            "https://example.org/"
        ));
    }

    #[test]
    fn hosts_are_compared_without_www() {
        assert_eq!(host(&url("https://www.Example.org/x")), Some("example.org"));
        assert_eq!(host(&url("mailto:a@example.org")), None);
    }
}
