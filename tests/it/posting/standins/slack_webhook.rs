//! An incoming webhook of Slack.

use super::{Chat, Reply, Room, Sent, WAIT, knows, mrkdwn, reply};

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "slack-webhook";
    const MAX: usize = 4_000;
    const FILLER: (&'static str, &'static str, usize) = ("&amp;amp;", "&", 5);

    fn table(_: &str) -> String {
        "url = \"env:TEAM_SECRET\"\n".to_owned()
    }

    fn secret(address: &str, word: &str) -> String {
        format!("{address}/services/T1/B1/{word}")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if sent.path != "/services/T1/B1/g00d-s3cret" {
            return Err(reply("403 Forbidden", "invalid_token"));
        }
        if room.is_gone {
            return Err(reply("410 Gone", "channel_is_archived"));
        }
        if room.is_busy {
            return Ok(reply("429 Too Many Requests", "rate_limited").with("Retry-After", WAIT));
        }
        let body = sent.json();
        if sent.method != "POST" || !body.is_object() {
            return Err(reply("400 Bad Request", "invalid_payload"));
        }
        knows(&body, &["text", "unfurl_links", "unfurl_media"])?;
        let text = body["text"].as_str().unwrap_or_default();
        room.post(mrkdwn::read(text, |name| reply("400 Bad Request", name))?);
        Ok(reply("200 OK", "ok"))
    }
}
