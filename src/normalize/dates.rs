//! The dates of an item as text -> when it was published and modified. Without a usable date it is
//! the time of the fetch. Items with the same coarse date are set one second apart, so that sorting
//! by date keeps the order of the source.

use super::{Context, Draft, Warnings};
use crate::date::{self, Precision, Reading, Tz};
use crate::model::FeedItem;
use crate::text::{entities, html};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::HashMap;

/// The dates of one item.
pub(super) struct Dates {
    pub(super) published: Reading,
    pub(super) modified: Option<DateTime<Utc>>,
    /// The day of publication; none if it is not given, or only as a date of change.
    pub(super) day: Option<NaiveDate>,
}

/// Reads an item's dates. A date in the future is not used: some feeds set one to be at the top of
/// every list. Nor is one before 1970: programs that count seconds from then show it as one of the next century.
pub(super) fn read(given: &FeedItem, context: &Context, warnings: &mut Warnings) -> Dates {
    let mut reading = |text: &Option<String>, element| {
        let text = text.as_deref().map(str::trim).filter(|t| !t.is_empty())?;
        match reading_of(text, &context.dates()) {
            None => warnings.add(element, "a date cannot be read", text),
            Some(reading) if reading.at > context.reference() => {
                warnings.add(element, "a date is in the future", text);
            }
            Some(reading) if reading.at < DateTime::UNIX_EPOCH => {
                warnings.add(element, "a date is before 1970", text);
            }
            found => return found,
        }
        None
    };
    let published = reading(&given.date_published, "item/date_published");
    let modified = reading(&given.date_modified, "item/date_modified");
    let day = published
        .filter(|p| matches!(p.precision, Precision::Exact | Precision::Day))
        .map(|p| p.at.date_naive());
    let published = published.or(modified).unwrap_or(Reading {
        at: context.reference(),
        precision: Precision::Unknown,
    });
    Dates {
        published,
        modified: modified
            .filter(|m| matches!(m.precision, Precision::Exact | Precision::Day))
            .map(|m| m.at)
            .filter(|&at| at > published.at),
        day,
    }
}

/// The time of a date that is not in the future.
pub(super) fn past(text: &str, context: &Context) -> Option<DateTime<Utc>> {
    reading_of(text, &context.dates())
        .map(|reading| reading.at)
        .filter(|&at| at <= context.reference())
}

/// Reads a date that may be in markup, as it was or escaped: `<time datetime="...">`. What the
/// markup says for programs comes before what it shows.
fn reading_of(text: &str, context: &date::Context) -> Option<Reading> {
    date::parse(text, context).or_else(|| {
        let markup = entities::decode(text);
        html::attributes(&markup, &["datetime", "content", "title"])
            .iter()
            .find_map(|value| date::parse(value, context))
            .or_else(|| date::parse(&html::to_text(&markup), context))
    })
}

/// Sets items with the same coarse date one second apart; the first in the source becomes the
/// newest. They stay on their day where it is known, and are never after the reference.
pub(super) fn spread(drafts: &mut [Draft], reference: DateTime<Utc>, timezone: Tz) {
    let mut groups: HashMap<(DateTime<Utc>, bool), Vec<usize>> = HashMap::new();
    for (n, draft) in drafts.iter().enumerate() {
        let precision = draft.item.date_precision;
        if precision != Precision::Exact {
            let unknown = precision == Precision::Unknown;
            groups
                .entry((draft.item.date_published, unknown))
                .or_default()
                .push(n);
        }
    }
    for ((at, unknown), members) in groups {
        let latest = if unknown {
            reference
        } else {
            let last = i64::try_from(members.len() - 1).unwrap_or(i64::MAX);
            (at + TimeDelta::seconds(last.min(SECONDS_OF_A_DAY)))
                .min(end_of_day(at, timezone))
                .min(reference)
        };
        let earliest = if unknown {
            DateTime::<Utc>::MIN_UTC
        } else {
            start_of_day(at, timezone)
        };
        for (index, n) in members.into_iter().enumerate() {
            let back = TimeDelta::seconds(i64::try_from(index).unwrap_or(i64::MAX / 1_000));
            let moment = latest
                .checked_sub_signed(back)
                .unwrap_or(earliest)
                .max(earliest);
            drafts[n].item.date_published = moment;
        }
    }
}

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Seconds since local midnight; zones change on whole minutes, so this is near enough to it on
/// the two days of the year that have another length.
fn seconds_into_day(at: DateTime<Utc>, timezone: Tz) -> i64 {
    use chrono::Timelike;
    i64::from(at.with_timezone(&timezone).num_seconds_from_midnight())
}

fn start_of_day(at: DateTime<Utc>, timezone: Tz) -> DateTime<Utc> {
    at - TimeDelta::seconds(seconds_into_day(at, timezone))
}

fn end_of_day(at: DateTime<Utc>, timezone: Tz) -> DateTime<Utc> {
    start_of_day(at, timezone) + TimeDelta::seconds(SECONDS_OF_A_DAY - 1)
}
