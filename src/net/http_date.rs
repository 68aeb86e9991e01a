//! A date in a header, in the three forms that servers may write (RFC 9110, section 5.6.7).

use chrono::{DateTime, NaiveDateTime, Utc};

/// The moment, if it is one.
pub fn http_date(value: &str) -> Option<DateTime<Utc>> {
    let value = value.trim();
    if let Ok(at) = DateTime::parse_from_rfc2822(value) {
        return Some(at.with_timezone(&Utc));
    }
    // Those of RFC 850 and of C's asctime are obsolete, and to be understood all the same.
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
        .map(|at| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_forms_are_one_moment() {
        for value in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            let at = http_date(value).map(|at| at.to_rfc3339());
            assert_eq!(at.as_deref(), Some("1994-11-06T08:49:37+00:00"), "{value}");
        }
        assert_eq!(http_date("0"), None);
        assert_eq!(http_date("tomorrow"), None);
    }
}
