//! Stories in the store -> stories as they are shown, their texts made safe once and kept.

use super::Error;
use crate::model::{Member, ShownStory, ThemeId};
use crate::store::{Shelved, Since, Store};
use crate::text::html::{self, SafeHtml};
use crate::theme;
use std::collections::HashMap;
use url::Url;

/// Stories that are in memory at once.
const BATCH: usize = 500;

/// The stories of a shelf, each through the member it stands there with.
pub(super) async fn shown(store: &Store, shelf: &[Shelved]) -> Result<Vec<ShownStory>, Error> {
    let stories = store
        .stories(shelf.iter().map(|s| s.story).collect())
        .await?;
    let places: HashMap<u64, &Shelved> = shelf.iter().map(|s| (s.story, s)).collect();
    let mut shown = Vec::with_capacity(stories.len());
    let mut made = Vec::new();
    for story in &stories {
        let place = places.get(&story.seq);
        let member = place.and_then(|p| story.members.iter().find(|m| m.number == p.item));
        let Some(member) = member.or(story.members.first()) else {
            continue;
        };
        let content = safe(store, member, &mut made).await?;
        shown.push(theme::show(
            story,
            member,
            content,
            place.is_some_and(|p| p.choice),
        ));
    }
    store.keep_clean(made, html::VERSION).await?;
    Ok(shown)
}

/// The stories asked for, oldest arrival first, each with the themes it is filed under. `each` is
/// called once per story, in order, and may stop by failing.
pub async fn since<E: From<Error>>(
    store: &Store,
    asked: &Since,
    mut each: impl FnMut(ShownStory, Vec<ThemeId>) -> Result<(), E>,
) -> Result<(), E> {
    let numbers = store.since(asked.clone()).await.map_err(Error::from)?;
    for batch in numbers.chunks(BATCH) {
        let mut themes = store.themes_of(batch.to_vec()).await.map_err(Error::from)?;
        let shelf = match &asked.theme {
            Some(theme) => store
                .places(theme, batch.to_vec())
                .await
                .map_err(Error::from)?,
            None => batch
                .iter()
                .map(|&story| Shelved {
                    story,
                    ..Shelved::default()
                })
                .collect(),
        };
        for story in shown(store, &shelf).await? {
            let themes = themes.remove(&story.seq).unwrap_or_default();
            each(story, themes)?;
        }
    }
    Ok(())
}

/// A member's text, safe to show: sanitised once, on first need, and kept.
async fn safe(
    store: &Store,
    member: &Member,
    made: &mut Vec<(u64, String)>,
) -> Result<Option<SafeHtml>, Error> {
    let item = &member.item;
    let Some(raw) = &item.content_html else {
        return Ok(item.content_text.as_deref().map(html::from_text));
    };
    let kept = store.clean(member.number).await?;
    if let Some(safe) = kept.and_then(|(html, version)| SafeHtml::from_stored(html, version)) {
        return Ok(Some(safe));
    }
    let base = raw.base.as_deref().and_then(|base| Url::parse(base).ok());
    let safe = html::sanitize(&raw.html, base.as_ref());
    made.push((member.number, safe.as_str().to_owned()));
    Ok(Some(safe))
}
