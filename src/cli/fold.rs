//! A text -> lines of a width, broken between words.

use super::line::width_of;

/// The lines of a text. A word that is longer than a line, such as an address, stays whole: it could not be
/// copied otherwise. Without a width there is one line.
pub(super) fn fold(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else {
        return vec![text.to_owned()];
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width_of(line) + 1 + width_of(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(fold("one two three", Some(7)), ["one two", "three"]);
        assert_eq!(fold("東京 a", Some(5)), ["東京", "a"]);
        assert_eq!(
            fold("see https://a.example/long now", Some(10)),
            ["see", "https://a.example/long", "now"]
        );
        assert_eq!(fold("one two", None), ["one two"]);
        assert!(fold(" ", Some(5)).is_empty());
    }
}
