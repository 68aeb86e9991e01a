//! When the items on one event were published: from the oldest to the newest.

#![expect(clippy::cast_precision_loss, reason = "hours within a few windows")]

use crate::dedupe::limits::WINDOW;

/// Seconds in an hour.
const HOUR: f32 = 3600.0;

/// From the oldest to the newest moment, in seconds. Without a moment it is empty and overlaps
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeSpan {
    oldest: i64,
    newest: i64,
}

impl Default for TimeSpan {
    fn default() -> Self {
        Self {
            oldest: i64::MAX,
            newest: i64::MIN,
        }
    }
}

impl TimeSpan {
    /// One moment.
    pub(in crate::dedupe) fn at(moment: i64) -> Self {
        Self {
            oldest: moment,
            newest: moment,
        }
    }

    /// Extends it to cover another one, and what is in between.
    pub(in crate::dedupe) fn join(&mut self, other: Self) {
        self.oldest = self.oldest.min(other.oldest);
        self.newest = self.newest.max(other.newest);
    }

    /// Hours from its oldest to its newest moment.
    pub(in crate::dedupe) fn hours(self) -> f32 {
        self.newest.saturating_sub(self.oldest).max(0) as f32 / HOUR
    }

    /// Whether so long a time can be that of one event: what is told later is about its consequences.
    pub(super) fn is_one_event(self) -> bool {
        self.newest.saturating_sub(self.oldest) <= WINDOW.num_seconds()
    }

    /// Hours between the two, in either order; 0 if they overlap.
    pub(in crate::dedupe) fn gap(self, other: Self) -> f32 {
        let after = other.oldest.saturating_sub(self.newest);
        let before = self.oldest.saturating_sub(other.newest);
        after.max(before).max(0) as f32 / HOUR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_grows_to_both_sides() {
        let mut span = TimeSpan::default();
        assert_eq!(span.hours().to_bits(), 0.0_f32.to_bits());
        for moment in [7200, 3600, 14_400] {
            span.join(TimeSpan::at(moment));
        }
        assert!((span.hours() - 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_gap_lies_outside_on_either_side() {
        let mut span = TimeSpan::at(3600);
        span.join(TimeSpan::at(7200));
        let gap = |moment| span.gap(TimeSpan::at(moment));
        assert!((gap(0) - 1.0).abs() < 1e-6 && (gap(14_400) - 2.0).abs() < 1e-6);
        assert!(gap(5000) < 1e-6 && gap(3600) < 1e-6);
    }
}
