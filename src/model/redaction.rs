//! Secret words -> any text without them. Whatever leaves the program passes here: published files,
//! what is printed, the log.

use crate::text::entities;
use aho_corasick::AhoCorasick;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What stands where a secret was.
const HIDDEN: &str = "***";

/// How often an address may be encoded within another one. Links to services that share links
/// encode an address twice.
const MAX_DECODINGS: usize = 3;

/// Words that no text may contain, in any case and any encoding of an address or of markup.
#[derive(Clone, Default)]
pub struct Redaction(Option<Arc<AhoCorasick>>);

impl Redaction {
    /// Hides these words.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = Vec::new();
        for word in words.into_iter().filter(|word| !word.is_empty()) {
            forms.extend(forms_of(word));
        }
        forms.sort_unstable();
        forms.dedup();
        let finder = (!forms.is_empty())
            .then(|| {
                AhoCorasick::builder()
                    // The host of an address is in lower case, whatever case a key in it had.
                    .ascii_case_insensitive(true)
                    .match_kind(aho_corasick::MatchKind::LeftmostLongest)
                    .build(forms)
                    .ok()
            })
            .flatten();
        Self(finder.map(Arc::new))
    }

    /// Whether it hides nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether a text has one of the words, plain or encoded.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.as_deref().is_some_and(|finder| {
            finder.is_match(text) || is_encoded(text) && finder.is_match(&*decoded(text))
        })
    }

    /// The text with `***` in the place of each word. A run of characters without white space or
    /// quotes that has a word only once it is decoded is replaced as a whole.
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(finder) = self.0.as_deref() else {
            return Cow::Borrowed(text);
        };
        let plain = if finder.is_match(text) {
            let hidden = vec![HIDDEN; finder.patterns_len()];
            Cow::Owned(finder.replace_all(text, &hidden))
        } else {
            Cow::Borrowed(text)
        };
        if !is_encoded(&plain) {
            return plain;
        }
        let reveals = |run: &str| is_encoded(run) && finder.is_match(&*decoded(run));
        match replace_runs(&plain, |_, run| reveals(run).then(|| HIDDEN.to_owned())) {
            Some(hidden) => Cow::Owned(hidden),
            None => plain,
        }
    }

    /// The same of bytes; those that are no UTF-8 are left alone.
    pub fn hide_in(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.is_empty() {
            return bytes;
        }
        match String::from_utf8(bytes) {
            Ok(text) => match self.hide(&text) {
                Cow::Owned(hidden) => hidden.into_bytes(),
                Cow::Borrowed(_) => text.into_bytes(),
            },
            Err(error) => error.into_bytes(),
        }
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// A word as it is written in an address, in JSON and in markup.
fn forms_of(word: &str) -> [String; 4] {
    let json = serde_json::to_string(word).unwrap_or_default();
    let markup = word
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    [
        word.to_owned(),
        utf8_percent_encode(word, NON_ALPHANUMERIC).to_string(),
        json.trim_matches('"').to_owned(),
        markup,
    ]
    .map(|form| {
        if form.is_empty() {
            word.to_owned()
        } else {
            form
        }
    })
}

fn is_encoded(text: &str) -> bool {
    memchr::memchr2(b'%', b'&', text.as_bytes()).is_some()
}

/// A text without the encodings of addresses and markup.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_DECODINGS {
        let plain = entities::decode(&text);
        let plain = percent_decode_str(&plain).decode_utf8_lossy();
        if *plain == *text {
            break;
        }
        text = Cow::Owned(plain.into_owned());
    }
    text
}

/// Replaces runs of characters that may be addresses: without white space, quotes and brackets.
/// `change` is given what is before a run, and the run. None when nothing is replaced.
pub(super) fn replace_runs(
    text: &str,
    mut change: impl FnMut(&str, &str) -> Option<String>,
) -> Option<String> {
    let is_end = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | ',')
    };
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(start) = text[at..].find(|c| !is_end(c)).map(|n| at + n) {
        let end = text[start..].find(is_end).map_or(text.len(), |n| start + n);
        if let Some(new) = change(&text[..start], &text[start..end]) {
            out.push_str(&text[copied..start]);
            out.push_str(&new);
            copied = end;
        }
        at = end;
    }
    (copied > 0).then(|| out + &text[copied..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_hidden_in_every_form_in_which_it_may_be_written() {
        let words = Redaction::new(["t0p+s3cret/42", "quo\"ted&1"]);
        for text in [
            "t0p+s3cret/42",
            "https://T0P+S3CRET/42/feed",
            "https://a.example/?k=t0p%2Bs3cret%2F42",
            "https://a.example/?k=t0p%2bs3cret%2f42",
            "https://b.example/?u=https%3A%2F%2Fa.example%2F%3Fk%3Dt0p%252Bs3cret%252F42",
            "https://a.example/?k=%740p+s3cret/42",
            "<a href='https://a.example/?k=t0p&#x2B;s3cret/42'>",
            r#"{"x":"quo\"ted&1"}"#,
            "<b title=\"quo&quot;ted&amp;1\">",
        ] {
            let hidden = words.hide(text);
            assert!(hidden.contains(HIDDEN), "{text}: {hidden}");
            assert!(!words.is_in(&hidden), "{text}: {hidden}");
            assert!(words.is_in(text), "{text}");
        }
        assert_eq!(
            words.hide("see https://a.example/?k=t0p+s3cret/42&a=1 now"),
            "see https://a.example/?k=***&a=1 now"
        );
    }

    #[test]
    fn what_is_no_secret_stays_byte_for_byte() {
        let words = Redaction::new(["t0ps3cret42"]);
        for text in [
            "t0ps3cret4",
            "a &amp; b 100 %",
            "https://a.example/?a=%20&amp;b=1",
        ] {
            assert!(matches!(words.hide(text), Cow::Borrowed(same) if same == text));
        }
        let none = Redaction::new([""]);
        assert!(none.is_empty() && !none.is_in("anything"));
        assert_eq!(words.hide_in(vec![0xff, b'x']), [0xff, b'x']);
    }

    #[test]
    fn it_does_not_print_what_it_hides() {
        assert_eq!(format!("{:?}", Redaction::new(["t0ps3cret42"])), "***");
    }
}
