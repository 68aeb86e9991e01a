//! Items made to become one giant story, and what becomes of them.

use super::hostile_items::CASES;
use feedmill::dedupe::Filter;
use std::collections::HashMap;

#[test]
fn no_case_gives_a_giant_story() {
    for case in CASES {
        let mut filter = Filter::new();
        let mut sizes: HashMap<u64, usize> = HashMap::new();
        for number in 0..case.items {
            *sizes
                .entry(filter.place(&(case.make)(number)).story)
                .or_default() += 1;
        }
        let largest = sizes.into_values().max().unwrap_or(0);
        assert!(largest <= case.largest, "{}: {largest}", case.name);
    }
}
