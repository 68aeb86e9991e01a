//! What was last published of each theme.

use crate::model::ThemeId;
use crate::store::{Error, Store};
use std::collections::HashMap;

/// A theme's last edition, as far as it matters for the next.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEdition {
    /// Hash of the rule its entries were found by.
    pub rule: u64,
    /// Of its stories and everything else that shapes its files.
    pub fingerprint: u64,
    /// Files and index line, in the publisher's own form.
    pub json: String,
}

impl Store {
    /// The hash of the rule by which the entries of each theme were found, of all that have an edition.
    pub async fn rule_hashes(&self) -> Result<HashMap<ThemeId, u64>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT theme, rule FROM edition")?;
            let rows = query.query_map([], |row| {
                let rule = row.get::<_, i64>(1)?.cast_unsigned();
                Ok((ThemeId::new(row.get::<_, String>(0)?), rule))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Every theme's last edition.
    pub async fn editions(&self) -> Result<HashMap<ThemeId, StoredEdition>, Error> {
        self.transact(|t| {
            let mut query =
                t.prepare_cached("SELECT theme, rule, fingerprint, json FROM edition")?;
            let rows = query.query_map([], |row| {
                let edition = StoredEdition {
                    rule: row.get::<_, i64>(1)?.cast_unsigned(),
                    fingerprint: row.get::<_, i64>(2)?.cast_unsigned(),
                    json: row.get(3)?,
                };
                Ok((ThemeId::new(row.get::<_, String>(0)?), edition))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Keeps what was published.
    pub async fn keep_editions(
        &self,
        editions: Vec<(ThemeId, StoredEdition)>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            let mut keep =
                t.prepare_cached("INSERT OR REPLACE INTO edition VALUES (?1, ?2, ?3, ?4)")?;
            for (theme, edition) in editions {
                keep.execute((
                    theme.as_str(),
                    edition.rule.cast_signed(),
                    edition.fingerprint.cast_signed(),
                    edition.json,
                ))?;
            }
            Ok(())
        })
        .await
    }
}
