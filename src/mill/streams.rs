//! Notices -> what is told: the stories that they are about, as they are now.

use super::Error;
use super::publish::{MadeHtml, RecentStories, entries};
use crate::model::{Merging, Notice, NoticeKind, ShownStory, Theme, ThemeId};
use crate::store::{Following, Store};
use std::sync::Arc;

/// Stories that are in memory at the same time.
const BATCH: usize = 100;

/// One thing to tell.
#[derive(Clone, Debug)]
pub struct Telling {
    /// What happened.
    pub notice: Notice,
    /// The story; none if it is shown in none of the themes any more.
    pub story: Option<ShownStory>,
    /// The themes that show it.
    pub themes: Vec<ThemeId>,
}

/// The next tellings, and how far they go.
#[derive(Clone, Debug, Default)]
pub struct Tellings {
    /// In order.
    pub tellings: Vec<Telling>,
    /// There is nothing else to tell up to this notice.
    pub until: u64,
    /// There may be more.
    pub is_cut: bool,
}

/// What somebody is to be told next, some of it at most, from behind a notice that is not before what they know.
pub async fn told(
    store: &Store,
    following: &Following,
    from: u64,
    limit: usize,
) -> Result<Tellings, Error> {
    let told = store
        .notices(following.clone(), from, limit.min(BATCH))
        .await?;
    let mut tellings = Vec::with_capacity(told.notices.len());
    for notice in told.notices {
        tellings.push(telling(store, &following.themes, notice).await?);
    }
    Ok(Tellings {
        tellings,
        until: told.until,
        is_cut: told.is_cut,
    })
}

/// How many notices somebody is still to be told.
pub async fn waiting(store: &Store, following: &Following) -> Result<usize, Error> {
    /// Notices that are in memory at the same time.
    const BATCH: usize = 1000;
    let (mut count, mut from) = (0, following.after);
    loop {
        let told = store.notices(following.clone(), from, BATCH).await?;
        count += told.notices.len();
        from = told.until;
        if !told.is_cut {
            return Ok(count);
        }
    }
}

async fn telling(store: &Store, themes: &[Arc<Theme>], notice: Notice) -> Result<Telling, Error> {
    let is_shown = matches!(notice.kind, NoticeKind::Entered | NoticeKind::Changed);
    let theme = themes.iter().find(|theme| theme.id == notice.theme);
    let Some(theme) = theme.filter(|_| is_shown) else {
        return Ok(Telling {
            notice,
            story: None,
            themes: Vec::new(),
        });
    };
    let entry = store.entries_of(&theme.id, vec![notice.story]).await?;
    // A story is told of as a whole, also where its items are shown one by one.
    let merge = match theme.merge {
        Merging::Off => Merging::Identical,
        merge => merge,
    };
    let recent = RecentStories::new(store);
    let mut shown = entries(&recent, &theme.id, merge, &entry, MadeHtml::Kept).await?;
    let mut of_story = store.themes_of(vec![notice.story]).await?;
    Ok(Telling {
        themes: of_story.remove(&notice.story).unwrap_or_default(),
        notice,
        story: shown.pop(),
    })
}
