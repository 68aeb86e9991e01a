//! The store, for commands that only read it.

use super::exit::{Exit, Failure};
use crate::config::Config;
use crate::store::Store;

/// Opens the store that earlier passes have written. Fails if there is none.
pub(super) fn store(config: &Config) -> Result<Store, Failure> {
    if config.store.exists() {
        return Ok(Store::open_to_read(&config.store)?);
    }
    let text = format!(
        "feedmill: no store at {}; run `feedmill run` first",
        config.store.display()
    );
    Err(Failure::new(Exit::Failed, text))
}
