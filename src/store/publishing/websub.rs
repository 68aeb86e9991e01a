//! What the hub is still to be told.

use crate::store::{Error, Store};

impl Store {
    /// Notes that these feeds are about to change.
    pub async fn note_pings(&self, topics: Vec<String>) -> Result<(), Error> {
        self.transact(move |t| {
            let mut note = t.prepare_cached("INSERT OR IGNORE INTO hub_ping VALUES (?1)")?;
            for topic in topics {
                note.execute([topic])?;
            }
            Ok(())
        })
        .await
    }

    /// The feeds that the hub is to be told of.
    pub async fn pings(&self) -> Result<Vec<String>, Error> {
        self.transact(|t| {
            let mut query = t.prepare_cached("SELECT topic FROM hub_ping ORDER BY topic")?;
            let rows = query.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Forgets feeds that the hub has been told of.
    pub async fn forget_pings(&self, topics: Vec<String>) -> Result<(), Error> {
        self.transact(move |t| {
            let mut forget = t.prepare_cached("DELETE FROM hub_ping WHERE topic = ?1")?;
            for topic in topics {
                forget.execute([topic])?;
            }
            Ok(())
        })
        .await
    }
}
