//! A bot of Zulip. Its Markdown has no escapes; what is too long is cut, and nobody is told.

use super::{Chat, Reply, Room, SECRET, Sent, Shown, WAIT, markdown, reply};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use regex::Regex;
use std::collections::HashMap;

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "zulip";
    const MAX: usize = 10_000;
    const FILLER: (&'static str, &'static str, usize) = ("é", "é", 2);
    const CORRECTS: (bool, bool) = (true, true);

    fn table(address: &str) -> String {
        format!(
            "url = \"{address}\"\nuser = \"bot@chat.example\"\ntoken = \"env:TEAM_SECRET\"\nchannel = \"general\"\n"
        )
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        let login = BASE64_STANDARD.encode(format!("bot@chat.example:{SECRET}"));
        if sent.header("authorization") != format!("Basic {login}") {
            return Err(error("401 Unauthorized", "UNAUTHORIZED", "Invalid API key"));
        }
        if room.is_busy {
            let body = format!(
                r#"{{"result":"error","msg":"API usage exceeded rate limit","code":"RATE_LIMIT_HIT","retry-after":{WAIT}.7}}"#
            );
            return Ok(reply("429 Too Many Requests", body));
        }
        let fields = url::form_urlencoded::parse(sent.body.as_bytes()).into_owned();
        let fields: HashMap<String, String> = fields.collect();
        if let Some(name) = fields
            .keys()
            .find(|name| !["type", "to", "topic", "content"].contains(&name.as_str()))
        {
            return Err(error(
                "400 Bad Request",
                "BAD_REQUEST",
                &format!("unknown field {name}"),
            ));
        }
        let id = sent
            .path
            .strip_prefix("/api/v1/messages/")
            .unwrap_or_default();
        let invalid = || error("400 Bad Request", "BAD_REQUEST", "Invalid message(s)");
        match sent.method.as_str() {
            "POST" if sent.path == "/api/v1/messages" => {
                if fields["type"] != "stream" || fields["to"] != "general" {
                    return Err(error(
                        "400 Bad Request",
                        "STREAM_DOES_NOT_EXIST",
                        "Channel 'x' does not exist",
                    ));
                }
                if room.is_gone {
                    return Err(error(
                        "400 Bad Request",
                        "BAD_REQUEST",
                        "Not authorized to send to channel 'general'",
                    ));
                }
                let id = room.post(read(&fields["content"])?);
                Ok(reply(
                    "200 OK",
                    format!(r#"{{"result":"success","msg":"","id":{id}}}"#),
                ))
            }
            "PATCH" => {
                room.replace(id, read(&fields["content"])?, invalid())?;
                Ok(reply("200 OK", r#"{"result":"success","msg":""}"#))
            }
            "DELETE" => {
                room.remove(id, invalid())?;
                Ok(reply("200 OK", r#"{"result":"success","msg":""}"#))
            }
            _ => Err(error(
                "405 Method Not Allowed",
                "METHOD_NOT_ALLOWED",
                "Method Not Allowed",
            )),
        }
    }
}

fn error(status: &'static str, code: &str, msg: &str) -> Reply {
    reply(
        status,
        format!(r#"{{"result":"error","msg":"{msg}","code":"{code}"}}"#),
    )
}

fn read(content: &str) -> Result<Shown, Reply> {
    let content = content.trim_end();
    if content.is_empty() {
        return Err(error(
            "400 Bad Request",
            "BAD_REQUEST",
            "Message must not be empty",
        ));
    }
    if content.contains('\0') {
        return Err(error(
            "400 Bad Request",
            "BAD_REQUEST",
            "Message must not contain null bytes",
        ));
    }
    let size = content.len();
    let mut prose = String::new();
    let mut shown = markdown::read(content, false, &mut prose);
    let call = Regex::new(r"@_?\*\*?([^*\n]+)\*").unwrap();
    shown.pings = call
        .captures_iter(&prose)
        .map(|name| name[1].to_owned())
        .collect();
    let channel = Regex::new(r"#\*\*[^*]+\*\*").unwrap();
    shown
        .forged
        .extend(channel.find(&prose).map(|name| name.as_str().to_owned()));
    shown
        .forged
        .extend(prose.contains("$$").then(|| "a formula".to_owned()));
    if size > Stand::MAX {
        "[message truncated]".clone_into(&mut shown.text);
    }
    Ok(Shown { size, ..shown })
}
