//! The text of a rule -> tokens with their places.

use super::error::RuleError;
use crate::model::{TextField, Words};
use std::ops::Range;

/// A part of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// A field and its colon. What it is about follows directly.
    Field(Field),
    Words(Words),
    Regex(String),
    /// What stands behind a field that is not about words.
    Value(String),
}

/// A part of a rule and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

/// What a term is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Text(TextField),
    Language,
    Source,
    Url,
    Sources,
    Age,
    Date,
    Saved,
}

/// As they are written.
const FIELDS: [(&str, Field); 12] = [
    ("title", Field::Text(TextField::Title)),
    ("text", Field::Text(TextField::Text)),
    ("head", Field::Text(TextField::Head)),
    ("author", Field::Text(TextField::Author)),
    ("tag", Field::Text(TextField::Tag)),
    ("lang", Field::Language),
    ("source", Field::Source),
    ("url", Field::Url),
    ("sources", Field::Sources),
    ("age", Field::Age),
    ("date", Field::Date),
    ("rule", Field::Saved),
];

/// How other programs call them.
const SYNONYMS: [(&str, &str); 12] = [
    ("intitle", "title"),
    ("subject", "title"),
    ("intext", "text"),
    ("body", "text"),
    ("content", "text"),
    ("from", "author"),
    ("by", "author"),
    ("label", "tag"),
    ("labels", "tag"),
    ("inurl", "url"),
    ("feed", "source"),
    ("language", "lang"),
];

/// With more edits, a suggestion would be a guess.
const NEAR: usize = 2;

/// Signs that make a regular expression of what stands between the slashes of `url:/.../`.
const SIGNS_OF_PATTERN: [char; 11] = ['\\', '[', ']', '(', ')', '{', '}', '|', '^', '$', '*'];

/// Takes a rule apart.
pub(super) fn tokens(rule: &str) -> Result<Vec<Token>, RuleError> {
    let mut lexer = Lexer {
        rule,
        at: 0,
        found: Vec::new(),
    };
    refuse_invisible(rule)?;
    while lexer.skip_space() {
        lexer.token()?;
    }
    Ok(lexer.found)
}

/// Characters that a person does not see would make another rule than the one that is read. Joiners are parts of
/// words in Persian and of pictures.
fn refuse_invisible(rule: &str) -> Result<(), RuleError> {
    let is_hidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let Some((at, c)) = rule.char_indices().find(|&(_, c)| is_hidden(c)) else {
        return Ok(());
    };
    let text = format!(
        "here is a character that cannot be seen (U+{:04X}); take it out",
        u32::from(c)
    );
    Err(RuleError::new(at..at + c.len_utf8(), text))
}

