//! Words of a rule -> what is looked for in the forms of a text ([`forms`]).
//!
//! A form has a space at both ends, so that ` art ` finds whole words only. Korean writes particles onto a word, and
//! Arabic and Hebrew the article: there the rest of the word decides whether it is the same word.

use crate::model::Words;
use crate::text::forms::{self, is_arabic, is_hangul, is_hebrew};

/// Particles of Korean, up to two of which follow a noun. 나토 is in 나토는 and 나토에서도, not in 나토리.
const PARTICLES: [&str; 38] = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "에게",
    "에게서",
    "께",
    "께서",
    "와",
    "과",
    "도",
    "로",
    "으로",
    "로서",
    "으로서",
    "로써",
    "으로써",
    "만",
    "까지",
    "부터",
    "처럼",
    "보다",
    "마다",
    "조차",
    "마저",
    "밖에",
    "하고",
    "이나",
    "나",
    "라",
    "이라",
    "랑",
    "한테",
];

/// The article of Arabic, and what is written before it: and, so, with, like, for.
const ARABIC_ARTICLES: [&str; 8] = ["ال", "وال", "فال", "بال", "كال", "لل", "ولل", "وبال"];
/// What is written before a word that has the article already.
const BEFORE_ARTICLE: [&str; 4] = ["و", "ف", "ب", "ك"];
/// The article of Hebrew, and what is written before it: and, that, from, when.
const HEBREW_ARTICLES: [&str; 6] = ["ה", "וה", "שה", "מה", "כשה", "ושה"];
/// Letters of a word that may have an article before it: shorter ones are too often the end of another word.
const ARTICLE_LETTERS: usize = 3;

/// In which form of a text something is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// The plain one, and the one with umlauts written out.
    Plain,
    /// The one with signs.
    Signs,
    /// The text itself in small letters ([`super::literals`]).
    Small,
}

/// What may be before or behind what was found, in the same word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Edge {
    /// Nothing: the space is a part of the needle.
    Whole,
    /// Anything.
    Open,
    /// A particle or an article.
    Affix,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Needle {
    pub(super) form: Form,
    pub(super) text: String,
    pub(super) start: Edge,
    pub(super) end: Edge,
}

/// What is looked for, for words of a rule: none if nothing can be.
pub(super) fn needles(words: &Words) -> Vec<Needle> {
    if let Some(form) = forms::with_signs(&words.text) {
        return vec![Needle::new(Form::Signs, &form, words)];
    }
    let plain = forms::plain(&words.text);
    let written = forms::written_out(&words.text);
    let found = [Some(plain), written].into_iter().flatten();
    let found = found.filter(|text| !text.is_empty());
    found
        .map(|text| Needle::new(Form::Plain, &text, words))
        .collect()
}

/// Whether words are found as whole words of the plain form and no other way, as all words were before rules had
/// expressions.
pub(super) fn are_plain(words: &Words) -> bool {
    let may_be_written_out = |text: &str| {
        ["ae", "oe", "ue", "aa"]
            .iter()
            .any(|letters| text.contains(letters))
    };
    match needles(words).as_slice() {
        [] => true,
        [one] => {
            one.form == Form::Plain
                && [one.start, one.end] == [Edge::Whole; 2]
                && !may_be_written_out(&one.text)
                && one.text.trim() == crate::text::words::fold(&words.text)
        }
        _ => false,
    }
}

impl Needle {
    /// A part of a regular expression.
    pub(super) fn literal(text: String) -> Self {
        Self {
            form: Form::Small,
            text,
            start: Edge::Open,
            end: Edge::Open,
        }
    }

    fn new(form: Form, folded: &str, words: &Words) -> Self {
        let edge = |is_open: bool, takes_affix: bool| match (is_open, takes_affix) {
            (true, _) => Edge::Open,
            (false, true) => Edge::Affix,
            (false, false) => Edge::Whole,
        };
        let first = folded.split(' ').next().unwrap_or_default();
        let is_long = first.chars().count() >= ARTICLE_LETTERS;
        let takes_article = is_long && first.starts_with(|c| is_arabic(c) || is_hebrew(c));
        let start = edge(words.any_start, takes_article);
        let end = edge(words.any_end, folded.ends_with(is_hangul));
        let space = |edge| if edge == Edge::Whole { " " } else { "" };
        Self {
            form,
            text: format!("{}{folded}{}", space(start), space(end)),
            start,
            end,
        }
    }

    /// Whether what was found at these bytes of a form is the word that is meant.
    pub(super) fn is_meant(&self, form: &str, start: usize, end: usize) -> bool {
        let before = || {
            let text = &form[..start];
            &text[text.rfind(' ').map_or(0, |space| space + 1)..]
        };
        let behind = || {
            let text = &form[end..];
            &text[..text.find(' ').unwrap_or(text.len())]
        };
        (self.start != Edge::Affix || is_before(before(), &self.text))
            && (self.end != Edge::Affix || is_behind(behind()))
    }

    /// Whether it is a whole tag, or its beginning or end where that is open.
    pub(super) fn is_tag(&self, form: &str) -> bool {
        match (self.start, self.end) {
            (Edge::Open, Edge::Open) => form.contains(&self.text),
            (Edge::Open, _) => form.ends_with(&self.text),
            (_, Edge::Open) => form.starts_with(&self.text),
            _ => form.trim() == self.text.trim(),
        }
    }
}

/// Whether a word keeps its meaning with this before it.
fn is_before(prefix: &str, word: &str) -> bool {
    prefix.is_empty()
        || if word.starts_with(is_hebrew) {
            HEBREW_ARTICLES.contains(&prefix)
        } else if word.starts_with("ال") {
            BEFORE_ARTICLE.contains(&prefix)
        } else {
            ARABIC_ARTICLES.contains(&prefix)
        }
}

/// Whether a word keeps its meaning with this behind it.
fn is_behind(rest: &str) -> bool {
    let is_one = |text: &str| PARTICLES.contains(&text);
    rest.is_empty()
        || is_one(rest)
        || PARTICLES
            .iter()
            .any(|first| rest.strip_prefix(first).is_some_and(is_one))
}
