//! Compressed copies of all published files, when `[site] compress` changed. A file that is written in
//! a pass gets its copies from `writer.rs`.

use super::prune;
use crate::config::Config;
use crate::mill::{Error, Report};
use crate::model::Encoding;
use crate::output;
use crate::store::Store;

/// Files that are in memory at the same time.
const BATCH: usize = 32;

/// The encodings of which copies may exist: those of the last pass, and those configured now.
pub(in crate::mill) async fn encodings(
    config: &Config,
    store: &Store,
) -> Result<Vec<Encoding>, Error> {
    let mut encodings = store.compressed().await?;
    let configured = config.site.compress.iter();
    let new: Vec<_> = configured
        .filter(|e| !encodings.contains(e))
        .copied()
        .collect();
    encodings.extend(new);
    Ok(encodings)
}

/// Writes the copies that are missing and removes those of other encodings.
pub(in crate::mill) async fn update(
    config: &Config,
    store: &Store,
    report: &mut Report,
) -> Result<(), Error> {
    let configured = &config.site.compress;
    if store.compressed().await? == *configured {
        return Ok(());
    }
    let files = store.published().await?;
    let files: Vec<_> = files
        .iter()
        .filter(|name| Encoding::original(name).is_none())
        .collect();
    for names in files.chunks(BATCH) {
        let read = |name: &&String| Some(((*name).clone(), output::read(&config.output, name)?));
        let files: Vec<_> = names.iter().filter_map(read).collect();
        let copies = output::copies(&files, configured)?.into_iter().flatten();
        let written = output::write(&config.output, copies.collect())?;
        report.written.extend(written.written);
    }
    // All other encodings, not only those of the last pass: a lost store does not know which copies exist.
    let others = Encoding::ALL
        .into_iter()
        .filter(|e| !configured.contains(e));
    let others: Vec<_> = others.collect();
    let copies_of = |name: &str| others.iter().map(|e| e.name_of(name)).collect::<Vec<_>>();
    let mut names: Vec<_> = files.iter().flat_map(|name| copies_of(name)).collect();
    // Copies of abandoned files, too: if such a file is written again, old copies must not be beside it.
    for old in store.abandoned().await? {
        let is_copy =
            Encoding::original(&old.file).is_some_and(|name| copies_of(name).contains(&old.file));
        if is_copy && prune::is_as_left(config, &old) {
            names.push(old.file);
        }
    }
    let removed = output::remove(&config.output, &names)?;
    report.removed.extend(removed);
    store.keep_compressed(configured.clone()).await?;
    Ok(())
}
