//! The texts of an item -> title, content and summary, each as plain text or HTML.
//!
//! In JSON Feed the content is the full text, and a summary is optional. RSS puts either into
//! `description`, Atom feeds often have only a `summary`, and some feeds confuse the two. So the
//! texts are compared; the names of their elements do not decide.

use crate::model::{RawHtml, Text, TextKind};
use crate::text::{bidi, entities, html, words, xml};
use std::borrow::Cow;

/// Characters of a title; a longer one is a text in the wrong element.
const MAX_TITLE: usize = 500;

/// Characters of a single plain text that is taken for a summary of the linked page.
const SHORT: usize = 280;

/// Bytes of HTML below which it is checked whether it shows anything.
const MAYBE_EMPTY: usize = 200;

/// The texts of an item.
#[derive(Default)]
pub(super) struct Body {
    pub(super) html: Option<RawHtml>,
    pub(super) text: Option<String>,
    pub(super) summary: Option<String>,
}

/// A title as plain text on one line; none when it is empty.
pub(super) fn title(given: Text) -> Option<String> {
    let has_markup = may_be_markup(&given.value) && kind(&given) == TextKind::Html;
    let title = one_line(if has_markup {
        html::title_to_text(&given.value)
    } else {
        given.value
    });
    match title.len() {
        0 => None,
        1..=MAX_TITLE => Some(title),
        _ => Some(words::first_words(&title, MAX_TITLE)),
    }
}

/// Plain text of a field that may hold a stray reference or tag, on one line.
pub(super) fn line(text: String) -> Option<String> {
    let line = if may_be_markup(&text) && html::looks_like_html(&text) {
        one_line(html::title_to_text(&text))
    } else {
        one_line(text)
    };
    (!line.is_empty()).then_some(line)
}

/// Decides between content and summary.
pub(super) fn body(content: Option<Text>, summary: Option<Text>, base: Option<&str>) -> Body {
    // RSS does not say whether a single description is content or summary.
    let unsure = content
        .as_ref()
        .is_some_and(|text| text.kind == TextKind::Unsure);
    let content = content.and_then(|text| Candidate::of(text, base));
    let summary = summary.and_then(|text| Candidate::of(text, base));
    match (content, summary) {
        (None, None) => Body::default(),
        (Some(only), None) if unsure => only.into_only_body(),
        (Some(only), None) => only.into_body(None),
        (None, Some(only)) => only.into_only_body(),
        (Some(content), Some(summary)) => {
            let summary_text = summary.plain();
            if content.is_surely_longer(summary_text.len()) {
                let teaser = Some(summary_text.into_owned()).filter(|text| !text.is_empty());
                return content.into_body(teaser);
            }
            let content_text = content.plain_until(summary_text.len());
            if is_teaser(&content_text, &summary_text) {
                let teaser = distinct(&content_text, &summary_text);
                summary.into_body(teaser)
            } else {
                let teaser = distinct(&summary_text, &content_text);
                content.into_body(teaser)
            }
        }
    }
}

/// One of two texts that may become the content.
enum Candidate {
    Html(RawHtml),
    Plain(String),
}

impl Candidate {
    /// None when it shows nothing.
    fn of(given: Text, item_base: Option<&str>) -> Option<Self> {
        let is_escaped = is_escaped_text(&given);
        if kind(&given) == TextKind::Html && !is_escaped {
            let Text {
                value: mut markup,
                base,
                ..
            } = given;
            if markup.len() < MAYBE_EMPTY && html::is_empty(&markup) {
                return None;
            }
            if markup.len() > html::MAX_BYTES {
                markup.truncate(words::clip(&markup, html::MAX_BYTES).len());
            }
            let base = base.as_deref().or(item_base).map(str::to_owned);
            return Some(Self::Html(RawHtml { html: markup, base }));
        }
        let text = if is_escaped {
            paragraphs(&entities::decode(&given.value))
        } else {
            paragraphs(&given.value)
        };
        (!text.is_empty()).then_some(Self::Plain(text))
    }

    fn plain(&self) -> Cow<'_, str> {
        match self {
            Self::Html(raw) => html::to_text(&raw.html).into(),
            Self::Plain(text) => text.into(),
        }
    }

    /// Whether its plain text is longer than so many bytes, by a quick check; false when unsure.
    fn is_surely_longer(&self, bytes: usize) -> bool {
        match self {
            Self::Html(raw) => html::is_surely_longer(&raw.html, bytes),
            Self::Plain(text) => text.len() > bytes,
        }
    }

    /// Its plain text, or the start of it, of more than so many bytes.
    fn plain_until(&self, bytes: usize) -> Cow<'_, str> {
        match self {
            Self::Html(raw) => html::text_until(&raw.html, bytes).into(),
            Self::Plain(text) => text.into(),
        }
    }

    fn into_body(self, summary: Option<String>) -> Body {
        let (html, text) = match self {
            Self::Html(raw) => (Some(raw), None),
            Self::Plain(text) => (None, Some(text)),
        };
        Body {
            html,
            text,
            summary,
        }
    }

    /// The only text of an item: the content, or the summary when it is short.
    fn into_only_body(self) -> Body {
        match self {
            Self::Plain(text) if text.chars().nth(SHORT).is_none() => Body {
                summary: Some(text),
                ..Body::default()
            },
            other => other.into_body(None),
        }
    }
}

fn kind(text: &Text) -> TextKind {
    match text.kind {
        TextKind::Unsure if html::looks_like_html(&text.value) => TextKind::Html,
        TextKind::Unsure => TextKind::Plain,
        known => known,
    }
}

/// Whether a text that may be either is plain text with references: as HTML it would lose its lines.
fn is_escaped_text(text: &Text) -> bool {
    text.kind == TextKind::Unsure
        && text.value.trim().contains('\n')
        && !html::has_markup(&text.value)
        && html::looks_like_html(&text.value)
}

/// Whether a text is the beginning of another one, or much shorter.
fn is_teaser(text: &str, of: &str) -> bool {
    /// How many times as long the other one is then.
    const MUCH_LONGER: usize = 4;
    let beginning = text.trim_end_matches(['.', '\u{2026}', '[', ']', ' ']);
    !beginning.is_empty()
        && text.len() < of.len()
        && (text.len() * MUCH_LONGER < of.len() || of.starts_with(beginning))
}

/// The summary, unless it is empty or equals the content.
fn distinct(summary: &str, content: &str) -> Option<String> {
    (!summary.is_empty() && summary != content).then(|| summary.to_owned())
}

fn may_be_markup(text: &str) -> bool {
    memchr::memchr2(b'<', b'&', text.as_bytes()).is_some()
}

fn one_line(text: String) -> String {
    match html::fold_space(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(folded) => folded,
    }
}

/// Plain text with its line breaks, clean for XML, each line with its own direction, at most as long
/// as markup may be.
fn paragraphs(text: &str) -> String {
    let text = words::clip(text.trim(), html::MAX_BYTES);
    bidi::balanced(xml::clean(text).trim()).into_owned()
}
