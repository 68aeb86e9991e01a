//! What a theme takes, as an expression: terms, joined by AND, OR and NOT. `theme::rule` reads it from text and
//! decides by it; its text ([`fmt::Display`]) is read as the same expression again.

use crate::digest::{Digest, Encode};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::fmt;

/// A condition on a story and one of its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Each of these holds. None: always.
    All(Vec<Expression>),
    /// At least one of these holds. None: never.
    Any(Vec<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
    /// One condition.
    Term(Term),
    /// The saved rule with this name.
    Saved(String),
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// Words of a text.
    Words(TextField, Words),
    /// A regular expression (syntax of the `regex` crate, without case) that a text matches.
    Regex(TextField, String),
    /// The language of the item, or one of which it is a part: `en` is also `en-GB`.
    Language(String),
    /// The name of its source in `feeds.toml`; with a star at its end the beginning of it.
    Source(String),
    /// A part of the address of its page, without case.
    Url(String),
    /// A regular expression that this address matches. It has a sign that is none of a plain address.
    UrlRegex(String),
    /// Of how many sources the story has items.
    Sources(Comparison, u32),
    /// How many seconds ago the story was published.
    Age(Comparison, i64),
    /// When the story was published, in UTC.
    Date(DateRange),
}

/// Which texts of an item are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextField {
    /// Title, summary, text and tags: a term without a field.
    Anywhere,
    /// Title, summary and tags: what is seen before the item is opened.
    Head,
    /// The title.
    Title,
    /// Summary and text.
    Text,
    /// The names of the authors.
    Author,
    /// A tag as a whole.
    Tag,
}

impl TextField {
    /// What is written before the colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anywhere => "",
            Self::Head => "head",
            Self::Title => "title",
            Self::Text => "text",
            Self::Author => "author",
            Self::Tag => "tag",
        }
    }
}

/// A word or words in a row, compared without case, accents and punctuation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Words {
    /// As they were written.
    pub text: String,
    /// Whether the first word may have letters before it: `*bahn`.
    pub any_start: bool,
    /// Whether the last word may have letters behind it: `canoe*`.
    pub any_end: bool,
}

impl Words {
    /// Whole words.
    pub fn whole(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

impl Comparison {
    /// Whether it holds of two numbers.
    pub fn holds<T: PartialOrd + Copy>(self, left: T, right: T) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Equal => left == right,
            Self::AtLeast => left >= right,
            Self::More => left > right,
        }
    }

    /// As it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

/// Days, the last one included. An end that is missing is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateRange {
    /// The first day.
    pub first: Option<NaiveDate>,
    /// The last day.
    pub last: Option<NaiveDate>,
}

impl DateRange {
    /// Whether a moment is in it.
    pub fn contains(&self, moment: DateTime<Utc>) -> bool {
        let day = moment.date_naive();
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }
}

impl Expression {
    /// Adds what must hold as well.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let parts = |expression| match expression {
            Self::All(parts) => parts,
            one => vec![one],
        };
        let mut all = parts(self);
        all.extend(parts(other));
        Self::All(all)
    }

    /// Every term, in order.
    pub fn terms(&self) -> Vec<&Term> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Term>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|p| p.collect(found)),
            Self::Not(part) => part.collect(found),
            Self::Term(term) => found.push(term),
            Self::Saved(_) => {}
        }
    }
}

/// By its text, which is read as the same expression by every version.
impl Encode for Expression {
    fn encode(&self, to: &mut Digest) {
        to.add(&self.to_string());
    }
}

/// What is around a part of an expression: it decides about parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Around {
    Nothing,
    Any,
    All,
    Not,
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.write(f, Around::Nothing)
    }
}

impl Expression {
    fn write(&self, f: &mut fmt::Formatter, around: Around) -> fmt::Result {
        let (parts, between, own) = match self {
            Self::All(parts) => (parts, " ", Around::All),
            Self::Any(parts) => (parts, " OR ", Around::Any),
            Self::Not(part) => {
                f.write_str("-")?;
                return part.write(f, Around::Not);
            }
            Self::Term(term) => return write!(f, "{term}"),
            Self::Saved(name) => return write!(f, "rule:{name}"),
        };
        let is_grouped = around >= own;
        f.write_str(if is_grouped { "(" } else { "" })?;
        for (n, part) in parts.iter().enumerate() {
            f.write_str(if n == 0 { "" } else { between })?;
            part.write(f, own)?;
        }
        f.write_str(if is_grouped { ")" } else { "" })
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let prefix = |f: &mut fmt::Formatter, field: TextField| match field.name() {
            "" => Ok(()),
            name => write!(f, "{name}:"),
        };
        match self {
            Self::Words(field, words) => {
                prefix(f, *field)?;
                write!(f, "{words}")
            }
            Self::Regex(field, pattern) => {
                prefix(f, *field)?;
                write!(f, "/{}/", with_slashes_escaped(pattern))
            }
            Self::Language(tag) => write!(f, "lang:{tag}"),
            Self::Source(name) => write!(f, "source:{name}"),
            Self::Url(part) => write!(f, "url:\"{part}\""),
            Self::UrlRegex(pattern) => write!(f, "url:/{}/", with_slashes_escaped(pattern)),
            Self::Sources(comparison, number) => {
                write!(f, "sources:{}{number}", comparison.sign())
            }
            Self::Age(comparison, seconds) => {
                let (number, unit) = in_units(*seconds);
                write!(f, "age:{}{number}{unit}", comparison.sign())
            }
            Self::Date(range) => {
                f.write_str("date:")?;
                if let Some(first) = range.first {
                    write!(f, "{first}")?;
                }
                f.write_str("..")?;
                range.last.map_or(Ok(()), |last| write!(f, "{last}"))
            }
        }
    }
}

/// In quotes unless it is one plain word.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let is_plain = self.text.chars().all(char::is_alphanumeric)
            && !matches!(self.text.as_str(), "" | "AND" | "OR" | "NOT");
        let star = |is_open: bool| if is_open { "*" } else { "" };
        let (start, end) = (star(self.any_start), star(self.any_end));
        if is_plain {
            write!(f, "{start}{}{end}", self.text)
        } else {
            // A quote is punctuation, which is not compared.
            write!(f, "{start}\"{}\"{end}", self.text.replace('"', " "))
        }
    }
}

/// Slashes end a pattern, so those in it stand behind a backslash.
fn with_slashes_escaped(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut is_escaped = false;
    for c in pattern.chars() {
        if c == '/' && !is_escaped {
            written.push('\\');
        }
        is_escaped = c == '\\' && !is_escaped;
        written.push(c);
    }
    written
}

/// The largest unit that gives a whole number.
fn in_units(seconds: i64) -> (i64, &'static str) {
    let units = [
        (TimeDelta::days(1), "d"),
        (TimeDelta::hours(1), "h"),
        (TimeDelta::minutes(1), "min"),
    ];
    let whole = |unit: &&(TimeDelta, _)| seconds % unit.0.num_seconds() == 0;
    let found = units.iter().find(whole);
    found.map_or((seconds, "s"), |(unit, name)| {
        (seconds / unit.num_seconds(), name)
    })
}
