//! `"60 min"` -> a duration. The only parser of durations that users write: in `feeds.toml`, in rules and on the
//! command line.

use std::time::Duration;

/// Reads a whole number and a unit of time, with or without a space between them.
///
/// Units are `ms`, `s` (`sec`), `min` (`m`), `h`, `d` and `w`, or the whole word from `second` to
/// `weeks`. The error says what to write.
///
/// ```
/// use std::time::Duration;
///
/// let three_weeks = Duration::from_secs(3 * 7 * 24 * 60 * 60);
/// assert_eq!(feedmill::date::duration("3 w"), Ok(three_weeks));
/// assert!(feedmill::date::duration("3").is_err());
/// ```
pub fn duration(text: &str) -> Result<Duration, String> {
    let invalid = || {
        format!(
            r#""{text}" is not a valid duration; write for example "90 min", "24 h", "7 d" or "2 w""#
        )
    };
    let (number, unit) = number_and_unit(text).ok_or_else(invalid)?;
    let millis: u64 = match unit {
        "ms" => 1,
        "s" | "sec" | "second" | "seconds" => 1_000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 7 * 86_400_000,
        _ => return Err(invalid()),
    };
    number
        .checked_mul(millis)
        .map(Duration::from_millis)
        .ok_or_else(|| format!("\"{text}\" is too long a duration"))
}

/// The whole number that a text begins with, and its unit.
pub(crate) fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    Some((number.parse().ok()?, unit.trim_start()))
}
