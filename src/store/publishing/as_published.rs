//! Themes that are as they were published. A trigger deletes the row of a theme when something changes that its files may
//! show (`docs/SCHEMA.sql`), so that nothing that changes entries has to think of it.

use crate::model::ThemeId;
use crate::store::{Error, Store, moment};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What was published of a theme whose entries have not changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsPublished {
    /// Of all that shapes its files besides its entries.
    pub settings: u64,
    /// That of its edition.
    pub fingerprint: u64,
    /// When its entries were read.
    pub since: DateTime<Utc>,
    /// From then on one of them is too old. None: no entry ever is.
    pub until: Option<DateTime<Utc>>,
}

impl Store {
    /// The themes of which no entry has changed since they were published.
    pub async fn as_published(&self) -> Result<HashMap<ThemeId, AsPublished>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached(
                "SELECT theme, settings, fingerprint, since, until FROM as_published",
            )?;
            let rows = query.query_map([], |row| {
                let published = AsPublished {
                    settings: row.get::<_, i64>(1)?.cast_unsigned(),
                    fingerprint: row.get::<_, i64>(2)?.cast_unsigned(),
                    since: moment(row.get(3)?),
                    until: row.get::<_, Option<i64>>(4)?.map(moment),
                };
                Ok((ThemeId::new(row.get::<_, String>(0)?), published))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes that these themes are about to be published.
    pub async fn forget_as_published(&self, themes: Vec<ThemeId>) -> Result<(), Error> {
        self.transact(move |t| {
            let mut forget = t.prepare_cached("DELETE FROM as_published WHERE theme = ?1")?;
            for theme in themes {
                forget.execute([theme.as_str()])?;
            }
            Ok(())
        })
        .await
    }

    /// Notes that these themes are published. To be called last: `html_due` must be empty, because its trigger sees only new
    /// rows.
    pub async fn keep_as_published(
        &self,
        themes: Vec<(ThemeId, AsPublished)>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            let mut keep = t.prepare_cached(
                "INSERT OR REPLACE INTO as_published VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for (theme, published) in themes {
                keep.execute((
                    theme.as_str(),
                    published.settings.cast_signed(),
                    published.fingerprint.cast_signed(),
                    published.since.timestamp(),
                    published.until.map(|at| at.timestamp()),
                ))?;
            }
            Ok(())
        })
        .await
    }
}
