//! The API of Mastodon, on a server with limits of its own.

use super::{Chat, Reply, Room, SECRET, Sent, Shown, WAIT, knows, reply};
use chrono::{SecondsFormat, TimeDelta, Utc};
use regex::Regex;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "mastodon";
    const MAX: usize = 640;
    const FILLER: (&'static str, &'static str, usize) = ("😀", "😀", 1);
    const CORRECTS: (bool, bool) = (true, true);

    fn table(address: &str) -> String {
        format!("url = \"{address}\"\ntoken = \"env:TEAM_SECRET\"\n")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if sent.header("authorization") != format!("Bearer {SECRET}") {
            return Err(error("401 Unauthorized", "The access token is invalid"));
        }
        if room.is_busy {
            // A moment, not a number of seconds.
            let reset = (Utc::now() + TimeDelta::seconds(WAIT))
                .to_rfc3339_opts(SecondsFormat::Micros, true);
            let busy = reply("429 Too Many Requests", r#"{"error":"Too many requests"}"#);
            return Ok(busy
                .with("X-RateLimit-Remaining", 0)
                .with("X-RateLimit-Reset", reset));
        }
        if room.is_gone {
            return Err(error("403 Forbidden", "Your login is currently disabled"));
        }
        let body = sent.json();
        let missing = || error("404 Not Found", "Record not found");
        let id = sent
            .path
            .strip_prefix("/api/v1/statuses/")
            .unwrap_or_default();
        match (sent.method.as_str(), sent.path.as_str()) {
            ("GET", "/api/v2/instance") => {
                let limits = r#"{"configuration":{"statuses":{"max_characters":640,"characters_reserved_per_url":23}}}"#;
                Ok(reply("200 OK", limits))
            }
            ("POST", "/api/v1/statuses") => {
                knows(&body, &["status", "visibility", "language"])?;
                let key = sent.header("idempotency-key");
                let known = room.with_key(key).map(|shown| shown.id.clone());
                let id = match known {
                    Some(id) => id,
                    None => room
                        .post(Shown {
                            key: key.to_owned(),
                            ..read(&body)?
                        })
                        .to_string(),
                };
                Ok(reply("200 OK", format!("{{\"id\":\"{id}\"}}")))
            }
            ("PUT", _) => {
                knows(&body, &["status", "language"])?;
                room.replace(id, read(&body)?, missing())?;
                Ok(reply("200 OK", format!("{{\"id\":\"{id}\"}}")))
            }
            ("DELETE", _) => {
                room.remove(id, missing())?;
                Ok(reply("200 OK", format!("{{\"id\":\"{id}\"}}")))
            }
            _ => Err(missing()),
        }
    }
}

fn error(status: &'static str, error: &str) -> Reply {
    reply(status, format!(r#"{{"error":"{error}"}}"#))
}

fn read(body: &Value) -> Result<Shown, Reply> {
    let status = body["status"].as_str().unwrap_or_default();
    let url = Regex::new(r#"https?://[a-z0-9.-]+\.[a-z]{2,}(/[^\s<>"()]*)?"#).unwrap();
    let counted = url.replace_all(status, "x".repeat(23));
    let size = counted.graphemes(true).count();
    if status.trim().is_empty() {
        return Err(error(
            "422 Unprocessable Entity",
            "Validation failed: Text can't be blank",
        ));
    }
    if size > Stand::MAX {
        return Err(error(
            "422 Unprocessable Entity",
            "Validation failed: Text character limit of 640 exceeded",
        ));
    }
    if !matches!(
        body["visibility"].as_str(),
        None | Some("public" | "unlisted" | "private" | "direct")
    ) {
        return Err(error(
            "422 Unprocessable Entity",
            "Validation failed: Visibility is not included in the list",
        ));
    }
    let mention = Regex::new(r"(?:^|[^=/\w])@([A-Za-z0-9_]+)").unwrap();
    let tag = Regex::new(r"(?:^|[^/)\w])#(\w*[\p{L}_]\w*)").unwrap();
    let names = |what: &Regex| {
        what.captures_iter(status)
            .map(|name| name[1].to_owned())
            .collect()
    };
    Ok(Shown {
        text: status.to_owned(),
        pings: names(&mention),
        forged: names(&tag),
        size,
        ..Shown::default()
    })
}
