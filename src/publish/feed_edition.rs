//! Checked edition -> the same edition as all its feeds need it.

use super::checked::{CheckedEdition, SharedEdition};
use super::content::Told;
use crate::model::{Edition, Ids, ShownStory, StoryId};
use std::sync::Arc;

/// An edition as all its feeds need it: checked, with the ids that the theme asks for, and with what each format says of
/// its stories.
#[derive(Debug)]
pub struct FeedEdition {
    edition: SharedEdition,
    /// Of each story.
    told: Vec<Arc<Told>>,
}

impl From<CheckedEdition> for FeedEdition {
    fn from(CheckedEdition(mut checked): CheckedEdition) -> Self {
        for n in 0..checked.stories.len() {
            // Readers need something to open: the page of the story, where its source gives no address.
            let story = &checked.stories[n];
            if story.url.is_none() && story.external_url.is_none() {
                let page = story.path.as_deref();
                let address = page.and_then(|path| super::published(&checked, path));
                Arc::make_mut(&mut checked.stories[n]).url = address;
            }
        }
        if checked.theme.ids == Ids::PerTheme {
            let theme = checked.theme.id.clone();
            let id = |id: &StoryId| StoryId::new(super::urn(&format!("{theme} {id}")));
            for story in &mut checked.stories {
                let story = Arc::make_mut(story);
                story.id = id(&story.id);
            }
            if let Some(archive) = &mut checked.history.archive {
                for hidden in &mut archive.hidden {
                    hidden.id = id(&hidden.id);
                }
            }
        }
        let told = |story: &Arc<ShownStory>| Arc::new(Told::of(story, &checked.theme));
        Self {
            told: checked.stories.iter().map(told).collect(),
            edition: checked,
        }
    }
}

impl FeedEdition {
    /// Checks every field.
    pub fn of(edition: &Edition) -> Self {
        CheckedEdition::of(edition).into()
    }

    pub(super) fn edition(&self) -> &SharedEdition {
        &self.edition
    }

    /// Its stories, each with what all formats say of it.
    pub(super) fn stories(&self) -> impl Iterator<Item = (&ShownStory, &Told)> {
        let stories = self.edition.stories.iter().map(AsRef::as_ref);
        stories.zip(self.told.iter().map(AsRef::as_ref))
    }

    /// The same with less of its stories: what is shown of each is at most what was checked. `cut` gives none where all
    /// of a story is shown.
    pub(super) fn with_stories(
        &self,
        mut cut: impl FnMut(&ShownStory) -> Option<ShownStory>,
    ) -> Self {
        let edition = &self.edition;
        let stories = edition.stories.iter().zip(&self.told);
        let shown = stories.map(|(story, told)| match cut(story) {
            Some(cut) => {
                let told = Told::of(&cut, &edition.theme);
                (Arc::new(cut), Arc::new(told))
            }
            None => (Arc::clone(story), Arc::clone(told)),
        });
        let (stories, told) = shown.unzip();
        Self {
            edition: SharedEdition {
                theme: Arc::clone(&edition.theme),
                stories,
                updated: edition.updated,
                base_url: edition.base_url.clone(),
                hub: edition.hub.clone(),
                links: edition.links.clone(),
                history: edition.history.clone(),
            },
            told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples;

    #[test]
    fn a_story_without_an_address_opens_at_its_own_page() {
        let mut story = samples::full_story();
        (story.url, story.external_url) = (None, None);
        story.path = Some("story/2024/06/x.html".to_owned());
        let mut edition = samples::edition(vec![story]);
        let url = |edition: &Edition| FeedEdition::of(edition).edition().stories[0].url.clone();
        let page = "https://feeds.example/story/2024/06/x.html";
        assert_eq!(url(&edition).as_deref(), Some(page));
        edition.base_url = None;
        assert_eq!(url(&edition), None);
    }
}
