//! `items --exec`: a program for each story.

use super::Mill;

/// A program that writes what it is given into `log`, and fails while there is a file `broken`.
const PROGRAM: &str = "test ! -e broken && { printf '%s|' \"$FEEDMILL_NOTICE\" \"$FEEDMILL_TITLE\" \"$FEEDMILL_URL\"; cat; } >> log";

impl Mill {
    /// With two new stories.
    fn with_news() -> Self {
        let mill = Self::new();
        mill.handle("bot", &[]);
        mill.write("a", &[("3", "Harbour $(rm log) `x`"), ("2", "Ferry; late")]);
        mill.ok(&["run"]);
        mill
    }

    fn log(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.house.path("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

const EXEC: [&str; 6] = ["items", "--consumer", "bot", "--exec", "sh", "-c"];

#[test]
fn a_program_is_run_once_for_each_story() {
    let mill = Mill::with_news();
    let command = [EXEC.as_slice(), &[PROGRAM]].concat();
    mill.ok(&command);
    mill.ok(&command);
    let log = mill.log();
    assert_eq!(log.len(), 2, "{log:?}");
    assert!(
        log[1].starts_with("entered|Harbour $(rm log) `x`|https://a.example/3|{\"id\":"),
        "{log:?}"
    );
    assert!(log[0].starts_with("entered|Ferry; late|"), "{log:?}");
    let waiting = mill.ok(&["consumers"]);
    assert!(waiting.starts_with("bot: 0 waiting"), "{waiting}");
}

#[test]
fn a_story_that_a_program_fails_on_is_tried_again_and_those_before_are_not() {
    let mill = Mill::with_news();
    let once = "test ! -e log && echo done >> log";
    let (code, said) = mill.fails(&[EXEC.as_slice(), &[once]].concat());
    assert_eq!(code, 1);
    assert!(
        said.contains("sh failed (exit status: 1) at \"Harbour "),
        "{said}"
    );
    mill.ok(&[EXEC.as_slice(), &[PROGRAM]].concat());
    let log = mill.log();
    assert_eq!(log.len(), 2, "{log:?}");
    assert!(log[1].starts_with("entered|Harbour "), "{log:?}");
}

#[test]
fn a_program_that_cannot_be_started_is_named() {
    let mill = Mill::with_news();
    let (code, said) = mill.fails(&["items", "--consumer", "bot", "--exec", "./nothing-here"]);
    assert_eq!(code, 1);
    assert!(said.contains("cannot start ./nothing-here"), "{said}");
    let waiting = mill.ok(&["consumers"]);
    assert!(waiting.starts_with("bot: 2 waiting"), "{waiting}");
}

#[test]
fn a_consumer_is_handled_by_one_process_at_a_time() {
    let mill = Mill::with_news();
    // The program runs feedmill for the same consumer while it is being run.
    let again = format!(
        "{} items --consumer bot --exec true 2>> log; echo $? >> log",
        env!("CARGO_BIN_EXE_feedmill")
    );
    mill.ok(&[EXEC.as_slice(), &[&again]].concat());
    let log = mill.log();
    assert_eq!(log.len(), 4, "{log:?}");
    assert!(
        log[0].contains("another feedmill handles the stories of bot"),
        "{log:?}"
    );
    assert_eq!(log[1], "75");
}

#[test]
fn a_long_text_and_odd_characters_reach_the_program() {
    let mill = Mill::new();
    mill.handle("bot", &[]);
    let title = format!("Ferry \u{202e}late {}", "é".repeat(40_000));
    mill.write("a", &[("2", &title)]);
    mill.ok(&["run"]);
    let count = "printf %s \"$FEEDMILL_TITLE\" | wc -c >> log; wc -l >> log";
    mill.ok(&[EXEC.as_slice(), &[count]].concat());
    let log = mill.log();
    let bytes: usize = log[0].trim().parse().unwrap();
    assert!((900..=16_384).contains(&bytes), "{log:?}");
    assert_eq!(log[1].trim(), "1");
}
