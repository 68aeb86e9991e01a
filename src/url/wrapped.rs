//! Addresses of redirects that name their target -> the target. No request is needed for that.
//! Search alerts and mail programs link to items in this way, and two sources then have two
//! addresses for one page.

use super::{MAX_LENGTH, is_web, resolve};
use ::url::{Url, form_urlencoded};

/// A redirect may lead through another one; more are an attempt to cost time.
const MAX_LAYERS: usize = 4;

/// Hosts (with their subdomains), the paths of their redirects, and the parameters that hold the
/// target. `google.` stands for the host in any top-level domain.
const WRAPPERS: [(&str, &[&str], &[&str]); 27] = [
    ("google.", &["/url", "/news/url"], &["url", "q"]),
    ("google.", &["/imgres"], &["imgrefurl"]),
    ("translate.google.", &["/translate"], &["u"]),
    ("bing.com", &["/news/apiclick.aspx"], &["url"]),
    ("duckduckgo.com", &["/l"], &["uddg"]),
    ("facebook.com", &["/l.php", "/flx/warn"], &["u"]),
    ("messenger.com", &["/l.php"], &["u"]),
    ("l.instagram.com", &["/"], &["u"]),
    ("l.threads.net", &["/"], &["u"]),
    ("l.threads.com", &["/"], &["u"]),
    ("l.wl.co", &["/l"], &["u"]),
    ("linkedin.com", &["/redir/redirect", "/safety/go"], &["url"]),
    ("youtube.com", &["/redirect"], &["q"]),
    ("out.reddit.com", &["/"], &["url"]),
    ("t.umblr.com", &["/redirect"], &["z"]),
    ("vk.com", &["/away.php"], &["to"]),
    ("steamcommunity.com", &["/linkfilter"], &["url", "u"]),
    ("slack-redir.net", &["/link"], &["url"]),
    ("medium.com", &["/r"], &["url"]),
    ("getpocket.com", &["/redirect"], &["url"]),
    ("link.zhihu.com", &["/"], &["target"]),
    ("safelinks.protection.outlook.com", &["/"], &["url"]),
    (
        "statics.teams.cdn.office.net",
        &["/evergreen-assets/safelinks"],
        &["url"],
    ),
    ("deref-gmx.net", &["/mail/client"], &["redirectUrl"]),
    ("deref-web.de", &["/mail/client"], &["redirectUrl"]),
    ("go.redirectingat.com", &["/"], &["url"]),
    ("exit.sc", &["/"], &["url"]),
];

/// Hosts whose path or query is the target as a whole, after a part that does not have to be
/// known.
const PREFIXES: [&str; 14] = [
    "web.archive.org",
    "wayback.archive.org",
    "archive.is",
    "archive.today",
    "archive.ph",
    "archive.li",
    "archive.fo",
    "archive.md",
    "archive.vn",
    "href.li",
    "anonym.to",
    "us.rd.yahoo.com",
    "rd.yahoo.com",
    "12ft.io",
];

/// The address that a redirect names as its target; none where it names none.
pub fn target(url: &Url) -> Option<Url> {
    let mut found = None;
    for _ in 0..MAX_LAYERS {
        let Some(next) = inner(found.as_ref().unwrap_or(url)) else {
            break;
        };
        found = Some(next);
    }
    found
}

fn inner(url: &Url) -> Option<Url> {
    let host = url.host_str().filter(|_| is_web(url))?;
    if PREFIXES.iter().any(|known| is_under(host, known)) {
        return embedded(url);
    }
    let path = url.path().trim_end_matches('/');
    let (.., parameters) = WRAPPERS.iter().find(|(known, paths, _)| {
        is_under(host, known)
            && paths.iter().any(|begin| {
                let begin = begin.trim_end_matches('/');
                // The root alone, but `/mail/client` also where more follows.
                path == begin || !begin.is_empty() && path.starts_with(&format!("{begin}/"))
            })
    })?;
    let query = url.query()?;
    parameters.iter().find_map(|parameter| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name.eq_ignore_ascii_case(parameter))
            .and_then(|(_, value)| page(&value))
    })
}

/// `https://web.archive.org/web/2025/https://pier.example/a?b`, `https://href.li/?https://...`.
fn embedded(url: &Url) -> Option<Url> {
    let whole = url.as_str();
    let rest = whole.split_once("://")?.1;
    let begin = ["http:/", "https:/", "http%3a", "https%3a"]
        .iter()
        .filter_map(|scheme| {
            let at = rest.to_ascii_lowercase().find(scheme)?;
            // It is the beginning of a segment or of the query: no other word ends so.
            let before = rest[..at].chars().next_back()?;
            matches!(before, '/' | '?' | '*' | '=').then_some(at)
        })
        .min()?;
    let target = &rest[begin..];
    if let Some(url) = page(target) {
        return Some(url);
    }
    let decoded: String = form_urlencoded::parse(format!("u={target}").as_bytes())
        .map(|(_, value)| value.into_owned())
        .next()?;
    page(&decoded)
}

