//! A source -> what is secret of it, and what may be shown of a text that repeats it. Feeds repeat the
//! address they were fetched from: as their id, in links, in the ids and texts of items.
//!
//! Secret are the address that `env:` or `file:` names, whether or not another one is given to be
//! shown, and the headers that are sent. Where a secret address leads is as secret.

use super::redaction::{Redaction, decoded, replace_runs};
use super::{Location, Source};
use crate::url::{comparison_key, host};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// Bytes of a word with a digit or with capitals that may be a key, and of the shortest password.
const MIN_KEY: usize = 5;

/// Bytes of any other word that may be a key.
const MIN_KEY_OF_LETTERS: usize = 16;

/// Bytes of a word that is looked for in all texts: a shorter one may be an ordinary word.
const MIN_KEY_ANYWHERE: usize = 8;

/// Bytes of a password of letters only that is looked for in all texts.
const MIN_PASSWORD_OF_LETTERS: usize = 12;

/// Bytes of a word with a digit that nobody would write but a program.
const MIN_LONG_KEY: usize = 20;

/// In the place of an address.
const SECRET_ADDRESS: &str = "(a secret address)";

/// In the place of a link. No browser follows this scheme, so that it is left out where HTML is
/// made safe.
const SECRET_LINK: &str = "secret:***";

/// Parts of the names of parameters and headers whose values are keys, whatever they look like.
const NAMES_OF_KEYS: [&str; 12] = [
    "auth",
    "token",
    "key",
    "secret",
    "pass",
    "pwd",
    "sig",
    "session",
    "sid",
    "cookie",
    "hash",
    "credential",
];

/// Headers that say how a program wants its answer: words of every page and feed.
const OPEN_HEADERS: [&str; 7] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-type",
    "user-agent",
];

/// What is secret of a source; nothing of most.
#[derive(Clone, Debug, Default)]
pub struct Secrecy {
    /// Its address, if that is secret.
    address: Option<Arc<Url>>,
    public: Option<Arc<Url>>,
    /// Whether its page as a whole is secret, not only a password or parameters.
    page_is_secret: bool,
    /// What none of its addresses may contain.
    keys: Redaction,
    /// What no text may contain.
    anywhere: Redaction,
}

impl Secrecy {
    /// What is secret of this source.
    pub fn of(source: &Source) -> Self {
        let words = words_of(source);
        let address = source
            .location
            .url()
            .filter(|_| source.has_secret_address())
            .cloned();
        let public = source.public_url.clone();
        let page_is_secret = address.as_ref().is_some_and(|address| {
            !public.as_ref().is_some_and(|public| {
                page_key(public) == page_key(address) && public.query() == address.query()
            })
        });
        Self {
            page_is_secret,
            keys: Redaction::new(words.iter().map(|word| &*word.text)),
            anywhere: anywhere(&words),
            address,
            public,
        }
    }

    /// Whether nothing is.
    pub fn is_nothing(&self) -> bool {
        self.address.is_none() && self.keys.is_empty()
    }

    /// Whether an address or an id is the secret one in any form, or contains a key of it.
    pub fn is_in(&self, address: &str) -> bool {
        if self.is_nothing() {
            return false;
        }
        if self.keys.is_in(address) {
            return true;
        }
        let Some(secret) = self.address.as_deref().filter(|_| self.page_is_secret) else {
            return false;
        };
        let is_it = |text: &str| {
            let url = match Url::parse(text) {
                Ok(url) => Some(url),
                Err(_) if text.starts_with('/') => secret.join(text).ok(),
                Err(_) => None,
            };
            url.is_some_and(|url| is_same(&url, secret))
        };
        let plain = decoded(address);
        is_it(address) || is_it(&plain) || names(&plain, secret)
    }

    /// A text of its document, HTML or not, without what is secret. A link is left as an address that
    /// leads nowhere.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_nothing() {
            return Cow::Borrowed(text);
        }
        let links = replace_runs(text, |before, run| {
            let is_value = before.ends_with(['"', '\'', '=']);
            self.reveals(run, is_value).then(|| SECRET_LINK.to_owned())
        });
        match links {
            Some(shown) => Cow::Owned(self.anywhere.hide(&shown).into_owned()),
            None => self.anywhere.hide(text),
        }
    }

    /// What is said of it, without what is secret: of a secret address no other address is named
    /// either, since it leads there.
    pub fn message(&self, text: String) -> String {
        if self.is_nothing() {
            return text;
        }
        let text = self.keys.hide(&text);
        let shown = replace_runs(&text, |_, run| {
            let end = run.trim_end_matches([';', ':', '.', '!', '?', '}']);
            let after = &run[end.len()..];
            let is_address = end.contains("://") && self.address.is_some();
            let is_public = self
                .public
                .as_ref()
                .is_some_and(|public| public.as_str() == end);
            let is_hidden = is_address && !is_public || self.reveals(end, false);
            is_hidden.then(|| format!("{SECRET_ADDRESS}{after}"))
        });
        shown.unwrap_or_else(|| text.into_owned())
    }

    /// Whether a run of characters is an address, or part of one, that must not be shown.
    fn reveals(&self, run: &str, is_value: bool) -> bool {
        let has_form = run.contains(['/', ':', '=', '?', '&', '@', '%']);
        if is_value || has_form {
            let end = run.trim_end_matches(['.', ';', ':', '!', '?', '}']);
            self.is_in(end)
        } else {
            false
        }
    }
}

