//! What a person calls an item -> the item, its story, and the name under which feeds.toml may have it.

use super::exit::{Exit, Failure};
use crate::mill;
use crate::model::{Member, SourceId, Story};
use crate::store::Store;

/// The items that a person means.
pub(super) struct NamedItem {
    /// What to write in feeds.toml.
    pub(super) name: String,
    /// Their numbers in the store.
    pub(super) numbers: Vec<u64>,
    /// Their stories; none of what is hidden.
    pub(super) stories: Vec<Story>,
    /// A source whose filter drops some of them.
    dropped_by: Option<SourceId>,
}

/// Finds an item by its id or address, or a story by its number in `feedmill items` and `explain`.
pub(super) async fn find(store: &Store, text: &str) -> Result<NamedItem, Failure> {
    let text = text.trim();
    let mut name = text.to_owned();
    let number = text.parse().ok();
    if let Some(number) = number
        && let Some(story) = store.stories(vec![number]).await?.first()
    {
        name = story.id.to_string();
    }
    let items = mill::find_items(store, &name).await?;
    if items.is_empty() {
        let why = match number {
            Some(_) => "no story has this number",
            None => "no item has this id or address",
        };
        return Err(unknown(text, why));
    }
    let mut stories: Vec<u64> = items.iter().map(|item| item.story).collect();
    stories.sort_unstable();
    stories.dedup();
    let numbers: Vec<u64> = items.iter().map(|item| item.number).collect();
    let dropped_by = store.dropped_by_sources(numbers.clone()).await?;
    Ok(NamedItem {
        name,
        numbers,
        dropped_by: dropped_by.into_iter().next(),
        stories: store.stories(stories).await?,
    })
}

fn unknown(text: &str, why: &str) -> Failure {
    let text = format!("{text}: {why}; `feedmill items --format text` prints all stories");
    Failure::new(Exit::Failed, text)
}

impl NamedItem {
    /// The story, if it is one.
    pub(super) fn story(&self) -> Result<&Story, Failure> {
        match self.stories.as_slice() {
            [story] => Ok(story),
            [] => Err(self.hidden()),
            several => {
                let ids: Vec<_> = several.iter().map(|story| story.id.to_string()).collect();
                let text = format!(
                    "{}: {} stories have this address; name one by its id: {}",
                    self.name,
                    several.len(),
                    super::editing::some_of(&ids)
                );
                Err(Failure::new(Exit::Usage, text))
            }
        }
    }

    /// Why nothing can be said of an item without stories.
    pub(super) fn hidden(&self) -> Failure {
        let name = &self.name;
        let text = match &self.dropped_by {
            Some(source) => format!("{name}: it is dropped by the filter of {source}"),
            None => format!("{name}: it is hidden; `feedmill unhide` shows it again"),
        };
        Failure::new(Exit::Failed, text)
    }

    /// The items of a story that are meant.
    pub(super) fn members<'a>(&self, story: &'a Story) -> impl Iterator<Item = &'a Member> {
        let is_named = |member: &&Member| self.numbers.contains(&member.number);
        story.members.iter().filter(is_named)
    }

    /// `"Title" (https://...)`, as a message says it.
    pub(super) fn shown(&self) -> String {
        let story = self.stories.first();
        let member = story.and_then(|story| self.members(story).next().or(story.members.first()));
        let title = member.and_then(|member| member.item.title.as_deref());
        match title {
            Some(title) => format!("\"{title}\" ({})", self.name),
            None => self.name.clone(),
        }
    }
}

/// Of names in feeds.toml, those that mean one of these items.
pub(super) async fn same(
    store: &Store,
    names: &[String],
    item: &NamedItem,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for name in names {
        let is_same = *name == item.name || {
            let items = mill::find_items(store, name).await?;
            items
                .iter()
                .any(|other| item.numbers.contains(&other.number))
        };
        if is_same {
            found.push(name.clone());
        }
    }
    Ok(found)
}
