//! How far apart two items may be that are compared.

use chrono::TimeDelta;

/// Items further apart say different things, unless they are equal.
pub const WINDOW: TimeDelta = TimeDelta::hours(72);
/// Equal texts further apart are two issues of a serial.
pub const TEXT_WINDOW: TimeDelta = TimeDelta::days(7);
