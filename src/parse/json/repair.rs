//! JSON with usual mistakes -> JSON. One pass: valid JSON keeps its meaning, and what cannot be
//! repaired stays, so that the JSON parser reports it.

use std::borrow::Cow;

/// Repairs raw control characters in strings, unknown escapes, lone surrogates, commas before
/// closing brackets, and numbers and words that JSON does not have.
pub(in crate::parse) fn repaired(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let mut rest = json;
    while let Some(at) = rest.find(['"', ',']) {
        outside(&rest[..at], &mut out);
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
    outside(rest, &mut out);
    out
}

/// Appends what is between strings.
fn outside(text: &str, out: &mut String) {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
    let mut rest = text;
    while let Some(at) = rest.find(is_inside) {
        out.extend(rest[..at].chars().map(spaced));
        let word = &rest[at..];
        let (word, behind) = word.split_at(word.find(|c| !is_inside(c)).unwrap_or(word.len()));
        out.push_str(&value(word));
        rest = behind;
    }
    out.extend(rest.chars().map(spaced));
}

/// A number or a word as JSON has it. What has no value there, such as `NaN` and a number that is
/// too large, is `null`.
fn value(word: &str) -> Cow<'_, str> {
    let number = || word.parse::<f64>().ok();
    match word {
        "true" | "false" | "null" => word.into(),
        "True" => "true".into(),
        "False" => "false".into(),
        "None" | "undefined" => "null".into(),
        _ if serde_json::from_str::<f64>(word).is_ok() => word.into(),
        _ => match number() {
            Some(finite) if finite.is_finite() => finite.to_string().into(),
            Some(_) => "null".into(),
            None => word.into(),
        },
    }
}

/// Where the quote is that ends a string; else the end of the text.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// Appends the contents of a string.
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

/// A valid escape for the one at the start of a text, and the length of that one.
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
        // Another language has this escape: `\'`.
        _ => ("".into(), 1),
    }
}

/// A space for a control character.
fn spaced(c: char) -> char {
    if c.is_ascii_control() { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_mistakes_are_repaired() {
        assert_eq!(
            repaired("{\"a\": \"1\\'2\n\\ud83d \\ud83d\\ude00 \\ux\", \"b\": [1, 2, ], }"),
            "{\"a\": \"1'2 \\uFFFD \\ud83d\\ude00 ux\", \"b\": [1, 2 ] }"
        );
    }

    #[test]
    fn a_comma_in_a_string_stays() {
        assert_eq!(repaired(r#"["a,]","b\\",]"#), r#"["a,]","b\\"]"#);
    }

    #[test]
    fn half_a_text_stays_half_a_text() {
        for json in ["\"a\\", "\"a\\u", "\"a\\ud83d\\u", "\"", "[1,"] {
            let _ = repaired(json);
        }
        assert_eq!(repaired("[1,"), "[1,");
    }

    proptest! {
        #[test]
        fn what_is_json_means_the_same_when_repaired(text in "\\PC{0,40}", number in any::<i32>()) {
            let value = serde_json::json!({ "a": [text, number, null], "b": { "c": text } });
            let json = value.to_string();
            let again: serde_json::Value = serde_json::from_str(&repaired(&json)).unwrap();
            prop_assert_eq!(again, value);
        }
    }
}
