//! A webhook of Discord.

use super::{Chat, Reply, Room, Sent, Shown, WAIT, knows, markdown, reply};
use serde_json::Value;

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "discord";
    const MAX: usize = 2_000;
    const FILLER: (&'static str, &'static str, usize) = ("😀", "😀", 1);
    const CORRECTS: (bool, bool) = (true, true);

    fn table(_: &str) -> String {
        "url = \"env:TEAM_SECRET\"\n".to_owned()
    }

    fn secret(address: &str, word: &str) -> String {
        format!("{address}/api/webhooks/42/{word}")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        let Some(path) = sent.place().strip_prefix("/api/webhooks/42/g00d-s3cret") else {
            let wrong = r#"{"message":"Invalid Webhook Token","code":50027}"#;
            return Err(reply("401 Unauthorized", wrong));
        };
        if room.is_gone {
            let gone = r#"{"message":"Unknown Webhook","code":10015}"#;
            return Err(reply("404 Not Found", gone));
        }
        if room.is_busy {
            let body = format!(
                r#"{{"message":"You are being rate limited.","retry_after":{WAIT}.25,"global":false}}"#
            );
            return Ok(reply("429 Too Many Requests", body).with("X-RateLimit-Bucket", "ab"));
        }
        let unknown = || {
            reply(
                "404 Not Found",
                r#"{"message":"Unknown Message","code":10008}"#,
            )
        };
        let id = path.strip_prefix("/messages/").unwrap_or_default();
        match sent.method.as_str() {
            "POST" if path.is_empty() => {
                let id = room.post(read(&sent.json())?);
                if sent.query("wait") == "true" {
                    Ok(reply("200 OK", format!("{{\"id\":\"{id}\"}}")))
                } else {
                    Ok(reply("204 No Content", ""))
                }
            }
            "PATCH" => {
                room.replace(id, read(&sent.json())?, unknown())?;
                Ok(reply("200 OK", format!("{{\"id\":\"{id}\"}}")))
            }
            "DELETE" => {
                room.remove(id, unknown())?;
                Ok(reply("204 No Content", ""))
            }
            _ => Err(reply(
                "405 Method Not Allowed",
                r#"{"message":"405: Method Not Allowed","code":0}"#,
            )),
        }
    }
}

fn read(body: &Value) -> Result<Shown, Reply> {
    knows(body, &["content", "allowed_mentions", "flags"])?;
    let content = body["content"].as_str().unwrap_or_default().trim();
    if content.is_empty() {
        let empty = r#"{"message":"Cannot send an empty message","code":50006}"#;
        return Err(reply("400 Bad Request", empty));
    }
    let size = content.chars().count();
    if size > Stand::MAX {
        let long = r#"{"message":"Invalid Form Body","code":50035,"errors":{"content":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 2000 or fewer in length."}]}}}"#;
        return Err(reply("400 Bad Request", long));
    }
    let mut prose = String::new();
    let mut shown = markdown::read(content, true, &mut prose);
    // Without a list of whom it may call, a text calls whom it names.
    if body["allowed_mentions"]["parse"] != Value::Array(Vec::new()) {
        shown.pings = markdown::mentions(&prose, |name| matches!(name, "everyone" | "here"));
        shown
            .pings
            .extend(prose.contains("<@").then(|| "<@".to_owned()));
    }
    let is_channel = prose
        .split("<#")
        .skip(1)
        .any(|id| id.starts_with(|c: char| c.is_ascii_digit()));
    shown
        .forged
        .extend(is_channel.then(|| "a channel".to_owned()));
    // Flags: SUPPRESS_EMBEDS and SUPPRESS_NOTIFICATIONS are all that a webhook may set.
    if body["flags"].as_u64().unwrap_or_default() & !(4 | 4096) != 0 {
        return Err(reply(
            "400 Bad Request",
            r#"{"message":"Invalid Form Body","code":50035}"#,
        ));
    }
    Ok(Shown { size, ..shown })
}