/// The words that are secret of these sources, of other addresses, and tokens among these, for all that leaves the
/// program. What is written openly elsewhere, such as in the address of another source, is not.
pub fn redaction<'a>(
    sources: impl IntoIterator<Item = &'a Source>,
    addresses: impl IntoIterator<Item = &'a str>,
    open: &[&str],
) -> Redaction {
    let mut words: Vec<Word> = sources.into_iter().flat_map(words_of).collect();
    for address in addresses {
        match Url::parse(address) {
            Ok(url) if url.has_host() => words.extend(words_of_address(&url)),
            // A token or a password.
            _ => words.extend(Word::new(address, true)),
        }
    }
    words.retain(|word| !open.iter().any(|text| contains(text, &word.text)));
    anywhere(&words)
}

/// What may be secret of an address that is not that of a source, such as that of a proxy.
pub fn of_address(address: &Url) -> Redaction {
    anywhere(&words_of_userinfo(address))
}

fn anywhere(words: &[Word]) -> Redaction {
    let words = words.iter().filter(|word| word.is_told_anywhere());
    Redaction::new(words.map(|word| &*word.text))
}

/// A word that is secret.
struct Word {
    text: String,
    /// Whether it was given as a password or a key, so that it need not look like one.
    is_credential: bool,
}

impl Word {
    fn new(text: &str, is_credential: bool) -> Option<Self> {
        let has_digit = text.bytes().any(|b| b.is_ascii_digit());
        // Addresses are written in lower case, but for keys.
        let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
        let shortest = if has_digit || is_credential || capitals > 1 {
            MIN_KEY
        } else {
            MIN_KEY_OF_LETTERS
        };
        (text.len() >= shortest).then(|| Self {
            text: text.to_owned(),
            is_credential,
        })
    }

    /// Whether it is so unlike a word of a language that it can be taken out of any text.
    fn is_told_anywhere(&self) -> bool {
        let text = &self.text;
        let has_digit = text.bytes().any(|b| b.is_ascii_digit());
        let length = text.len();
        let is_password = self.is_credential && (has_digit || length >= MIN_PASSWORD_OF_LETTERS);
        length >= MIN_KEY_ANYWHERE && (is_password || is_mixed(text))
            || length >= MIN_LONG_KEY && has_digit
    }
}

/// Whether letters and digits alternate, as in no word and no date.
fn is_mixed(text: &str) -> bool {
    let kinds: Vec<bool> = text
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.is_ascii_digit())
        .collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 2
}

fn words_of(source: &Source) -> Vec<Word> {
    let mut words: Vec<Word> = source
        .headers
        .iter()
        .flat_map(|(name, value)| words_of_header(name, value.reveal()))
        .collect();
    if let Location::Http(address)
    | Location::File {
        url: Some(address), ..
    } = &source.location
    {
        words.extend(if source.has_secret_address() {
            words_of_address(address)
        } else {
            words_of_userinfo(address)
        });
    }
    if let Some(public) = source
        .public_url
        .as_ref()
        .filter(|_| source.has_secret_address())
    {
        words.retain(|word| !contains(public.as_str(), &word.text));
    }
    words
}

/// All words of an address but those of its host.
fn words_of_address(address: &Url) -> Vec<Word> {
    let mut words = words_of_userinfo(address);
    let path = address.path().split('/').map(plain);
    words.extend(path.filter_map(|word| Word::new(&word, false)));
    for (name, value) in address.query_pairs() {
        words.extend(Word::new(&name, false));
        words.extend(Word::new(&value, names_a_key(&name)));
    }
    words.extend(Word::new(
        &plain(address.fragment().unwrap_or_default()),
        false,
    ));
    words
}

