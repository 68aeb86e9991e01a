//! Messages on standard error, in one form: `error: `, `warning: ` or `note: `, then what happened and what
//! to do about it; below that the line of feeds.toml that it is about.

use super::border::stderr_has_colour;
use super::line::{plain, print_stderr, width_of};
use super::style::Style;
use crate::config::Problem;
use crate::theme::rule::RuleError;

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

/// Prints what is wrong with a rule of the command line, with a mark below the place.
pub(super) fn rule_error(rule: &str, error: &RuleError) {
    print_stderr(&told_of_rule(rule, error, stderr_has_colour()));
}

fn told_of_rule(rule: &str, error: &RuleError, colour: bool) -> String {
    /// Characters of a long line that are shown before the place, and in all.
    const AROUND: (usize, usize) = (40, 100);
    let start = rule[..error.at.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let line = rule[start..].lines().next().unwrap_or_default();
    let place = line.get(error.at.start - start..).unwrap_or_default();
    let before = line[..line.len() - place.len()].chars();
    let skipped = if line.chars().count() > AROUND.1 {
        before.clone().count().saturating_sub(AROUND.0)
    } else {
        0
    };
    let shown: String = line.chars().skip(skipped).take(AROUND.1).collect();
    let before: String = before.skip(skipped).collect();
    let room = AROUND.1 - before.chars().count().min(AROUND.1);
    let marked: String = rule[error.at.clone()]
        .chars()
        .take_while(|c| *c != '\n')
        .take(room)
        .collect();
    format!(
        "{}\n  {}\n  {}{}",
        headed(Level::Error, &error.text, colour),
        plain(&shown),
        " ".repeat(width_of(&before)),
        Style::Red.bold(&"^".repeat(width_of(&marked).max(1)), colour),
    )
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
    fn a_rule_is_shown_with_a_mark_below_the_place() {
        let told = |rule: &str| {
            let error = crate::theme::rule::parse(rule).unwrap_err();
            told_of_rule(rule, &error, false)
        };
        assert!(
            told("東京 titel:x").ends_with("\n  東京 titel:x\n       ^^^^^^"),
            "{}",
            told("東京 titel:x")
        );
        assert!(told("a\nb OR").ends_with("\n  b OR\n    ^^"));
        let long = format!("{} OR", "word ".repeat(100));
        let lines: Vec<_> = told(&long).lines().map(str::len).collect();
        assert!(lines[1] <= 102 && lines[2] <= 102, "{lines:?}");
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
