//! The many ways of naming an author -> [`Author`].

use crate::model::Author;
use crate::text::html::{looks_like_html, to_text};
use std::borrow::Cow;

/// An author from one line: `mail (Name)`, `Name <mail>`, `Name (mail)`, a mail or a name alone.
pub(super) fn from_line(line: &str) -> Option<Author> {
    let line = without_markup(line);
    let line = line.trim();
    let mail = line.split(is_separator).find(|word| is_mail(word));
    let Some(mail) = mail else {
        return from_parts(Some(line.to_owned()), None, None);
    };
    let name = line.replacen(mail, "", 1);
    from_parts(Some(name), None, Some(mail))
}

/// An author from an Atom person's parts (RFC 4287, 3.2); none when all are empty.
pub(super) fn from_parts(
    name: Option<String>,
    url: Option<String>,
    mail: Option<&str>,
) -> Option<Author> {
    let name = name.map(tidied).filter(|name| !name.is_empty());
    // It was said to be one, so that `me@localhost` is one too.
    let mail = mail
        .map(str::trim)
        .filter(|mail| mail.contains('@') && !mail.contains(' '));
    let author = Author {
        name,
        url: url.or_else(|| mail.map(|mail| format!("mailto:{}", without_scheme(mail)))),
        avatar: None,
    };
    (author != Author::default()).then_some(author)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '"' | ',' | ';')
}

/// Something with one `@` between a box and a host.
fn is_mail(word: &str) -> bool {
    without_scheme(word)
        .split_once('@')
        .is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@') && !word.contains("//")
        })
}

fn without_scheme(mail: &str) -> &str {
    mail.strip_prefix("mailto:").unwrap_or(mail)
}

/// What people see of a name that somebody made a link of.
fn without_markup(line: &str) -> Cow<'_, str> {
    if line.contains('<') && looks_like_html(line) {
        Cow::Owned(to_text(line))
    } else {
        Cow::Borrowed(line)
    }
}

/// What is the name of a text that names somebody.
fn tidied(name: String) -> String {
    let tidied = match without_markup(&name) {
        Cow::Borrowed(plain) if tidy(plain).len() == name.len() => None,
        plain => Some(tidy(&plain).to_owned()),
    };
    tidied.unwrap_or(name)
}

/// A name without the brackets and quotes that stood around it.
fn tidy(name: &str) -> &str {
    let mut name = name.trim();
    loop {
        let before = name;
        for (open, close) in [('(', ')'), ('<', '>'), ('[', ']'), ('"', '"')] {
            // `(Ann) and (Bob)` stand in two pairs.
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

    fn told(line: &str) -> (Option<String>, Option<String>) {
        from_line(line).map_or((None, None), |author| (author.name, author.url))
    }

    #[test]
    fn a_name_and_a_mail_are_told_apart_in_every_order() {
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
            assert_eq!(told(line), both, "{line}");
        }
    }

    #[test]
    fn markup_is_no_part_of_a_name() {
        for line in [
            "<a href=\"https://site.example/ines\">Ines Alm</a>",
            "<p>Ines <b>Alm</b></p>",
        ] {
            assert_eq!(told(line).0.as_deref(), Some("Ines Alm"), "{line}");
        }
        assert_eq!(
            told("(Ines) and (Ole)").0.as_deref(),
            Some("(Ines) and (Ole)")
        );
    }

    #[test]
    fn a_mail_that_is_said_to_be_one_needs_no_dot() {
        let author = from_parts(None, None, Some("ines@localhost"));
        let url = author.and_then(|author| author.url);
        assert_eq!(url.as_deref(), Some("mailto:ines@localhost"));
    }

    #[test]
    fn a_handle_is_no_mail() {
        assert_eq!(
            told("Ines (@ines)"),
            (Some("Ines (@ines)".to_owned()), None)
        );
    }

    #[test]
    fn nobody_is_nobody() {
        assert_eq!(from_line(" ()"), None);
    }
}
