//! Files that are no longer written: stored as abandoned when their theme goes, removed with `--prune`.
//! Only files that feedmill recorded are removed, and only if they are unchanged. Files that others put
//! into the output folder are never touched.

use super::record::WrittenFiles;
use crate::config::Config;
use crate::mill::{Error, Report};
use crate::model::{Encoding, ThemeId};
use crate::output::{self, FileStamp};
use crate::store::{Abandoned, Store};
use std::collections::HashSet;

/// Stores such files as abandoned, and reports them. Files below an alias of a theme are still in use, in
/// the formats of that theme.
pub(in crate::mill) async fn abandon(
    config: &Config,
    store: &Store,
    files: WrittenFiles,
    report: &mut Report,
) -> Result<(), Error> {
    let is_used = |name: &str| {
        let stem = name.split(['/', '.']).next();
        let original = Encoding::original(name).unwrap_or(name);
        let end = original.rsplit_once('.').map_or("", |(_, end)| end);
        let is_alias = |alias: &ThemeId| Some(alias.as_str()) == stem;
        let mut themes = config.themes.iter();
        themes.any(|theme| theme.aliases.iter().any(is_alias) && theme.formats.has(end))
    };
    let files = files.into_iter().filter(|(name, _)| !is_used(name));
    let files = files.filter_map(|(file, stamp)| {
        Some(Abandoned {
            file,
            len: stamp?.len,
            modified_ns: stamp?.modified_ns,
        })
    });
    let files: Vec<_> = files.collect();
    let names = files.iter().map(|file| file.file.clone());
    report.abandoned_files.extend(names);
    report.abandoned_files.sort();
    store.abandon(files).await?;
    Ok(())
}

/// Removes abandoned files that are unchanged and not published again.
pub(in crate::mill) async fn prune(
    config: &Config,
    store: &Store,
    report: &mut Report,
) -> Result<(), Error> {
    let published: HashSet<_> = store.published().await?.into_iter().collect();
    let old = store.abandoned().await?.into_iter();
    let old = old.filter(|old| !published.contains(&old.file) && is_as_left(config, old));
    let old: Vec<_> = old.map(|old| old.file).collect();
    output::remove(&config.output, &old)?;
    report.abandoned_files.retain(|name| !old.contains(name));
    report.removed.extend(old);
    let themes = config.themes.iter().map(|theme| theme.id.clone());
    store.forget_abandoned(themes.collect()).await?;
    Ok(())
}

/// Whether a file is unchanged since it was abandoned.
pub(super) fn is_as_left(config: &Config, old: &Abandoned) -> bool {
    let stamp = FileStamp {
        len: old.len,
        modified_ns: old.modified_ns,
    };
    output::stat(&config.output, &old.file) == Some(stamp)
}
