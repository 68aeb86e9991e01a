//! The ways to name an author -> [`Author`].

use crate::model::Author;
use crate::text::html::{looks_like_html, to_text};
use std::borrow::Cow;

/// An author from one line: `email (Name)`, `Name <email>`, `Name (email)`, an email address or a
/// name alone.
pub(super) fn from_line(line: &str) -> Option<Author> {
    let line = without_markup(line);
    let line = line.trim();
    let email = line.split(is_separator).find(|word| is_email(word));
    let Some(email) = email else {
        return from_parts(Some(line.to_owned()), None, None);
    };
    let name = line.replacen(email, "", 1);
    from_parts(Some(name), None, Some(email))
}

/// An author from an Atom person's parts (RFC 4287, 3.2); none when all are empty.
pub(super) fn from_parts(
    name: Option<String>,
    url: Option<String>,
    email: Option<&str>,
) -> Option<Author> {
    let name = name.map(tidied).filter(|name| !name.is_empty());
    // The element says that it is one, so `me@localhost` is accepted.
    let email = email
        .map(str::trim)
        .filter(|email| email.contains('@') && !email.contains(' '));
    let author = Author {
        name,
        url: url.or_else(|| email.map(|email| format!("mailto:{}", without_scheme(email)))),
        avatar: None,
    };
    (author != Author::default()).then_some(author)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '"' | ',' | ';')
}

/// Something with one `@` between a user and a host with a dot.
fn is_email(word: &str) -> bool {
    without_scheme(word)
        .split_once('@')
        .is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@') && !word.contains("//")
        })
}

fn without_scheme(email: &str) -> &str {
    email.strip_prefix("mailto:").unwrap_or(email)
}

/// A name without markup, for example without the link around it.
fn without_markup(line: &str) -> Cow<'_, str> {
    if line.contains('<') && looks_like_html(line) {
        Cow::Owned(to_text(line))
    } else {
        Cow::Borrowed(line)
    }
}

/// The name in a text, without markup, brackets and quotes.
fn tidied(name: String) -> String {
    let tidied = match without_markup(&name) {
        Cow::Borrowed(plain) if tidy(plain).len() == name.len() => None,
        plain => Some(tidy(&plain).to_owned()),
    };
    tidied.unwrap_or(name)
}

/// A name without the brackets and quotes around it.
fn tidy(name: &str) -> &str {
    let mut name = name.trim();
    loop {
        let before = name;
        for (open, close) in [('(', ')'), ('<', '>'), ('[', ']'), ('"', '"')] {
            // `(Ann) and (Bob)` has two pairs.
            name = name
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close))
                .filter(|inner| !inner.contains([open, close]))
                .unwrap_or(name)
                .trim();
        }
        for empty in ["()", "<>", "[]", "\"\""] {
            name = name
                .strip_suffix(empty)
                .or_else(|| name.strip_prefix(empty))
                .unwrap_or(name)
                .trim();
        }
        if name == before {
            return name.trim_matches([',', ';', ':']).trim();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (Option<String>, Option<String>) {
        from_line(line).map_or((None, None), |author| (author.name, author.url))
    }

    #[test]
    fn a_name_and_an_email_are_told_apart_in_every_order() {
        let both = (
            Some("Ines Alm".to_owned()),
            Some("mailto:ines@site.example".to_owned()),
        );
        for line in [
            "ines@site.example (Ines Alm)",
            "Ines Alm <ines@site.example>",
            "Ines Alm (ines@site.example)",
            "\"Ines Alm\" <mailto:ines@site.example>",
            " ines@site.example  Ines Alm ",
        ] {
            assert_eq!(read(line), both, "{line}");
        }
    }

    #[test]
    fn markup_is_not_part_of_a_name() {
        for line in [
            "<a href=\"https://site.example/ines\">Ines Alm</a>",
            "<p>Ines <b>Alm</b></p>",
        ] {
            assert_eq!(read(line).0.as_deref(), Some("Ines Alm"), "{line}");
        }
        assert_eq!(
            read("(Ines) and (Ole)").0.as_deref(),
            Some("(Ines) and (Ole)")
        );
    }

    #[test]
    fn an_email_that_is_said_to_be_one_needs_no_dot() {
        let author = from_parts(None, None, Some("ines@localhost"));
        let url = author.and_then(|author| author.url);
        assert_eq!(url.as_deref(), Some("mailto:ines@localhost"));
    }

    #[test]
    fn a_handle_is_not_an_email() {
        assert_eq!(
            read("Ines (@ines)"),
            (Some("Ines (@ines)".to_owned()), None)
        );
    }

    #[test]
    fn nobody_is_nobody() {
        assert_eq!(from_line(" ()"), None);
    }
}
