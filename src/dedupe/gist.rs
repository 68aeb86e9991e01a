//! Item -> [`Gist`]: the words it is about, for the comparison of different texts on one event.

use super::clean;
use super::few::short;
use super::tokens;
use crate::model::Item;
use crate::text::html;
use std::borrow::Cow;

/// Words of a title that are read.
const TITLE_WORDS: usize = 40;
/// Words of a text that are read.
const BODY_WORDS: usize = 600;
/// Words of a text that tell the event; what follows tells its background.
const LEAD_WORDS: usize = 100;
/// How much a word counts, by where it stands.
const IN_TITLE: f32 = 2.0;
const IN_LEAD: f32 = 1.0;
const IN_BODY: f32 = 0.5;

/// The words an item is about, and how often it uses them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gist {
    /// (word, count), in order of the word.
    pub(super) terms: Vec<(u32, f32)>,
    /// Words read.
    pub(super) words: usize,
}

impl Gist {
    /// Reads an item: its title, and the beginning of its text.
    pub fn of(item: &Item) -> Self {
        let content = match &item.content_html {
            Some(raw) => Cow::Owned(html::to_text(&raw.html)),
            None => Cow::Borrowed(item.content_text.as_deref().unwrap_or_default()),
        };
        let summary = item.summary.as_deref().unwrap_or_default();
        let title = clean::title(item.title.as_deref().unwrap_or_default());
        let mut terms = Vec::new();
        let mut found = Vec::new();
        for part in [title.lead, title.main, title.tail] {
            tokens::read(part, TITLE_WORDS, &mut found);
        }
        let meaningful = |token: &&tokens::Token| token.content;
        terms.extend(
            found
                .iter()
                .filter(meaningful)
                .map(|t| (short(t.singular), IN_TITLE)),
        );
        found.clear();
        tokens::read(
            clean::body(if content.is_empty() {
                summary
            } else {
                &content
            }),
            BODY_WORDS,
            &mut found,
        );
        let weight = |place: usize| if place < LEAD_WORDS { IN_LEAD } else { IN_BODY };
        let body = found.iter().filter(meaningful).enumerate();
        terms.extend(body.map(|(place, token)| (short(token.singular), weight(place))));
        let words = terms.len();
        terms.sort_unstable_by_key(|&(term, _)| term);
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Self { terms, words }
    }
}
