//! Gotify. It has no limits and no rates; a proxy before it may have.

use super::{Chat, Reply, Room, SECRET, Sent, WAIT, knows, markdown, reply};

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "gotify";

    fn table(address: &str) -> String {
        format!("url = \"{address}\"\ntoken = \"env:TEAM_SECRET\"\n")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if room.is_busy {
            return Ok(reply("503 Service Unavailable", "<html>").with("Retry-After", WAIT));
        }
        if room.is_gone || sent.header("x-gotify-key") != SECRET {
            let why =
                "you need to provide a valid access token or user credentials to access this api";
            return Err(error("401 Unauthorized", 401, "Unauthorized", why));
        }
        if (sent.method.as_str(), sent.path.as_str()) != ("POST", "/message") {
            return Err(error("404 Not Found", 404, "Not Found", "page not found"));
        }
        let body = sent.json();
        knows(&body, &["title", "message", "priority", "extras"])?;
        let message = body["message"].as_str().unwrap_or_default();
        if message.is_empty() {
            return Err(error(
                "400 Bad Request",
                400,
                "Bad Request",
                "Field 'message' is required",
            ));
        }
        if body["extras"]["client::display"]["contentType"] != "text/markdown"
            || !body["priority"].is_u64()
        {
            return Err(error(
                "400 Bad Request",
                400,
                "Bad Request",
                "invalid extras or priority",
            ));
        }
        let mut shown = markdown::read(message, true, &mut String::new());
        let click = body["extras"]["client::notification"]["click"]["url"].as_str();
        shown.links.extend(click.map(str::to_owned));
        let title = body["title"].as_str().unwrap_or_default();
        shown.text = format!("{title}\n{}", shown.text);
        let id = room.post(shown);
        Ok(reply("200 OK", format!(r#"{{"id":{id},"appid":1}}"#)))
    }
}

fn error(status: &'static str, code: u16, error: &str, description: &str) -> Reply {
    reply(
        status,
        format!(r#"{{"error":"{error}","errorCode":{code},"errorDescription":"{description}"}}"#),
    )
}
