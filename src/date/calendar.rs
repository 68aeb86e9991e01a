//! The tokens of a date without its time -> the day: which number is the day, the month, the year.

use super::names;
use super::tokens::{Kind, Token};
use super::{Context, Precision};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// Marks that may be between or beside the parts of a day.
const SEPARATORS: &str = "-/.,()[]_|•·ºª°'’;\"";

/// A part of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// A value and its count of digits.
    Number(u32, usize),
    Month(u32),
}

use Part::{Month, Number};

/// The day, and how exactly it is known: a year or month alone (ISO 8601) becomes its first day.
/// None when a token has no meaning.
pub(super) fn read(
    tokens: &[Token],
    context: &Context,
    timed: bool,
) -> Option<(NaiveDate, Precision)> {
    if let Some(day) = week(tokens) {
        return Some((day, Precision::Day));
    }
    let truncated = tokens.first()?.is_mark('-');
    let (parts, separator) = parts(tokens)?;
    let order = Order {
        separator,
        weekday: weekday(tokens),
        context,
    };
    let coarse = |year, month| {
        Some((
            NaiveDate::from_ymd_opt(year, month, 1)?,
            Precision::Approximate,
        ))
    };
    let iso = !timed && tokens.len() + 1 == 2 * parts.len();
    let day = match *parts.as_slice() {
        [Number(n, 8)] => NaiveDate::from_ymd_opt(year(n / 10_000, 4)?, n / 100 % 100, n % 100),
        [Number(n, 7)] => NaiveDate::from_yo_opt(year(n / 1000, 4)?, n % 1000),
        // Old ISO 8601, `03335`; without the zero it may be a year with one digit too many.
        [Number(n @ ..10_000, 5)] => NaiveDate::from_yo_opt(year(n / 1000, 2)?, n % 1000),
        [Number(n, 6)] => order.two_digits([n / 10_000, n / 100 % 100, n % 100]),
        // Old ISO 8601 without the century: `-0312`, `-03-12`.
        [Number(n, 4)] if truncated && !timed && tokens.len() == 2 => {
            return coarse(year(n / 100, 2)?, n % 100);
        }
        [Number(y, 2), Number(m, 2)] if truncated && separator == Some('-') && !timed => {
            return coarse(year(y, 2)?, m);
        }
        [Number(y, 4)] if iso => return coarse(year(y, 4)?, 1),
        [Number(y, 4), Number(m, 2)] if iso && separator == Some('-') => {
            return coarse(year(y, 4)?, m);
        }
        [Month(m), Number(y, 4)] if !timed => return coarse(year(y, 4)?, m),
        [Number(y, 4), Number(day, 3)] if separator == Some('-') => {
            NaiveDate::from_yo_opt(year(y, 4)?, day)
        }
        // Google once wrote a month of three digits.
        [Number(y, 4), Number(m, 1..=3) | Month(m), Number(d, 1..=2)]
        | [Number(d, 1..=2), Month(m), Number(y, 4)]
        | [Month(m), Number(d, 1..=2), Number(y, 4)] => NaiveDate::from_ymd_opt(year(y, 4)?, m, d),
        [Number(d, 1..=2), Month(m), Number(y, 2)] | [Month(m), Number(d, 1..=2), Number(y, 2)] => {
            NaiveDate::from_ymd_opt(year(y, 2)?, m, d)
        }
        [Number(a, 1..=2), Number(b, 1..=2), Number(y, 4)] => {
            order.day_and_month(a, b, year(y, 4)?)
        }
        [Number(a, 1..=2), Number(b, 1..=2), Number(c, 2)] => order.two_digits([a, b, c]),
        _ => None,
    };
    Some((day?, Precision::Day))
}

/// Numbers and months in order, and the mark after the first number; none when a word or mark is not
/// allowed in a date.
fn parts(tokens: &[Token]) -> Option<(Vec<Part>, Option<char>)> {
    let mut parts = Vec::with_capacity(3);
    let mut separator = None;
    // `mar.` is March, or the Tuesday of France, Spain and Italy.
    let mut doubtful = None;
    for (n, token) in tokens.iter().enumerate() {
        match &token.kind {
            Kind::Number { value, digits } => {
                parts.push(Number(u32::try_from(*value).ok()?, *digits));
            }
            Kind::Word { folded, .. } => {
                if let Some(month) = names::month(folded) {
                    if names::weekday(folded).is_some() {
                        doubtful = Some(parts.len());
                    }
                    parts.push(Month(month));
                } else if !(names::weekday(folded).is_some()
                    || names::is_filler(folded)
                    || n == 0 && is_before_day(tokens))
                {
                    return None;
                }
            }
            Kind::Mark(mark) => {
                let after_filler = n > 0 && tokens[n - 1].word().is_some_and(|_| *mark == ':');
                if !SEPARATORS.contains(*mark) && !after_filler {
                    return None;
                }
                let numbers = parts.iter().filter(|p| matches!(p, Number(..)));
                if separator.is_none() && numbers.count() == 1 {
                    separator = Some(*mark);
                }
            }
        }
    }
    let months = parts.iter().filter(|p| matches!(p, Month(_))).count();
    if months > 1 || months == 1 && parts.len() > 3 {
        parts.remove(doubtful?);
    }
    Some((parts, separator))
}

