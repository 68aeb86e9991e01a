//! Items made to become one giant story or event, and what becomes of them.
//!
//! `FEEDMILL_THOROUGH=1 cargo test --release --test it giant` plays each case to its end.

use super::hostile_items::CASES;
use feedmill::dedupe::{Filter, coverages};
use std::collections::HashMap;

/// This part of the items of a case is many times the largest story that is allowed: enough to
/// tell a story that ends from one that does not.
const PART: usize = 5;

#[test]
fn no_case_gives_a_giant_story() {
    let is_thorough = std::env::var_os("FEEDMILL_THOROUGH").is_some();
    let part = if is_thorough { 1 } else { PART };
    for case in CASES {
        let mut filter = Filter::new();
        let mut sizes: HashMap<u64, usize> = HashMap::new();
        for number in 0..case.items / part {
            *sizes
                .entry(filter.place(&(case.make)(number)).story)
                .or_default() += 1;
        }
        let largest = sizes.into_values().max().unwrap_or(0);
        assert!(largest <= case.largest, "{}: {largest}", case.name);
    }
}

/// Items that may tell one event at most, whoever publishes them.
const LARGEST_EVENT: usize = 1000;

#[test]
fn no_case_gives_a_giant_event() {
    let is_thorough = std::env::var_os("FEEDMILL_THOROUGH").is_some();
    let part = if is_thorough { 1 } else { PART };
    for case in CASES {
        let items: Vec<_> = (0..case.items / part).map(case.make).collect();
        let mut sizes: HashMap<u64, usize> = HashMap::new();
        for event in coverages(&items) {
            *sizes.entry(event).or_default() += 1;
        }
        let largest = sizes.into_values().max().unwrap_or(0);
        assert!(largest <= LARGEST_EVENT, "{}: {largest}", case.name);
    }
}
