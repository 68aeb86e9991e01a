//! The store and the sources, for commands that only read them.

use super::exit::{Exit, Failure};
use super::runtime::block_on;
use crate::config::Config;
use crate::mill;
use crate::model::Source;
use crate::store::Store;
use std::sync::Arc;

/// Names that an error lists.
const MAX_NAMES: usize = 20;

/// Opens the store that earlier passes have written. Fails if there is none.
pub(super) fn store(config: &Config) -> Result<Store, Failure> {
    if let Some(store) = store_if_any(config)? {
        return Ok(store);
    }
    let text = format!(
        "there is no store at {} yet; run `feedmill run` first",
        config.store.display()
    );
    Err(Failure::new(Exit::Failed, text))
}

/// Opens the store that earlier passes have written, to note something in it. A pass may run meanwhile.
pub(super) fn store_beside(config: &Config) -> Result<Store, Failure> {
    // It says what to do if there is none.
    drop(store(config)?);
    Ok(Store::open_beside(&config.store)?)
}

/// Opens the store, if there is one.
pub(super) fn store_if_any(config: &Config) -> Result<Option<Store>, Failure> {
    let is_there = config.store.try_exists().map_err(|cause| {
        let text = format!(
            "cannot read the store {}: {cause}; run feedmill as the user that owns it, or make the state folder readable for this one",
            config.store.display()
        );
        Failure::new(Exit::Failed, text)
    })?;
    let store = is_there.then(|| Store::open_to_read(&config.store));
    Ok(store.transpose()?)
}

/// The source that a person names: of feeds.toml, or of a list as of the last pass.
pub(super) fn source(config: &Config, name: &str) -> Result<Option<Arc<Source>>, Failure> {
    if let Some(source) = mill::named(&config.sources, name) {
        return Ok(Some(Arc::clone(source)));
    }
    let Some(store) = store_if_any(config)? else {
        return Ok(None);
    };
    let listed = block_on(async { Ok(mill::listed(config, &store).await?) })?;
    Ok(mill::named(&listed, name).cloned())
}

/// Likewise; none is an error that names those that there are.
pub(super) fn known_source(config: &Config, name: &str) -> Result<Arc<Source>, Failure> {
    if let Some(source) = source(config, name)? {
        return Ok(source);
    }
    let known: Vec<_> = config.sources.iter().map(|s| s.id.as_str()).collect();
    let names = known.iter().take(MAX_NAMES).copied().collect::<Vec<_>>();
    let rest = match known.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let text = format!(
        "no source \"{name}\" in {}; there are {}{rest}; `feedmill status` lists those of lists too",
        config.file.display(),
        names.join(", ")
    );
    Err(Failure::new(Exit::Usage, text))
}
