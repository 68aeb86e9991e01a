//! When a decision ends because the story becomes older.

use super::*;
use chrono::TimeDelta;

/// How long after now the decision about a story of one day holds, in hours.
fn hours_left(rule: &str) -> Option<i64> {
    let decision = ruled(rule).decide(&story(vec![item("Summit")]), now());
    decision.until.map(|until| (until - now()).num_hours())
}

#[test]
fn a_decision_lasts_until_the_story_is_so_old() {
    for (rule, hours) in [
        ("age:<7d", Some(6 * 24)),
        ("age:>7d", Some(6 * 24)),
        ("age:<3h", None),
        ("summit age:<7d", Some(6 * 24)),
        ("other age:<7d", None),
        ("summit OR age:<7d", None),
        ("-age:<7d", Some(6 * 24)),
        ("age:>2d age:<3d", Some(24)),
        ("age:<2d OR age:>3d", Some(24)),
        ("summit", None),
    ] {
        assert_eq!(hours_left(rule), hours, "{rule}");
    }
}

#[test]
fn it_is_otherwise_from_that_moment_and_not_before() {
    for rule in ["age:<7d", "age:<=7d", "age:>7d", "age:>=7d"] {
        let (matcher, story) = (ruled(rule), story(vec![item("Summit")]));
        let at = |moment| !matcher.decide(&story, moment).matches.is_empty();
        let until = matcher.decide(&story, now()).until.unwrap();
        assert_eq!(at(until - TimeDelta::seconds(1)), at(now()), "{rule}");
        assert_ne!(at(until), at(now()), "{rule}");
    }
}
