//! A program of the user: IRC, XMPP, Signal, and what else has one.

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Run, Sending};
use crate::message::{Form, Kind};
use crate::model::{Destination, Secret};
use std::path::PathBuf;
use std::time::Duration;

/// `EX_TEMPFAIL` of `sysexits.h`.
const LATER: u16 = 75;

#[derive(Debug)]
pub(super) struct Program {
    command: Vec<String>,
    folder: PathBuf,
    kind: Kind,
    settings: Vec<(String, Secret)>,
}

impl Program {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let plain = |name: &str, value: &Option<String>| {
            Some((name.to_owned(), Secret::new(value.clone()?)))
        };
        let token = to.token.clone();
        let settings = [
            plain("FEEDMILL_CHANNEL", &to.channel),
            plain("FEEDMILL_THREAD", &to.thread),
            plain("FEEDMILL_USER", &to.user),
            token.map(|token| ("FEEDMILL_TOKEN".to_owned(), token)),
        ];
        Ok(Self {
            command: Needs(to).command("the program and its arguments")?,
            folder: to.folder.clone(),
            kind: to
                .markup
                .as_deref()
                .and_then(Kind::named)
                .unwrap_or(Kind::Plain),
            settings: settings.into_iter().flatten().collect(),
        })
    }

    fn run(&self, letter: &Letter, receipt: Option<&str>) -> Sending {
        let fields = letter.fields.iter();
        let fields = fields.map(|(name, value)| (*name, value.as_str()));
        let of_message = [
            ("FEEDMILL_KEY", Some(letter.key.as_str())),
            ("FEEDMILL_RECEIPT", receipt),
        ];
        let of_message = of_message.into_iter();
        let of_message = of_message.filter_map(|(name, value)| Some((name, value?)));
        let variables = fields
            .chain(of_message)
            .map(|(name, value)| (name.to_owned(), Secret::new(value.to_owned())));
        Sending::Program(Run {
            command: self.command.clone(),
            folder: self.folder.clone(),
            variables: variables.chain(self.settings.iter().cloned()).collect(),
            input: format!("{}\n", letter.message.text),
        })
    }
}

impl Platform<Sending> for Program {
    fn form(&self) -> Form {
        Form::of(self.kind)
    }

    /// That of IRC, where servers throw out who writes faster.
    fn pace(&self) -> Duration {
        Duration::from_secs(if self.kind == Kind::Line { 2 } else { 1 })
    }

    fn post(&self, letter: &Letter) -> Sending {
        self.run(letter, None)
    }

    /// Only a program that has said how it knows the message again is told of changes.
    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Sending> {
        (!receipt.is_empty()).then(|| self.run(letter, Some(receipt)))
    }

    fn delete(&self, letter: &Letter, receipt: &str) -> Option<Sending> {
        self.edit(letter, receipt)
    }

    fn read(&self, answer: &Answer) -> Outcome {
        let said = String::from_utf8_lossy(&answer.body);
        match answer.status {
            0 => Outcome::Done(said.lines().next().unwrap_or_default().trim().to_owned()),
            LATER => Outcome::Later(format!("exit status {}", answer.said()), None),
            _ => Outcome::Refused(format!("exit status {}", answer.said())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    fn run(sending: &Sending) -> &Run {
        match sending {
            Sending::Program(run) => run,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_program_gets_the_text_and_the_fields() {
        let mut to = to(model::Platform::Program);
        to.markup = Some("line".to_owned());
        let program = Program::new(&to).unwrap();
        let post = program.post(&letter(program.form().kind));
        let run = run(&post);
        assert_eq!(run.input.lines().count(), 1);
        assert!(run.input.starts_with("Ferry late & slow"), "{}", run.input);
        let variable = |name: &str| {
            let mut variables = run.variables.iter();
            let found = variables.find(|(known, _)| known == name);
            found.map(|(_, value)| value.reveal().to_owned())
        };
        assert_eq!(
            variable("FEEDMILL_TITLE").as_deref(),
            Some("Ferry late & slow")
        );
        assert_eq!(variable("FEEDMILL_KEY").as_deref(), Some("key-1"));
        assert_eq!(variable("FEEDMILL_TOKEN").as_deref(), Some("T0KEN"));
        assert_eq!(variable("FEEDMILL_RECEIPT"), None);
        assert!(!post.shown().contains("T0KEN"), "{}", post.shown());
    }

    #[test]
    fn only_a_program_that_gave_a_receipt_is_told_of_changes() {
        let program = Program::new(&to(model::Platform::Program)).unwrap();
        let letter = letter(Kind::Plain);
        assert_eq!(program.edit(&letter, ""), None);
        let edit = program.edit(&letter, "17").unwrap();
        let receipt = ("FEEDMILL_RECEIPT".to_owned(), Secret::new("17".to_owned()));
        assert!(run(&edit).variables.contains(&receipt));
    }

    #[test]
    fn the_exit_status_tells_now_later_and_never() {
        let program = Program::new(&to(model::Platform::Program)).unwrap();
        let read = |status, said| program.read(&answer(status, said));
        assert_eq!(read(0, "17\nmore"), Outcome::Done("17".to_owned()));
        assert_eq!(
            read(75, "busy"),
            Outcome::Later("exit status 75 busy".to_owned(), None)
        );
        for status in [1, 64, 127, 128] {
            assert!(matches!(read(status, "no"), Outcome::Refused(_)));
        }
    }
}
