//! Stories of the store, in order of arrival.

use super::Arguments;
use super::printer::Printer;
use crate::cli::border;
use crate::cli::exit::{Exit, Failure};
use crate::cli::named_theme;
use crate::cli::runtime::block_on;
use crate::cli::store;
use crate::date;
use crate::mill;
use crate::model::{Merging, ThemeId};
use crate::store::Since;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::io::{BufWriter, Write};

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let config = arguments.config.load()?;
    let theme = match arguments.theme.as_slice() {
        [] => None,
        [id] => Some(named_theme::find(&config, id)?.id.clone()),
        _ => {
            let text = "several --theme need --consumer, --after or --follow";
            return Err(Failure::new(Exit::Usage, text.to_owned()));
        }
    };
    let moment = match &arguments.since {
        None => DateTime::UNIX_EPOCH,
        Some(text) => read_moment(text, Utc::now()).ok_or_else(|| {
            let usage = "write an age (90min, 24h, 7d, 2w), a date (2024-06-01) or a time (2024-06-01T12:00:00Z)";
            Failure::new(Exit::Usage, format!("--since \"{text}\" is not valid; {usage}"))
        })?,
    };
    let theme_of = |id: &ThemeId| config.themes.iter().find(|theme| theme.id == *id);
    let merging = theme.as_ref().and_then(theme_of).map(|theme| theme.merge);
    let query = Since {
        theme,
        events_once: merging == Some(Merging::Coverage),
        moment,
        limit: arguments.limit,
    };
    let mut printer = Printer::new(arguments)?;
    let mut out = BufWriter::new(border::stdout());
    block_on(async {
        let store = store::store(&config)?;
        mill::since(&store, &query, |story, themes| {
            if let Some(text) = printer.story(&story, &themes)? {
                writeln!(out, "{text}")?;
            }
            Ok::<_, Failure>(())
        })
        .await
    })?;
    out.flush()?;
    Ok(printer.exit())
}

/// Reads an age, a date or a time.
fn read_moment(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if let Ok(age) = date::duration(text) {
        return now.checked_sub_signed(TimeDelta::from_std(age).ok()?);
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(day.and_time(NaiveTime::MIN).and_utc());
    }
    Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_days_and_moments_are_read() {
        let now = DateTime::parse_from_rfc3339("2024-06-15T12:00:00Z")
            .unwrap()
            .with_timezone(&Utc);
        let read = |text| read_moment(text, now).map(|at| at.to_rfc3339());
        assert_eq!(read("24h").as_deref(), Some("2024-06-14T12:00:00+00:00"));
        assert_eq!(read("90 min").as_deref(), Some("2024-06-15T10:30:00+00:00"));
        assert_eq!(
            read("2 weeks").as_deref(),
            Some("2024-06-01T12:00:00+00:00")
        );
        assert_eq!(read("800 d").as_deref(), Some("2022-04-07T12:00:00+00:00"));
        assert_eq!(
            read("2024-06-01").as_deref(),
            Some("2024-06-01T00:00:00+00:00")
        );
        assert_eq!(
            read("2024-06-01T12:00:00+02:00").as_deref(),
            Some("2024-06-01T10:00:00+00:00")
        );
        assert_eq!(read("soon"), None);
        assert_eq!(read("5"), None);
        assert_eq!(read("18446744073709551615 ms"), None);
    }
}
