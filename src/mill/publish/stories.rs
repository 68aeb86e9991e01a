//! Stories in the store -> stories as they are shown. Their HTML is made safe once, and stored.

use super::copies::Copies;
use crate::mill::Error;
use crate::model::{Item, Member, Merging, ShownStory, Story, StoryId, ThemeId};
use crate::normalize;
use crate::store::{Entry, Since, Store};
use crate::text::html::{self, SafeHtml};
use crate::theme;
use std::collections::HashMap;
use url::Url;

/// Stories that are in memory at the same time.
const BATCH: usize = 500;

/// The entries of a theme, or of a part of it.
pub(in crate::mill) async fn entries(
    store: &Store,
    theme: &ThemeId,
    merge: Merging,
    entries: &[Entry],
) -> Result<Vec<ShownStory>, Error> {
    match merge {
        Merging::Identical => shown(store, Some(theme), entries).await,
        Merging::Coverage => events(store, theme, entries).await,
        Merging::Off => each_item(store, theme, entries).await,
    }
}

/// The stories of entries, each shown through the member that its entry names, as the theme shows it.
async fn shown(
    store: &Store,
    theme: Option<&ThemeId>,
    entries: &[Entry],
) -> Result<Vec<ShownStory>, Error> {
    let stories = store
        .stories(entries.iter().map(|s| s.story).collect())
        .await?;
    let copies = Copies::read(store, theme, &stories).await?;
    let by_story: HashMap<u64, &Entry> = entries.iter().map(|s| (s.story, s)).collect();
    let mut shown = Vec::with_capacity(stories.len());
    let mut made = Vec::new();
    for story in &stories {
        let entry = by_story.get(&story.seq);
        let member = entry.and_then(|p| story.members.iter().find(|m| m.number == p.item));
        let Some(member) = member.or(story.members.first()) else {
            continue;
        };
        let copy = copies.of(member);
        let content = match &copy {
            Some(copy) => made_safe(&copy.item),
            None => safe(store, member, &mut made).await?,
        };
        shown.push(theme::shown_story(
            story,
            copy.as_ref().unwrap_or(member),
            content,
            entry.is_some_and(|p| p.editors_choice),
        ));
    }
    store.keep_clean(made, html::VERSION).await?;
    Ok(shown)
}

/// The same without their texts, in the order given: what a list of headlines needs.
pub(super) async fn headlines(store: &Store, entries: &[Entry]) -> Result<Vec<ShownStory>, Error> {
    let numbers = entries.iter().map(|entry| entry.story).collect();
    let stories = store.stories(numbers).await?;
    let lead = |story: &Story| {
        let entry = entries.iter().find(|entry| entry.story == story.seq)?;
        let named = story.members.iter().find(|m| m.number == entry.item);
        let member = named.or(story.members.first())?;
        Some(theme::shown_story(
            story,
            member,
            None,
            entry.editors_choice,
        ))
    };
    Ok(stories.iter().filter_map(lead).collect())
}

/// The same; with each story the others that cover its event.
async fn events(
    store: &Store,
    theme: &ThemeId,
    entries: &[Entry],
) -> Result<Vec<ShownStory>, Error> {
    let mut shown = shown(store, Some(theme), entries).await?;
    for story in &mut shown {
        let others = store.related(Some(theme), story.seq).await?;
        add_others(store, story, &others).await?;
    }
    Ok(shown)
}

/// Names the other stories of its event beside a story.
pub(super) async fn add_others(
    store: &Store,
    story: &mut ShownStory,
    others: &[Entry],
) -> Result<(), Error> {
    let numbers = others.iter().map(|other| other.story).collect();
    for (other, entry) in store.stories(numbers).await?.iter().zip(others) {
        story.editors_choice |= entry.editors_choice;
        story.also.extend(theme::also_told_by(other, entry.item));
    }
    Ok(())
}

