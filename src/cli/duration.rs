//! Formats a duration for messages.

use chrono::TimeDelta;

/// `40 s`, `90 min`, `36 h`, `12 d`: whole units, rounded down; minutes below two hours, hours below
/// three days.
pub(super) fn format_duration(duration: TimeDelta) -> String {
    match duration {
        s if s < TimeDelta::minutes(1) => format!("{} s", s.num_seconds()),
        s if s < TimeDelta::hours(2) => format!("{} min", s.num_minutes()),
        s if s < TimeDelta::days(3) => format!("{} h", s.num_hours()),
        s => format!("{} d", s.num_days()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_a_unit_that_fits() {
        let texts = [59, 60, 7_199, 7_200, 259_199, 259_200]
            .map(|s| format_duration(TimeDelta::seconds(s)));
        assert_eq!(texts, ["59 s", "1 min", "119 min", "2 h", "71 h", "3 d"]);
    }
}
