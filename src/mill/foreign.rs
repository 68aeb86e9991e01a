//! Files that others put into the output folder under names that feedmill is about to use -> a pass that
//! stops before it writes.
//!
//! What `feeds.toml` publishes are a few groups of names: those of each theme, and those of the site. A
//! group is looked at once, before its first file is written. Then the store notes that it is ours, so that
//! a pass that dies half-way does not find its own files to be another's. Later a file of a group that
//! somebody has edited is mended, as ever.
//!
//! A lost store has no such notes. Then the mark of the folder says whose it is, or the generator that the
//! feeds of a theme name.

use super::{Error, owner};
use crate::config::Config;
use crate::model::{Encoding, FeedFormat, Formats, StoryPages, ThemeId};
use crate::output;
use crate::publish::{self, path};
use crate::store::Store;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::PathBuf;

/// Bytes of a feed in which its generator must be: that is before its entries.
const HEAD: u64 = 64 << 10;
/// How a feed names us, in RSS and in Atom.
const MARK: &str = ">feedmill</generator>";
/// Files that a message names.
const MAX_NAMES: usize = 5;

/// Files that are not ours are where a pass would write.
#[derive(Debug, thiserror::Error)]
#[error("the output folder {} has {} that feedmill did not write and would replace: {}; move them away, or give this feeds.toml another `output`", output.display(), count(names), shown(names))]
pub struct ForeignFiles {
    /// The folder.
    output: PathBuf,
    /// The files, relative to it.
    names: Vec<String>,
}

fn count(names: &[String]) -> String {
    match names.len() {
        1 => "a file".to_owned(),
        many => format!("{many} files"),
    }
}

fn shown(names: &[String]) -> String {
    let mut shown = names[..names.len().min(MAX_NAMES)].join(", ");
    if names.len() > MAX_NAMES {
        shown += " ...";
    }
    shown
}

/// Refuses to publish where files of others are. Changes nothing.
pub async fn check_output(config: &Config, store: Option<&Store>) -> Result<(), Error> {
    let claimed = match store {
        Some(store) => store.claimed().await?,
        None => Vec::new(),
    };
    let groups = groups(config);
    if groups.iter().all(|group| claimed.contains(&group.key())) {
        return Ok(());
    }
    let mut recorded = HashSet::new();
    if let Some(store) = store {
        recorded.extend(store.published().await?);
        recorded.extend(store.abandoned().await?.into_iter().map(|old| old.file));
    }
    // The store is lost, or this is the first pass.
    let knows_nothing = recorded.is_empty();
    if knows_nothing && owner::has_mark_of(config) {
        return Ok(());
    }
    let is_generated = |group: &&Group| {
        let Group::Theme(stem, _) = group else {
            return false;
        };
        [FeedFormat::Rss, FeedFormat::Atom]
            .iter()
            .any(|format| is_generated(config, &format!("{stem}.{}", format.extension())))
    };
    let is_known = |stem: &str| {
        let mut stems = claimed.iter().filter_map(|key| key.strip_prefix("theme "));
        stems.any(|key| key.split(' ').next() == Some(stem))
    };
    let any_is_generated = groups.iter().any(|group| is_generated(&group));
    let mut foreign = Vec::new();
    for group in groups
        .iter()
        .filter(|group| !claimed.contains(&group.key()))
    {
        let is_ours = match group {
            // In other formats now: the store knows its files.
            Group::Theme(stem, _) if is_known(stem) => false,
            Group::Theme(..) => is_generated(&group),
            Group::Site(_) | Group::Folder(..) => knows_nothing && any_is_generated,
            // Somebody compresses our files, or did so for us.
            Group::Copies(_) => false,
        };
        if !is_ours {
            foreign.extend(group.existing(config));
        }
    }
    foreign.retain(|name| !recorded.contains(name));
    let is_copy_of_ours = |name: &String, foreign: &[String]| {
        let original = Encoding::original(name).map(str::to_owned);
        original.is_some_and(|name| exists(config, &name) && !foreign.contains(&name))
    };
    let names = foreign
        .iter()
        .filter(|name| !is_copy_of_ours(name, &foreign));
    let mut names: Vec<_> = names.cloned().collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort();
    names.dedup();
    let output = config.output.clone();
    Err(ForeignFiles { output, names }.into())
}

/// Refuses to publish where files of others are; else notes that these names are ours from now on.
pub async fn claim_output(config: &Config, store: &Store) -> Result<(), Error> {
    check_output(config, Some(store)).await?;
    let keys: Vec<_> = groups(config).iter().map(Group::key).collect();
    if store.claimed().await? != keys {
        store.keep_claimed(keys).await?;
    }
    Ok(())
}

/// Names of files that belong together.
enum Group<'a> {
    /// Of a theme, or of a name that it had before, in its formats.
    Theme(String, &'a Formats),
    /// Of the site: the index, or the page of the sources.
    Site(&'static [&'static str]),
    /// All files of a kind in a folder.
    Folder(&'static str, &'static str),
    /// The compressed copies of all files.
    Copies(Encoding),
}

