//! A message -> a platform: what is sent to it, and what its answer means.
//!
//! One file a platform in `platform`: it builds requests and reads answers, and knows nothing of queues, time or
//! other platforms. `exchange` sends: by HTTP, `smtp` by e-mail, `program` to a program of the user. Whatever a server answers, it becomes one of four outcomes.

mod exchange;
mod outcome;
pub mod platform;
mod program;
mod smtp;

pub use exchange::Courier;
pub use outcome::{Answer, Outcome, by_json, by_status, not_theirs};

use crate::message::{Form, Message};
use crate::model::{Destination, Secret};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// A message to be sent, with what platforms want to know of it.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// The text, in the form of the platform.
    pub message: Message,
    /// The same for each try and for no other message: by this, platforms know a message that they have.
    pub key: String,
    /// The title of the story, plain.
    pub title: String,
    /// The address of the story.
    pub url: Option<String>,
    /// Its summary, plain.
    pub summary: Option<String>,
    /// The address of its picture.
    pub picture: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// The story as a JSON Feed item.
    pub item: Value,
    /// The same as variables of a program.
    pub fields: Vec<(&'static str, String)>,
    /// What happened to the story: `entered`, `changed`, `hidden`.
    pub notice: &'static str,
    /// Seconds since 1970 when it is sent.
    pub now: i64,
}

/// An HTTP request. Its address may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `POST`, `PUT`, `PATCH`, `DELETE`, `GET`.
    pub method: &'static str,
    /// Where to.
    pub url: Secret,
    /// Headers beside `Content-Type`.
    pub headers: Vec<(&'static str, Secret)>,
    /// The type of the body; not sent if that is empty.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Request {
    /// A request with a JSON body.
    pub fn json(method: &'static str, url: impl Into<String>, body: &Value) -> Self {
        Self {
            method,
            url: Secret::new(url.into()),
            headers: Vec::new(),
            content_type: "application/json; charset=utf-8",
            body: body.to_string(),
        }
    }

    /// A request without a body. Some servers refuse one, even an empty object, where they expect none.
    pub fn bare(method: &'static str, url: impl Into<String>) -> Self {
        Self {
            body: String::new(),
            ..Self::json(method, url, &Value::Null)
        }
    }

    /// The same with one header more.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, Secret::new(value.into())));
        self
    }

    /// The same with a bearer token (RFC 6750).
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What takes it.
    pub by: Mailer,
    /// From which address.
    pub from: String,
    /// To which ones.
    pub to: Vec<String>,
    /// Its `Message-ID`.
    pub id: String,
    /// The message (RFC 5322).
    pub text: String,
}

/// What takes mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mailer {
    /// A server.
    Smtp {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is protected.
        security: Security,
        /// Who sends, and the password.
        login: Option<(String, Secret)>,
    },
    /// A program that reads it, as `sendmail -t` does.
    Program {
        /// Its name and arguments.
        command: Vec<String>,
        /// Where it runs.
        folder: PathBuf,
    },
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// By TLS from the start.
    Tls,
    /// By TLS, which is begun with `STARTTLS`; without it nothing is sent.
    StartTls,
    /// Not at all: it does not leave this machine.
    None,
}

/// A program and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its name and arguments.
    pub command: Vec<String>,
    /// Where it runs.
    pub folder: PathBuf,
    /// Variables beside the usual ones.
    pub variables: Vec<(String, Secret)>,
    /// Its standard input.
    pub input: String,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// To a server, by HTTP.
    Http(Request),
    /// To mailboxes.
    Mail(Mail),
    /// To a program.
    Program(Run),
}

impl Sending {
    /// As people read it, in one line: without its secrets.
    pub fn shown(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        match self {
            Self::Http(request) => format!("{} {}", request.method, request.body),
            Self::Mail(mail) => format!("MAIL {} {}", mail.to.join(", "), quoted(&mail.text)),
            Self::Program(run) => format!("RUN {} {}", run.command.join(" "), quoted(&run.input)),
        }
    }
}

/// A platform: a destination -> requests, and answers -> outcomes. Most speak HTTP.
pub trait Platform<S = Request>: std::fmt::Debug + Send + Sync {
    /// The markup and the limits of its messages.
    fn form(&self) -> Form;

