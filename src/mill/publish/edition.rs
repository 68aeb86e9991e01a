//! A theme's entries at this moment -> the files of its edition: a feed in each of its formats, a page, and the page of its tags.

use super::html::HtmlPages;
use super::recent_stories::RecentStories;
use super::record::{EditionRecord, Records};
use super::stories::{self, MadeHtml};
use super::writer::{Writer, Written};
use super::{feed_archive, log};
use crate::config::Config;
use crate::digest::Digest;
use crate::mill::Error;
use crate::model::{Edition, Headline, Site, Theme};
use crate::publish::html::Templates;
use crate::publish::{self, CheckedEdition, path};
use crate::store::Entry;
use crate::text::html::VERSION as SANITIZER_VERSION;
use crate::theme;
use std::sync::Arc;

/// Headlines of a theme on the index page.
const HEADLINES: usize = 5;

/// An edition as it has to be now.
pub(super) struct Current<'a> {
    config: &'a Config,
    templates: &'a Templates,
    theme: &'a Arc<Theme>,
    entries: &'a [Entry],
    /// The number that the theme's next archive document will have.
    next_archive: u32,
    /// Hash of everything that shapes its files.
    pub(super) fingerprint: u64,
}

impl<'a> Current<'a> {
    /// `look` is that of [`HtmlPages`].
    pub(super) fn of(
        config: &'a Config,
        templates: &'a Templates,
        theme: &'a Arc<Theme>,
        entries: &'a [Entry],
        next_archive: u32,
        look: u64,
    ) -> Self {
        let versions = [publish::FORMAT_VERSION, SANITIZER_VERSION];
        let shape = (entries, next_archive, look);
        Self {
            config,
            templates,
            theme,
            entries,
            next_archive,
            fingerprint: fingerprint(&versions, theme, &config.site, shape),
        }
    }

    /// Hands its files to the writer; gives what is kept of it.
    pub(super) async fn write(
        &self,
        recent: &RecentStories<'_>,
        html: &HtmlPages<'_>,
        records: &Records<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<EditionRecord, Error> {
        let theme = self.theme;
        let made = MadeHtml::Kept;
        let mut stories =
            stories::entries(recent, &theme.id, theme.merge, self.entries, made).await?;
        html.add_paths(&mut stories).await?;
        let mut edition = theme::edition(theme, &self.config.site, stories);
        edition.history.previous = feed_archive::previous(theme, self.next_archive);
        let headlines = edition.stories.iter().take(HEADLINES);
        let record = EditionRecord {
            files: records.files_before(&theme.id),
            updated: edition.updated,
            stories: edition.stories.len(),
            headlines: headlines.map(Headline::of).collect(),
        };
        let files = files(&edition, self.config, self.templates)?;
        log::edition(&theme.id, edition.stories.len(), files.len());
        let note = Written::Edition {
            theme: theme.id.clone(),
            rule_hash: records.rule_hash(&theme.id),
            fingerprint: self.fingerprint,
            record: record.clone(),
        };
        writer.add(files, note).await?;
        Ok(record)
    }
}

/// An edition in the formats of its theme, under the theme's name and under those that it had before.
fn files(
    edition: &Edition,
    config: &Config,
    templates: &Templates,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let links = &edition.links;
    let checked = CheckedEdition::of(edition);
    let mut pages = Vec::new();
    if let Some(html) = &links.html {
        let page = templates.theme(&checked, &config.themes, &config.site)?;
        pages.push((html.clone(), page.into_bytes()));
        let tags = templates.tags(&checked, &config.themes, &config.site)?;
        pages.push((path::of_tags(&edition.theme.id), tags.into_bytes()));
    }
    let documents = publish::size_limit::documents(&checked.into())?.into_iter();
    let feeds = documents.map(|(format, text)| (links.feed(format), text.into_bytes()));
    let mut files: Vec<_> = feeds.chain(pages).collect();
    let own = files.len();
    for alias in &edition.theme.aliases {
        for at in 0..own {
            let (name, bytes) = files[at].clone();
            let renamed = name.replacen(edition.theme.id.as_str(), alias.as_str(), 1);
            files.push((renamed, bytes));
        }
    }
    Ok(files)
}

/// Of everything that shapes a theme's files: the theme, its entries, the number of its next archive
/// document, what its page looks like.
fn fingerprint(versions: &[u32], theme: &Theme, site: &Site, shape: (&[Entry], u32, u64)) -> u64 {
    let (entries, next_archive, look) = shape;
    let mut digest = Digest::new("edition", 1);
    digest.add(versions);
    digest.add(entries).add(&next_archive).add(&look);
    digest.add(theme).add(site);
    digest.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::{site, theme};

    #[test]
    fn the_fingerprint_of_an_edition_lasts() {
        let entry = Entry {
            story: 1,
            rev: 2,
            item: 3,
            editors_choice: true,
        };
        let hash = fingerprint(&[3, 2], &theme(), &site(), (&[entry], 4, 5));
        assert_eq!(format!("{hash:016x}"), "4d17bd84a13292db");
    }
}
