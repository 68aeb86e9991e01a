//! `"60 min"` -> a duration within bounds, `"10 MiB"` -> bytes.

use crate::date::{duration, number_and_unit};
use std::time::Duration;

/// The longest duration in `feeds.toml`: more is a typing error, and a very long one would overflow the
/// clock.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Reads a duration of `feeds.toml`, which must not be shorter than `least` or longer than
/// [`LONGEST`].
pub(super) fn duration_from(least: Duration, text: &str) -> Result<Duration, String> {
    match duration(text)? {
        short if short < least => Err(format!("\"{text}\" is too short; write at least {least:?}")),
        long if long > LONGEST => Err(format!("\"{text}\" is too long; write at most \"365 d\"")),
        duration => Ok(duration),
    }
}

/// Reads how long something is kept: a duration, or `"all"`, which is for ever.
pub(super) fn age(text: &str) -> Result<Option<Duration>, String> {
    /// Items are compared with those of the last 30 days.
    const LEAST: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    /// A century: more would overflow the clock, and means "all".
    const MOST: Duration = Duration::from_secs(36_500 * 24 * 60 * 60);
    if text == "all" {
        return Ok(None);
    }
    match duration(text)? {
        short if short < LEAST => Err(format!("\"{text}\" is too short; write at least \"30 d\"")),
        long if long > MOST => Err(format!("\"{text}\" is too long; write \"all\"")),
        duration => Ok(Some(duration)),
    }
}

/// Reads a number and a unit of size: `B KiB MiB GiB`, with or without a space; 0 is not valid.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let invalid =
        || format!(r#""{text}" is not a valid size; write for example "512 KiB" or "10 MiB""#);
    let (number, unit) = number_and_unit(text).ok_or_else(invalid)?;
    let factor: usize = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err(invalid()),
    };
    usize::try_from(number)
        .ok()
        .and_then(|n| n.checked_mul(factor))
        .filter(|size| *size > 0)
        .ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        const HOUR: u64 = 3600;
        for (text, seconds) in [
            ("90min", 90 * 60),
            ("60 minutes", HOUR),
            ("5 m", 5 * 60),
            ("1 sec", 1),
            ("24h", 24 * HOUR),
            ("1 hour", HOUR),
            ("7d", 7 * 24 * HOUR),
            (" 2 days ", 2 * 24 * HOUR),
            ("3 w", 3 * 7 * 24 * HOUR),
            ("2 weeks", 2 * 7 * 24 * HOUR),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
    }

    #[test]
    fn what_is_not_a_duration_is_told_what_to_write() {
        for text in [
            "60",
            "-1 s",
            "1.5 h",
            "h",
            "",
            "1 month",
            "99999999999999999999 d",
        ] {
            assert_eq!(
                duration(text),
                Err(format!(
                    r#""{text}" is not a valid duration; write for example "90 min", "24 h", "7 d" or "2 w""#
                ))
            );
        }
        assert!(duration("18446744073709551615 w").is_err_and(|e| e.contains("too long")));
    }

    #[test]
    fn a_duration_of_the_file_is_at_most_a_year() {
        assert_eq!(duration_from(Duration::ZERO, "365 d"), Ok(LONGEST));
        for long in ["366 d", "53 w", "99999999999 d", "18446744073709551615 ms"] {
            let read = duration_from(Duration::ZERO, long);
            assert!(read.is_err_and(|e| e.contains("at most")), "{long}");
        }
        assert_eq!(duration("53 w"), Ok(Duration::from_secs(53 * 7 * 86_400)));
    }

    #[test]
    fn a_duration_of_the_file_can_have_a_least() {
        let second = Duration::from_secs(1);
        assert_eq!(duration_from(second, "1 s"), Ok(second));
        assert!(duration_from(second, "999 ms").is_err_and(|e| e.contains("at least 1s")));
    }

    #[test]
    fn what_is_kept_is_kept_for_a_month_at_least_or_for_ever() {
        assert_eq!(age("all"), Ok(None));
        assert_eq!(age("400 d"), Ok(Some(Duration::from_secs(400 * 86_400))));
        assert!(age("29 d").is_err_and(|e| e.contains("at least \"30 d\"")));
        assert!(age("36501 d").is_err_and(|e| e.contains("write \"all\"")));
        assert!(age("for ever").is_err_and(|e| e.contains("not a valid duration")));
    }

    #[test]
    fn sizes_take_a_unit() {
        assert_eq!(size("10 MiB"), Ok(10 << 20));
        assert!(size("10 MB").is_err());
        assert!(size("0 B").is_err());
        assert!(size("99999999999999999 GiB").is_err());
    }
}
