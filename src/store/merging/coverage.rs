//! Which stories tell one event.

use crate::model::ThemeId;
use crate::store::entries::entry;
use crate::store::{Entry, Error, Store, moment, surely_past};
use chrono::{DateTime, TimeDelta, Utc};

/// A story among those that it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Covered {
    /// The story.
    pub story: u64,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// What it says ([`crate::dedupe::Gist`]).
    pub gist: Vec<u8>,
    /// The story that began the event, once that is known.
    pub coverage: Option<u64>,
    /// When that story was published.
    pub began: DateTime<Utc>,
}

/// Stories of one event that are named beside the first.
const MOST_RELATED: u32 = 50;

impl Store {
    /// Stories that nobody has compared yet and that arrived at or after a moment.
    pub async fn uncovered(&self, since: DateTime<Utc>) -> Result<Vec<u64>, Error> {
        self.transact(move |t| {
            // Numbers are in order of arrival, so what is older is not read.
            let mut query = t.prepare_cached(
                "SELECT number, coverage IS NULL, first_seen FROM story ORDER BY number DESC",
            )?;
            let mut rows = query.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                if row.get::<_, i64>(2)? < since.timestamp() {
                    break;
                }
                if row.get(1)? {
                    found.push(row.get::<_, i64>(0)?.cast_unsigned());
                }
            }
            found.reverse();
            Ok(found)
        })
        .await
    }

    /// What the stories say that were published within a stretch of time.
    pub async fn gists(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Covered>, Error> {
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT gist.story, gist.published, gist.terms, story.coverage,
                        ifnull(first.published, gist.published)
                 FROM gist JOIN story ON story.number = gist.story
                 LEFT JOIN gist first ON first.story = story.coverage
                 WHERE gist.published BETWEEN ?1 AND ?2 AND story.coverage IS NOT NULL",
            )?;
            let rows = query.query_map([from.timestamp(), to.timestamp()], |row| {
                Ok(Covered {
                    story: row.get::<_, i64>(0)?.cast_unsigned(),
                    published: moment(row.get(1)?),
                    gist: row.get(2)?,
                    coverage: row.get::<_, Option<i64>>(3)?.map(i64::cast_unsigned),
                    began: moment(row.get(4)?),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes which events stories tell, and which events proved to be part of another.
    pub async fn cover(
        &self,
        covered: Vec<Covered>,
        absorbed: Vec<(u64, u64)>,
    ) -> Result<(), Error> {
        self.transact(move |t| {
            for told in covered {
                let story = told.story.cast_signed();
                t.prepare_cached("UPDATE story SET coverage = ?2 WHERE number = ?1")?
                    .execute((story, told.coverage.map(u64::cast_signed)))?;
                t.prepare_cached("INSERT OR REPLACE INTO gist VALUES (?1, ?2, ?3)")?
                    .execute((story, told.published.timestamp(), told.gist))?;
            }
            for (small, large) in absorbed {
                t.prepare_cached("UPDATE story SET coverage = ?2 WHERE coverage = ?1")?
                    .execute((small.cast_signed(), large.cast_signed()))?;
            }
            Ok(())
        })
        .await
    }

    /// Forgets what is so old that it can no longer meet anything.
    pub async fn forget_gists(&self, age: TimeDelta, now: DateTime<Utc>) -> Result<(), Error> {
        self.transact(move |t| {
            let before = surely_past(t, now)? - age;
            t.execute(
                "DELETE FROM gist WHERE published < ?1",
                [before.timestamp()],
            )?;
            Ok(())
        })
        .await
    }

    /// The other stories of an event, the earliest first; of one theme or of all.
    pub async fn related(&self, theme: Option<&ThemeId>, story: u64) -> Result<Vec<Entry>, Error> {
        let theme = theme.map(|theme| theme.as_str().to_owned());
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT other.number, other.rev, ifnull(entry.item, other.lead), ifnull(entry.editors_choice, 0)
                 FROM story JOIN story other ON other.coverage = story.coverage
                 LEFT JOIN entry ON entry.story = other.number AND entry.theme = ?2
                 WHERE story.number = ?1 AND other.number <> ?1
                   AND (?2 IS NULL OR entry.story IS NOT NULL)
                 ORDER BY other.number LIMIT ?3",
            )?;
            let rows = query.query_map((story.cast_signed(), theme, MOST_RELATED), entry)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
