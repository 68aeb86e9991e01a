//! Tokens -> an expression. NOT binds closest, then AND, which needs no sign, then OR.
//!
//! ```text
//! any    = all { "OR" all }
//! all    = not { [ "AND" ] not }
//! not    = { "-" | "NOT" } term
//! term   = "(" any ")" | field ":" ( "(" any ")" | value ) | words | "/" regex "/"
//! ```

use super::error::RuleError;
use super::lexer::{Field, Kind, Token, tokens};
use super::limits;
use super::value;
use crate::model::{Expression, Term, TextField, Words};
use crate::text::forms;
use std::ops::Range;

/// A rule that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What it says. Saved rules are not put in yet.
    pub expression: Expression,
    /// The names in it that only `feeds.toml` knows.
    pub names: Vec<Mention>,
}

/// A name in a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Of what.
    pub kind: Mentioned,
    /// As it is written.
    pub name: String,
    /// Its bytes.
    pub at: Range<usize>,
}

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mentioned {
    /// `source:NAME`
    Source,
    /// `rule:NAME`
    Saved,
}

/// Reads a rule.
///
/// ```
/// use feedmill::theme::rule::parse;
///
/// let parsed = parse("(title:nato OR \"north atlantic\") defen* -sport").unwrap();
/// assert_eq!(
///     parsed.expression.to_string(),
///     "(title:nato OR \"north atlantic\") defen* -sport"
/// );
/// assert_eq!(parse("nato OR").unwrap_err().at, 5..7);
/// ```
pub fn parse(rule: &str) -> Result<Parsed, RuleError> {
    if rule.len() > limits::BYTES {
        let text = format!(
            "the rule is too long: more than {} KiB; save parts of it as [rules.NAME]",
            limits::BYTES >> 10
        );
        return Err(RuleError::new(0..rule.len(), text));
    }
    let mut parser = Parser {
        tokens: tokens(rule)?,
        next: 0,
        end: rule.len(),
        terms: 0,
        names: Vec::new(),
    };
    if parser.tokens.is_empty() {
        return Err(RuleError::new(
            0..rule.len(),
            "the rule is empty; write a word, or take it out",
        ));
    }
    let expression = parser.any(0, None)?;
    if let Some(token) = parser.peek() {
        return Err(RuleError::new(
            token.at.clone(),
            "this parenthesis was not opened; take it out",
        ));
    }
    Ok(Parsed {
        expression,
        names: parser.names,
    })
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    end: usize,
    terms: usize,
    names: Vec<Mention>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn peek_kind(&self) -> Option<&Kind> {
        self.peek().map(|token| &token.kind)
    }

    fn any(&mut self, depth: usize, field: Option<TextField>) -> Result<Expression, RuleError> {
        let mut parts = vec![self.all(depth, field)?];
        while self.peek_kind() == Some(&Kind::Or) {
            self.next += 1;
            parts.push(self.all(depth, field)?);
        }
        Ok(one_or(parts, Expression::Any))
    }

    fn all(&mut self, depth: usize, field: Option<TextField>) -> Result<Expression, RuleError> {
        let mut parts = vec![self.not(depth, field)?];
        loop {
            match self.peek_kind() {
                None | Some(Kind::Or | Kind::Close) => break,
                Some(Kind::And) => self.next += 1,
                Some(_) => {}
            }
            parts.push(self.not(depth, field)?);
        }
        Ok(one_or(parts, Expression::All))
    }

    fn not(&mut self, depth: usize, field: Option<TextField>) -> Result<Expression, RuleError> {
        let mut is_not = false;
        while self.peek_kind() == Some(&Kind::Not) {
            self.next += 1;
            is_not = !is_not;
        }
        let term = self.term(depth, field)?;
        Ok(if is_not {
            Expression::Not(Box::new(term))
        } else {
            term
        })
    }

    fn term(&mut self, depth: usize, field: Option<TextField>) -> Result<Expression, RuleError> {
        let Some(token) = self.tokens.get(self.next).cloned() else {
            return Err(self.nothing_follows());
        };
        self.next += 1;
        let Token { kind, at } = token;
        self.terms += 1;
        if self.terms > limits::TERMS {
            let text = format!(
                "the rule has more than {} terms, the most that are read",
                limits::TERMS
            );
            return Err(RuleError::new(at, text));
        }
        match kind {
            Kind::Open => self.group(at, depth, field),
            Kind::Words(words) => words_term(field.unwrap_or(TextField::Anywhere), words, at),
            Kind::Regex(pattern) => {
                value::check_pattern(&pattern).map_err(|text| RuleError::new(at, text))?;
                let field = field.unwrap_or(TextField::Anywhere);
                Ok(Expression::Term(Term::Regex(field, pattern)))
            }
            Kind::Field(of) => self.of_field(of, at, depth, field),
            Kind::Close if self.is_empty_group() => {
                let text =
                    "there is nothing between the parentheses; write a term, or take them out";
                Err(RuleError::new(at, text))
            }
            Kind::Close | Kind::And | Kind::Or | Kind::Not | Kind::Value(_) => {
                self.next -= 1;
                Err(self.nothing_follows())
            }
        }
    }

    fn is_empty_group(&self) -> bool {
        let before = self.next.checked_sub(2).and_then(|at| self.tokens.get(at));
        before.is_some_and(|token| token.kind == Kind::Open)
    }

    /// A term is missing before the next token, or at the end.
    fn nothing_follows(&self) -> RuleError {
        let name = |kind: &Kind| match kind {
            Kind::Or => "OR",
            Kind::And => "AND",
            Kind::Not => "NOT",
            _ => "this",
        };
        let before = self.next.checked_sub(1).and_then(|at| self.tokens.get(at));
        let joins = |token: &&Token| matches!(token.kind, Kind::Or | Kind::And | Kind::Not);
        if let Some(token) = before.filter(joins) {
            let text = format!(
                "{} needs a term behind it; as a word, write it in quotes",
                name(&token.kind)
            );
            return RuleError::new(token.at.clone(), text);
        }
        match self.peek() {
            Some(token) => {
                let text = format!(
                    "{} needs a term before it; as a word, write it in quotes",
                    name(&token.kind)
                );
                RuleError::new(token.at.clone(), text)
            }
            None => RuleError::new(self.end..self.end, "a term is missing here"),
        }
    }

    /// What is in parentheses, up to the closing one.
    fn group(
        &mut self,
        open: Range<usize>,
        depth: usize,
        field: Option<TextField>,
    ) -> Result<Expression, RuleError> {
        if depth >= limits::DEPTH {
            let text = format!(
                "more than {} parentheses in each other, the most that are read",
                limits::DEPTH
            );
            return Err(RuleError::new(open, text));
        }
        let inner = self.any(depth + 1, field)?;
        if self.peek_kind() != Some(&Kind::Close) {
            return Err(RuleError::new(
                open,
                "this parenthesis is not closed; write a ) behind the last term of the group",
            ));
        }
        self.next += 1;
        Ok(inner)
    }

    fn of_field(
        &mut self,
        of: Field,
        at: Range<usize>,
        depth: usize,
        around: Option<TextField>,
    ) -> Result<Expression, RuleError> {
        if let Some(around) = around {
            let text = format!(
                "{}: is about the whole group, which cannot have another field in it",
                around.name()
            );
            return Err(RuleError::new(at, text));
        }
        if let Field::Text(field) = of {
            return self.term(depth, Some(field));
        }
        let Some(Token { kind, at }) = self.tokens.get(self.next).cloned() else {
            return Err(self.nothing_follows());
        };
        self.next += 1;
        let text = match (&of, kind) {
            (Field::Url, Kind::Regex(pattern)) => {
                value::check_pattern(&pattern).map_err(|text| RuleError::new(at, text))?;
                return Ok(Expression::Term(Term::UrlRegex(pattern)));
            }
            (_, Kind::Value(text)) => text,
            _ => return Err(self.nothing_follows()),
        };
        let mut mention = |kind, name: &str| {
            let name = name.to_owned();
            self.names.push(Mention {
                kind,
                name,
                at: at.clone(),
            });
        };
        let term = match of {
            Field::Saved => {
                mention(Mentioned::Saved, &text);
                return Ok(Expression::Saved(text));
            }
            Field::Source => {
                mention(Mentioned::Source, &text);
                Ok(Term::Source(text))
            }
            Field::Language => value::language(&text).map(Term::Language),
            Field::Url => value::part_of_address(&text).map(Term::Url),
            Field::Sources => {
                value::sources(&text).map(|(comparison, number)| Term::Sources(comparison, number))
            }
            Field::Age => {
                value::age(&text).map(|(comparison, seconds)| Term::Age(comparison, seconds))
            }
            Field::Date => value::dates(&text).map(Term::Date),
            Field::Text(_) => Err(String::new()),
        };
        term.map(Expression::Term)
            .map_err(|text| RuleError::new(at, text))
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

fn words_term(field: TextField, words: Words, at: Range<usize>) -> Result<Expression, RuleError> {
    let text = words.text.as_str();
    let problem = if forms::plain(text).is_empty() && forms::with_signs(text).is_none() {
        format!(
            "\"{text}\" has no letter, digit or sign that counts, so nothing can match it; take it out"
        )
    } else if text.contains('*') {
        "a star stands at the beginning or the end of a word, or behind the quotes; for more, write a regular expression: /pattern/".to_owned()
    } else if text.contains('|') {
        format!(
            "write OR between words: {}",
            text.split('|').collect::<Vec<_>>().join(" OR ")
        )
    } else {
        return Ok(Expression::Term(Term::Words(field, words)));
    };
    Err(RuleError::new(at, problem))
}
