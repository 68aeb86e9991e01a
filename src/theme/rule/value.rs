//! What stands behind the colon of a field -> its value, or an error that says what to write.

use super::limits;
use crate::date::duration;
use crate::model::{Comparison, DateRange};
use crate::text::language;
use chrono::{Months, NaiveDate};
use regex::{Regex, RegexBuilder};

/// The longest age: a century. More would overflow the clock.
const LONGEST_AGE: i64 = 36_525 * 24 * 60 * 60;

pub(super) fn language(text: &str) -> Result<String, String> {
    language::tag(text).ok_or_else(|| {
        format!("\"{text}\" is not a language tag; write for example lang:en or lang:pt-BR")
    })
}

pub(super) fn part_of_address(text: &str) -> Result<String, String> {
    match text {
        "" => Err("this is empty; write a part of an address".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// `>=2`
pub(super) fn sources(text: &str) -> Result<(Comparison, u32), String> {
    let (comparison, number) = compared(text);
    let comparison = comparison.unwrap_or(Comparison::Equal);
    let number = number.parse().ok();
    number.map(|number| (comparison, number)).ok_or_else(|| {
        format!("\"{text}\" is not a number of sources; write for example sources:>=2")
    })
}

/// `<7d`
pub(super) fn age(text: &str) -> Result<(Comparison, i64), String> {
    let (comparison, age) = compared(text);
    let seconds = duration(age)?.as_secs();
    let seconds = i64::try_from(seconds).ok().filter(|s| *s <= LONGEST_AGE);
    let seconds = seconds.ok_or_else(|| format!("\"{age}\" is more than a century"))?;
    match comparison {
        Some(Comparison::Equal) | None => Err(format!(
            "an age passes in a moment; write age:<{age} for what is younger, age:>{age} for what is older"
        )),
        Some(comparison) => Ok((comparison, seconds)),
    }
}

/// `2024-01..2024-06`, `2024..`, `..2024-06-14`, `2024`
pub(super) fn dates(text: &str) -> Result<DateRange, String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let invalid = |text: &str| {
        format!(
            "\"{text}\" is not a date; write for example date:2024-01..2024-06, date:2024.. or date:2024-06-14"
        )
    };
    let read = |part: &str| match part {
        "" => Ok(None),
        part => period(part).map(Some).ok_or_else(|| invalid(part)),
    };
    let (first, last) = (read(first)?, read(last)?);
    let range = DateRange {
        first: first.map(|(first, _)| first),
        last: last.map(|(_, last)| last),
    };
    match (range.first, range.last) {
        (None, None) => Err(invalid(text)),
        (Some(first), Some(last)) if first > last => Err(format!(
            "{first} is after {last}; write the earlier one first"
        )),
        _ => Ok(range),
    }
}

/// The first and the last day of a day, a month or a year.
fn period(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let digits = |part: &str, length| {
        let is_right = part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        is_right.then(|| part.parse::<u32>().ok()).flatten()
    };
    let mut parts = text.split('-');
    let year = i32::try_from(digits(parts.next()?, 4)?).ok()?;
    let month = parts.next().map(|part| digits(part, 2));
    let day = parts.next().map(|part| digits(part, 2));
    if parts.next().is_some() {
        return None;
    }
    let first = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let until =
        |first: NaiveDate, months| first.checked_add_months(Months::new(months))?.pred_opt();
    match (month, day) {
        (None, _) => Some((first(1, 1)?, until(first(1, 1)?, 12)?)),
        (Some(month), None) => Some((first(month?, 1)?, until(first(month?, 1)?, 1)?)),
        (Some(month), Some(day)) => {
            let day = first(month?, day?)?;
            Some((day, day))
        }
    }
}

/// The sign before a value.
fn compared(text: &str) -> (Option<Comparison>, &str) {
    // The longer signs first.
    let signs = [
        Comparison::AtMost,
        Comparison::AtLeast,
        Comparison::Less,
        Comparison::More,
        Comparison::Equal,
    ];
    let found = signs.into_iter().find_map(|comparison| {
        let rest = text.strip_prefix(comparison.sign())?;
        Some((Some(comparison), rest))
    });
    found.unwrap_or((None, text))
}

/// Refuses what is not a regular expression, takes too much memory or matches every text.
pub(super) fn check_pattern(pattern: &str) -> Result<(), String> {
    let compiled = compile(pattern).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            format!(
                "the regular expression is too large: prepared, it takes more than {} KiB",
                limits::PATTERN >> 10
            )
        }
        regex::Error::Syntax(text) => {
            let reason = text.lines().last().unwrap_or_default();
            let reason = reason.trim_start_matches("error: ");
            format!("this is not a regular expression: {reason}; for words, write them in quotes")
        }
        other => other.to_string(),
    })?;
    if compiled.is_match("") {
        return Err(
            "the regular expression matches every text, because it may match none of it".to_owned(),
        );
    }
    Ok(())
}

/// Prepares a regular expression: without case, within bounds.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(limits::PATTERN)
        .build()
}
