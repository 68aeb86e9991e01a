//! What the merger decided -> stories and their members.

use super::{Merged, window};
use crate::model::Why;
use crate::normalize;
use crate::store::{Error, Store, items};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

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
        merged: Vec<Merged>,
        frequencies: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            window::keep(t, &merged, &frequencies, now)?;
            for m in &merged {
                match &m.why {
                    None => new_story(t, m, now)?,
                    Some(why) => {
                        join(t, m, Some(why))?;
                        t.prepare_cached(
                            "UPDATE story SET rev = rev + 1, entries_due = 1 WHERE number = ?1",
                        )?
                        .execute([m.story.cast_signed()])?;
                    }
                }
            }
            Ok(())
        })
        .await
    }
}

pub(in crate::store) fn new_story(
    t: &Transaction,
    m: &Merged,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut taken = t.prepare_cached("SELECT 1 FROM story WHERE id = ?1")?;
    let mut id = m.id.clone();
    let mut round = 0_u32;
    while taken.exists([&id])? {
        id = normalize::derived_id(&m.id, &format!("{} {round}", m.page));
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
    join(t, m, None)
}

fn join(t: &Transaction, m: &Merged, why: Option<&Why>) -> Result<(), Error> {
    let why = why.map(serde_json::to_string).transpose()?;
    t.prepare_cached("UPDATE item SET story = ?2, why = ?3 WHERE number = ?1")?
        .execute((m.item.cast_signed(), m.story.cast_signed(), why))?;
    items::add_keys(t, m.item.cast_signed(), &m.exact)
}