/// An absolute address of a page. Servers fold the slashes of one inside a path into one.
fn page(text: &str) -> Option<Url> {
    let (scheme, rest) = text.trim().split_once(':')?;
    let is_web = ["http", "https"]
        .iter()
        .any(|s| scheme.eq_ignore_ascii_case(s));
    let rest = rest.trim_start_matches('/');
    if !is_web || rest.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let target = resolve(None, &format!("{scheme}://{rest}"))?;
    // A word alone is no host of the web: the text was cut, or it is a joke.
    let is_host = |host: &str| host.contains(['.', ':']) && !host.starts_with('.');
    target.host_str().is_some_and(is_host).then_some(target)
}

/// Whether a host is `known` or under it. A `known` that ends in a dot has any top-level domain.
fn is_under(host: &str, known: &str) -> bool {
    let under = |host: &str, known: &str| {
        host.strip_suffix(known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    match known.strip_suffix('.') {
        None => under(host, known),
        Some(name) => {
            // `google.de`, `google.co.uk`, `google.com.au`.
            let labels: Vec<&str> = host.rsplit('.').collect();
            let is_second = |label: &str| matches!(label, "co" | "com");
            let skipped = match labels[..] {
                [_, second, _, ..] if is_second(second) => 2,
                _ => 1,
            };
            let domain: usize = labels.iter().take(skipped).map(|l| l.len() + 1).sum();
            host.len()
                .checked_sub(domain)
                .is_some_and(|end| under(&host[..end], name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_that_an_address_names_is_found() {
        let table = [
            (
                "https://www.google.com/url?rct=j&sa=t&url=https://pier.example/crane%3Fid%3D1&ct=ga&usg=x",
                "https://pier.example/crane?id=1",
            ),
            (
                "https://www.google.co.uk/url?q=https%3A%2F%2Fpier.example%2F&sa=D",
                "https://pier.example/",
            ),
            (
                "http://news.google.de/news/url?sa=t&url=http://pier.example/a",
                "http://pier.example/a",
            ),
            (
                "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fpier.example%2fcrane&c=2",
                "https://pier.example/crane",
            ),
            (
                "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fpier.example%2Fa&rut=1",
                "https://pier.example/a",
            ),
            (
                "https://l.facebook.com/l.php?u=https%3A%2F%2Fpier.example%2Fa%3Fb%3Dc&h=AT0",
                "https://pier.example/a?b=c",
            ),
            (
                "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fpier.example%2F&data=05%7C01",
                "https://pier.example/",
            ),
            (
                "https://t.umblr.com/redirect?z=https%3A%2F%2Fpier.example%2Fa&t=x",
                "https://pier.example/a",
            ),
            (
                "https://web.archive.org/web/20250301000000if_/https://pier.example/a?b=1",
                "https://pier.example/a?b=1",
            ),
            (
                "https://archive.ph/2025.03.01-080000/http:/pier.example/a",
                "http://pier.example/a",
            ),
            (
                "https://archive.is/o/Xy1/https://pier.example/",
                "https://pier.example/",
            ),
            (
                "https://href.li/?https%3A%2F%2Fpier.example%2Fa%3Fb",
                "https://pier.example/a?b",
            ),
            (
                "http://us.rd.yahoo.com/dailynews/rss/sea/*http://pier.example/a",
                "http://pier.example/a",
            ),
            (
                "https://www.google.com/url?url=https://l.facebook.com/l.php%3Fu%3Dhttps%253A%252F%252Fpier.example%252F",
                "https://pier.example/",
            ),
            (
                "https://www.google.com/url?url=https://me:secret@pier.example/",
                "https://pier.example/",
            ),
        ];
        for (wrapped, expected) in table {
            let found = target(&Url::parse(wrapped).unwrap());
            assert_eq!(found.as_ref().map(Url::as_str), Some(expected), "{wrapped}");
        }
    }

    #[test]
    fn other_addresses_name_no_target() {
        for address in [
            "https://pier.example/url?url=https://other.example/",
            "https://google.pier.example/url?url=https://other.example/",
            "https://notgoogle.com/url?url=https://other.example/",
            "https://www.google.com/search?q=https://other.example/",
            "https://www.google.com/url?url=javascript:alert(1)",
            "https://www.google.com/url?url=pier",
            "https://www.google.com/url?url=https://pier",
            "https://www.google.com/url?sa=t",
            "https://web.archive.org/about/",
            "https://archive.ph/Xy1Z2",
            "https://www.facebook.com/pier?u=https://other.example/",
            "mailto:a@google.com",
        ] {
            assert_eq!(target(&Url::parse(address).unwrap()), None, "{address}");
        }
    }

    #[test]
    fn a_redirect_to_itself_ends() {
        let mut address = "https://pier.example/".to_owned();
        for _ in 0..6 {
            let mut outer = Url::parse("https://www.google.com/url").unwrap();
            outer.query_pairs_mut().append_pair("url", &address);
            address = outer.into();
        }
        assert!(target(&Url::parse(&address).unwrap()).is_some());
    }
}
