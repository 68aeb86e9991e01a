//! Whether readers are told that an item says something else.
//!
//! The newest text is stored in any case, and is seen when its story is written next. What is news is
//! told at once: other words, a title that the item did not have before. Of numbers nobody knows
//! whether one is a correction or a counter, so they are told at once, and then once a day. An item
//! that says again what it said before has taken something back, and that is told at once. Or it goes
//! back and forth: when that happens again within a week, it is told when it has stayed so for a day.

use super::Error;
use crate::model::Item;
use crate::normalize::Said;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Transaction;

/// From one minor change to the next that is told, seconds.
const DAY: i64 = TimeDelta::days(1).num_seconds();

/// For how long an item that took something back may do so again before it is told, seconds.
const WEEK: i64 = TimeDelta::days(7).num_seconds();

/// Hashes of titles and texts that are kept of an item: it goes back and forth between a few.
const FORMS: usize = 16;

/// What is kept of an item once it has changed.
struct Kept {
    /// What readers were told last.
    told: Said,
    /// Titles and texts that it had, the oldest first.
    forms: Vec<u64>,
    /// When a minor change was last told.
    minor_told: Option<i64>,
    /// When the one that waits is told.
    minor_due: Option<i64>,
}

/// Whether what an item says now, instead of what it said before, is told now.
pub(super) fn is_told(
    t: &Transaction,
    item: i64,
    (before, after): (&Item, &Item),
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (said, says) = (Said::of(before), Said::of(after));
    if said == says {
        return Ok(false);
    }
    let mut kept = Kept::read(t, item, said)?;
    kept.keep(said);
    let is_told = kept.take(says, now.timestamp());
    kept.write(t, item)?;
    Ok(is_told)
}