/// The day of the week that the tokens name; none where they name two.
fn weekday(tokens: &[Token]) -> Option<Weekday> {
    let mut days = tokens.iter().filter_map(|t| names::weekday(t.word()?));
    let day = days.next()?;
    days.all(|other| other == day).then_some(day)
}

/// Whether an unknown first word may be a weekday in another language: a day follows it.
fn is_before_day(tokens: &[Token]) -> bool {
    tokens.get(1).is_some_and(|next| match next.word() {
        Some(word) => names::month(word).is_some(),
        None => true,
    })
}

/// ISO 8601 weeks: `2004-W23-1`, `2004W231`, `2004-W23`.
fn week(tokens: &[Token]) -> Option<NaiveDate> {
    let tokens: Vec<&Token> = tokens.iter().filter(|t| !t.is_mark('-')).collect();
    let [year_token, w, rest @ ..] = tokens.as_slice() else {
        return None;
    };
    if !w.is_word("w") {
        return None;
    }
    let (week, day) = match rest {
        [both] if both.number(3..=3).is_some() => {
            let both = both.number(..)?;
            (both / 10, both % 10)
        }
        [week] => (week.number(2..=2)?, 1),
        [week, day] => (week.number(2..=2)?, day.number(1..=1)?),
        _ => return None,
    };
    let from_monday = u8::try_from(day.checked_sub(1)?).ok()?;
    let weekday = Weekday::try_from(from_monday).ok()?;
    NaiveDate::from_isoywd_opt(year(year_token.number(4..=4)?, 4)?, week, weekday)
}

/// A year as written. Some programs write year 1 when they have no date.
fn year(value: u32, digits: usize) -> Option<i32> {
    let year = match (digits, value) {
        (2, 0..=49) => 2000 + value,
        (2, 50..=99) => 1900 + value,
        (4, 2..=9999) => value,
        _ => return None,
    };
    i32::try_from(year).ok()
}

/// What tells the day, the month and the year apart where all are numbers.
struct Order<'a> {
    /// The mark between the first two numbers.
    separator: Option<char>,
    /// The day of the week that is written beside them.
    weekday: Option<Weekday>,
    context: &'a Context,
}

impl Order<'_> {
    /// `31/12/2024`, `12/31/2024`, `31.12.2024`.
    fn day_and_month(&self, a: u32, b: u32, year: i32) -> Option<NaiveDate> {
        let day_first = NaiveDate::from_ymd_opt(year, b, a);
        let month_first = NaiveDate::from_ymd_opt(year, a, b);
        self.settled([day_first, month_first])
            .or(match self.separator {
                // With points the day comes first everywhere.
                Some('.') => day_first,
                _ if self.context.month_first => month_first.or(day_first),
                _ => day_first.or(month_first),
            })
    }

    /// Three numbers of two digits. With slashes and points the year comes last everywhere.
    /// Otherwise (`03-12-31`) all readings that are not in the future must be the same day.
    fn two_digits(&self, [a, b, c]: [u32; 3]) -> Option<NaiveDate> {
        let year_last = self.day_and_month(a, b, year(c, 2)?);
        if matches!(self.separator, Some('/' | '.')) {
            return year_last;
        }
        let year_first = NaiveDate::from_ymd_opt(year(a, 2)?, b, c);
        if let Some(day) = self.settled([year_first, year_last]) {
            return Some(day);
        }
        let tomorrow = self
            .context
            .now
            .date_naive()
            .checked_add_signed(TimeDelta::days(1))?;
        let mut readings = [year_first, year_last]
            .into_iter()
            .flatten()
            .filter(|&day| day <= tomorrow);
        let reading = readings.next()?;
        readings.all(|other| other == reading).then_some(reading)
    }

    /// The one reading that is on the day of the week that is written. A wrong day of the week is
    /// common, so where no reading agrees it decides nothing.
    fn settled(&self, readings: [Option<NaiveDate>; 2]) -> Option<NaiveDate> {
        let weekday = self.weekday?;
        let mut agreeing = readings
            .into_iter()
            .flatten()
            .filter(|day| day.weekday() == weekday);
        let day = agreeing.next()?;
        agreeing.all(|other| other == day).then_some(day)
    }
}
