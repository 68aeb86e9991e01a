//! OPML lists -> sources. Each feed of a list becomes a source with the list's options.

use crate::config::Config;
use crate::mill::Error;
use crate::model::{Location, Secrecy, Source, SourceId, SourceKind, Subscription};
use crate::store::Store;
use crate::url::without_feed_scheme;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

/// Characters of the host in a source's id.
const HOST_LETTERS: usize = 40;

/// The sources that the lists of `feeds.toml` name, as stored by the last fetch of each list. A source
/// that `feeds.toml` names is left out. One that is named again, in another folder or list, is one
/// source with the tags of both.
pub async fn listed(config: &Config, store: &Store) -> Result<Vec<Arc<Source>>, Error> {
    let lists: Vec<_> = config.sources.iter().filter(|s| is_list(s)).collect();
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let own: HashSet<Arc<Url>> = config
        .sources
        .iter()
        .filter_map(|source| source.location.url().cloned())
        .collect();
    let mut stored = store.lists().await?;
    let mut sources: Vec<Source> = Vec::new();
    let mut known: HashMap<Arc<Url>, usize> = HashMap::new();
    for list in lists {
        let secrecy = Secrecy::of(list);
        for subscription in stored.remove(&list.id).unwrap_or_default() {
            let url = address(&subscription).map(Arc::new);
            let Some(url) = url.filter(|url| !own.contains(url)) else {
                continue;
            };
            let named = source(list, &secrecy, subscription, Arc::clone(&url));
            if let Some(&at) = known.get(&url) {
                add_mention(&mut sources[at], named);
            } else {
                known.insert(url, sources.len());
                sources.push(named);
            }
        }
    }
    Ok(sources.into_iter().map(Arc::new).collect())
}

/// Adds what another mention of a source says.
fn add_mention(source: &mut Source, named: Source) {
    source.title = source.title.take().or(named.title);
    source.home_page_url = source.home_page_url.take().or(named.home_page_url);
    for tag in named.tags {
        if !source.tags.contains(&tag) {
            source.tags.push(tag);
        }
    }
}

pub(super) fn is_list(source: &Source) -> bool {
    matches!(source.kind, SourceKind::List)
}

/// The warning about feeds of a list that are not fetched.
pub(super) fn oddities(subscriptions: &[Subscription]) -> Option<String> {
    let mut unusable = subscriptions.iter().filter(|s| address(s).is_none());
    let first = unusable.next()?;
    // Not the address: it may hold a password.
    let name = first.title.as_deref().unwrap_or("one without a title");
    Some(format!(
        "not a valid http(s) address without a password, so not fetched: {name}{}",
        match unusable.count() {
            0 => String::new(),
            more => format!(" and {more} more"),
        }
    ))
}

/// The address of a feed, if it may be fetched: over HTTP, and without a password, because everybody
/// who reads the list could read it.
pub(in crate::mill) fn address(subscription: &Subscription) -> Option<Url> {
    let url = Url::parse(&without_feed_scheme(subscription.url.trim()));
    url.ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
    })
}

fn source(list: &Source, secrecy: &Secrecy, subscription: Subscription, url: Arc<Url>) -> Source {
    let depth = subscription.depth.unwrap_or(1);
    let folder = subscription.folders.iter().take(depth);
    let folder = folder.cloned().collect();
    let home_page_url = subscription.home_page_url;
    let mut tags = list.tags.clone();
    tags.extend(subscription.folders);
    Source {
        id: id(list, &url),
        location: Location::Http(url.clone()),
        title: subscription.title.map(|title| secrecy.message(title)),
        kind: SourceKind::Feed,
        tags,
        folder,
        home_page_url,
        // Secrets are for the list's own host.
        headers: Vec::new(),
        // A list that only its reader may see names feeds by addresses that have its key.
        public_url: Some(url).filter(|url| !secrecy.is_in(url.as_str())),
        ..list.clone()
    }
}

/// `friends/blog-example-org-1a2b3c4d`: the id depends only on the list and the address, not on the position in the list.
fn id(list: &Source, url: &Url) -> SourceId {
    let host: String = url
        .host_str()
        .unwrap_or_default()
        .chars()
        .take(HOST_LETTERS)
        .collect();
    let host = host.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let hash = xxh3_64(url.as_str().as_bytes()) >> 32;
    SourceId::new(format!("{}/{host}-{hash:08x}", list.id))
}
