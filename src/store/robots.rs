//! What the sites of items say to programs. That of a source which is a page itself is in its fetch state; the
//! pages of its items may be on many sites, and redirects may lead to others.

use super::{Error, Store};
use crate::model::{Robots, SourceId};

/// Sites of a source that are remembered. A source has its items on one or two; of those that collect links
/// from everywhere, a site seldom comes again within the day for which its robots.txt is valid.
const MOST_SITES: u32 = 50;

impl Store {
    /// What the sites of a source's items said.
    pub async fn robots(&self, source: SourceId) -> Result<Vec<Robots>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached("SELECT json FROM site_robots WHERE source = ?1")?;
            let mut rows = query.query([source.as_str()])?;
            let mut robots = Vec::new();
            while let Some(row) = rows.next()? {
                let json = row.get_ref(0)?.as_str().unwrap_or_default();
                robots.push(serde_json::from_str(json)?);
            }
            Ok(robots)
        })
        .await
    }

    /// Keeps what one of them says.
    pub async fn keep_robots(&self, source: SourceId, robots: Robots) -> Result<(), Error> {
        self.transact(move |t| {
            t.prepare_cached("INSERT OR REPLACE INTO site_robots VALUES (?1, ?2, ?3, ?4)")?
                .execute((
                    source.as_str(),
                    &robots.site,
                    robots.at.timestamp(),
                    serde_json::to_string(&robots)?,
                ))?;
            t.prepare_cached(
                "DELETE FROM site_robots WHERE source = ?1 AND site NOT IN (
                     SELECT site FROM site_robots WHERE source = ?1
                     ORDER BY read_at DESC, site LIMIT ?2)",
            )?
            .execute((source.as_str(), MOST_SITES))?;
            Ok(())
        })
        .await
    }
}
