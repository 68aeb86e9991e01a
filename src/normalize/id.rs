//! What a source gives -> an id for every item. RSS allows any text as an id, so it is often
//! missing, not unique or not a URI. The store, Atom and readers need a URI that never changes.
//!
//! An item's own id is kept where it is an `http(s):` address, a `tag:` (RFC 4151) or a
//! `urn:uuid:`. Otherwise a UUID (version 5) is made of it and the feed's host. An item without an
//! id gets a UUID of its page, else of its title and day, else of its text. An id that several
//! different items have is not usable: then the next of these is tried. Nothing else is used,
//! neither the time of the fetch nor keys of the store, so that an empty store gets the same ids
//! again.

use super::uri::{derived, is_uri};
use super::{BaseUrls, Draft, Warnings};
use crate::date::Precision;
use crate::model::{Item, ItemId};
use crate::text::{html, words};
use chrono::NaiveDate;
use std::borrow::Cow;
use std::collections::HashMap;
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

/// What an id is made of, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    OwnId,
    Page,
    Title,
    Text,
}

/// In this order they are tried.
const ORDER: [By; 4] = [By::OwnId, By::Page, By::Title, By::Text];

/// Gives every draft its id; drops exact repeats.
///
/// Equal names are found by sorting, by a hash first, which avoids most comparisons of texts:
/// nothing is copied, and no input can make it slow.
pub(super) fn assign(
    drafts: &mut Vec<Draft>,
    base_urls: &BaseUrls,
    as_given: bool,
    warnings: &mut Warnings,
) {
    let mut is_repeat = vec![false; drafts.len()];
    let mut pending: Vec<usize> = (0..drafts.len()).collect();
    for by in ORDER {
        let mut next = Vec::new();
        let mut named = Vec::with_capacity(pending.len());
        for n in pending {
            match name(&drafts[n], by, base_urls) {
                Some(name) => named.push((xxh3_64(name.as_bytes()), name, n)),
                None => next.push(n),
            }
        }
        named.sort_unstable();
        let mut assigned = Vec::with_capacity(named.len());
        for equals in named.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
            let name = &equals[0].1;
            let different = without_repeats(equals, drafts, &mut is_repeat);
            if let [only] = different[..] {
                assigned.push((only, id(name, by, base_urls, as_given)));
                continue;
            }
            if by == By::OwnId {
                let example = Some(&**name).filter(|name| !base_urls.is_secret(name));
                warnings.add(
                    "item/id",
                    "one id on several items",
                    example.unwrap_or_default(),
                );
            }
            next.extend(different);
        }
        for (n, id) in assigned {
            drafts[n].item.id = id;
        }
        next.sort_unstable();
        pending = next;
    }
    // What is left differs only by its position among equal items.
    let mut equals: HashMap<String, usize> = HashMap::new();
    for n in pending {
        let text = whole_text(&drafts[n].item);
        let index = equals.entry(text.clone()).or_default();
        // A line break, which a folded text cannot contain: another item's text may begin with a
        // number.
        drafts[n].item.id = ItemId::new(derived(
            &base_urls.host,
            "text",
            &format!("{index}\n{text}"),
        ));
        *index += 1;
    }
    drop_repeats(drafts, &is_repeat, warnings);
}

fn id(name: &str, by: By, base_urls: &BaseUrls, as_given: bool) -> ItemId {
    let kind = match by {
        By::OwnId if (as_given || is_universal(name)) && !base_urls.is_secret(name) => {
            return ItemId::new(name);
        }
        By::OwnId => "id",
        By::Page => "url",
        By::Title => "title",
        By::Text => "text",
    };
    ItemId::new(derived(&base_urls.host, kind, name))
}

