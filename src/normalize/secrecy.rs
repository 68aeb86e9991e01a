//! A source with a secret address -> what must not be published of it. Feeds repeat the address
//! they were fetched from: as their id, in links, in the ids of items.

use crate::model::{Location, Source};
use crate::url::{comparison_key, host};
use url::Url;

/// Bytes of a word with a digit that may be a key.
const MIN_KEY: usize = 5;

/// Bytes of a word without a digit that may be a key.
const MIN_KEY_OF_LETTERS: usize = 16;

/// The secret parts of a source's address; empty where the address is public.
#[derive(Default)]
pub(super) struct Secrecy {
    address: Option<Url>,
    /// Parts of its path and its query that look like keys.
    keys: Vec<String>,
}

impl Secrecy {
    pub(super) fn of(source: &Source) -> Self {
        let Location::Http(address) = &source.location else {
            return Self::default();
        };
        let public = source.public_url.as_deref();
        let is_public = public.is_some_and(|public| {
            page_key(public) == page_key(address) && public.query() == address.query()
        });
        if is_public {
            return Self::default();
        }
        let words = address.path().split('/');
        let words = words.chain(address.query().unwrap_or_default().split(['&', '=']));
        let is_public_word =
            |word: &str| public.is_some_and(|public| public.as_str().contains(word));
        Self {
            keys: words
                .filter(|word| is_key(word) && !is_public_word(word))
                .map(str::to_owned)
                .collect(),
            address: Some(Url::clone(address)),
        }
    }

    /// Whether a text is that address in any form, or contains a key of it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let Some(address) = &self.address else {
            return false;
        };
        self.keys.iter().any(|key| text.contains(key))
            || Url::parse(text).is_ok_and(|url| is_same(&url, address))
    }
}

/// Whether a word may be a key: it is long, or has a digit.
fn is_key(word: &str) -> bool {
    let has_digit = word.bytes().any(|b| b.is_ascii_digit());
    word.len()
        >= if has_digit {
            MIN_KEY
        } else {
            MIN_KEY_OF_LETTERS
        }
}

/// Whether two addresses are the same page. Scheme, slashes and tracking do not count, nor does the
/// query where only the path can be the secret. The home page is not a secret.
fn is_same(url: &Url, address: &Url) -> bool {
    let path = |url: &Url| url.path().trim_matches('/').to_owned();
    let same_path = host(url) == host(address) && path(url) == path(address);
    let only_path = address.query().is_none() && !path(address).is_empty();
    same_path && only_path || !is_home(address) && page_key(url) == page_key(address)
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
