//! How much waits for a destination, counted by one query: `notices` reads each notice as it is told.

use crate::model::ThemeId;
use crate::store::{Consumer, Error, Store};

impl Store {
    /// Stories that entered the themes of a destination, and that it has not handled. They are counted up to `most`. Which of them a rule leaves out is not looked at.
    pub async fn count_waiting(
        &self,
        delivery: &str,
        consumer: &Consumer,
        (themes, max_age): (Option<&[ThemeId]>, Option<i64>),
        most: u32,
    ) -> Result<u32, Error> {
        let delivery = delivery.to_owned();
        let (number, quiet_until) = (consumer.number, consumer.quiet_until);
        let themes = themes.map(serde_json::to_string).transpose()?;
        self.transact(move |t| {
            let mut query = t.prepare_cached(
                "SELECT count(*) FROM (
                     SELECT DISTINCT story FROM notice
                     WHERE number > ?1 AND kind = 'entered' AND (quiet = 0 OR number <= ?2)
                         AND (?3 IS NULL OR theme IN (SELECT value FROM json_each(?3)))
                         AND (?4 IS NULL OR age IS NULL OR age <= ?4)
                         AND EXISTS (SELECT 1 FROM entry
                             WHERE entry.story = notice.story AND entry.theme = notice.theme)
                         AND NOT EXISTS (SELECT 1 FROM posting
                             WHERE delivery = ?5 AND story = notice.story AND failed IS NULL)
                     LIMIT ?6)",
            )?;
            let row = (
                number.cast_signed(),
                quiet_until.cast_signed(),
                themes,
                max_age,
                delivery,
                most,
            );
            Ok(query.query_row(row, |row| row.get(0))?)
        })
        .await
    }
}