/// Every item by itself.
async fn each_item(
    store: &Store,
    theme: &ThemeId,
    entries: &[Entry],
) -> Result<Vec<ShownStory>, Error> {
    let mut numbers: Vec<_> = entries.iter().map(|entry| entry.story).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let stories = store.stories(numbers).await?;
    let copies = Copies::read(store, Some(theme), &stories).await?;
    let stories: HashMap<u64, &Story> = stories.iter().map(|story| (story.seq, story)).collect();
    let mut shown = Vec::with_capacity(entries.len());
    let mut made = Vec::new();
    for entry in entries {
        let Some(story) = stories.get(&entry.story) else {
            continue;
        };
        let Some(member) = story.members.iter().find(|m| m.number == entry.item) else {
            continue;
        };
        let copy = copies.of(member);
        let content = match &copy {
            Some(copy) => made_safe(&copy.item),
            None => safe(store, member, &mut made).await?,
        };
        let id = own_id(story, member);
        shown.push(theme::shown_item(
            story,
            copy.as_ref().unwrap_or(member),
            id,
            content,
            entry.editors_choice,
        ));
    }
    store.keep_clean(made, html::VERSION).await?;
    Ok(shown)
}

/// The id of an item that is shown by itself: the story's where it is the story's first item, else its own,
/// unless an earlier one has it.
fn own_id(story: &Story, member: &Member) -> StoryId {
    if member.why.is_none() {
        return story.id.clone();
    }
    let id = member.item.id.as_str();
    let is_earlier = |m: &Member| {
        if m.first_seen == member.first_seen {
            // Numbers tell who answered first.
            m.item.source.id < member.item.source.id
        } else {
            m.number < member.number
        }
    };
    let has_it = |m: &Member| m.item.id.as_str() == id && is_earlier(m);
    let is_taken = id == story.id.as_str() || story.members.iter().any(has_it);
    StoryId::new(if is_taken {
        normalize::derived_id(id, member.item.source.id.as_str())
    } else {
        id.to_owned()
    })
}

/// The stories asked for, oldest arrival first, each with its themes. `each` is
/// called once per story, in order, and may stop by failing.
pub async fn since<E: From<Error>>(
    store: &Store,
    asked: &Since,
    mut each: impl FnMut(ShownStory, Vec<ThemeId>) -> Result<(), E>,
) -> Result<(), E> {
    let numbers = store.since(asked.clone()).await.map_err(Error::from)?;
    for batch in numbers.chunks(BATCH) {
        let mut themes = store.themes_of(batch.to_vec()).await.map_err(Error::from)?;
        let entries = match &asked.theme {
            Some(theme) => store
                .entries_of(theme, batch.to_vec())
                .await
                .map_err(Error::from)?,
            None => batch
                .iter()
                .map(|&story| Entry {
                    story,
                    ..Entry::default()
                })
                .collect(),
        };
        for story in shown(store, asked.theme.as_ref(), &entries).await? {
            let themes = themes.remove(&story.seq).unwrap_or_default();
            each(story, themes)?;
        }
    }
    Ok(())
}

/// A member's text, safe to show: sanitised once, on first need, and kept.
pub(super) async fn safe(
    store: &Store,
    member: &Member,
    made: &mut Vec<(u64, String)>,
) -> Result<Option<SafeHtml>, Error> {
    if member.item.content_html.is_none() {
        return Ok(made_safe(&member.item));
    }
    let kept = store.clean(member.number).await?;
    if let Some(safe) = kept.and_then(|(html, version)| SafeHtml::from_stored(html, version)) {
        return Ok(Some(safe));
    }
    let safe = made_safe(&member.item);
    made.extend(
        safe.iter()
            .map(|safe| (member.number, safe.as_str().to_owned())),
    );
    Ok(safe)
}

fn made_safe(item: &Item) -> Option<SafeHtml> {
    let Some(raw) = &item.content_html else {
        return item.content_text.as_deref().map(html::from_text);
    };
    let base = raw.base.as_deref().and_then(|base| Url::parse(base).ok());
    Some(html::sanitize(&raw.html, base.as_ref()))
}
