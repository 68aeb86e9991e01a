//! The items of a theme as its filter made them. Ids, dates, people and files are always those of the item.

use crate::mill::Error;
use crate::model::{Item, Member, Story, ThemeId};
use crate::store::Store;
use std::collections::HashMap;
use std::sync::Arc;

/// The items that a theme shows otherwise than they are, by number.
pub(super) struct Copies(HashMap<u64, Item>);

impl Copies {
    /// Of these stories; without a theme there are none.
    pub(super) async fn read(
        store: &Store,
        theme: Option<&ThemeId>,
        stories: &[Arc<Story>],
    ) -> Result<Self, Error> {
        let Some(theme) = theme else {
            return Ok(Self(HashMap::new()));
        };
        let numbers = stories.iter().map(|story| story.seq).collect();
        Ok(Self(store.changed_copies(theme, numbers).await?))
    }

    /// A member as the theme shows it; none: as it is.
    pub(super) fn of(&self, member: &Member) -> Option<Member> {
        let copy = self.0.get(&member.number)?.clone();
        let item = Item {
            url: copy.url,
            title: copy.title,
            content_html: copy.content_html,
            content_text: copy.content_text,
            summary: copy.summary,
            image: copy.image,
            tags: copy.tags,
            language: copy.language,
            ..member.item.clone()
        };
        Some(Member {
            item,
            ..member.clone()
        })
    }
}
