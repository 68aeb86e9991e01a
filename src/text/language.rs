//! Language tags (RFC 5646): the check for all that is read, configured and published.

/// A text as a language tag, with `-` for `_` (`en_GB` is how POSIX writes `en-GB`); none when it
/// does not have the shape of one.
///
/// The shape is that of section 2.1: a language of two or three letters, then subtags of one to
/// eight letters and digits. Longer languages are allowed there but none is registered, and some
/// feeds say `english`. Whether subtags are registered is not checked. Tags without a language
/// (`x-...`) and the irregular ones of RFC 1766 (`i-klingon`) are of no use to a reader.
///
/// ```
/// use feedmill::text::language;
///
/// assert_eq!(language::tag(" pt_BR ").as_deref(), Some("pt-BR"));
/// assert_eq!(language::tag("english"), None);
/// ```
pub fn tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut subtags = tag.split('-');
    let is_language = subtags.next().is_some_and(|language| {
        (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic())
    });
    let is_tag = is_language
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    is_tag.then_some(tag)
}

/// The language of a tag, without what follows it: `pt` of `pt-BR`.
pub fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_with_subtags_is_a_tag() {
        for good in ["en", "nds", "pt-BR", "zh-Hant-TW", "sl-rozaj-biske-1994"] {
            assert_eq!(tag(good).as_deref(), Some(good));
        }
        assert_eq!(tag("\ten_US ").as_deref(), Some("en-US"));
    }

    #[test]
    fn anything_else_is_not_a_tag() {
        for bad in [
            "",
            "e",
            "english",
            "english language",
            "-en",
            "en-",
            "en--US",
            "e1",
            "en-toolongtag",
            "x-private",
            "français",
        ] {
            assert_eq!(tag(bad), None, "{bad}");
        }
    }
}