fn words_of_userinfo(address: &Url) -> Vec<Word> {
    let (name, password) = (address.username(), address.password());
    if name.is_empty() && password.is_none() {
        return Vec::new();
    }
    let name = Word::new(&plain(name), password.is_none_or(str::is_empty));
    let password = Word::new(&plain(password.unwrap_or_default()), true);
    name.into_iter().chain(password).collect()
}

fn words_of_header(name: &str, value: &str) -> Vec<Word> {
    let name = name.to_ascii_lowercase();
    if OPEN_HEADERS.contains(&&*name) {
        return Vec::new();
    }
    let is_credential = names_a_key(&name);
    let mut words: Vec<Word> = Word::new(value, is_credential).into_iter().collect();
    if !is_credential {
        return words;
    }
    // `Bearer KEY`, `Basic BASE64`, `name=KEY; name=KEY`. The name of a scheme is no key.
    let parts: Vec<&str> = value
        .split([' ', ';', ','])
        .filter(|part| !part.is_empty())
        .collect();
    let is_scheme = |n: usize, part: &str| n == 0 && parts.len() > 1 && !part.contains('=');
    for (n, part) in parts.iter().enumerate() {
        if is_scheme(n, part) {
            continue;
        }
        // The `=` at the end of BASE64 parts nothing.
        let value = part.split_once('=').map(|(_, value)| value);
        let value = value
            .filter(|value| !value.trim_matches('=').is_empty())
            .unwrap_or(part);
        words.extend(Word::new(value.trim_matches('"'), true));
        let login = BASE64_STANDARD.decode(part).ok();
        let login = login.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((user, password)) = login.as_deref().and_then(|login| login.split_once(':')) {
            words.extend(Word::new(user, false));
            words.extend(Word::new(password, true));
        }
    }
    words
}

fn names_a_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES_OF_KEYS.iter().any(|part| name.contains(part))
}

