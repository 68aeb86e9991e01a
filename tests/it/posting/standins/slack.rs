//! The Web API of Slack: every error comes with 200.

use super::{Chat, Reply, Room, SECRET, Sent, WAIT, knows, mrkdwn, reply};

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "slack";
    const MAX: usize = 4_000;
    const FILLER: (&'static str, &'static str, usize) = ("&amp;lt;", "<", 4);
    const CORRECTS: (bool, bool) = (true, true);

    fn table(address: &str) -> String {
        format!("url = \"{address}/api\"\ntoken = \"env:TEAM_SECRET\"\nchannel = \"#news\"\n")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if sent.header("authorization") != format!("Bearer {SECRET}") {
            return Err(error("invalid_auth"));
        }
        if room.is_busy {
            let busy = reply(
                "429 Too Many Requests",
                r#"{"ok":false,"error":"ratelimited"}"#,
            );
            return Ok(busy.with("Retry-After", WAIT));
        }
        if room.is_gone {
            return Err(error("is_archived"));
        }
        let body = sent.json();
        if sent.method != "POST" || !sent.header("content-type").starts_with("application/json") {
            return Err(error("invalid_post_type"));
        }
        let text = body["text"].as_str().unwrap_or_default();
        // A message is known by the id of its channel, which is not what was posted to, and its moment.
        let is_here = body["channel"] == "C024BE91L";
        let ts = body["ts"].as_str().unwrap_or_default();
        let id = ts.strip_prefix("1700000000.").unwrap_or_default();
        match sent.path.as_str() {
            "/api/chat.postMessage" => {
                knows(
                    &body,
                    &[
                        "channel",
                        "text",
                        "unfurl_links",
                        "unfurl_media",
                        "thread_ts",
                    ],
                )?;
                if body["channel"] != "#news" {
                    return Err(error("channel_not_found"));
                }
                let id = room.post(mrkdwn::read(text, error)?);
                let body =
                    format!("{{\"ok\":true,\"channel\":\"C024BE91L\",\"ts\":\"1700000000.{id}\"}}");
                Ok(reply("200 OK", body))
            }
            "/api/chat.update" if is_here => {
                knows(&body, &["channel", "ts", "text"])?;
                room.replace(id, mrkdwn::read(text, error)?, error("message_not_found"))?;
                Ok(reply("200 OK", r#"{"ok":true,"channel":"C024BE91L"}"#))
            }
            "/api/chat.delete" if is_here => {
                knows(&body, &["channel", "ts"])?;
                room.remove(id, error("message_not_found"))?;
                Ok(reply("200 OK", r#"{"ok":true,"channel":"C024BE91L"}"#))
            }
            "/api/chat.update" | "/api/chat.delete" => Err(error("channel_not_found")),
            _ => Err(error("unknown_method")),
        }
    }
}

fn error(name: &'static str) -> Reply {
    reply("200 OK", format!("{{\"ok\":false,\"error\":\"{name}\"}}"))
}
