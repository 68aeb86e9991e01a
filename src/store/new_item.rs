//! An item as a visit hands it over, with what is computed of it.

use crate::dedupe::Fingerprint;
use crate::model::Item;
use crate::normalize::ItemHashes;
use crate::text::html;
use std::borrow::Cow;
use std::collections::HashSet;

/// An item and what was computed of it.
#[derive(Debug)]
pub struct NewItem {
    /// The item.
    pub item: Item,
    /// [`ItemHashes::content`].
    pub content_hash: u64,
    /// [`ItemHashes::metadata`].
    pub metadata_hash: u64,
    /// Its source lists several items with its address.
    pub address_is_shared: bool,
    /// None where the store has the item as it is: nobody needs it then.
    pub compared: Option<Compared>,
}

/// By what the merger compares an item with others.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// A [`Fingerprint`].
    pub fingerprint: Vec<u8>,
    /// Keys that only the same item shares; kept once the item has a story.
    pub exact: Vec<u64>,
}

/// An item as the store has it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KnownItem {
    /// Its id.
    pub id: String,
    /// [`ItemHashes::content`].
    pub content_hash: u64,
    /// [`ItemHashes::metadata`].
    pub metadata_hash: u64,
}

impl NewItem {
    /// What is stored of an item. Making what it is compared by is most of the work, so that is left out for one
    /// that is `known` as it is: most items of most documents.
    pub fn of(item: Item, address_is_shared: bool, known: &HashSet<KnownItem>) -> Self {
        let text = plain_text(&item);
        let hashes = ItemHashes::with_text(&item, text.as_deref());
        let as_known = KnownItem {
            id: item.id.as_str().to_owned(),
            content_hash: hashes.content,
            metadata_hash: hashes.metadata,
        };
        let compared = (!known.contains(&as_known))
            .then(|| Compared::of(&item, text.as_deref(), address_is_shared));
        Self {
            content_hash: hashes.content,
            metadata_hash: hashes.metadata,
            address_is_shared,
            compared,
            item,
        }
    }

    /// By what it is compared: also of one that was known, and is another item after all.
    pub(super) fn compared(&self) -> Cow<'_, Compared> {
        if let Some(compared) = &self.compared {
            return Cow::Borrowed(compared);
        }
        let (item, shared) = (&self.item, self.address_is_shared);
        Cow::Owned(Compared::of(item, plain_text(item).as_deref(), shared))
    }
}

impl Compared {
    fn of(item: &Item, text: Option<&str>, address_is_shared: bool) -> Self {
        let mut fingerprint = Fingerprint::with_text(item, text);
        if address_is_shared {
            fingerprint.forget_addresses();
        }
        Self {
            exact: fingerprint.exact_keys(),
            fingerprint: fingerprint.to_bytes(),
        }
    }
}

fn plain_text(item: &Item) -> Option<String> {
    let html = item.content_html.as_ref()?;
    Some(html::to_text(&html.html))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ItemSource, RawHtml};
    use chrono::DateTime;

    fn item(text: &str) -> Item {
        let html = RawHtml {
            html: format!("<p>{text}</p>"),
            base: None,
        };
        Item {
            title: Some("The harbour was closed".to_owned()),
            content_html: Some(html),
            ..Item::new("1", ItemSource::default().into(), DateTime::UNIX_EPOCH)
        }
    }

    #[test]
    fn what_is_known_as_it_is_need_not_be_compared() {
        let first = NewItem::of(item("by a storm"), false, &HashSet::new());
        assert!(first.compared.is_some());
        let known = HashSet::from([KnownItem {
            id: "1".to_owned(),
            content_hash: first.content_hash,
            metadata_hash: first.metadata_hash,
        }]);
        assert!(
            NewItem::of(item("by a storm"), false, &known)
                .compared
                .is_none()
        );
        assert!(
            NewItem::of(item("by a strike"), false, &known)
                .compared
                .is_some()
        );
    }

    #[test]
    fn what_it_is_compared_by_is_the_same_whenever_it_is_made() {
        for address_is_shared in [false, true] {
            let mut new = NewItem::of(item("by a storm"), address_is_shared, &HashSet::new());
            let early = new.compared.take().unwrap();
            let late = new.compared();
            assert_eq!(late.fingerprint, early.fingerprint);
            assert_eq!(late.exact, early.exact);
        }
    }
}
