//! The filters of themes, between what the rules of a theme take and what it shows. A theme shows its own copy: what
//! it drops or changes is as it was everywhere else.

use super::batches::batches;
use super::{Error, FilterOf, Filters, log};
use crate::config::Config;
use crate::digest::Digest;
use crate::model::{Filter, Item, Member, Merging, Story, Theme};
use crate::store::{Made, NewCopy, Store, StoryEntries};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The themes that have filters.
pub(in crate::mill) struct ThemeFilters<'a> {
    themes: Vec<Filtered<'a>>,
    /// What a filter says may hold addresses of items, and some of these are secret.
    is_secret: bool,
}

struct Filtered<'a> {
    theme: &'a Theme,
    filter: &'a Filter,
    /// Another filter is run over stories from this number on: those that stand in the feeds of the theme, and what
    /// the other one dropped since then.
    recent: u64,
}

/// An item that is to pass.
struct Due<'a> {
    member: &'a Member,
    given: u64,
}

impl<'a> ThemeFilters<'a> {
    /// Reads what stands in the feeds of these themes.
    pub(in crate::mill) async fn new(
        config: &'a Config,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let mut themes = Vec::new();
        for theme in &config.themes {
            let Some(filter) = &theme.filter else {
                continue;
            };
            let standing = store.entries(vec![Arc::clone(theme)], now).await?;
            let standing = standing.iter().flat_map(|standing| &standing.entries);
            let standing: Vec<u64> = standing.map(|entry| entry.story).collect();
            let is_full = standing.len() >= theme.limit as usize;
            let first = standing.into_iter().min().filter(|_| is_full);
            themes.push(Filtered {
                theme,
                filter,
                recent: first.unwrap_or(0),
            });
        }
        let is_secret = config
            .sources
            .iter()
            .any(|source| source.has_secret_address());
        Ok(Self { themes, is_secret })
    }

    /// Takes out of the entries of stories what the filters of themes drop.
    pub(in crate::mill) async fn apply(
        &self,
        store: &Store,
        filters: &mut Filters,
        stories: &[Story],
        entries: &mut [StoryEntries],
    ) -> Result<(), Error> {
        if self.themes.is_empty() {
            return Ok(());
        }
        for filtered in &self.themes {
            let numbers = stories.iter().map(|story| story.seq).collect();
            let before = store.entries_of(&filtered.theme.id, numbers).await?;
            let before = before
                .iter()
                .map(|entry| (entry.story, entry.item))
                .collect();
            let shown = filtered.all_shown(stories, entries);
            let dropped = self.run(filtered, store, filters, (shown, before)).await?;
            for (story, entries) in stories.iter().zip(&mut *entries) {
                filtered.drop(story, entries, &dropped);
            }
        }
        Ok(())
    }

    /// Runs a filter over what has not passed; gives the items that it drops, now or before.
    async fn run(
        &self,
        filtered: &Filtered<'_>,
        store: &Store,
        filters: &mut Filters,
        (shown, before): (Vec<(&Story, &Member)>, HashMap<u64, u64>),
    ) -> Result<HashSet<u64>, Error> {
        let Filtered {
            theme,
            filter,
            recent,
        } = filtered;
        let hash = filter.hash();
        let numbers = shown.iter().map(|(_, member)| member.number).collect();
        let copies = store.theme_copies(&theme.id, numbers).await?;
        let (mut dropped, mut due) = (HashSet::new(), Vec::new());
        for ((story, member), copy) in shown.into_iter().zip(copies) {
            let given = hash_of(&member.item);
            let is_recent = story.seq >= *recent;
            let is_due = match copy {
                None => is_recent || filtered.is_new(member, before.get(&story.seq)),
                Some(copy) => {
                    let is_other = copy.filter != hash && is_recent;
                    copy.given != given || copy.filter == 0 || is_other
                }
            };
            if copy.is_some_and(|copy| copy.dropped) {
                dropped.insert(member.number);
            }
            if is_due {
                due.push(Due { member, given });
            }
        }
        for batch in of_different_ids(&due).flat_map(|due| batches(due, filter.batch, bytes_of)) {
            let items: Vec<Item> = batch.iter().map(|due| due.member.item.clone()).collect();
            let outcome = filters
                .run(&FilterOf::Theme(theme.id.clone()), filter, &items)
                .await;
            let shown = |text: String| {
                if self.is_secret {
                    "(secret)".to_owned()
                } else {
                    text
                }
            };
            for said in outcome.said {
                log::theme_filter_said(theme, &shown(said));
            }
            if let Some(failure) = outcome.failure {
                log::theme_filter_failed(theme, &shown(failure.to_string()), outcome.failed.len());
            }
            let passed = outcome.passed.into_iter().map(|(n, item)| {
                (
                    n,
                    match item {
                        None => Made::Dropped,
                        Some(item) if item == items[n] => Made::Same,
                        Some(item) => Made::Changed(Box::new(item)),
                    },
                )
            });
            let failed = outcome.failed.into_iter().map(|n| (n, Made::Failed));
            let copies = passed.chain(failed).map(|(n, made)| {
                let Due { member, given } = batch[n];
                match made {
                    Made::Failed => {}
                    Made::Dropped => drop(dropped.insert(member.number)),
                    Made::Same | Made::Changed(_) => drop(dropped.remove(&member.number)),
                }
                NewCopy {
                    item: member.number,
                    given,
                    made,
                }
            });
            let copies = copies.collect();
            store.keep_theme_copies(&theme.id, hash, copies).await?;
        }
        Ok(dropped)
    }
}