fn plain(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn contains(text: &str, word: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let word = word.to_ascii_lowercase();
    text.contains(&word) || decoded(&text).contains(&word)
}

/// Whether two addresses are the same page. Scheme, slashes and tracking do not count, nor does the
/// query where only the path can be the secret. The home page is not a secret.
fn is_same(url: &Url, address: &Url) -> bool {
    let path = |url: &Url| url.path().trim_matches('/').to_owned();
    let same_path = host(url) == host(address) && path(url) == path(address);
    let only_path = address.query().is_none() && !path(address).is_empty();
    same_path && only_path || !is_home(address) && page_key(url) == page_key(address)
}

/// Whether a text names an address within other text: without its scheme, or as a parameter of
/// another one.
fn names(text: &str, address: &Url) -> bool {
    let Some(host) = host(address).filter(|_| !is_home(address)) else {
        return false;
    };
    let path = address.path().trim_end_matches('/');
    let query = address.query().map(|query| format!("?{query}"));
    let port = address.port().map(|port| format!(":{port}"));
    let name = [
        host,
        &port.unwrap_or_default(),
        path,
        &query.unwrap_or_default(),
    ]
    .concat();
    text.match_indices(&*name).any(|(at, _)| {
        let rest = text[at + name.len()..].trim_start_matches('/');
        rest.is_empty() || rest.starts_with(['?', '#', '&', ';'])
    })
}

fn is_home(address: &Url) -> bool {
    address.path() == "/" && address.query().is_none()
}

/// The key of an address whatever its fragment is: each fragment of a secret page is as secret.
fn page_key(address: &Url) -> String {
    let mut page = address.clone();
    page.set_fragment(None);
    comparison_key(&page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Secret, SourceId};

    fn url(text: &str) -> Arc<Url> {
        Arc::new(Url::parse(text).unwrap())
    }

    fn source(address: &str, public: Option<&str>) -> Source {
        Source {
            public_url: public.map(url),
            ..Source::new(SourceId::new("s"), Location::Http(url(address)))
        }
    }

    fn secrecy(address: &str) -> Secrecy {
        Secrecy::of(&source(address, None))
    }

    #[test]
    fn an_open_address_has_no_secrets() {
        let open = Secrecy::of(&Source::new(
            SourceId::new("s"),
            Location::Http(url("https://a.example/n3ws42/feed?id=12345")),
        ));
        assert!(open.is_nothing());
        assert!(!open.is_in("https://a.example/n3ws42/feed?id=12345"));
    }

    #[test]
    fn another_address_to_show_does_not_make_the_real_one_public() {
        let shown = Secrecy::of(&source(
            "https://a.example/f?token=t0ps3cret42",
            Some("https://pub.example/f"),
        ));
        assert!(shown.is_in("https://a.example/f?token=t0ps3cret42"));
        assert_eq!(
            shown.message(
                "that announces https://pub.example/new?token=other; see https://pub.example/f"
                    .to_owned()
            ),
            "that announces (a secret address); see https://pub.example/f"
        );
    }

    #[test]
    fn a_key_is_found_in_every_form_of_an_address() {
        let secrecy = secrecy("https://a.example/rss?b=2&token=pa55word&a=1");
        for form in [
            "https://a.example/rss?a=1&b=2&token=pa55word",
            "http://www.a.example/rss/?token=pa55word&a=1&b=2&utm_source=x#top",
            "https://b.example/PA55WORD/x.png",
            "https://pa55word.b.example/",
            "https://b.example/?t=%70a55word",
            "https://share.example/?u=https%253A%252F%252Fb.example%252Fpa55word",
            "https://b.example/?t=p&#97;55word",
            "/rss?token=pa55word",
            "tag:a.example,2024:pa55word",
        ] {
            assert!(secrecy.is_in(form), "{form}");
        }
        assert!(!secrecy.is_in("https://a.example/news/1?a=1"));
    }

    #[test]
    fn a_word_with_capitals_or_under_the_name_of_a_key_is_a_key() {
        let secrecy = secrecy("https://a.example/hiDDen/rss?format=atom&auth=sesame");
        for form in [
            "https://a.example/hidden/1.html",
            "https://b.example/?x=SESAME",
        ] {
            assert!(secrecy.is_in(form), "{form}");
        }
        assert!(!secrecy.is_in("https://a.example/rss/1?format=atom"));
        assert_eq!(secrecy.text("Open sesame"), "Open sesame");
        assert_eq!(secrecy.message("not sesame".to_owned()), "not ***");
    }

    #[test]
    fn an_address_without_a_key_is_secret_as_a_whole() {
        let secrecy = secrecy("https://a.example:8443/hidden");
        for form in [
            "https://a.example:8443/hidden/#1",
            "https://a.example:8443/hidden?page=2",
            "/hidden",
            "https://share.example/?u=https%3A%2F%2Fa.example%3A8443%2Fhidden",
        ] {
            assert!(secrecy.is_in(form), "{form}");
        }
        for form in [
            "https://a.example:8443/hidden-lake",
            "/news/hidden",
            "https://a.example:8443/",
        ] {
            assert!(!secrecy.is_in(form), "{form}");
        }
    }

    #[test]
    fn links_of_a_text_lead_nowhere_and_its_words_stay() {
        let secrecy = secrecy("https://a.example/news24/f?token=t0ps3cret42");
        assert_eq!(
            secrecy.text("<a href=\"https://b.example/x.mp3?token=t0ps3cret42\">news24</a>, https://b.example/1"),
            "<a href=\"secret:***\">news24</a>, https://b.example/1"
        );
        assert_eq!(
            secrecy.text(
                "<img srcset='https://b.example/t0ps3cret42.png 2x, https://b.example/1.png'>"
            ),
            "<img srcset='secret:*** 2x, https://b.example/1.png'>"
        );
        assert_eq!(secrecy.text("The key is T0PS3CRET42."), "The key is ***.");
        assert!(matches!(
            secrecy.text("<a href=x>news24</a>"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn headers_are_secret_but_not_the_words_of_protocols() {
        let mut open = source("https://a.example/f", Some("https://a.example/f"));
        open.headers = [
            ("Accept", "application/atom+xml"),
            ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"),
            ("Cookie", "theme=dark; session=c00kie42"),
            ("Authorization", "Basic bWU6cGE1NXdvcmQ="),
            ("X-Api-Key", "k3yk3yk3y"),
        ]
        .map(|(name, value)| (name.to_owned(), Secret::new(value.to_owned())))
        .into();
        let secrecy = Secrecy::of(&open);
        let said = "application/atom+xml Mozilla/5.0 theme dark Basic";
        assert_eq!(secrecy.text(said), said);
        for key in ["c00kie42", "pa55word", "bWU6cGE1NXdvcmQ=", "k3yk3yk3y"] {
            assert_eq!(
                secrecy.message(format!("it said {key} aloud")),
                "it said *** aloud"
            );
        }
        assert_eq!(
            secrecy.message("moved to https://b.example/".to_owned()),
            "moved to https://b.example/"
        );
    }

    #[test]
    fn what_is_written_openly_is_no_secret_of_all() {
        let secret = source("https://a.example/sh4red1key/f?token=t0ps3cret42", None);
        let all = redaction(
            [&secret],
            ["http://me:pr0xyword@proxy.example/"],
            &["https://a.example/sh4red1key/open"],
        );
        assert_eq!(
            all.hide("sh4red1key t0ps3cret42 pr0xyword"),
            "sh4red1key *** ***"
        );
    }
}
