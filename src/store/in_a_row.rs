//! How often in a row something has failed that is neither a source nor a destination: the hub, the network.

use super::{Error, Store};
use rusqlite::OptionalExtension;

impl Store {
    /// Notes whether something went well: how often in a row it has failed now. `of` names it.
    pub async fn count_in_a_row(&self, of: &'static str, well: bool) -> Result<u32, Error> {
        self.transact(move |t| {
            let before: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
                .query_row([of], |row| row.get(0))
                .optional()?;
            let before: u32 = before.and_then(|n| n.parse().ok()).unwrap_or(0);
            let failures = if well { 0 } else { before.saturating_add(1) };
            if failures != before {
                t.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?
                    .execute((of, failures.to_string()))?;
            }
            Ok(failures)
        })
        .await
    }

    /// How often in a row something has failed.
    pub async fn failures_in_a_row(&self, of: &'static str) -> Result<u32, Error> {
        self.transact(move |t| {
            let failures: Option<String> = t
                .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
                .query_row([of], |row| row.get(0))
                .optional()?;
            Ok(failures.and_then(|n| n.parse().ok()).unwrap_or(0))
        })
        .await
    }
}
