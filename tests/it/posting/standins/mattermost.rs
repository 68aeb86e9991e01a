//! An incoming webhook of Mattermost, which also reads what is written for Slack.

use super::{Chat, Reply, Room, Sent, Shown, WAIT, knows, markdown, reply};
use regex::Regex;

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "mattermost";
    const MAX: usize = 16_383;
    const FILLER: (&'static str, &'static str, usize) = ("😀", "😀", 1);

    fn table(_: &str) -> String {
        "url = \"env:TEAM_SECRET\"\nchannel = \"town-square\"\n".to_owned()
    }

    fn secret(address: &str, word: &str) -> String {
        format!("{address}/hooks/{word}")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if room.is_busy {
            let busy = reply("429 Too Many Requests", "limit exceeded");
            return Ok(busy
                .with("X-Ratelimit-Reset", WAIT)
                .with("Retry-After", WAIT));
        }
        if sent.path != "/hooks/g00d-s3cret" {
            return Err(error(
                "400 Bad Request",
                400,
                "web.incoming_webhook.invalid.app_error",
                "Invalid webhook.",
            ));
        }
        let body = sent.json();
        if sent.method != "POST" || !body.is_object() {
            return Err(error(
                "400 Bad Request",
                400,
                "web.incoming_webhook.parse.app_error",
                "Unable to parse incoming data.",
            ));
        }
        knows(&body, &["text", "channel"])?;
        let text = body["text"].as_str().unwrap_or_default();
        if text.is_empty() {
            return Err(error(
                "400 Bad Request",
                400,
                "web.incoming_webhook.text.app_error",
                "No text specified.",
            ));
        }
        if room.is_gone || body["channel"] != "town-square" {
            return Err(error(
                "404 Not Found",
                404,
                "web.incoming_webhook.channel.app_error",
                "Couldn't find the channel.",
            ));
        }
        // What is too long becomes several posts.
        let chars: Vec<char> = for_slack(text).chars().collect();
        for post in chars.chunks(Self::MAX) {
            room.post(read(&post.iter().collect::<String>()));
        }
        Ok(reply("200 OK", "ok"))
    }
}

fn error(status: &'static str, code: u16, id: &str, message: &str) -> Reply {
    reply(
        status,
        format!(r#"{{"id":"{id}","message":"{message}","status_code":{code}}}"#),
    )
}

/// Announcements, people and links of Slack become its own.
fn for_slack(text: &str) -> String {
    let mut text = text.to_owned();
    for name in ["channel", "here", "all"] {
        text = text.replace(&format!("<!{name}>"), &format!("@{name}"));
    }
    let user = Regex::new("<@([a-zA-Z0-9]+)>").unwrap();
    let text = user.replace_all(&text, "@${1}");
    let link = Regex::new(r"<([^\n<\|>]+)\|([^\|\n>]+)>").unwrap();
    link.replace_all(&text, "[${2}](${1})").into_owned()
}

fn read(text: &str) -> Shown {
    let mut prose = String::new();
    let shown = markdown::read(text, true, &mut prose);
    Shown {
        size: text.chars().count(),
        pings: markdown::mentions(&prose, |name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
        }),
        ..shown
    }
}
