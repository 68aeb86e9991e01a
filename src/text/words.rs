//! Words of any script, folded for comparison; first words for titles.

/// The words of a text, lower case, without accents and punctuation, joined by single spaces.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The first words of a text, at most `max_chars` characters, with an ellipsis where it was cut.
pub fn first_words(text: &str, max_chars: usize) -> String {
    text.chars().take(max_chars).collect()
}
