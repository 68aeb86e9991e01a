//! What benches share.

#![allow(dead_code, reason = "each bench uses a part of it")]

#[cfg(target_os = "linux")]
pub(crate) mod child;
pub(crate) mod corpus;
pub(crate) mod feeds;
pub(crate) mod server;

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

/// The same of all its threads, in steps of 10 ms.
pub(crate) fn all_processor_time() -> Duration {
    let told = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in parentheses, may hold spaces.
    let fields = told.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks = ticks.filter_map(|n| n.parse::<u64>().ok()).sum::<u64>();
    Duration::from_millis(10 * ticks)
}

/// Bytes of memory that this process held at most.
pub(crate) fn peak_memory() -> usize {
    let told = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    1024 * kilobytes.unwrap_or(0)
}
