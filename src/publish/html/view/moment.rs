//! A moment as a page shows it.

use crate::date::Tz;
use crate::publish::phrases::Phrases;
use chrono::{DateTime, FixedOffset, SecondsFormat, Timelike, Utc};
use minijinja::Value;
use minijinja::value::{Enumerator, Object};
use std::sync::Arc;

/// What templates are given of a moment.
const FIELDS: [&str; 5] = ["iso", "date", "day", "short", "time"];

/// A moment. A field is made when a template asks for it: a list shows the day or the time.
#[derive(Debug)]
pub(super) struct Moment {
    at: DateTime<Utc>,
    local: DateTime<FixedOffset>,
    phrases: &'static Phrases,
}

impl Moment {
    pub(super) fn value(at: DateTime<Utc>, zone: Tz, phrases: &'static Phrases) -> Value {
        let local = at.with_timezone(&zone).fixed_offset();
        Value::from_object(Self { at, local, phrases })
    }

    /// `09:30`; none at midnight, which is how a date without a time is stored.
    fn time(&self) -> Option<String> {
        let (hour, minute) = (self.local.hour(), self.local.minute());
        let is_midnight = |hour, minute| hour == 0 && minute == 0;
        let is_day = is_midnight(hour, minute) || is_midnight(self.at.hour(), self.at.minute());
        (!is_day).then(|| format!("{hour:02}:{minute:02}"))
    }
}

impl Object for Moment {
    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<Value> {
        let day = self.local.date_naive();
        Some(match name {
            // RFC 3339, with the zone's offset.
            "iso" => self.local.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
            // `2024-06-14`
            "date" => day.to_string().into(),
            // `Friday, 14 June 2024`
            "day" => self.phrases.day(day).into(),
            // `14 Jun 2024`
            "short" => self.phrases.short_day(day).into(),
            "time" => self.time().into(),
            _ => return None,
        })
    }

    fn get_value(self: &Arc<Self>, name: &Value) -> Option<Value> {
        self.get_value_by_str(name.as_str()?)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&FIELDS)
    }
}
