//! Documents that are ready -> files in the output folder, many together, and a row in the store for
//! each document.

use super::prune;
use super::record::{ArchiveRecord, EditionRecord, WrittenFiles};
use crate::config::Config;
use crate::mill::{Error, Report};
use crate::model::{EditionLinks, Encoding, ThemeId};
use crate::output::{self, FileStamp};
use crate::store::{HtmlPage, Store, StoredEdition};
use url::Url;

/// Bytes that may be in memory before they are written.
const BATCH: usize = 8 << 20;

/// A document, as the store notes it once its files are written.
pub(super) enum Written {
    /// An edition.
    Edition {
        theme: ThemeId,
        /// Hash of the rule by which its entries were found.
        rule_hash: u64,
        fingerprint: u64,
        /// What else is kept of it, with the files that it had before.
        record: EditionRecord,
    },
    /// An archive document.
    Archive {
        theme: ThemeId,
        number: u32,
        /// It does not link to the document before it, which was removed.
        is_cut_off: bool,
        /// It does not link to a page of its theme, which has none.
        has_no_page: bool,
        /// The files that it had before.
        before: WrittenFiles,
    },
    /// An HTML page of a story, or of a theme's archive by date.
    Html(HtmlPage),
}

/// What is ready, and where it goes.
pub(super) struct Writer<'a> {
    config: &'a Config,
    store: &'a Store,
    report: &'a mut Report,
    files: Vec<(String, Vec<u8>)>,
    bytes: usize,
    /// With the names of their files.
    documents: Vec<(Written, Vec<String>)>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(config: &'a Config, store: &'a Store, report: &'a mut Report) -> Self {
        Self {
            config,
            store,
            report,
            files: Vec::new(),
            bytes: 0,
            documents: Vec::new(),
        }
    }

    /// Counts files that did not have to be written.
    pub(super) fn unchanged(&mut self, files: usize) {
        self.report.unchanged_files += files;
    }

    /// Takes a document: its files, to be written in this order, and what to note of it. A later
    /// document may link to an earlier one.
    pub(super) async fn add(
        &mut self,
        files: Vec<(String, Vec<u8>)>,
        document: Written,
    ) -> Result<(), Error> {
        let secrets = &self.config.secrets;
        let mut names = Vec::new();
        for (name, bytes) in files {
            let copies = self.config.site.compress.iter();
            let copies = copies.map(|encoding| encoding.name_of(&name));
            names.extend(std::iter::once(name.clone()).chain(copies));
            self.bytes += bytes.len();
            self.files.push((name, secrets.hide_in(bytes)));
        }
        self.documents.push((document, names));
        if self.bytes > BATCH {
            self.flush().await?;
        }
        Ok(())
    }

    /// Writes what is ready, and notes it with the stamps that the files now have.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        self.bytes = 0;
        let root = &self.config.output;
        let files = std::mem::take(&mut self.files);
        let copies = output::copies(&files, &self.config.site.compress)?;
        let with_copies = files.into_iter().zip(copies);
        let files = with_copies.flat_map(|(file, copies)| std::iter::once(file).chain(copies));
        let prepared = output::prepare(root, files.collect())?;
        self.store.note_pings(self.topics(prepared.names())).await?;
        let written = prepared.put_in_place()?;
        self.report.written.extend(written.written);
        self.report.unchanged_files += written.unchanged;
        self.note().await
    }

    /// The addresses of the feeds among these files that a hub has to be notified of.
    fn topics(&self, names: &[String]) -> Vec<String> {
        let site = &self.config.site;
        let Some(base) = site.hub.as_ref().and(site.base_url.as_ref()) else {
            return Vec::new();
        };
        let themes = self.config.themes.iter();
        let feeds = themes.flat_map(|theme| {
            let links = EditionLinks::of(theme);
            let formats = theme.formats.feeds.iter();
            formats.map(move |format| links.feed(*format))
        });
        feeds
            .filter(|feed| names.contains(feed))
            .filter_map(|feed| base.join(&feed).ok().map(String::from))
            .collect()
    }

    /// Notes the documents whose files are written.
    async fn note(&mut self) -> Result<(), Error> {
        let root = &self.config.output;
        let (mut editions, mut archives, mut html_pages) = (Vec::new(), Vec::new(), Vec::new());
        let mut unused = Vec::new();
        for (document, names) in self.documents.drain(..) {
            let stamp = |name: String| (output::stat(root, &name), name);
            let stamped = names.into_iter().map(stamp);
            let files: WrittenFiles = stamped.map(|(stamp, name)| (name, stamp)).collect();
            match document {
                Written::Edition {
                    theme,
                    rule_hash,
                    fingerprint,
                    mut record,
                } => {
                    let before = std::mem::replace(&mut record.files, files);
                    unused.extend(left_over(before, &record.files));
                    let json = serde_json::to_string(&record).map_err(crate::store::Error::from)?;
                    let edition = StoredEdition {
                        rule: rule_hash,
                        fingerprint,
                        json,
                    };
                    editions.push((theme, edition));
                }
                Written::Archive {
                    theme,
                    number,
                    is_cut_off,
                    has_no_page,
                    before,
                } => {
                    unused.extend(left_over(before, &files));
                    let record = ArchiveRecord {
                        base_url: self.config.site.base_url.as_ref().map(Url::to_string),
                        is_cut_off,
                        has_no_page,
                        files,
                    };
                    let json = serde_json::to_string(&record).map_err(crate::store::Error::from)?;
                    archives.push((theme, number, json));
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
        prune::abandon(self.config, self.store, unused, self.report).await?;
        self.store.keep_editions(editions).await?;
        self.store.keep_archive_documents(archives).await?;
        self.store.keep_html_pages(html_pages).await?;
        Ok(())
    }
}

/// The files of a document that are none of it any more. A copy goes with its file, or by itself once copies are not
/// wanted any more.
fn left_over(
    before: WrittenFiles,
    files: &WrittenFiles,
) -> impl Iterator<Item = (String, Option<FileStamp>)> {
    before.into_iter().filter(|(name, _)| {
        let name = Encoding::original(name).unwrap_or(name);
        files.iter().all(|(other, _)| other != name)
    })
}
