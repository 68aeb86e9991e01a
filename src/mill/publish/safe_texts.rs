//! Texts of items -> safe HTML: made once, when it is needed first, and kept in the store.

use crate::mill::Error;
use crate::model::{Item, Member};
use crate::store::Store;
use crate::text::html::{self, SafeHtml};
use std::collections::HashMap;
use url::Url;

/// The safe HTML of some items.
pub(super) struct SafeTexts<'a> {
    store: &'a Store,
    kept: HashMap<u64, (String, u32)>,
    made: Vec<(u64, String)>,
}

impl<'a> SafeTexts<'a> {
    /// Reads what was made of these members.
    pub(super) async fn read(
        store: &'a Store,
        members: impl Iterator<Item = &Member>,
    ) -> Result<Self, Error> {
        let with_html = members.filter(|member| member.item.content_html.is_some());
        let numbers: Vec<u64> = with_html.map(|member| member.number).collect();
        Ok(Self {
            kept: store.clean(numbers).await?,
            store,
            made: Vec::new(),
        })
    }

    /// The text of one of them; none if it has none.
    pub(super) fn text(&mut self, member: &Member) -> Option<SafeHtml> {
        if let Some((html, version)) = self.kept.remove(&member.number)
            && let Some(safe) = SafeHtml::from_stored(html, version)
        {
            return Some(safe);
        }
        let safe = of_item(&member.item)?;
        if member.item.content_html.is_some() {
            self.made.push((member.number, safe.as_str().to_owned()));
        }
        Some(safe)
    }

    /// Keeps what was made.
    pub(super) async fn keep(self) -> Result<(), Error> {
        Ok(self.store.keep_clean(self.made, html::VERSION).await?)
    }
}

/// The text of an item that the store does not keep.
pub(super) fn of_item(item: &Item) -> Option<SafeHtml> {
    let Some(raw) = &item.content_html else {
        return item.content_text.as_deref().map(html::from_text);
    };
    let base = raw.base.as_deref().and_then(|base| Url::parse(base).ok());
    Some(html::sanitize(&raw.html, base.as_ref()))
}
