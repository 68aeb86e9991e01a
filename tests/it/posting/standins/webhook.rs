//! A server that takes Standard Webhooks, as their specification asks for.

use super::{Chat, Reply, Room, SECRET, Sent, Shown, WAIT, knows, reply};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, Utc};
use ring::hmac;

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "webhook";
    const CORRECTS: (bool, bool) = (true, true);

    fn table(address: &str) -> String {
        format!("url = \"{address}/feedmill\"\ntoken = \"env:TEAM_SECRET\"\n")
    }

    fn secret(_: &str, word: &str) -> String {
        format!("whsec_{}", BASE64_STANDARD.encode(word))
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        let (id, time) = (sent.header("webhook-id"), sent.header("webhook-timestamp"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let signed = hmac::sign(&key, format!("{id}.{time}.{}", sent.body).as_bytes());
        let mut signatures = sent.header("webhook-signature").split(' ');
        if !signatures.any(|given| given == format!("v1,{}", BASE64_STANDARD.encode(signed))) {
            return Err(reply("401 Unauthorized", "no matching signature"));
        }
        let sent_at: i64 = time
            .parse()
            .map_err(|_| reply("400 Bad Request", "invalid timestamp"))?;
        if (Utc::now().timestamp() - sent_at).abs() > 300 || id.is_empty() || id.contains('.') {
            return Err(reply(
                "400 Bad Request",
                "message timestamp too old, or invalid id",
            ));
        }
        if room.is_gone {
            return Err(reply("410 Gone", ""));
        }
        if room.is_busy {
            return Ok(reply("429 Too Many Requests", "").with("Retry-After", WAIT));
        }
        let body = sent.json();
        knows(&body, &["type", "timestamp", "data"])?;
        let made = body["timestamp"].as_str().unwrap_or_default();
        DateTime::parse_from_rfc3339(made)
            .map_err(|_| reply("400 Bad Request", "invalid timestamp"))?;
        if room.with_key(id).is_some() {
            return Ok(reply("200 OK", "known"));
        }
        let data = &body["data"];
        let story = data["id"].as_str().unwrap_or_default().to_owned();
        let of_story = |shown: &Shown| shown.links.contains(&story);
        // It is data: what turns the direction of writing is taken out by whoever shows it.
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let text = |name: &str| data[name].as_str().unwrap_or_default().replace(turns, "");
        let shown = Shown {
            key: id.to_owned(),
            text: format!(
                "{} {} {}",
                text("title"),
                text("summary"),
                text("content_text")
            ),
            links: vec![text("url")],
            ..Shown::default()
        };
        let missing = || reply("422 Unprocessable Entity", "a story that never entered");
        let known = room.shown.iter().find(|shown| of_story(shown));
        let known = known.map(|shown| shown.id.clone()).unwrap_or_default();
        match body["type"].as_str() {
            Some("story.entered") => _ = room.post(shown),
            Some("story.changed") => room.replace(&known, shown, missing())?,
            Some("story.hidden") => room.remove(&known, missing())?,
            _ => return Err(reply("400 Bad Request", "unknown type")),
        }
        Ok(reply("204 No Content", ""))
    }
}
