//! ntfy. What is as long as its limit or longer becomes a file.

use super::{Chat, Reply, Room, SECRET, Sent, Shown, knows, reply};

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "ntfy";
    /// A message of 4,096 bytes has reached the limit. Counted in JSON, so that the request is short enough as well.
    const MAX: usize = 4_095;
    const FILLER: (&'static str, &'static str, usize) = ("\"", "\"", 2);
    const SAYS_WHEN: bool = false;

    fn table(address: &str) -> String {
        format!("url = \"{address}\"\nchannel = \"news\"\ntoken = \"env:TEAM_SECRET\"\n")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if sent.header("authorization") != format!("Bearer {SECRET}") {
            return Err(error("401 Unauthorized", 40101, "unauthorized"));
        }
        if room.is_busy {
            return Ok(error(
                "429 Too Many Requests",
                42901,
                "limit reached: too many requests",
            ));
        }
        if room.is_gone {
            return Err(error("403 Forbidden", 40301, "forbidden"));
        }
        if sent.body.len() >= 2 * 4_096 {
            return Err(error(
                "413 Request Entity Too Large",
                41303,
                "JSON body too large",
            ));
        }
        let body = sent.json();
        if sent.path != "/" || sent.method != "POST" || !body.is_object() {
            return Err(error(
                "400 Bad Request",
                40024,
                "invalid request: request body must be valid JSON",
            ));
        }
        knows(&body, &["topic", "message", "priority", "click"])?;
        if body["topic"] != "news" {
            return Err(error(
                "400 Bad Request",
                40009,
                "invalid request: topic invalid",
            ));
        }
        if !(1..=5).contains(&body["priority"].as_u64().unwrap_or_default()) {
            return Err(error(
                "400 Bad Request",
                40007,
                "invalid request: priority invalid",
            ));
        }
        let message = body["message"].as_str().unwrap_or_default();
        let text = match message.len() {
            0 => "triggered",
            4_096.. => "You received a file: attachment.txt",
            _ => message.trim(),
        };
        let click = body["click"].as_str().map(str::to_owned);
        let id = room.post(Shown {
            text: text.to_owned(),
            links: click.into_iter().collect(),
            size: serde_json::to_string(message).unwrap().len() - 2,
            ..Shown::default()
        });
        Ok(reply(
            "200 OK",
            format!(r#"{{"id":"{id}","event":"message","topic":"news"}}"#),
        ))
    }
}

fn error(status: &'static str, code: u32, error: &str) -> Reply {
    let http = code / 100;
    reply(
        status,
        format!(r#"{{"code":{code},"http":{http},"error":"{error}"}}"#),
    )
}
