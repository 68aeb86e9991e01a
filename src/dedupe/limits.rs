//! How far apart in time two items may be to be compared.

use chrono::TimeDelta;

/// Items further apart are different, unless their texts are equal.
pub const WINDOW: TimeDelta = TimeDelta::hours(72);
/// Equal texts further apart are two issues of a serial.
pub const TEXT_WINDOW: TimeDelta = TimeDelta::days(7);
