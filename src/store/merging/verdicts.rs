//! What the merger decided -> stories and their members.

use super::{Merged, window};
use crate::normalize;
use crate::store::{Error, Store, items};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::borrow::Cow;

/// From so many items on, SQLite does not check that what they refer to is there. For each row it would
/// keep copies of the pages that it changes, which takes more time than all else that is done here. For
/// fewer, it takes less time than to prepare all statements again.
const MANY: usize = 1_000;

impl Store {
    /// The number of the next new story.
    pub async fn next_story(&self) -> Result<u64, Error> {
        self.transact(|t| {
            let mut query =
                t.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'story'")?;
            let last: Option<i64> = query.query_row([], |row| row.get(0)).optional()?;
            Ok(last.unwrap_or(0).cast_unsigned() + 1)
        })
        .await
    }

    /// Notes where items belong, and what was learned by comparing them.
    pub async fn merge(
        &self,
        mut merged: Vec<Merged>,
        frequencies: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let are_many = merged.len() >= MANY;
        let job = move |t: &Transaction| {
            window::keep(t, &merged, &frequencies, now)?;
            for m in &merged {
                if m.why.is_none() {
                    begin_story(t, m, now)?;
                } else {
                    t.prepare_cached(
                        "UPDATE story SET rev = rev + 1, entries_due = 1 WHERE number = ?1",
                    )?
                    .execute([m.story.cast_signed()])?;
                }
            }
            // In the order of their tables: neighbours share pages.
            merged.sort_unstable_by_key(|m| m.item);
            merged.iter().try_for_each(|m| join(t, m))?;
            let mut keys: Vec<(u64, u64)> = Vec::new();
            for m in &merged {
                keys.extend(m.exact.iter().map(|&key| (key, m.item)));
            }
            keys.sort_unstable_by_key(|&(key, item)| (key.cast_signed(), item));
            keys.into_iter()
                .try_for_each(|(key, item)| items::add_keys(t, item.cast_signed(), &[key]))
        };
        if are_many {
            self.without_references(job).await
        } else {
            self.transact(job).await
        }
    }
}

pub(in crate::store) fn new_story(
    t: &Transaction,
    m: &Merged,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    begin_story(t, m, now)?;
    join(t, m)?;
    items::add_keys(t, m.item.cast_signed(), &m.exact)
}

fn begin_story(t: &Transaction, m: &Merged, now: DateTime<Utc>) -> Result<(), Error> {
    let mut taken = t.prepare_cached("SELECT 1 FROM story WHERE id = ?1")?;
    let mut id = Cow::Borrowed(m.id.as_str());
    let mut round = 0_u32;
    while taken.exists([&id])? {
        id = Cow::Owned(normalize::derived_id(&m.id, &format!("{} {round}", m.page)));
        round += 1;
    }
    t.prepare_cached(
        "INSERT INTO story (number, id, published, url, lead, first_seen)
         SELECT ?1, ?2, published, url, number, ?4 FROM item WHERE number = ?3",
    )?
    .execute((
        m.story.cast_signed(),
        id,
        m.item.cast_signed(),
        now.timestamp(),
    ))?;
    Ok(())
}

/// Puts an item into its story.
fn join(t: &Transaction, m: &Merged) -> Result<(), Error> {
    let why = m.why.as_ref().map(serde_json::to_string).transpose()?;
    t.prepare_cached("UPDATE item SET story = ?2, why = ?3 WHERE number = ?1")?
        .execute((m.item.cast_signed(), m.story.cast_signed(), why))?;
    Ok(())
}