/// Items of which a minor change has waited long enough.
pub(super) fn due(t: &Transaction, now: DateTime<Utc>) -> Result<Vec<i64>, Error> {
    let mut query = t.prepare_cached("SELECT number FROM item WHERE minor_due <= ?1")?;
    let rows = query.query_map([now.timestamp()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that readers are told what an item says now.
pub(super) fn tell(
    t: &Transaction,
    number: i64,
    item: &Item,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let says = Said::of(item);
    let mut kept = Kept::read(t, number, says)?;
    kept.tell(says, now.timestamp());
    kept.write(t, number)
}

impl Kept {
    /// Decides whether this is told now; else it may wait.
    fn take(&mut self, says: Said, now: i64) -> bool {
        if says == self.told {
            self.minor_due = None;
            return false;
        }
        let is_had = self.forms.contains(&says.title) && self.forms.contains(&says.text);
        if self.told.title == says.title && self.told.text == says.text {
            self.minor_due = Some(self.minor_told.map_or(now, |told| told + DAY));
        } else if is_had {
            let is_again = self.minor_told.is_some_and(|told| now < told + WEEK);
            self.minor_due = Some(if is_again { now + DAY } else { now });
        } else {
            self.told = says;
            self.minor_due = None;
            return true;
        }
        let is_due = self.minor_due.is_some_and(|due| due <= now);
        if is_due {
            self.tell(says, now);
        }
        is_due
    }

    /// A minor change is told.
    fn tell(&mut self, says: Said, now: i64) {
        self.told = says;
        self.minor_told = Some(now);
        self.minor_due = None;
    }

    /// Keeps the forms of what was said as the newest.
    fn keep(&mut self, said: Said) {
        let forms = [said.title, said.text];
        self.forms.retain(|form| !forms.contains(form));
        self.forms.extend(forms);
        let surplus = self.forms.len().saturating_sub(FORMS);
        self.forms.drain(..surplus);
    }

    /// What is kept of an item that says this; readers were told that if nothing is kept.
    fn read(t: &Transaction, item: i64, said: Said) -> Result<Self, Error> {
        let mut query =
            t.prepare_cached("SELECT forms, minor_told, minor_due FROM item WHERE number = ?1")?;
        Ok(query.query_row([item], |row| {
            let bytes: Option<Vec<u8>> = row.get(0)?;
            let bytes = bytes.unwrap_or_default();
            let (numbers, _) = bytes.as_chunks();
            let mut numbers = numbers.iter().copied().map(u64::from_le_bytes);
            let told = match (numbers.next(), numbers.next(), numbers.next()) {
                (Some(title), Some(text), Some(numbers)) => Said {
                    title,
                    text,
                    numbers,
                },
                _ => said,
            };
            Ok(Self {
                told,
                forms: numbers.collect(),
                minor_told: row.get(1)?,
                minor_due: row.get(2)?,
            })
        })?)
    }

    fn write(&self, t: &Transaction, item: i64) -> Result<(), Error> {
        let Said {
            title,
            text,
            numbers,
        } = self.told;
        let forms = [title, text, numbers].into_iter().chain(self.forms.clone());
        let bytes: Vec<u8> = forms.flat_map(u64::to_le_bytes).collect();
        t.prepare_cached(
            "UPDATE item SET forms = ?2, minor_told = ?3, minor_due = ?4 WHERE number = ?1",
        )?
        .execute((item, bytes, self.minor_told, self.minor_due))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60;

    fn said(title: u64, text: u64, numbers: u64) -> Said {
        Said {
            title,
            text,
            numbers,
        }
    }

    /// At which of these hours what is said then is told; and when what waits is told.
    fn told(all: &[(i64, Said)]) -> (Vec<i64>, Option<i64>) {
        let mut said = said(1, 2, 3);
        let mut kept = Kept {
            told: said,
            forms: Vec::new(),
            minor_told: None,
            minor_due: None,
        };
        let mut hours = Vec::new();
        for &(hour, says) in all {
            kept.keep(said);
            if kept.take(says, hour * HOUR) {
                hours.push(hour);
            }
            said = says;
        }
        (hours, kept.minor_due.map(|due| due / HOUR))
    }

    #[test]
    fn other_words_are_told_at_once() {
        let all = [(1, said(1, 9, 3)), (2, said(8, 9, 3)), (3, said(8, 7, 4))];
        assert_eq!(told(&all), (vec![1, 2, 3], None));
    }

    #[test]
    fn numbers_are_told_at_once_and_then_once_a_day() {
        let at = |hour, numbers| (hour, said(1, 2, numbers));
        assert_eq!(told(&[at(1, 4)]), (vec![1], None));
        let all = [at(1, 4), at(2, 5), at(24, 6), at(25, 7), at(26, 8)];
        assert_eq!(told(&all), (vec![1, 25], Some(49)));
        assert_eq!(told(&[at(1, 4), at(2, 5), at(3, 4)]), (vec![1], None));
    }

    #[test]
    fn what_is_taken_back_is_told_at_once() {
        let at = |hour, title| (hour, said(title, 2, 3));
        assert_eq!(told(&[at(1, 9), at(2, 1)]), (vec![1, 2], None));
        let later = 2 + 7 * 24;
        let all = [at(1, 9), at(2, 1), at(later, 9), at(later + 1, 1)];
        assert_eq!(told(&all), (vec![1, 2, later], Some(later + 25)));
    }

    #[test]
    fn what_goes_back_and_forth_is_told_when_it_has_stayed() {
        let at = |hour, title| (hour, said(title, 2, 3));
        let twice = [at(1, 9), at(2, 1)];
        assert_eq!(
            told(&[&twice[..], &[at(3, 9)]].concat()),
            (vec![1, 2], Some(27))
        );
        let back = [at(3, 9), at(4, 1)];
        assert_eq!(told(&[&twice[..], &back].concat()), (vec![1, 2], None));
        let with_text = [(3, said(1, 8, 3)), (4, said(9, 8, 3))];
        assert_eq!(
            told(&[&twice[..], &with_text].concat()),
            (vec![1, 2, 3], Some(28))
        );
    }
}