/// All groups that a configuration publishes.
fn groups(config: &Config) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    for theme in &config.themes {
        let stems = std::iter::once(&theme.id).chain(&theme.aliases);
        groups.extend(stems.map(|stem| Group::Theme(stem.to_string(), &theme.formats)));
    }
    groups.push(Group::Site(&[
        publish::INDEX,
        publish::FEEDS_OPML,
        publish::STYLE,
    ]));
    if config.site.health {
        groups.push(Group::Site(&[publish::SOURCES]));
    }
    if config.site.story_pages != StoryPages::Off {
        groups.push(Group::Folder(path::SOURCES, "html"));
    }
    if config.site.search {
        groups.push(Group::Site(&[publish::SEARCH, publish::SEARCH_SCRIPT]));
        groups.push(Group::Folder(path::TITLES, "json"));
    }
    groups.extend(config.site.compress.iter().copied().map(Group::Copies));
    groups
}

impl Group<'_> {
    /// As the store notes it.
    fn key(&self) -> String {
        match self {
            Self::Theme(stem, formats) if **formats == Formats::default() => {
                format!("theme {stem}")
            }
            Self::Theme(stem, formats) => {
                let ends = Formats::NAMES.iter().filter(|end| formats.has(end));
                let ends: Vec<&str> = ends.copied().collect();
                format!("theme {stem} {}", ends.join(" "))
            }
            Self::Site(names) => format!("site {}", names[0]),
            Self::Folder(name, _) => format!("folder {name}"),
            Self::Copies(encoding) => encoding.name_of("copies"),
        }
    }

    /// Its files that are in the output folder, whoever wrote them.
    fn existing(&self, config: &Config) -> Vec<String> {
        let mut names = match self {
            Self::Copies(encoding) => {
                let names = groups(config).into_iter();
                let names = names.flat_map(|group| group.names(config));
                names.map(|name| encoding.name_of(&name)).collect()
            }
            _ => self.names(config),
        };
        names.retain(|name| exists(config, name));
        names
    }

    /// The names of its files, as far as they are known without the store; none of copies, which follow others.
    fn names(&self, config: &Config) -> Vec<String> {
        match self {
            Self::Theme(stem, formats) => of_theme(config, stem, formats),
            Self::Site(names) => names.iter().map(|&name| name.to_owned()).collect(),
            Self::Folder(folder, kind) => {
                let is_of_kind =
                    |name: &String| name.rsplit_once('.').is_some_and(|(_, end)| end == *kind);
                let names = names_in(config, folder).filter(is_of_kind);
                names.map(|name| format!("{folder}/{name}")).collect()
            }
            Self::Copies(_) => Vec::new(),
        }
    }
}

/// The names of a theme's files, and of those in its folder that are named like its pages and documents.
fn of_theme(config: &Config, stem: &str, formats: &Formats) -> Vec<String> {
    let id = ThemeId::new(stem);
    let ends = Formats::NAMES.iter().filter(|end| formats.has(end));
    let mut names: Vec<_> = ends.map(|end| format!("{stem}.{end}")).collect();
    if formats.html {
        names.push(path::of_months(&id));
        names.push(path::of_tags(&id));
    }
    let inside = names_in(config, stem).filter(|name| {
        let (_, end) = name.rsplit_once('.').unwrap_or_default();
        is_of_folder(name) && formats.has(end)
    });
    names.extend(inside.map(|name| format!("{stem}/{name}")));
    names
}

/// What is in a folder of the output folder.
fn names_in(config: &Config, folder: &str) -> impl Iterator<Item = String> {
    let inside = fs::read_dir(config.output.join(folder))
        .into_iter()
        .flatten();
    inside
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
}

/// Whether a name is that of a page of a month or of an archive document: `2024-06-2.html`, `archive-3.rss`.
fn is_of_folder(name: &str) -> bool {
    let Some((stem, end)) = name.rsplit_once('.') else {
        return false;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(number) = stem.strip_prefix("archive-") {
        let mut formats = FeedFormat::ALL.iter();
        return is_number(number) && formats.any(|format| format.extension() == end);
    }
    end == "html" && stem.contains('-') && stem.split('-').all(is_number)
}

fn exists(config: &Config, name: &str) -> bool {
    fs::symlink_metadata(config.output.join(name)).is_ok()
}

/// Whether a feed says that it is ours.
fn is_generated(config: &Config, name: &str) -> bool {
    let mut head = Vec::new();
    // A pipe would block.
    output::stat(&config.output, name).is_some()
        && File::open(config.output.join(name))
            .and_then(|file| file.take(HEAD).read_to_end(&mut head))
            .is_ok()
        && String::from_utf8_lossy(&head).contains(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_months_and_archive_documents_are_known_by_their_names() {
        for name in [
            "2024-06.html",
            "2024-06-12.html",
            "archive-3.rss",
            "archive-10.json",
        ] {
            assert!(is_of_folder(name), "{name}");
        }
        for name in [
            "2024.html",
            "my-page.html",
            "archive-.rss",
            "archive-3.html",
            "2024-06.txt",
            ".htaccess",
        ] {
            assert!(!is_of_folder(name), "{name}");
        }
    }
}
