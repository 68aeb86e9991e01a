//! Safe HTML -> its beginning, which is safe as well.

use super::elements::{Nesting, element, is_void};
use super::tokens::{Token, tokens};
use super::{SafeHtml, plain};
use unicode_segmentation::UnicodeSegmentation;

impl SafeHtml {
    /// About so many bytes of it: text is cut between words, with an ellipsis, and all that is open is
    /// closed. None if nothing of it would be seen.
    ///
    /// Linear in `bytes`, without a tree: what is given is nested well already.
    pub fn beginning(&self, bytes: usize) -> Option<Self> {
        let html = self.as_str();
        if html.len() <= bytes {
            return Some(self.clone());
        }
        let mut open: Vec<&str> = Vec::new();
        let mut end = 0;
        let mut words = "";
        let mut tokens = tokens(html);
        while let Some(token) = tokens.next() {
            let after = html.len() - tokens.left();
            if after > bytes {
                if let Token::Text(text) = token {
                    words = whole_words(text, bytes - end);
                }
                break;
            }
            match token {
                Token::Start(tag) if !is_void(tag.name) => open.push(tag.name),
                Token::End(_) => drop(open.pop()),
                _ => {}
            }
            end = after;
        }
        let mut beginning = [&html[..end], words].concat();
        if open.last().is_none_or(|name| holds_text(name)) {
            beginning.truncate(beginning.trim_end().len());
            beginning.push('…');
        }
        let is_seen = !plain::is_empty(&html[..end]) || !words.is_empty();
        for name in open.iter().rev() {
            beginning.extend(["</", name, ">"]);
        }
        is_seen.then_some(Self(beginning))
    }
}

/// The first words of a text, at most so many bytes; no part of a word or of a character reference.
fn whole_words(text: &str, bytes: usize) -> &str {
    let mut end = 0;
    for word in text.split_word_bounds() {
        if end + word.len() > bytes {
            break;
        }
        end += word.len();
    }
    let words = &text[..end];
    let reference = words.rfind('&').filter(|&at| !words[at..].contains(';'));
    &words[..reference.unwrap_or(end)]
}

/// Whether an element may hold text, and not only rows or items.
fn holds_text(name: &str) -> bool {
    !element(name).is_some_and(|element| {
        matches!(
            element.nesting,
            Nesting::List | Nesting::Definitions | Nesting::Table | Nesting::Section | Nesting::Row
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::text::html::sanitize;
    use proptest::prelude::*;

    fn beginning(html: &str, bytes: usize) -> Option<String> {
        let html = sanitize(html, None).beginning(bytes);
        html.map(|html| html.as_str().to_owned())
    }

    #[test]
    fn it_ends_between_words_and_closes_what_is_open() {
        let html = "<p>One <b>two</b>.</p><p>Three <i>four five</i> six.</p>";
        let table = [
            (1000, Some(html)),
            (40, Some("<p>One <b>two</b>.</p><p>Three <i>four…</i></p>")),
            (22, Some("<p>One <b>two</b>.</p>…")),
            (8, Some("<p>One…</p>")),
            (5, None),
        ];
        for (bytes, expected) in table {
            assert_eq!(beginning(html, bytes).as_deref(), expected, "{bytes}");
        }
    }

    #[test]
    fn an_ellipsis_stands_only_where_text_may() {
        let html = "<ul><li>One</li><li>Two</li></ul>";
        assert_eq!(
            beginning(html, 18).as_deref(),
            Some("<ul><li>One</li></ul>")
        );
        let html = "<table><tbody><tr><td>One</td><td>Two</td></tr></tbody></table>";
        assert_eq!(
            beginning(html, 36).as_deref(),
            Some("<table><tbody><tr><td>One</td><td>…</td></tr></tbody></table>")
        );
    }

    #[test]
    fn references_and_characters_stay_whole() {
        assert_eq!(beginning("春夏&amp;秋冬", 9).as_deref(), Some("春夏…"));
        assert_eq!(beginning("春夏秋冬", 7).as_deref(), Some("春夏…"));
    }

    proptest! {
        #[test]
        fn what_is_cut_is_as_a_sanitizer_leaves_it(
            html in "(<p>|</p>|<ul>|<li>|</ul>|<table>|<td>|<b>|</b>|<br>|<a href='https://a.example/'>|&amp;| |é|a b){0,30}",
            bytes in 0..200_usize,
        ) {
            if let Some(cut) = beginning(&html, bytes) {
                let again = sanitize(&cut, None);
                prop_assert_eq!(again.as_str(), cut.as_str());
            }
        }
    }
}
