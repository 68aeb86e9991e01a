//! Questions to a person, where one is at the terminal.

use super::border;
use super::exit::{Exit, Failure};
use super::line::plain;
use std::io::{self, IsTerminal as _};

/// Whether somebody can answer.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && border::stderr_is_terminal()
}

/// A line; nothing but Enter is the default.
pub(super) fn line(question: &str, default: &str) -> Result<String, Failure> {
    border::stderr(&plain(&format!("{question} [{default}] ")));
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(0) | Err(_) => {
            border::stderr("\n");
            let text = "no answer; nothing was written".to_owned();
            Err(Failure::new(Exit::Usage, text))
        }
        Ok(_) => match answer.trim() {
            "" => Ok(default.to_owned()),
            answer => Ok(answer.to_owned()),
        },
    }
}

/// Which of so many, from 0.
pub(super) fn which(question: &str, count: usize) -> Result<usize, Failure> {
    loop {
        let number = line(question, "1")?.parse::<usize>().ok();
        match number.filter(|number| (1..=count).contains(number)) {
            Some(number) => return Ok(number - 1),
            None => border::stderr(&format!("write a number from 1 to {count}\n")),
        }
    }
}
