//! The members of a story -> the one that speaks for it.
//!
//! The source with the best rank speaks. Of equal ranks the member that arrived first keeps
//! speaking: whoever comes later with more text around the same words takes nothing over. There are
//! two exceptions.
//!
//! - A member whose address or id is of another host than its feed yields to a member from a feed of
//!   that host: an aggregator to the page that it links to, a copied id to its owner.
//! - A publisher may say its own text again: a fuller version, or, from the same source in a later
//!   pass or at another host, one that is not shorter. So the link follows an item that has moved.
//!   Where only the id of an item is another, what the source says now counts, shorter or not.

use crate::model::{Item, Member};
use crate::text::html;
use crate::url::{host, is_web_address};
use std::collections::HashMap;
use url::Url;

/// Sorts the members; the first is the one that speaks for the story. The result does not depend on
/// their order. `rank` gives a source's rank.
pub fn rank_members(members: &mut [Member], rank: impl Fn(&Item) -> i32) {
    if members.len() < 2 {
        return;
    }
    let yielding = yielding(members);
    let yields = |m: &Member| yielding.get(&m.number).copied().unwrap_or(false);
    members.sort_by_cached_key(|m| {
        let id = (
            m.item.id.as_str().to_owned(),
            m.item.source.id.as_str().to_owned(),
        );
        // Two passes may have one moment: what began the story was there first.
        let arrival = (m.first_seen, m.why.is_some(), m.item.date_published);
        (rank(&m.item), yields(m), arrival, id)
    });
    let place = |m: &Member| (rank(&m.item), yields(m));
    let first = place(&members[0]);
    let equals = members.iter().take_while(|m| place(m) == first).count();
    let speaker = last_version(&members[..equals]);
    members[..=speaker].rotate_right(1);
}

/// The index of the version that the publisher of the first member gave last. The members are in the
/// order of their arrival.
fn last_version(members: &[Member]) -> usize {
    let own_host = |m: &Member| own_host(&m.item);
    let first_host = own_host(&members[0]);
    let is_same_publisher = |m: &Member| {
        m.item.source.id == members[0].item.source.id
            || first_host.is_some() && own_host(m) == first_host
    };
    let mut speaker = 0;
    for n in 1..members.len() {
        let (said, says) = (&members[speaker], &members[n]);
        if !is_same_publisher(says) {
            continue;
        }
        if is_fuller(&says.item, &said.item)
            || is_said_again(says, said)
                && (is_same_page(says, said) || !is_fuller(&said.item, &says.item))
        {
            speaker = n;
        }
    }
    speaker
}

/// Whether a source repeats what it said, and does not only list it twice: in a later pass, or at
/// another host. Of one source, numbers follow passes and documents; two passes may have one moment.
fn is_said_again(says: &Member, said: &Member) -> bool {
    let page_host = |m: &Member| m.item.url.as_deref().and_then(host_of);
    says.item.source.id == said.item.source.id
        && (says.first_seen > said.first_seen
            || says.number > said.number && page_host(says) != page_host(said))
}

fn is_same_page(says: &Member, said: &Member) -> bool {
    says.item.url.is_some() && says.item.url == said.item.url
}

/// Whether a text is half as long again as another, so that one more comma or credit does not change
/// the member that is shown.
fn is_fuller(item: &Item, than: &Item) -> bool {
    2 * length(item) > 3 * length(than)
}

/// Bytes of an item's text, without markup.
fn length(item: &Item) -> usize {
    match (&item.content_html, &item.content_text, &item.summary) {
        (Some(raw), ..) => html::to_text(&raw.html).len(),
        (None, Some(text), _) | (None, None, Some(text)) => text.len(),
        (None, None, None) => 0,
    }
}

/// Names below a host that serve its feeds. Other names below it may belong to others: a platform
/// gives each of its users one.
const FEED_HOSTS: [&str; 3] = ["feeds.", "feed.", "rss."];

/// How near a feed is to a host whose pages its items name; the nearest is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    /// The feed is served by that host.
    Same,
    /// The feed says that this host is its site. So do feeds that another host serves, and any other
    /// feed can say it as well.
    Said,
    /// Nothing connects the two.
    Foreign,
}

impl Distance {
    fn of(item: &Item, host: &str) -> Self {
        let is_at = |address: &Option<String>| {
            let at = address.as_deref().and_then(host_of);
            at.is_some_and(|at| {
                at == host
                    || FEED_HOSTS
                        .iter()
                        .any(|name| at.strip_prefix(name) == Some(host))
            })
        };
        if is_at(&item.source.feed_url) {
            Self::Same
        } else if is_at(&item.source.home_page_url) {
            Self::Said
        } else {
            Self::Foreign
        }
    }
}

/// Which members, by number, name a host that another member's feed is nearer to.
fn yielding(members: &[Member]) -> HashMap<u64, bool> {
    let mut nearest: HashMap<String, Distance> = HashMap::new();
    let mut claims = Vec::new();
    for Member { number, item, .. } in members {
        for host in hosts(item) {
            let distance = Distance::of(item, &host);
            let least = nearest.entry(host.clone()).or_insert(distance);
            *least = distance.min(*least);
            claims.push((*number, host, distance));
        }
    }
    let mut yielding = HashMap::new();
    for (number, host, distance) in claims {
        *yielding.entry(number).or_default() |=
            nearest.get(&host).is_some_and(|least| *least < distance);
    }
    yielding
}

/// The hosts that an item names as its own: of its address and of its id.
fn hosts(item: &Item) -> Vec<String> {
    let id = Some(item.id.as_str()).filter(|id| is_web_address(id));
    let names = [item.url.as_deref(), id];
    let mut hosts: Vec<String> = names.into_iter().flatten().filter_map(host_of).collect();
    hosts.dedup();
    hosts
}

/// The host of an item's page, if its feed comes from there too.
fn own_host(item: &Item) -> Option<String> {
    let host = item.url.as_deref().and_then(host_of)?;
    (Distance::of(item, &host) == Distance::Same).then_some(host)
}

fn host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    host(&url).map(str::to_owned)
}
