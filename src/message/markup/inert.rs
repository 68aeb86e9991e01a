//! Signs that call somebody are followed by a character without width: it is no call then, and looks the
//! same.

/// What separates a sign from the name after it.
pub(super) const SEPARATOR: char = '\u{200b}';

/// Words after `@` that call everybody, on one platform or another.
const EVERYBODY: [&str; 5] = ["everyone", "here", "channel", "all", "room"];

/// A text without mentions. A name may begin in the next piece of text, so each sign is separated.
pub(super) fn mentions(text: &str) -> String {
    separated(text, |c| c == '@')
}

/// A text without mentions and hashtags, and without links in angle brackets.
pub(super) fn social(text: &str) -> String {
    separated(text, |c| matches!(c, '@' | '＠' | '#' | '＃' | '<'))
}

/// A text that does not call everybody: for code, in which nobody is called and signs count.
pub(super) fn broadcasts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('@');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push('@');
        let calls = |word: &str| {
            let start = part.as_bytes().get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        if EVERYBODY.iter().any(|word| calls(word)) {
            out.push(SEPARATOR);
        }
        out.push_str(part);
    }
    out
}

/// A message that is no command: programs between feedmill and a chat take `/` for one.
pub(super) fn no_command(text: String) -> String {
    if text.starts_with('/') {
        format!("{SEPARATOR}{text}")
    } else {
        text
    }
}

/// Separates each sign from what follows it.
pub(super) fn separated(text: &str, is_live: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push(c);
        if is_live(c) {
            out.push(SEPARATOR);
        }
    }
    out
}
