//! Messages on standard error, in one form: `error: `, `warning: ` or `note: `, then what happened and what
//! to do about it; below that the line of feeds.toml that it is about.

use super::border::stderr_has_colour;
use super::line::{plain, print_stderr, width_of};
use super::style::Style;
use crate::config::Problem;

/// What a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// The command cannot do what it was told to.
    Error,
    /// It can, but somebody should look.
    Warning,
    /// Good to know.
    Note,
}

/// Prints why a command failed.
pub(super) fn error(text: &str) {
    print(Level::Error, text);
}

/// Prints what somebody should look at.
pub(super) fn warning(text: &str) {
    print(Level::Warning, text);
}

/// Prints what is good to know.
pub(super) fn note(text: &str) {
    print(Level::Note, text);
}

/// Prints what makes feeds.toml unusable.
pub(super) fn problem(problem: &Problem) {
    print_stderr(&told(Level::Error, problem, stderr_has_colour()));
}

/// Prints what in feeds.toml is probably a mistake.
pub(super) fn doubt(problem: &Problem) {
    print_stderr(&told(Level::Warning, problem, stderr_has_colour()));
}

fn print(level: Level, text: &str) {
    print_stderr(&headed(level, text, stderr_has_colour()));
}

fn headed(level: Level, text: &str, colour: bool) -> String {
    let (prefix, style) = match level {
        Level::Error => ("error", Style::Red),
        Level::Warning => ("warning", Style::Yellow),
        Level::Note => ("note", Style::Green),
    };
    format!("{}: {}", style.bold(prefix, colour), plain(text))
}

/// ```text
/// error: feeds.toml:14: themes.defence: unknown key "limt"; did you mean "limit"?
///    |
/// 14 | limt = 3
///    | ^^^^
/// ```
fn told(level: Level, problem: &Problem, colour: bool) -> String {
    let head = headed(level, &problem.to_string(), colour);
    let (Some(line), Some(excerpt)) = (problem.line, &problem.excerpt) else {
        return head;
    };
    let gutter = |text: &str| Style::Blue.bold(text, colour);
    let number = line.to_string();
    let blank = " ".repeat(number.len());
    let chars = || excerpt.line.chars();
    let before: String = chars().take(excerpt.start).collect();
    let place: String = chars().skip(excerpt.start).take(excerpt.length).collect();
    let mark = "^".repeat(width_of(&place).max(1));
    let style = if level == Level::Error {
        Style::Red
    } else {
        Style::Yellow
    };
    format!(
        "{head}\n{blank} {bar}\n{number} {bar} {}\n{blank} {bar} {}{}",
        plain(&excerpt.line),
        " ".repeat(width_of(&before)),
        style.bold(&mark, colour),
        bar = gutter("|"),
        number = gutter(&number),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::Error::Invalid;
    use std::path::Path;

    fn first_problem(text: &str) -> Problem {
        match Config::parse(Path::new("feeds.toml"), text) {
            Err(Invalid(problems)) => problems[0].clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_line_is_shown_with_a_mark_below_the_place() {
        let text =
            "[sources.a]\nurl = \"https://a.example/\"\n[themes.t]\ntitle = \"東\" # x\nlimt = 3\n";
        assert_eq!(
            told(Level::Error, &first_problem(text), false),
            "error: feeds.toml:5: themes.t: unknown key \"limt\"; did you mean \"limit\"?\n  |\n5 | limt = 3\n  | ^^^^"
        );
    }

    #[test]
    fn the_mark_stands_below_wide_letters_too() {
        let text = "[themes.t]\ntags = [\"東京\", 5]\n";
        let told = told(Level::Error, &first_problem(text), false);
        assert!(
            told.ends_with("2 | tags = [\"東京\", 5]\n  |                 ^"),
            "{told}"
        );
    }

    #[test]
    fn colour_is_around_the_prefix_only() {
        assert_eq!(
            headed(Level::Warning, "x\u{1b}", false),
            "warning: x\u{FFFD}"
        );
        assert_eq!(
            headed(Level::Warning, "x", true),
            "\u{1b}[1m\u{1b}[33mwarning\u{1b}[0m: x"
        );
    }
}
