//! Where a feed is: what its links are relative to, whose host its ids carry, and how its items
//! remember it.

use super::{Context, age, text};
use crate::model::{Feed, ItemSource, Location};
use crate::url::{host, is_web, resolve, without_userinfo};
use url::Url;

/// The addresses around a feed's items.
pub(super) struct Places {
    /// What links are relative to: the document, else the site.
    pub(super) base: Option<Url>,
    /// The site.
    pub(super) home_page: Option<Url>,
    /// The feed's address as configured, without user name and password.
    feed: Option<Url>,
    /// Host of the feed, the namespace of made ids; never empty.
    pub(super) host: String,
}

impl Places {
    pub(super) fn of(feed: &Feed, context: &Context) -> Self {
        let configured = match &context.source.location {
            Location::Http(url) => Some(url),
            Location::File { url, .. } => url.as_ref(),
        };
        let document = context.document_url.or(configured);
        let home_page = feed
            .home_page_url
            .as_deref()
            .and_then(|url| resolve(document, url))
            .filter(is_web);
        let said = || {
            feed.feed_url
                .as_deref()
                .and_then(|url| resolve(None, url))
                .filter(is_web)
        };
        let feed_url = configured.map(without_secret).or_else(said);
        // The configured address comes first: a redirect must not change ids.
        let host = [feed_url.as_ref(), home_page.as_ref()]
            .into_iter()
            .flatten()
            .find_map(host)
            .unwrap_or(context.source.id.as_str())
            .to_owned();
        Self {
            base: document
                .map(without_secret)
                .or_else(|| feed_url.clone())
                .or_else(|| home_page.clone()),
            home_page,
            feed: feed_url,
            host,
        }
    }

    /// An address as written, absolute.
    pub(super) fn resolve(&self, reference: &str) -> Option<Url> {
        resolve(self.base.as_ref(), reference)
    }

    /// Whether this address is that of the site or the feed, and so of no item.
    pub(super) fn is_no_item(&self, url: &str) -> bool {
        [&self.home_page, &self.feed, &self.base]
            .into_iter()
            .flatten()
            .any(|place| place.as_str() == url)
    }
}

fn without_secret(url: &Url) -> Url {
    let mut url = url.clone();
    without_userinfo(&mut url);
    url
}

/// What items remember of their source.
pub(super) fn item_source(feed: &Feed, places: &Places, context: &Context) -> ItemSource {
    let source = context.source;
    let said_title = || feed.title.as_ref().and_then(text::title);
    let own_id = feed
        .id
        .as_deref()
        .map(str::trim)
        .filter(|id| super::id::is_uri(id));
    ItemSource {
        id: source.id.clone(),
        title: source
            .title
            .clone()
            .or_else(said_title)
            .unwrap_or_else(|| places.host.clone()),
        feed_id: own_id
            .map(str::to_owned)
            .or_else(|| places.feed.as_ref().map(Url::to_string))
            .unwrap_or_else(|| super::id::derived(&places.host, "feed", "")),
        feed_url: places.feed.as_ref().map(Url::to_string),
        home_page_url: places.home_page.as_ref().map(Url::to_string),
        updated: feed
            .updated
            .as_deref()
            .and_then(|text| age::past(text, context)),
        rights: feed.rights.as_deref().and_then(text::line),
    }
}