    /// The time that it wants between two messages.
    fn pace(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// The request that posts a message.
    fn post(&self, letter: &Letter) -> S;

    /// The request that replaces a message by another text; none if that cannot be done. `receipt` is what [`Platform::read`] made of
    /// the answer to the post.
    fn edit(&self, letter: &Letter, receipt: &str) -> Option<S> {
        let _ = (letter, receipt);
        None
    }

    /// The request that takes a message back; none if that cannot be done.
    fn delete(&self, letter: &Letter, receipt: &str) -> Option<S> {
        let _ = (letter, receipt);
        None
    }

    /// What an answer to one of these requests means.
    fn read(&self, answer: &Answer) -> Outcome;

    /// A request that has to be made before any other: for a session, or for the limits of the server. It is given what the last one gave, if there
    /// was one, and the time.
    fn prepare(&self, known: Option<&str>, now: i64) -> Option<S> {
        let _ = (known, now);
        None
    }

    /// What the answer to it gives: something to be kept for all later requests.
    fn prepared(&mut self, answer: &Answer) -> Result<String, Outcome> {
        Err(self.read(answer))
    }

    /// Takes what earlier requests gave.
    fn resume(&mut self, known: &str) {
        let _ = known;
    }
}

/// A platform that speaks HTTP, among all others.
#[derive(Debug)]
struct ByHttp<P>(P);

impl<P: Platform> Platform<Sending> for ByHttp<P> {
    fn form(&self) -> Form {
        self.0.form()
    }

    fn pace(&self) -> Duration {
        self.0.pace()
    }

    fn post(&self, letter: &Letter) -> Sending {
        Sending::Http(self.0.post(letter))
    }

    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Sending> {
        self.0.edit(letter, receipt).map(Sending::Http)
    }

    fn delete(&self, letter: &Letter, receipt: &str) -> Option<Sending> {
        self.0.delete(letter, receipt).map(Sending::Http)
    }

    fn read(&self, answer: &Answer) -> Outcome {
        self.0.read(answer)
    }

    fn prepare(&self, known: Option<&str>, now: i64) -> Option<Sending> {
        self.0.prepare(known, now).map(Sending::Http)
    }

    fn prepared(&mut self, answer: &Answer) -> Result<String, Outcome> {
        self.0.prepared(answer)
    }

    fn resume(&mut self, known: &str) {
        self.0.resume(known);
    }
}

/// What a destination lacks of what its platform needs.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{platform} needs {key}: {what}")]
pub struct Missing {
    /// The platform.
    pub platform: &'static str,
    /// The key of the table.
    pub key: &'static str,
    /// What it names.
    pub what: &'static str,
}

/// The parts of a destination, for a platform that needs them.
pub(in crate::deliver) struct Needs<'a>(pub &'a Destination);

impl Needs<'_> {
    pub(in crate::deliver) fn url(&self, what: &'static str) -> Result<String, Missing> {
        let url = self.0.url.as_ref().map(|url| url.reveal().to_owned());
        url.ok_or_else(|| self.missing("url", what))
    }

    pub(in crate::deliver) fn token(&self, what: &'static str) -> Result<String, Missing> {
        let token = self.0.token.as_ref().map(|token| token.reveal().to_owned());
        token.ok_or_else(|| self.missing("token", what))
    }

    pub(in crate::deliver) fn channel(&self, what: &'static str) -> Result<String, Missing> {
        self.0
            .channel
            .clone()
            .ok_or_else(|| self.missing("channel", what))
    }

    pub(in crate::deliver) fn user(&self, what: &'static str) -> Result<String, Missing> {
        self.0
            .user
            .clone()
            .ok_or_else(|| self.missing("user", what))
    }

    pub(in crate::deliver) fn command(&self, what: &'static str) -> Result<Vec<String>, Missing> {
        if self.0.command.is_empty() {
            return Err(self.missing("command", what));
        }
        Ok(self.0.command.clone())
    }

    pub(in crate::deliver) fn missing(&self, key: &'static str, what: &'static str) -> Missing {
        Missing {
            platform: self.0.platform.name(),
            key,
            what,
        }
    }
}
