//! A webhook of Google Chat: the key of the project and the token of the webhook are in its address.

use super::{Chat, Reply, Room, SECRET, Sent, Shown, WAIT, reply};

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "google-chat";
    /// Of 32,000 bytes a part is left for what is around the text.
    const MAX: usize = 28_000;
    const FILLER: (&'static str, &'static str, usize) = ("\"", "\"", 2);

    fn table(_: &str) -> String {
        "url = \"env:TEAM_SECRET\"\n".to_owned()
    }

    fn secret(address: &str, word: &str) -> String {
        format!("{address}/v1/spaces/AAAA/messages?key={word}&token=t")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if sent.query("key") != SECRET {
            // Not 401: this is what all APIs of Google say of a key.
            return Err(reply(
                "400 Bad Request",
                r#"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#,
            ));
        }
        if room.is_gone || sent.place() != "/v1/spaces/AAAA/messages" {
            return Err(error(
                "404 Not Found",
                404,
                "NOT_FOUND",
                "Space AAAA not found.",
            ));
        }
        if room.is_busy {
            let busy = "Resource has been exhausted (e.g. check quota).";
            return Ok(
                error("429 Too Many Requests", 429, "RESOURCE_EXHAUSTED", busy)
                    .with("Retry-After", WAIT),
            );
        }
        let body = sent.json();
        let fields = body.as_object().into_iter().flatten();
        if let Some((name, _)) = fields.into_iter().find(|(name, _)| *name != "text") {
            let unknown = format!(
                "Invalid JSON payload received. Unknown name \\\"{name}\\\": Cannot find field."
            );
            return Err(error("400 Bad Request", 400, "INVALID_ARGUMENT", &unknown));
        }
        let text = body["text"].as_str().unwrap_or_default();
        if text.is_empty() {
            return Err(error(
                "400 Bad Request",
                400,
                "INVALID_ARGUMENT",
                "Message cannot be empty.",
            ));
        }
        if sent.body.len() > 32_000 {
            return Err(error(
                "400 Bad Request",
                400,
                "INVALID_ARGUMENT",
                "Message is too long.",
            ));
        }
        let key = sent.query("requestId").to_owned();
        let known = room.with_key(&key).map(|shown| shown.id.clone());
        let id = known.unwrap_or_else(|| room.post(Shown { key, ..read(text) }).to_string());
        Ok(reply(
            "200 OK",
            format!(r#"{{"name":"spaces/AAAA/messages/{id}","text":""}}"#),
        ))
    }
}

fn error(status: &'static str, code: u16, name: &str, message: &str) -> Reply {
    reply(
        status,
        format!(r#"{{"error":{{"code":{code},"message":"{message}","status":"{name}"}}}}"#),
    )
}

fn read(text: &str) -> Shown {
    let mut shown = Shown {
        text: text.to_owned(),
        // As it stands in a JSON string.
        size: serde_json::to_string(text).unwrap().len() - 2,
        ..Shown::default()
    };
    for part in text.split('<').skip(1) {
        let Some((inside, _)) = part.split_once('>') else {
            continue;
        };
        if inside.starts_with("users/") {
            shown.pings.push(inside.to_owned());
        } else if inside.starts_with("http") {
            let url = inside.split('|').next().unwrap_or_default();
            shown.links.push(url.to_owned());
        }
    }
    shown
}