/// Whether the form of an id makes it unique among all feeds.
fn is_universal(id: &str) -> bool {
    if !is_uri(id) {
        return false;
    }
    if let Some(uuid) = id.strip_prefix("urn:uuid:") {
        return Uuid::try_parse(uuid).is_ok_and(|uuid| !uuid.is_nil());
    }
    if let Some(tag) = id.strip_prefix("tag:") {
        return is_tag(tag);
    }
    let address = id
        .strip_prefix("http://")
        .or_else(|| id.strip_prefix("https://"));
    address.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

/// RFC 4151, section 2.1: `example.org,2024:x`, `jane@example.org,2024-06-14:x`.
fn is_tag(tag: &str) -> bool {
    let Some((entity, specific)) = tag.split_once(':') else {
        return false;
    };
    let Some((authority, date)) = entity.split_once(',') else {
        return false;
    };
    let mut parts = date.split('-');
    let year = parts.next().is_some_and(|y| y.len() == 4);
    let rest = parts.all(|p| p.len() == 2);
    let digits = date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    !specific.is_empty() && authority.contains('.') && year && rest && digits && date.len() <= 10
}

/// The name of an item that its id is made of.
fn name<'a>(draft: &'a Draft, by: By, base_urls: &BaseUrls) -> Option<Cow<'a, str>> {
    let item = &draft.item;
    match by {
        By::OwnId => draft.own_id.as_deref().map(Cow::Borrowed),
        By::Page => {
            let page = item
                .url
                .as_deref()
                .filter(|url| !base_urls.is_feed_or_site(url));
            page.map(Cow::Borrowed)
        }
        By::Title => {
            let title = words::fold(item.title.as_deref()?);
            let day = given_day(item).unwrap_or_default();
            (!title.is_empty()).then(|| format!("{day} {title}").into())
        }
        By::Text => {
            let text = whole_text(item);
            (!text.is_empty()).then_some(text.into())
        }
    }
}

/// The day, where the source gave it: a later fetch gives the same.
fn given_day(item: &Item) -> Option<String> {
    matches!(item.date_precision, Precision::Exact | Precision::Day)
        .then(|| item.date_published.format("%F").to_string())
}

/// All texts of an item, folded.
fn whole_text(item: &Item) -> String {
    let html = item
        .content_html
        .as_ref()
        .map(|raw| html::to_text(&raw.html));
    let parts = [
        item.title.as_deref(),
        html.as_deref().or(item.content_text.as_deref()),
        item.summary.as_deref(),
    ];
    let text: Vec<&str> = parts.into_iter().flatten().collect();
    words::fold(&text.join(" "))
}

/// Of drafts with one name, those that differ. Marks the others as repeats: the same item twice in
/// one document. Of two versions with the same id, page, title and day the newer one stays.
fn without_repeats(
    equals: &[(u64, Cow<'_, str>, usize)],
    drafts: &[Draft],
    is_repeat: &mut [bool],
) -> Vec<usize> {
    if let &[(.., only)] = equals {
        return vec![only];
    }
    let mut keyed: Vec<_> = equals.iter().map(|&(.., n)| (key(&drafts[n]), n)).collect();
    keyed.sort_unstable();
    let mut different = Vec::new();
    for same in keyed.chunk_by(|a, b| a.0 == b.0) {
        let newer = |best: usize, n: usize| {
            if changed(&drafts[n].item) > changed(&drafts[best].item) {
                n
            } else {
                best
            }
        };
        let newest = same.iter().map(|&(_, n)| n).reduce(newer);
        for &(_, n) in same {
            is_repeat[n] = Some(n) != newest;
        }
        different.extend(newest);
    }
    different.sort_unstable();
    different
}

fn drop_repeats(drafts: &mut Vec<Draft>, is_repeat: &[bool], warnings: &mut Warnings) {
    let mut is_repeat = is_repeat.iter();
    drafts.retain(|draft| {
        let is_repeat = *is_repeat.next().unwrap_or(&false);
        if is_repeat {
            let title = draft.item.title.as_deref().unwrap_or_default();
            warnings.add("item", "an item is repeated", title);
        }
        !is_repeat
    });
}

/// What repeats share: id, page, title and day; without an id or page, the text. An event that recurs
/// has one id and page, and a day each time.
fn key(draft: &Draft) -> (Option<Cow<'_, str>>, [Option<&str>; 2], Option<NaiveDate>) {
    let item = &draft.item;
    let id = draft.own_id.as_deref().map(Cow::Borrowed);
    let text = || Cow::Owned(whole_text(item));
    (
        id.or_else(|| item.url.is_none().then(text)),
        [item.url.as_deref(), item.title.as_deref()],
        draft.day,
    )
}

/// When it changed last, as far as the source says.
fn changed(item: &Item) -> Option<chrono::DateTime<chrono::Utc>> {
    item.date_modified
        .or_else(|| (item.date_precision != Precision::Unknown).then_some(item.date_published))
}
