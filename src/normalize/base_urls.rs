//! A feed and its source -> the base of its links, the host in its ids, and what its items store of
//! their source.

use super::uri::{derived, is_uri};
use super::{Context, dates, text};
use crate::model::{Feed, ItemSource, Location, Secrecy};
use crate::url::{
    canonical, host, is_plain, is_web, is_web_address, resolve, target, without_userinfo,
};
use std::sync::Arc;
use url::Url;

/// The addresses of a feed.
pub(super) struct BaseUrls {
    /// What links are relative to: the document, else the site.
    pub(super) base: Option<Url>,
    /// The site.
    pub(super) home_page: Option<Url>,
    /// The feed's address, as it may be published.
    feed: Option<Url>,
    /// Host of the feed, the namespace of derived ids; never empty.
    pub(super) host: String,
    secrecy: Secrecy,
}

impl BaseUrls {
    pub(super) fn of(feed: &Feed, context: &Context, secrecy: Secrecy) -> Self {
        let source = context.source;
        let configured = source.location.url().map(Arc::as_ref);
        let public = source.public_url.as_deref();
        let is_file = matches!(source.location, Location::File { .. });
        let document = context.document_url.or(configured);
        // Of a secret address only the host may appear in links. The address that the feed gives
        // itself must not be published either.
        let base = match public {
            Some(public) if Some(public) != configured && configured.is_some() => {
                Some(public.clone())
            }
            None if !is_file => document.and_then(|url| url.join("/").ok()),
            _ => document.cloned(),
        };
        let base = base.map(without_secret);
        let home_page = feed
            .home_page_url
            .as_deref()
            .and_then(|url| resolve(base.as_ref(), url))
            .filter(|url| is_web(url) && !secrecy.is_in(url.as_str()));
        let given = || {
            feed.feed_url
                .as_deref()
                .and_then(|url| resolve(None, url))
                .filter(is_web)
        };
        let feed_url = match public {
            Some(public) => Some(without_secret(public.clone())),
            None if is_file => configured.cloned().map(without_secret).or_else(given),
            None => None,
        };
        // The configured address comes first: a redirect must not change ids.
        let host = [configured, feed_url.as_ref(), home_page.as_ref()]
            .into_iter()
            .flatten()
            .find_map(host)
            .unwrap_or(context.source.id.as_str())
            .to_owned();
        Self {
            base: base
                .or_else(|| feed_url.clone())
                .or_else(|| home_page.clone()),
            home_page,
            feed: feed_url,
            host,
            secrecy,
        }
    }

    /// An address as written, made absolute; none where it would reveal a secret.
    pub(super) fn resolve(&self, reference: String) -> Option<String> {
        self.absolute(self.base.as_ref(), reference)
    }

    /// The address of a page, absolute and without tracking; of a redirect that names its target,
    /// the target.
    pub(super) fn page(&self, reference: String) -> Option<String> {
        self.resolve(reference).and_then(|url| self.published(url))
    }

    /// An id that is the address of a page.
    pub(super) fn permalink(&self, id: String) -> Option<String> {
        self.absolute(None, id)
            .filter(|url| is_web_address(url))
            .and_then(|url| self.published(url))
    }

    /// An absolute address as it is published.
    fn published(&self, url: String) -> Option<String> {
        let scheme = "https://".len();
        let is_bare = |url: &str| {
            memchr::memchr2(b'?', b'#', url.as_bytes()).is_none()
                && url.get(scheme..).is_none_or(|rest| !rest.contains("http"))
        };
        if is_bare(&url) {
            return Some(url);
        }
        let Ok(parsed) = Url::parse(&url) else {
            return Some(url);
        };
        let page: String = canonical(&target(&parsed).unwrap_or(parsed)).into();
        (!self.is_secret(&page)).then_some(page)
    }

    fn absolute(&self, base: Option<&Url>, reference: String) -> Option<String> {
        let url = if is_plain(&reference) {
            reference
        } else {
            resolve(base, &reference)?.into()
        };
        (!self.is_secret(&url)).then_some(url)
    }

    /// Whether a text would reveal the secret part of the source's address.
    pub(super) fn is_secret(&self, text: &str) -> bool {
        self.secrecy.is_in(text)
    }

    /// Whether this is the address of the feed or its site, so not of an item.
    pub(super) fn is_feed_or_site(&self, url: &str) -> bool {
        [&self.home_page, &self.feed, &self.base]
            .into_iter()
            .flatten()
            .any(|own| own.as_str() == url)
    }
}

fn without_secret(mut url: Url) -> Url {
    without_userinfo(&mut url);
    url
}

/// What items store of their source.
pub(super) fn item_source(feed: &Feed, base_urls: &BaseUrls, context: &Context) -> ItemSource {
    let source = context.source;
    let given_title = || feed.title.clone().and_then(text::title);
    let title = source
        .title
        .clone()
        .or_else(given_title)
        .unwrap_or_else(|| base_urls.host.clone());
    let own_id = feed.id.as_deref().map(str::trim);
    ItemSource {
        id: source.id.clone(),
        feed_id: own_id
            .filter(|id| is_uri(id) && !base_urls.is_secret(id))
            .map(str::to_owned)
            .or_else(|| base_urls.feed.as_ref().map(Url::to_string))
            .unwrap_or_else(|| derived(&base_urls.host, "feed", &title)),
        title,
        feed_url: base_urls.feed.as_ref().map(Url::to_string),
        home_page_url: base_urls.home_page.as_ref().map(Url::to_string),
        updated: feed
            .updated
            .as_deref()
            .and_then(|text| dates::past(text, context)),
        rights: feed.rights.clone().and_then(text::line),
    }
}
