//! What the merger decided -> stories and their members.

use super::{Decisions, Merged, window};
use crate::dedupe::Learned;
use crate::normalize;
use crate::store::{Error, Store, items};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

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
        decided: Decisions,
        learned: Learned,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let are_many = decided.len() >= MANY;
        let job = move |t: &Transaction| {
            window::keep(t, &decided, &learned, now)?;
            keep_exact_keys(t, &decided)?;
            let Decisions { mut merged, .. } = decided;
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
            merged.iter().try_for_each(|m| join(t, m))
        };
        if are_many {
            self.without_references(job).await
        } else {
            self.transact(job).await
        }
    }
}

fn keep_exact_keys(t: &Transaction, decided: &Decisions) -> Result<(), Error> {
    let mut rows: Vec<(i64, i64)> = Vec::with_capacity(decided.exact.len());
    let mut exact = decided.exact.iter();
    for (merged, of_item) in decided.merged.iter().zip(&decided.keys) {
        let keys = exact.by_ref().take(of_item.exact.into());
        rows.extend(keys.map(|key| (key.cast_signed(), merged.item.cast_signed())));
    }
    rows.sort_unstable();
    let mut add = items::key_adder(t)?;
    for row in rows {
        add.execute(row)?;
    }
    Ok(())
}

pub(in crate::store) fn new_story(
    t: &Transaction,
    m: &Merged,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    begin_story(t, m, now)?;
    join(t, m)
}

/// Its id is that of the item, unless another story has it.
fn begin_story(t: &Transaction, m: &Merged, now: DateTime<Utc>) -> Result<(), Error> {
    let (story, item) = (m.story.cast_signed(), m.item.cast_signed());
    let mut begin = t.prepare_cached(
        "INSERT INTO story (number, id, published, url, lead, first_seen)
         SELECT ?1, ifnull(?2, id), published, url, number, ?4 FROM item WHERE number = ?3
         ON CONFLICT (id) DO NOTHING",
    )?;
    let seen = now.timestamp();
    if begin.execute((story, None::<&str>, item, seen))? > 0 {
        return Ok(());
    }
    let mut named = t.prepare_cached("SELECT id, ifnull(url, '') FROM item WHERE number = ?1")?;
    let named = named.query_row([item], |row| row.try_into()).optional()?;
    let Some((id, page)): Option<(String, String)> = named else {
        return Ok(());
    };
    let mut round = 0_u32;
    loop {
        // What tells it apart from another item with the same id is its page.
        let other = normalize::derived_id(&id, &format!("{page} {round}"));
        if begin.execute((story, Some(other), item, seen))? > 0 {
            return Ok(());
        }
        round += 1;
    }
}

/// Puts an item into its story.
fn join(t: &Transaction, m: &Merged) -> Result<(), Error> {
    let why = m.why.as_ref().map(serde_json::to_string).transpose()?;
    t.prepare_cached("UPDATE item SET story = ?2, why = ?3 WHERE number = ?1")?
        .execute((m.item.cast_signed(), m.story.cast_signed(), why))?;
    Ok(())
}
