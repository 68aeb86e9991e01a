//! A length of time, as a person reads it.

use chrono::TimeDelta;

/// `40 s`, `90 min`, `36 h`, `12 d`: whole units, the largest that still tells lengths apart.
pub(super) fn span(span: TimeDelta) -> String {
    match span {
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
        let told = [59, 60, 7_199, 7_200, 259_199, 259_200].map(|s| span(TimeDelta::seconds(s)));
        assert_eq!(told, ["59 s", "1 min", "119 min", "2 h", "71 h", "3 d"]);
    }
}
