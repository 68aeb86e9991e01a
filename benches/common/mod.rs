//! What benches share.

use std::fs;
use std::time::Duration;

/// How long this process has been running on a processor, as `/proc` tells it: Linux only. Unlike
/// a clock it does not count what other processes do meanwhile; but it moves only every few
/// milliseconds.
pub(crate) fn processor_time() -> Duration {
    let told = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = told.split_whitespace().next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanoseconds.expect("Linux tells the time of a process"))
}
