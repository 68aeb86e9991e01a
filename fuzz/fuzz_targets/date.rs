//! Any text -> a date or none. What was read reads the same when it is written out.

#![no_main]

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use feedmill::date::{Context, Precision, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &str)| {
    let (month_first, text) = input;
    let context = Context {
        now: DateTime::<Utc>::from_timestamp(1_718_366_400, 0).unwrap_or_default(),
        timezone: feedmill::date::Tz::known("Europe/Brussels"),
        month_first,
    };
    let Some(reading) = parse(text, &context) else {
        return;
    };
    assert_eq!(Some(reading), parse(text, &context), "another reading of {text:?}");
    let written = reading.at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    // Only years of four digits are RFC 3339's, and the first ones stand for no date at all.
    if reading.at.year() > 2 && reading.at.year() < 10_000 {
        let again = parse(&written, &context);
        assert!(
            again.is_some_and(|again| again.at == reading.at && again.precision == Precision::Exact),
            "{text:?} was read as {written}, and that as {again:?}"
        );
    }
});
