//! `"60 min"` -> a duration, `"10 MiB"` -> bytes.

use std::time::Duration;

/// Reads a number and a unit of time: `ms s min h d`, with or without a space.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" | "sec" => 1_000,
        "m" | "min" => 60_000,
        "h" | "hours" => 3_600_000,
        "d" | "days" => 86_400_000,
        _ => {
            return Err(format!(
                r#""{text}" is no duration; write e.g. "30 s", "60 min", "24 h""#
            ));
        }
    };
    number
        .and_then(|n| n.checked_mul(millis))
        .map(Duration::from_millis)
        .ok_or_else(|| format!(r#""{text}" is no duration; write e.g. "30 s", "60 min", "24 h""#))
}

/// Reads a number and a unit of size: `B KiB MiB GiB`, with or without a space.
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
    fn sizes_take_a_unit() {
        assert_eq!(size("10 MiB"), Ok(10 << 20));
        assert!(size("10 MB").is_err());
        assert!(size("99999999999999999 GiB").is_err());
    }
}
