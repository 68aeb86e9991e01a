//! An incoming webhook of Rocket.Chat. Older servers count UTF-16, as JavaScript does; newer ones do not count.

use super::{Chat, Reply, Room, Sent, Shown, WAIT, knows, markdown, reply};

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "rocket-chat";
    const MAX: usize = 5_000;
    const FILLER: (&'static str, &'static str, usize) = ("😀", "😀", 2);

    fn table(_: &str) -> String {
        "url = \"env:TEAM_SECRET\"\n".to_owned()
    }

    fn secret(address: &str, word: &str) -> String {
        format!("{address}/hooks/64ab/{word}")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if sent.path != "/hooks/64ab/g00d-s3cret" {
            return Err(error(
                "400 Bad Request",
                "Invalid integration id or token provided.",
            ));
        }
        if room.is_busy {
            let busy = "Error, too many requests. Please slow down. You must wait 900 seconds before trying this endpoint again. [error-too-many-requests]";
            let reset = chrono::Utc::now().timestamp_millis() + WAIT * 1_000;
            return Ok(error("429 Too Many Requests", busy).with("X-RateLimit-Reset", reset));
        }
        if room.is_gone {
            return Err(error("400 Bad Request", "invalid-channel"));
        }
        let body = sent.json();
        if sent.method != "POST" || !body.is_object() {
            return Err(error("400 Bad Request", "body-invalid"));
        }
        knows(&body, &["text", "parseUrls"])?;
        let text = body["text"].as_str().unwrap_or_default().trim();
        let size = text.encode_utf16().count();
        if size > Self::MAX {
            return Err(error(
                "400 Bad Request",
                "Message size exceeds Message_MaxAllowedSize [error-message-size-exceeded]",
            ));
        }
        let mut prose = String::new();
        let shown = markdown::read(text, true, &mut prose);
        room.post(Shown {
            size,
            pings: markdown::mentions(&prose, |name| {
                name.starts_with(|c: char| c.is_ascii_alphabetic())
            }),
            ..shown
        });
        Ok(reply("200 OK", r#"{"success":true}"#))
    }
}

fn error(status: &'static str, error: &str) -> Reply {
    reply(status, format!(r#"{{"success":false,"error":"{error}"}}"#))
}
