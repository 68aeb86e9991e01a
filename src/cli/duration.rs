//! Formats a duration for messages.

use chrono::TimeDelta;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minutes,
    Hours,
    Days,
}

impl Unit {
    /// The one unit for some durations, so that they can be compared: that of the longest. Minutes up to
    /// two hours, hours up to three days.
    pub(super) fn of(durations: impl Iterator<Item = TimeDelta>) -> Self {
        match durations.max().unwrap_or_default() {
            longest if longest < TimeDelta::hours(2) => Self::Minutes,
            longest if longest < TimeDelta::days(3) => Self::Hours,
            _ => Self::Days,
        }
    }

    /// `12 min`, `36 h`, `0.5 h`, `<0.1 d`: a tenth is shown below ten. Rounded down.
    pub(super) fn format(self, duration: TimeDelta) -> String {
        let (seconds, name) = match self {
            Self::Minutes => (60, "min"),
            Self::Hours => (3_600, "h"),
            Self::Days => (86_400, "d"),
        };
        let tenths = duration.num_seconds() * 10 / seconds;
        match tenths {
            _ if self == Self::Minutes || tenths >= 100 => format!("{} {name}", tenths / 10),
            0 => format!("<0.1 {name}"),
            _ => format!("{}.{} {name}", tenths / 10, tenths % 10),
        }
    }
}

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

    #[test]
    fn spans_of_one_column_have_one_unit() {
        for (seconds, texts) in [
            ([0, 61, 7_199], ["0 min", "1 min", "119 min"]),
            ([0, 1_800, 259_199], ["<0.1 h", "0.5 h", "71 h"]),
            ([86_400, 8_640, 864_000], ["1.0 d", "0.1 d", "10 d"]),
        ] {
            let spans = seconds.map(TimeDelta::seconds);
            let unit = Unit::of(spans.into_iter());
            assert_eq!(spans.map(|span| unit.format(span)), texts);
        }
        assert_eq!(Unit::of(std::iter::empty()), Unit::Minutes);
    }
}
