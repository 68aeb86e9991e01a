//! Compressed copies of all that is published, when it was asked for others than before. What is
//! written anew has its copies written with it (`writer.rs`).

use super::prune;
use crate::config::Config;
use crate::mill::{Error, Report};
use crate::model::Encoding;
use crate::output;
use crate::store::Store;

/// The encodings in which copies may lie beside a file: those of the last pass, and those asked for now.
pub(super) async fn encodings(config: &Config, store: &Store) -> Result<Vec<Encoding>, Error> {
    let mut encodings = store.compressed().await?;
    let asked = config.site.compress.iter();
    let new: Vec<_> = asked.filter(|e| !encodings.contains(e)).copied().collect();
    encodings.extend(new);
    Ok(encodings)
}

pub(in crate::mill) async fn settle(
    config: &Config,
    store: &Store,
    report: &mut Report,
) -> Result<(), Error> {
    let asked = &config.site.compress;
    if store.compressed().await? == *asked {
        return Ok(());
    }
    let files = store.published().await?;
    let files: Vec<_> = files
        .iter()
        .filter(|name| Encoding::original(name).is_none())
        .collect();
    for name in &files {
        if let Some(bytes) = output::read(&config.output, name) {
            let copies = output::compressed(name, &bytes, asked)?;
            report
                .written
                .extend(output::write(&config.output, copies)?.written);
        }
    }
    // All others: a store that was lost does not know what lies there.
    let others = Encoding::ALL.into_iter().filter(|e| !asked.contains(e));
    let others: Vec<_> = others.collect();
    let copies_of = |name: &str| others.iter().map(|e| e.name_of(name)).collect::<Vec<_>>();
    let mut names: Vec<_> = files.iter().flat_map(|name| copies_of(name)).collect();
    // Of files that nothing writes any more, too: something may again, and would lie beside old copies.
    for old in store.abandoned().await? {
        let is_copy =
            Encoding::original(&old.file).is_some_and(|name| copies_of(name).contains(&old.file));
        if is_copy && prune::is_as_left(config, &old) {
            names.push(old.file);
        }
    }
    let removed = output::remove(&config.output, &names)?;
    report.removed.extend(removed);
    store.keep_compressed(asked.clone()).await?;
    Ok(())
}
