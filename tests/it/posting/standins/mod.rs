//! Stand-ins for platforms that have no server to be run here: each checks what its platform checks, refuses what that
//! refuses, in its words, and knows what people would see of a message: whom it calls, where it leads, what it imitates.
//!
//! One file a platform. `promises` is what must hold at each of them, through the program.

mod bluesky;
mod careless;
mod discord;
mod google_chat;
mod gotify;
mod markdown;
mod mastodon;
mod mattermost;
mod mrkdwn;
mod ntfy;
mod promises;
mod rocket_chat;
mod slack;
mod slack_webhook;
mod teams;
mod telegram;
mod webhook;
mod zulip;

use super::Mill;
use super::platform::{Reply, Sent, Standin};
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};

/// The token, password, or last part of the address.
const SECRET: &str = "g00d-s3cret";
/// Seconds that a busy stand-in wants to be left alone.
const WAIT: i64 = 900;

/// A platform, as it is from outside.
trait Chat: 'static {
    /// Its name in `to`.
    const TO: &'static str;
    /// How much a message may have, in its unit; 0: it has no limit.
    const MAX: usize = 0;
    /// Something that is not one of each unit: as a source writes it, as it is shown, and what it counts here.
    const FILLER: (&'static str, &'static str, usize) = ("", "", 0);
    /// Whether messages are changed, and taken back.
    const CORRECTS: (bool, bool) = (false, false);
    /// Whether it says until when it wants to be left alone.
    const SAYS_WHEN: bool = true;

    /// The rest of its table; the secret is `env:TEAM_SECRET`.
    fn table(address: &str) -> String;

    /// What the secret is, made of the word that is its core.
    fn secret(address: &str, word: &str) -> String {
        let _ = address;
        word.to_owned()
    }

    /// Checks a request, and answers: `Err` if it is refused.
    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply>;
}

/// What people see of a message.
#[derive(Clone, Debug, Default)]
struct Shown {
    id: String,
    /// The key against repetition that came with it.
    key: String,
    /// Its text, without markup as far as that is hidden.
    text: String,
    /// Where it leads behind other words.
    links: Vec<String>,
    /// Whom it calls.
    pings: Vec<String>,
    /// What looks as if the platform or a person had written it: headings, commands, names of channels.
    forged: Vec<String>,
    /// How long it is in the unit of the platform.
    size: usize,
}

/// A room, channel, topic or account.
#[derive(Debug, Default)]
struct Room {
    shown: Vec<Shown>,
    /// Every message that was ever there.
    made: usize,
    /// What was refused, and why.
    refused: Vec<String>,
    /// How many requests came.
    asked: usize,
    /// It is asked too often.
    is_busy: bool,
    /// Somebody has deleted it.
    is_gone: bool,
}

impl Room {
    /// Puts a message there; its id.
    fn post(&mut self, shown: Shown) -> usize {
        self.made += 1;
        self.shown.push(Shown {
            id: self.made.to_string(),
            ..shown
        });
        self.made
    }

    /// The message with a key, if that came before.
    fn with_key(&self, key: &str) -> Option<&Shown> {
        self.shown.iter().find(|shown| shown.key == key)
    }

    fn replace(&mut self, id: &str, by: Shown, missing: Reply) -> Result<(), Reply> {
        let old = self.shown.iter_mut().find(|shown| shown.id == id);
        let old = old.ok_or(missing)?;
        let (id, key) = (old.id.clone(), old.key.clone());
        *old = Shown { id, key, ..by };
        Ok(())
    }

    fn remove(&mut self, id: &str, missing: Reply) -> Result<(), Reply> {
        let at = self.shown.iter().position(|shown| shown.id == id);
        self.shown.remove(at.ok_or(missing)?);
        Ok(())
    }
}

/// An answer.
fn reply(status: &'static str, body: impl Into<String>) -> Reply {
    Reply {
        status,
        headers: String::new(),
        body: body.into(),
    }
}

impl Reply {
    /// The same with one header more.
    fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        let _ = write!(self.headers, "{name}: {value}\r\n");
        self
    }
}

/// A request has no fields but these. Many platforms ignore what they do not know, so that nobody would notice a wrong name.
fn knows(body: &Value, names: &[&str]) -> Result<(), Reply> {
    let fields = body.as_object().into_iter().flatten();
    match fields
        .map(|(name, _)| name)
        .find(|name| !names.contains(&name.as_str()))
    {
        Some(name) => Err(reply("400 Bad Request", format!("unknown field {name}"))),
        None => Ok(()),
    }
}

/// A program with a destination at a stand-in.
struct Place {
    mill: Mill,
    room: Arc<Mutex<Room>>,
    address: String,
    _standin: Standin,
}

impl Place {
    /// `more` is further keys of the table.
    fn at<C: Chat>(more: &str) -> Self {
        let room: Arc<Mutex<Room>> = Arc::default();
        let shared = Arc::clone(&room);
        let standin =
            Standin::new(move |sent: &Sent, _| serve::<C>(&mut shared.lock().unwrap(), sent));
        let address = standin.address.clone();
        let table = format!("to = \"{}\"\n{}{more}", C::TO, C::table(&address));
        Self {
            mill: Mill::with_secret(&table, &C::secret(&address, SECRET)),
            room,
            address,
            _standin: standin,
        }
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap()
    }

    /// The texts that are shown now.
    fn texts(&self) -> Vec<String> {
        let room = self.room();
        room.shown.iter().map(|shown| shown.text.clone()).collect()
    }
}

fn serve<C: Chat>(room: &mut Room, sent: &Sent) -> Reply {
    room.asked += 1;
    let answer = if matches!(sent.method.as_str(), "GET" | "DELETE") && !sent.body.is_empty() {
        // Proxies and servers may refuse it (RFC 9110, 9.3.1 and 9.3.5).
        Err(reply("400 Bad Request", "a body that means nothing"))
    } else {
        C::answer(room, sent)
    };
    answer.unwrap_or_else(|refused| {
        room.refused
            .push(format!("{} {}", refused.status, refused.body));
        refused
    })
}
