//! A rule that is in no theme yet x the store -> what it takes, without changing anything.

use super::Error;
use crate::config::Config;
use crate::model::{Expression, Rule, Story, Theme, ThemeId};
use crate::store::{Since, Store};
use crate::theme::{Matcher, rank_members};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Stories that are in memory at the same time.
const BATCH: usize = 500;

/// A story that a tried rule takes, or that its theme would lose.
#[derive(Clone, Debug)]
pub struct TriedStory {
    /// The story.
    pub story: Story,
    /// The index of the member through which it is taken; the first of a story that is not.
    pub member: usize,
    /// Whether the rule takes it.
    pub is_taken: bool,
    /// Whether it is in the theme as stored.
    pub was_in: bool,
}

/// Calls `each` with the stories that a rule would take as the only rule of a theme, and with those of `theme` that
/// it would not; the last arrival first, some hundreds at a time with how many were looked at.
pub async fn try_rule<E: From<Error>>(
    config: &Config,
    store: &Store,
    (rule, theme): (Expression, Option<&Arc<Theme>>),
    now: DateTime<Utc>,
    mut each: impl FnMut(Vec<TriedStory>, usize) -> Result<(), E>,
) -> Result<(), E> {
    let Some(tried) = theme.or(config.themes.first()) else {
        return Ok(());
    };
    let tried = Theme {
        rule: Rule {
            expression: Some(rule),
            ..Rule::default()
        },
        ..Theme::clone(tried)
    };
    let matcher = Matcher::new(&[Arc::new(tried)], &config.sources).map_err(Error::from)?;
    let ranks = config.ranks();
    let numbers = stored(store).await?;
    for batch in numbers.rchunks(BATCH) {
        let stories = store.stories(batch.to_vec()).await.map_err(Error::from)?;
        let themes = store.themes_of(batch.to_vec()).await.map_err(Error::from)?;
        let is_in =
            |story: u64, theme: &ThemeId| themes.get(&story).is_some_and(|of| of.contains(theme));
        let stories = stories.into_iter().rev().map(|mut story| {
            rank_members(&mut story.members, |item| ranks.of(&item.source.id));
            let found = matcher.decide(&story, now).matches.pop();
            let number = found.as_ref().map(|found| found.member);
            let mut members = story.members.iter();
            TriedStory {
                member: members.position(|m| Some(m.number) == number).unwrap_or(0),
                is_taken: found.is_some(),
                was_in: theme.is_some_and(|theme| is_in(story.seq, &theme.id)),
                story,
            }
        });
        let stories = stories.filter(|tried| tried.is_taken || tried.was_in);
        each(stories.collect(), batch.len())?;
    }
    Ok(())
}

/// How many stories [`try_rule`] looks at.
pub async fn count_stories(store: &Store) -> Result<usize, Error> {
    Ok(stored(store).await?.len())
}

async fn stored(store: &Store) -> Result<Vec<u64>, Error> {
    Ok(store.since(Since::default()).await?)
}
