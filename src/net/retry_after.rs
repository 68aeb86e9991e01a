//! `Retry-After` (RFC 9110, section 10.2.3): seconds or a date.

use super::http_date;
use chrono::{DateTime, Duration, Utc};

/// The moment before which not to fetch; none if the value is not valid. Zero seconds is valid.
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    /// The longest wait, whatever the server sends.
    const LONGEST: Duration = Duration::days(7);
    let value = value.trim();
    let is_number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    let wait = if is_number {
        // A number that does not fit is too long in any case.
        let seconds = value.parse().ok().and_then(Duration::try_seconds);
        seconds.unwrap_or(LONGEST)
    } else {
        http_date(value)? - now
    };
    Some(now + wait.clamp(Duration::zero(), LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_capped() {
        let now = DateTime::parse_from_rfc3339("2024-06-15T00:00:00Z")
            .unwrap()
            .with_timezone(&Utc);
        let after = |value: &str| retry_after(value, now).map(|at| (at - now).num_seconds());
        assert_eq!(after("120"), Some(120));
        assert_eq!(after("0"), Some(0));
        assert_eq!(after("Sat, 15 Jun 2024 00:05:00 GMT"), Some(300));
        assert_eq!(after("Fri, 14 Jun 2024 00:00:00 GMT"), Some(0));
        assert_eq!(after("4000000000"), Some(7 * 86_400));
        assert_eq!(after(&"9".repeat(40)), Some(7 * 86_400));
        assert_eq!(after("-5"), None);
        assert_eq!(after("soon"), None);
    }
}
