//! JSON as people and careless programs write it -> JSON. One pass, no judgement: what was well
//! stays as it was, and what cannot be mended is left to the reader to complain of.

use std::borrow::Cow;

/// Mends raw control characters in strings, escapes that JSON does not know, halves of characters
/// beyond U+FFFF, and commas before closing brackets.
pub(in crate::parse) fn mended(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let mut rest = json;
    while let Some(at) = rest.find(['"', ',']) {
        out.extend(rest[..at].chars().map(spaced));
        let (mark, behind) = rest[at..].split_at(1);
        rest = behind;
        if mark == "\"" {
            let end = end_of_string(rest);
            out.push('"');
            string(&rest[..end], &mut out);
            rest = &rest[end..];
            if !rest.is_empty() {
                out.push('"');
                rest = &rest[1..];
            }
        } else if !rest.trim_start().starts_with(['}', ']']) {
            out.push(',');
        }
    }
    out.extend(rest.chars().map(spaced));
    out
}

/// Where the quote stands that ends a string, or the text.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

fn string(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend(rest[..at].chars().map(spaced));
        let (escape, length) = escape(&rest[at..]);
        out.push_str(&escape);
        rest = &rest[at + length..];
    }
    out.extend(rest.chars().map(spaced));
}

/// An escape that JSON knows, and the length of the one that stands at the start of a text.
fn escape(text: &str) -> (Cow<'_, str>, usize) {
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    match text.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => ((&text[..2]).into(), 2),
        Some(b'u') => match unit(text) {
            Some(0xD800..=0xDBFF) if matches!(unit(&text[6..]), Some(0xDC00..=0xDFFF)) => {
                ((&text[..12]).into(), 12)
            }
            Some(0xD800..=0xDFFF) => ("\\uFFFD".into(), 6),
            Some(_) => ((&text[..6]).into(), 6),
            None => ("".into(), 1),
        },
        // The backslash was for another language: `\'`.
        _ => ("".into(), 1),
    }
}

fn spaced(c: char) -> char {
    if c.is_ascii_control() { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn customary_slips_are_mended() {
        assert_eq!(
            mended("{\"a\": \"1\\'2\n\\ud83d \\ud83d\\ude00 \\ux\", \"b\": [1, 2, ], }"),
            "{\"a\": \"1'2 \\uFFFD \\ud83d\\ude00 ux\", \"b\": [1, 2 ] }"
        );
    }

    #[test]
    fn a_comma_in_a_string_is_none_of_ours() {
        assert_eq!(mended(r#"["a,]","b\\",]"#), r#"["a,]","b\\"]"#);
    }

    #[test]
    fn half_a_text_stays_half_a_text() {
        for json in ["\"a\\", "\"a\\u", "\"a\\ud83d\\u", "\"", "[1,"] {
            let _ = mended(json);
        }
        assert_eq!(mended("[1,"), "[1,");
    }

    proptest! {
        #[test]
        fn what_is_json_means_the_same_when_mended(text in "\\PC{0,40}", number in any::<i32>()) {
            let value = serde_json::json!({ "a": [text, number, null], "b": { "c": text } });
            let json = value.to_string();
            let again: serde_json::Value = serde_json::from_str(&mended(&json)).unwrap();
            prop_assert_eq!(again, value);
        }
    }
}
