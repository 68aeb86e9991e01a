//! Stories in the store -> stories as they are shown.

use super::copies::Copies;
use super::recent_stories::RecentStories;
use super::safe_texts::{self, SafeTexts};
use crate::mill::Error;
use crate::model::{Member, Merging, ShownStory, Story, StoryId, ThemeId};
use crate::normalize;
use crate::store::{Entry, Since, Store};
use crate::theme;
use std::collections::HashMap;
use std::sync::Arc;

/// Stories that are in memory at the same time.
const BATCH: usize = 500;

/// What becomes of the safe HTML that is made of texts which have none in the store.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::mill) enum MadeHtml {
    /// It is kept: other files show it, or the next pass does.
    Kept,
    /// It is not: the file is written once. The rows of a first pass, in no order, would be several times their size.
    Dropped,
}

/// The entries of a theme, or of a part of it.
pub(in crate::mill) async fn entries(
    recent: &RecentStories<'_>,
    theme: &ThemeId,
    merge: Merging,
    entries: &[Entry],
    made: MadeHtml,
) -> Result<Vec<ShownStory>, Error> {
    match merge {
        Merging::Identical => shown(recent, Some(theme), entries, |_| true, made).await,
        Merging::Coverage => events(recent, theme, entries, made).await,
        Merging::Off => each_item(recent, theme, entries, made).await,
    }
}

/// The stories of entries for a list: with their texts only where nothing else says how they begin.
pub(super) async fn beginnings(
    recent: &RecentStories<'_>,
    theme: &ThemeId,
    entries: &[Entry],
) -> Result<Vec<ShownStory>, Error> {
    let has_no_summary = |story: &ShownStory| story.summary.is_none();
    shown(recent, Some(theme), entries, has_no_summary, MadeHtml::Kept).await
}

/// The stories of entries, each shown through the member that its entry names, as the theme shows it; with the texts that
/// are needed.
async fn shown(
    recent: &RecentStories<'_>,
    theme: Option<&ThemeId>,
    entries: &[Entry],
    needs_text: impl Fn(&ShownStory) -> bool,
    made: MadeHtml,
) -> Result<Vec<ShownStory>, Error> {
    let numbers: Vec<_> = entries.iter().map(|entry| entry.story).collect();
    let stories = recent.read(&numbers).await?;
    let copies = Copies::read(recent.store, theme, &stories).await?;
    let by_story: HashMap<u64, &Entry> = entries.iter().map(|s| (s.story, s)).collect();
    let mut shown = Vec::with_capacity(stories.len());
    for story in &stories {
        let entry = by_story.get(&story.seq);
        let member = entry.and_then(|p| story.members.iter().find(|m| m.number == p.item));
        let Some(member) = member.or(story.members.first()) else {
            continue;
        };
        let is_choice = entry.is_some_and(|entry| entry.editors_choice);
        shown.push(Shown::of(member, &copies, |member| {
            theme::shown_story(story, member, None, is_choice)
        }));
    }
    with_texts(recent, shown, needs_text, made).await
}

/// A story without its text, and whose text that is.
struct Shown<'a> {
    story: ShownStory,
    member: &'a Member,
    /// The member as its theme shows it, if otherwise.
    copy: Option<Member>,
}

impl<'a> Shown<'a> {
    fn of(member: &'a Member, copies: &Copies, show: impl Fn(&Member) -> ShownStory) -> Self {
        let copy = copies.of(member);
        Self {
            story: show(copy.as_ref().unwrap_or(member)),
            member,
            copy,
        }
    }
}

/// Stories with their texts, where they are needed.
async fn with_texts(
    recent: &RecentStories<'_>,
    shown: Vec<Shown<'_>>,
    needs_text: impl Fn(&ShownStory) -> bool,
    made: MadeHtml,
) -> Result<Vec<ShownStory>, Error> {
    let own = |shown: &&Shown| shown.copy.is_none() && needs_text(&shown.story);
    let own = shown.iter().filter(own).map(|shown| shown.member);
    let mut texts = SafeTexts::read(recent, own).await?;
    let mut stories = Vec::with_capacity(shown.len());
    for Shown {
        mut story,
        member,
        copy,
    } in shown
    {
        if needs_text(&story) {
            let text = match copy {
                Some(copy) => safe_texts::of_item(&copy.item),
                None => texts.text(member),
            };
            story.content = text.or(story.content);
        }
        stories.push(story);
    }
    if made == MadeHtml::Kept {
        texts.keep().await?;
    }
    Ok(stories)
}

/// The same without their texts, in the order given: what a list of headlines needs.
pub(super) async fn headlines(
    recent: &RecentStories<'_>,
    entries: &[Entry],
) -> Result<Vec<ShownStory>, Error> {
    let numbers: Vec<_> = entries.iter().map(|entry| entry.story).collect();
    let stories = recent.read(&numbers).await?;
    let lead = |story: &Arc<Story>| {
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
    recent: &RecentStories<'_>,
    theme: &ThemeId,
    entries: &[Entry],
    made: MadeHtml,
) -> Result<Vec<ShownStory>, Error> {
    let mut shown = shown(recent, Some(theme), entries, |_| true, made).await?;
    for story in &mut shown {
        let others = recent.store.related(Some(theme), story.seq).await?;
        add_others(recent, story, &others).await?;
    }
    Ok(shown)
}

/// Names the other stories of its event beside a story.
pub(super) async fn add_others(
    recent: &RecentStories<'_>,
    story: &mut ShownStory,
    others: &[Entry],
) -> Result<(), Error> {
    if others.is_empty() {
        return Ok(());
    }
    let numbers: Vec<_> = others.iter().map(|other| other.story).collect();
    for (other, entry) in recent.read(&numbers).await?.iter().zip(others) {
        story.editors_choice |= entry.editors_choice;
        story.also.extend(theme::also_told_by(other, entry.item));
    }
    Ok(())
}

/// Every item by itself.
async fn each_item(
    recent: &RecentStories<'_>,
    theme: &ThemeId,
    entries: &[Entry],
    made: MadeHtml,
) -> Result<Vec<ShownStory>, Error> {
    let mut numbers: Vec<_> = entries.iter().map(|entry| entry.story).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let stories = recent.read(&numbers).await?;
    let copies = Copies::read(recent.store, Some(theme), &stories).await?;
    let stories: HashMap<u64, &Arc<Story>> =
        stories.iter().map(|story| (story.seq, story)).collect();
    let mut shown = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(story) = stories.get(&entry.story) else {
            continue;
        };
        let Some(member) = story.members.iter().find(|m| m.number == entry.item) else {
            continue;
        };
        let id = own_id(story, member);
        shown.push(Shown::of(member, &copies, |member| {
            theme::shown_item(story, member, id.clone(), None, entry.editors_choice)
        }));
    }
    with_texts(recent, shown, |_| true, made).await
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
    let recent = RecentStories::new(store);
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
        let theme = asked.theme.as_ref();
        let shown = shown(&recent, theme, &entries, |_| true, MadeHtml::Kept).await;
        for story in shown.map_err(E::from)? {
            let themes = themes.remove(&story.seq).unwrap_or_default();
            each(story, themes)?;
        }
    }
    Ok(())
}