impl Filtered<'_> {
    /// Whether a member was not shown by the theme, as far as its entry before says.
    fn is_new(&self, member: &Member, before: Option<&u64>) -> bool {
        before.is_none_or(|item| self.theme.merge != Merging::Off && *item != member.number)
    }

    /// What the theme would show of these stories.
    fn all_shown<'s>(
        &self,
        stories: &'s [Story],
        entries: &[StoryEntries],
    ) -> Vec<(&'s Story, &'s Member)> {
        let pairs = stories.iter().zip(entries);
        pairs
            .flat_map(|(story, entries)| self.shown(story, entries))
            .collect()
    }

    /// What the theme would show of a story.
    fn shown<'s>(
        &self,
        story: &'s Story,
        entries: &StoryEntries,
    ) -> impl Iterator<Item = (&'s Story, &'s Member)> {
        let entry = entries
            .themes
            .iter()
            .find(|(theme, ..)| *theme == self.theme.id);
        let shows_all = self.theme.merge == Merging::Off;
        let item = entry.map(|(_, item, _)| *item);
        let members = story.members.iter().map(move |member| (story, member));
        members
            .filter(move |(_, member)| item.is_some_and(|item| shows_all || member.number == item))
    }

    /// Without these items. Where the theme shows each by itself, another one may be left.
    fn drop(&self, story: &Story, entries: &mut StoryEntries, dropped: &HashSet<u64>) {
        let left = self.shown(story, entries).map(|(_, member)| member.number);
        let left: Vec<u64> = left.filter(|item| !dropped.contains(item)).collect();
        entries.themes.retain_mut(|(theme, item, _)| {
            if *theme != self.theme.id || left.contains(item) {
                return true;
            }
            left.first().inspect(|first| *item = **first).is_some()
        });
    }
}

/// Items of several sources may have one id.
fn of_different_ids<'d, 'a>(due: &'d [Due<'a>]) -> impl Iterator<Item = &'d [Due<'a>]> {
    let mut ids = HashSet::new();
    let starts = due.iter().enumerate().filter(move |(_, due)| {
        let is_new = ids.insert(&due.member.item.id);
        if !is_new {
            ids.clear();
            ids.insert(&due.member.item.id);
        }
        !is_new
    });
    let mut bounds = vec![0];
    bounds.extend(starts.map(|(n, _)| n));
    bounds.push(due.len());
    (1..bounds.len()).map(move |n| &due[bounds[n - 1]..bounds[n]])
}

fn bytes_of(due: &Due<'_>) -> usize {
    let item = &due.member.item;
    let html = item.content_html.as_ref().map_or(0, |raw| raw.html.len());
    let texts = [&item.title, &item.summary, &item.content_text];
    texts.into_iter().flatten().map(String::len).sum::<usize>() + html
}

/// A hash of what a filter may change of an item: where it is another one, the item passes again.
fn hash_of(item: &Item) -> u64 {
    let html = item.content_html.as_ref().map(|raw| (&raw.html, &raw.base));
    let image = item.image.as_ref().map(|image| &image.url);
    let mut digest = Digest::new("given to the filter of a theme", 1);
    digest
        .add(&item.title)
        .add(&item.summary)
        .add(&html)
        .add(&item.content_text);
    digest
        .add(&item.tags)
        .add(&item.language)
        .add(&image)
        .add(&item.url);
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Image, ItemSource, RawHtml};

    #[test]
    fn the_hash_of_what_a_filter_is_given_lasts() {
        let item = Item {
            title: Some("Storm".to_owned()),
            content_html: Some(RawHtml {
                html: "<p>Rain.".to_owned(),
                base: None,
            }),
            tags: vec!["sea".to_owned()],
            image: Some(Image {
                url: "https://a.example/i.png".to_owned(),
                ..Image::default()
            }),
            ..Item::new(
                "https://a.example/1",
                ItemSource::default().into(),
                DateTime::UNIX_EPOCH,
            )
        };
        assert_eq!(format!("{:016x}", hash_of(&item)), "03786f1089d9790d");
    }
}
