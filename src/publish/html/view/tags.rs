//! What `tags.html` shows: the tags of a theme's newest stories, each with these stories.

use super::{Frame, Links, Listing, StoryView, ThemeLink, tags_of};
use crate::model::{Site, Theme};
use crate::publish::checked::SharedEdition;
use crate::publish::path;
use crate::publish::phrases::Phrases;
use crate::text::words;
use minijinja::Value;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// Tags of a page, those of most stories: a list that one still looks through.
const TAGS: usize = 60;

/// Stories below a tag, the newest ones.
const STORIES: usize = 10;

#[derive(Serialize)]
pub(in crate::publish) struct TagsPage {
    #[serde(skip)]
    pub(in crate::publish) frame: Frame,
    theme_title: String,
    links: Links,
    /// All, in the order of `feeds.toml`.
    themes: Vec<ThemeLink>,
    timezone: &'static str,
    /// By name.
    tags: Vec<TagView>,
    rights: Option<String>,
}

#[derive(Serialize)]
struct TagView {
    title: String,
    /// Its `id` on the page.
    anchor: String,
    /// Of the theme's newest stories.
    story_count: usize,
    /// Newest first. A story is made once, however many of its tags are shown.
    stories: Vec<Value>,
}

impl TagsPage {
    /// Of a checked edition.
    pub(in crate::publish) fn new(
        edition: &SharedEdition,
        themes: &[Arc<Theme>],
        site: &Site,
    ) -> Self {
        let theme = &edition.theme;
        let page = path::of_tags(&theme.id);
        let phrases = Phrases::of(&theme.language);
        let listing = Arc::new(Listing::new(theme, &page));
        let mut found: HashMap<String, (String, Vec<usize>)> = HashMap::new();
        for (at, story) in edition.stories.iter().enumerate() {
            for tag in tags_of(story, phrases) {
                let (_, stories) = found.entry(key(&tag)).or_insert_with(|| (tag, Vec::new()));
                if stories.last() != Some(&at) {
                    stories.push(at);
                }
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|(a, (_, of_a)), (b, (_, of_b))| {
            Reverse(of_a.len()).cmp(&Reverse(of_b.len())).then(a.cmp(b))
        });
        found.truncate(TAGS);
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut views: Vec<Option<Value>> = vec![None; edition.stories.len()];
        let mut view = |at: usize| {
            let made = || StoryView::value(&edition.stories[at], &listing);
            views[at].get_or_insert_with(made).clone()
        };
        let title = format!("{}: {}", theme.title, phrases.tags);
        Self {
            frame: Frame::new(site, title.clone(), None, &theme.language, &page).about(Some(title)),
            theme_title: theme.title.clone(),
            links: Links::new(&edition.links, theme, site, &page),
            themes: ThemeLink::all(themes, &theme.language, site, &page),
            timezone: theme.timezone.name(),
            tags: found
                .into_iter()
                .map(|(_, (title, stories))| TagView {
                    anchor: anchor(&title),
                    title,
                    story_count: stories.len(),
                    stories: stories.into_iter().take(STORIES).map(&mut view).collect(),
                })
                .collect(),
            rights: theme.rights.clone(),
        }
    }
}

/// What two spellings of one tag have in common. `C` and `C++` are two tags.
fn key(tag: &str) -> String {
    words::fold_letters(tag).to_lowercase()
}

/// Where a tag is on the page of the tags. An `id` has no white space, and a link would have to escape most signs.
pub(super) fn anchor(tag: &str) -> String {
    let mut anchor = "tag-".to_owned();
    for c in key(tag).chars() {
        match c {
            c if c.is_whitespace() => anchor.push('-'),
            c if c.is_alphanumeric() || "-_.".contains(c) => anchor.push(c),
            c => {
                let _ = write!(anchor, "~{:x}", u32::from(c)); // writing to a String does not fail
            }
        }
    }
    anchor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::CheckedEdition;
    use crate::publish::samples::{edition, site, story};

    #[test]
    fn a_tag_lists_its_newest_stories_and_few_tags_are_on_the_page() {
        let stories = (0..80).map(|n| {
            let mut told = story(&format!("tag:a,2024:{n}"), "Told", "2024-06-14T09:30:00Z");
            told.tags = vec![format!("only {n}"), "Café".to_owned(), "CAFE".to_owned()];
            told
        });
        let page = TagsPage::new(
            CheckedEdition::of(&edition(stories.collect())).edition(),
            &[],
            &site(),
        );
        assert_eq!(page.tags.len(), TAGS);
        let cafe = page.tags.iter().find(|tag| tag.title == "Café").unwrap();
        assert_eq!((cafe.story_count, cafe.stories.len()), (80, STORIES));
        assert_eq!(cafe.anchor, anchor("CAFE"));
    }

    #[test]
    fn anchors_have_no_white_space_and_tell_tags_apart() {
        assert_eq!(anchor("Editor's  choice"), "tag-editor~27s--choice");
        assert_ne!(anchor("C++"), anchor("C#"));
        assert_eq!(anchor("日本"), "tag-日本");
    }
}
