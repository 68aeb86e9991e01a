//! The many ways of naming an author -> [`Author`].

use crate::model::Author;

/// An author from one line: `mail (Name)`, `Name <mail>`, `Name (mail)`, a mail or a name alone.
pub(super) fn from_line(line: &str) -> Option<Author> {
    let line = line.trim();
    let mail = line.split(is_separator).find(|word| is_mail(word));
    let Some(mail) = mail else {
        return from_parts(Some(line), None, None);
    };
    let name = line.replacen(mail, "", 1);
    from_parts(Some(&name), None, Some(mail))
}

/// An author from an Atom person's parts (RFC 4287, 3.2); none when all are empty.
pub(super) fn from_parts(
    name: Option<&str>,
    url: Option<String>,
    mail: Option<&str>,
) -> Option<Author> {
    let name = name.map(tidy).filter(|name| !name.is_empty());
    let mail = mail.map(str::trim).filter(|mail| is_mail(mail));
    let author = Author {
        name: name.map(str::to_owned),
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

/// A name without the brackets and quotes that stood around it.
fn tidy(name: &str) -> &str {
    let mut name = name.trim();
    loop {
        let before = name;
        for (open, close) in [('(', ')'), ('<', '>'), ('[', ']'), ('"', '"')] {
            name = name
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close))
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