struct Lexer<'a> {
    rule: &'a str,
    at: usize,
    found: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.rule[self.at..]
    }

    /// False at the end of the rule.
    fn skip_space(&mut self) -> bool {
        self.at = self.rule.len() - self.rest().trim_start().len();
        self.at < self.rule.len()
    }

    fn push(&mut self, kind: Kind, bytes: usize) {
        let at = self.at..self.at + bytes;
        self.at = at.end;
        self.found.push(Token { kind, at });
    }

    fn token(&mut self) -> Result<(), RuleError> {
        let rest = self.rest();
        match rest.chars().next() {
            Some('(') => self.push(Kind::Open, 1),
            Some(')') => self.push(Kind::Close, 1),
            Some('-' | '!') => {
                if rest[1..].chars().next().is_none_or(char::is_whitespace) {
                    let text = "this excludes what follows it, and nothing does; write -word, without a space, or take it out";
                    return Err(RuleError::new(self.at..self.at + 1, text));
                }
                self.push(Kind::Not, 1);
            }
            Some('/') => self.regex()?,
            _ => self.word_or_field()?,
        }
        Ok(())
    }

    fn word_or_field(&mut self) -> Result<(), RuleError> {
        let Some((name, field)) = self.field() else {
            return self.words();
        };
        let Some(field) = field else {
            return Err(self.unknown_field(name));
        };
        let at = self.at;
        self.push(Kind::Field(field), name.len() + 1);
        if self.rest().chars().next().is_none_or(char::is_whitespace) {
            let text = format!("{name}: needs something directly behind it, without a space");
            return Err(RuleError::new(at..self.at, text));
        }
        match field {
            Field::Text(_) if self.field().is_some() => {
                let (name, _) = self.rest().split_once(':').unwrap_or_default();
                let text = "this field stands directly behind another one; write only one of them";
                Err(RuleError::new(self.at..self.at + name.len() + 1, text))
            }
            Field::Text(_) => match self.rest().chars().next() {
                Some('(') => Ok(()),
                Some('/') => self.regex(),
                _ => self.words(),
            },
            Field::Url if self.is_pattern_of_url() => self.regex(),
            _ => self.value(),
        }
    }

    /// The name before a colon, and the field that it is of, if it is known.
    fn field(&self) -> Option<(&'a str, Option<Field>)> {
        let (name, _) = self.rest().split_once(':')?;
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
        let known = |&&(known, _): &&(&str, Field)| known.eq_ignore_ascii_case(name);
        is_name.then(|| (name, FIELDS.iter().find(known).map(|&(_, field)| field)))
    }

    /// `url:/2026/` is a part of an address, `url:/20\d\d/` a regular expression.
    fn is_pattern_of_url(&self) -> bool {
        let run = self.rest().split(char::is_whitespace).next();
        let inner = run.map(|run| run.trim_end_matches(')')).and_then(|run| {
            let inner = run.strip_prefix('/')?;
            inner.strip_suffix('/')
        });
        inner.is_some_and(|inner| inner.contains(SIGNS_OF_PATTERN))
    }

    fn unknown_field(&self, name: &str) -> RuleError {
        let name_low = name.to_ascii_lowercase();
        let synonym = SYNONYMS.iter().find(|(other, _)| *other == name_low);
        let near = || {
            let distance =
                |known: &'static str| (strsim::damerau_levenshtein(&name_low, known), known);
            let nearest = FIELDS.iter().map(|&(known, _)| distance(known)).min();
            nearest
                .filter(|(distance, _)| *distance <= NEAR)
                .map(|(_, known)| known)
        };
        let hint = if let Some(known) = synonym.map(|&(_, known)| known).or_else(near) {
            format!("did you mean {known}:")
        } else {
            let names: Vec<_> = FIELDS.iter().map(|(known, _)| *known).collect();
            format!("known are {}", names.join(", "))
        };
        let text = format!("unknown field \"{name}:\"; {hint}; as words, write it in quotes");
        RuleError::new(self.at..self.at + name.len() + 1, text)
    }

    /// A word, or words in quotes, with a star before or behind it.
    fn words(&mut self) -> Result<(), RuleError> {
        let rest = self.rest();
        let any_start = rest.starts_with('*');
        let inner = &rest[usize::from(any_start)..];
        let (text, length) = if let Some(found) = self.quoted(inner)? {
            found
        } else {
            let end = inner
                .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"'))
                .unwrap_or(inner.len());
            let end = inner[..end].strip_suffix('*').map_or(end, str::len);
            (&inner[..end], end)
        };
        let any_end = inner[length..].starts_with('*');
        let bytes = usize::from(any_start) + length + usize::from(any_end);
        let kind = match &rest[..bytes] {
            "OR" => Kind::Or,
            "AND" => Kind::And,
            "NOT" => Kind::Not,
            _ => Kind::Words(Words {
                text: text.to_owned(),
                any_start,
                any_end,
            }),
        };
        self.push(kind, bytes);
        Ok(())
    }

    /// `/pattern/`, with `\/` for a slash in it.
    fn regex(&mut self) -> Result<(), RuleError> {
        let inner = &self.rest()[1..];
        let mut is_escaped = false;
        let end = inner.char_indices().find_map(|(at, c)| {
            let ends = c == '/' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends.then_some(at)
        });
        let Some(end) = end else {
            let text = "a regular expression ends with a slash; for words, write them in quotes";
            return Err(RuleError::new(self.at..self.rule.len(), text));
        };
        let after = &inner[end + 1..];
        let behind = after
            .find(|c: char| c.is_whitespace() || c == ')')
            .unwrap_or(after.len());
        // Case does not count in any case.
        let flag = usize::from(&after[..behind] == "i");
        if behind != flag {
            let at = self.at + end + 2;
            let text = "the regular expression has ended before this; write \\/ for a slash in it";
            return Err(RuleError::new(at..at + behind, text));
        }
        self.push(
            Kind::Regex(inner[..end].replace("\\/", "/")),
            end + 2 + flag,
        );
        Ok(())
    }

    /// Up to a space or a parenthesis, or in quotes.
    fn value(&mut self) -> Result<(), RuleError> {
        let rest = self.rest();
        let (text, length) = self.quoted(rest)?.unwrap_or_else(|| {
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
            let end = end.unwrap_or(rest.len());
            (&rest[..end], end)
        });
        self.push(Kind::Value(text.to_owned()), length);
        Ok(())
    }

    /// What is in quotes at the beginning of a text, which is the end of the rule, and the bytes that it takes with them.
    /// Programs for texts write curly quotes.
    fn quoted(&self, text: &'a str) -> Result<Option<(&'a str, usize)>, RuleError> {
        let open = text.chars().next().unwrap_or_default();
        let close: &[char] = match open {
            '"' => &['"'],
            '\u{201C}' | '\u{201D}' | '\u{201E}' => &['\u{201C}', '\u{201D}'],
            _ => return Ok(None),
        };
        let inner = &text[open.len_utf8()..];
        let Some(end) = inner.find(close) else {
            let at = self.rule.len() - text.len()..self.rule.len();
            let text = "the quotes are not closed; write a \" at the end";
            return Err(RuleError::new(at, text));
        };
        let closing = inner[end..].chars().next().map_or(0, char::len_utf8);
        Ok(Some((&inner[..end], open.len_utf8() + end + closing)))
    }
}
