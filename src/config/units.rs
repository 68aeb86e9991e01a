//! `"60 min"` -> a duration, `"10 MiB"` -> bytes.

use std::time::Duration;

/// Longer is a slip of the pen, and near the end of what a clock can count it would overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Reads a number and a unit of time: `ms s min h d`, with or without a space; up to [`LONGEST`].
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" | "sec" => 1_000,
        "m" | "min" => 60_000,
        "h" | "hours" => 3_600_000,
        "d" | "days" => 86_400_000,
        _ => return Err(no_duration(text)),
    };
    let number = number.ok_or_else(|| no_duration(text))?;
    number
        .checked_mul(millis)
        .map(Duration::from_millis)
        .filter(|duration| *duration <= LONGEST)
        .ok_or_else(|| format!("\"{text}\" is too long; write at most \"365 d\""))
}

/// Reads a duration that must not be shorter than a given one.
pub(super) fn duration_from(least: Duration, text: &str) -> Result<Duration, String> {
    duration(text).and_then(|duration| {
        if duration < least {
            return Err(format!("\"{text}\" is too short; write at least {least:?}"));
        }
        Ok(duration)
    })
}

fn no_duration(text: &str) -> String {
    format!(r#""{text}" is no duration; write e.g. "30 s", "60 min", "24 h""#)
}

/// Reads a number and a unit of size: `B KiB MiB GiB`, with or without a space; 0 is none.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let (number, unit) = split(text);
    let factor: usize = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => {
            return Err(format!(
                r#""{text}" is no size; write e.g. "512 KiB", "10 MiB""#
            ));
        }
    };
    number
        .and_then(|n| usize::try_from(n).ok())
        .and_then(|n| n.checked_mul(factor))
        .filter(|size| *size > 0)
        .ok_or_else(|| format!(r#""{text}" is no size; write e.g. "512 KiB", "10 MiB""#))
}

fn split(text: &str) -> (Option<u64>, &str) {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    (number.parse().ok(), unit.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_a_unit() {
        assert_eq!(duration("60 min"), Ok(Duration::from_secs(3600)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert!(duration("60").is_err());
        assert!(duration("-1 s").is_err());
        assert!(duration("99999999999999999999 d").is_err());
    }

    #[test]
    fn a_duration_is_at_most_a_year() {
        assert_eq!(duration("365 d"), Ok(LONGEST));
        for long in ["366 d", "99999999999 d", "18446744073709551615 ms"] {
            assert!(duration(long).is_err_and(|e| e.contains("at most")));
        }
    }

    #[test]
    fn a_duration_can_have_a_least() {
        let second = Duration::from_secs(1);
        assert_eq!(duration_from(second, "1 s"), Ok(second));
        assert!(duration_from(second, "999 ms").is_err_and(|e| e.contains("at least 1s")));
    }

    #[test]
    fn sizes_take_a_unit() {
        assert_eq!(size("10 MiB"), Ok(10 << 20));
        assert!(size("10 MB").is_err());
        assert!(size("0 B").is_err());
        assert!(size("99999999999999999 GiB").is_err());
    }
}
