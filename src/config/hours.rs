//! `"08:00"`, `"hourly"`, `"22:00-07:00"` -> times of day.

use crate::model::{DigestTime, QuietHours};
use chrono::NaiveTime;

/// The key `digest`.
pub(super) fn digest(text: &str) -> Result<DigestTime, String> {
    match text.trim() {
        "hourly" => Ok(DigestTime::Hourly),
        "daily" => Ok(DigestTime::Daily(NaiveTime::MIN)),
        time => time_of_day(time).map(DigestTime::Daily).ok_or_else(|| {
            format!("\"{text}\" is not when a digest can come; write \"hourly\", \"daily\" or a time such as \"08:00\"")
        }),
    }
}

/// The key `quiet`.
pub(super) fn quiet(text: &str) -> Result<QuietHours, String> {
    let ends = text.split_once(['-', '–']);
    let hours = ends.and_then(|(from, until)| {
        Some(QuietHours {
            from: time_of_day(from.trim())?,
            until: time_of_day(until.trim())?,
        })
    });
    match hours {
        Some(hours) if hours.from == hours.until => Err(format!(
            "\"{text}\" is all day or no time at all; write two times that differ, such as \"22:00-07:00\""
        )),
        Some(hours) => Ok(hours),
        None => Err(format!(
            "\"{text}\" is not valid; write when it is quiet from and until, such as \"22:00-07:00\""
        )),
    }
}

/// `08:00`, from 00:00 to 23:59.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_others_are_refused_with_an_example() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        assert_eq!(digest("hourly"), Ok(DigestTime::Hourly));
        assert_eq!(digest("daily"), Ok(DigestTime::Daily(at(0, 0))));
        assert_eq!(digest("8:05"), Ok(DigestTime::Daily(at(8, 5))));
        for text in ["", "weekly", "24:00", "8", "08:60", "08:00:30", "8 am"] {
            assert!(digest(text).unwrap_err().contains("\"08:00\""), "{text}");
        }
        let night = QuietHours {
            from: at(22, 0),
            until: at(7, 0),
        };
        assert_eq!(quiet("22:00-07:00"), Ok(night));
        assert_eq!(quiet("22:00 – 7:00"), Ok(night));
        for text in [
            "",
            "22:00",
            "22-7",
            "22:00-24:00",
            "07:00-07:00",
            "at night",
        ] {
            assert!(
                quiet(text).unwrap_err().contains("\"22:00-07:00\""),
                "{text}"
            );
        }
    }
}
