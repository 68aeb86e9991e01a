//! Documents that are ready -> files in the output folder, many at once, and a note of each in the
//! store.

use super::prune;
use super::record::{ArchiveRecord, EditionRecord, WrittenFiles};
use crate::config::Config;
use crate::mill::{Error, Report};
use crate::model::{EditionLinks, Encoding, ThemeId};
use crate::output;
use crate::store::{HtmlPage, Store, StoredEdition};

/// Bytes that may be in memory before they are written.
const BATCH: usize = 64 << 20;

/// What the store notes once files are written.
pub(super) enum Written {
    /// An edition: its theme, the hash of its rule, its fingerprint, and what else is kept of it, with
    /// the files that it had before.
    Edition(ThemeId, u64, u64, EditionRecord),
    /// A closed page.
    Page(ThemeId, u32),
    /// A page of a story or of an archive by date.
    Html(HtmlPage),
}

/// What is ready, and where it goes.
pub(super) struct Writer<'a> {
    config: &'a Config,
    store: &'a Store,
    report: &'a mut Report,
    ready: Vec<(String, Vec<u8>)>,
    bytes: usize,
    /// With the names of their files.
    notes: Vec<(Written, Vec<String>)>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(config: &'a Config, store: &'a Store, report: &'a mut Report) -> Self {
        Self {
            config,
            store,
            report,
            ready: Vec::new(),
            bytes: 0,
            notes: Vec::new(),
        }
    }

    /// Counts files that are as they should be.
    pub(super) fn unchanged(&mut self, files: usize) {
        self.report.unchanged_files += files;
    }

    /// Takes files, to be written in this order, and what is to be noted of them. What comes later
    /// may link to what comes before.
    pub(super) async fn add(
        &mut self,
        files: Vec<(String, Vec<u8>)>,
        note: Written,
    ) -> Result<(), Error> {
        let mut files = files;
        for n in 0..files.len() {
            let (name, bytes) = &files[n];
            files.extend(output::compressed(name, bytes, &self.config.site.compress)?);
        }
        let names = files.iter().map(|(name, _)| name.clone()).collect();
        self.notes.push((note, names));
        self.bytes += files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
        self.ready.extend(files);
        if self.bytes > BATCH {
            self.flush().await?;
        }
        Ok(())
    }

    /// The addresses of the feeds among these files that a hub is to be told of.
    fn topics(&self, names: &[String]) -> Vec<String> {
        let Some(base) = self
            .config
            .site
            .hub
            .as_ref()
            .and(self.config.site.base_url.as_ref())
        else {
            return Vec::new();
        };
        let themes = self.config.themes.iter();
        let feeds = themes.flat_map(|theme| EditionLinks::of(&theme.id).feeds());
        feeds
            .filter(|feed| names.contains(feed))
            .filter_map(|feed| base.join(&feed).ok().map(String::from))
            .collect()
    }

    /// Writes what is ready, and notes it with the stamps that the files now have.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let root = &self.config.output;
        let prepared = output::prepare(root, std::mem::take(&mut self.ready))?;
        self.store.note_pings(self.topics(prepared.names())).await?;
        let written = prepared.put_in_place()?;
        self.report.written.extend(written.written);
        self.report.unchanged_files += written.unchanged;

        let (mut editions, mut pages, mut html_pages) = (Vec::new(), Vec::new(), Vec::new());
        let mut old = Vec::new();
        for (note, names) in self.notes.drain(..) {
            let stamp = |name: String| (output::stat(root, &name), name);
            let stamped = names.into_iter().map(stamp);
            let files: WrittenFiles = stamped.map(|(stamp, name)| (name, stamp)).collect();
            match note {
                Written::Edition(theme, rule, fingerprint, mut kept) => {
                    // A copy goes with its file, or by itself once no copies are asked for.
                    let is_gone = |(name, _): &(String, _)| {
                        let name = Encoding::original(name).unwrap_or(name);
                        files.iter().all(|(other, _)| other != name)
                    };
                    old.extend(kept.files.into_iter().filter(is_gone));
                    kept.files = files;
                    let json = serde_json::to_string(&kept).map_err(crate::store::Error::from)?;
                    let edition = StoredEdition {
                        rule,
                        fingerprint,
                        json,
                    };
                    editions.push((theme, edition));
                }
                Written::Page(theme, number) => {
                    let page = ArchiveRecord {
                        base_url: self.config.site.base_url.clone(),
                        files,
                    };
                    let json = serde_json::to_string(&page).map_err(crate::store::Error::from)?;
                    pages.push((theme, number, json));
                }
                Written::Html(page) => {
                    let stamp = files.first().and_then(|(_, stamp)| *stamp);
                    html_pages.push(HtmlPage {
                        len: stamp.map_or(0, |stamp| stamp.len),
                        modified_ns: stamp.map_or(0, |stamp| stamp.modified_ns),
                        ..page
                    });
                }
            }
        }
        prune::abandon(self.config, self.store, old, self.report).await?;
        self.store.keep_editions(editions).await?;
        self.store.keep_archive_documents(pages).await?;
        self.store.keep_html_pages(html_pages).await?;
        Ok(())
    }
}
