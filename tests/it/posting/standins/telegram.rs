//! The Bot API of Telegram, with its HTML.

use super::{Chat, Reply, Room, SECRET, Sent, Shown, WAIT, knows, reply};
use serde_json::Value;

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "telegram";
    const MAX: usize = 4_096;
    const FILLER: (&'static str, &'static str, usize) = ("😀&amp;lt;", "😀<", 3);
    const CORRECTS: (bool, bool) = (true, true);

    fn table(address: &str) -> String {
        format!("url = \"{address}\"\ntoken = \"env:TEAM_SECRET\"\nchannel = \"@news\"\n")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        let Some(method) = sent.path.strip_prefix(&format!("/bot{SECRET}/")) else {
            return Err(error("401 Unauthorized", "Unauthorized"));
        };
        if room.is_busy {
            let body = format!(
                r#"{{"ok":false,"error_code":429,"description":"Too Many Requests: retry after {WAIT}","parameters":{{"retry_after":{WAIT}}}}}"#
            );
            return Ok(reply("429 Too Many Requests", body));
        }
        if room.is_gone {
            return Err(bad("need administrator rights in the channel chat"));
        }
        let body = sent.json();
        // A message is known by the number of its chat, which is not the name that was posted to.
        if body["chat_id"]
            != if method == "sendMessage" {
                "@news"
            } else {
                "-1001"
            }
        {
            return Err(bad("chat not found"));
        }
        let id = body["message_id"].to_string();
        match method {
            "sendMessage" => {
                knows(
                    &body,
                    &[
                        "chat_id",
                        "text",
                        "parse_mode",
                        "disable_notification",
                        "link_preview_options",
                        "message_thread_id",
                    ],
                )?;
                let id = room.post(read(&body)?);
                let body = format!(
                    r#"{{"ok":true,"result":{{"message_id":{id},"chat":{{"id":-1001}}}}}}"#
                );
                Ok(reply("200 OK", body))
            }
            "editMessageText" => {
                knows(
                    &body,
                    &[
                        "chat_id",
                        "message_id",
                        "text",
                        "parse_mode",
                        "link_preview_options",
                    ],
                )?;
                let new = read(&body)?;
                if room
                    .shown
                    .iter()
                    .any(|shown| shown.id == id && shown.text == new.text)
                {
                    return Err(bad(
                        "message is not modified: specified new message content and reply markup are exactly the same",
                    ));
                }
                room.replace(&id, new, bad("message to edit not found"))?;
                Ok(reply(
                    "200 OK",
                    r#"{"ok":true,"result":{"message_id":1,"chat":{"id":-1001}}}"#,
                ))
            }
            "deleteMessage" => {
                knows(&body, &["chat_id", "message_id"])?;
                room.remove(&id, bad("message to delete not found"))?;
                Ok(reply("200 OK", r#"{"ok":true,"result":true}"#))
            }
            _ => Err(error("404 Not Found", "Not Found")),
        }
    }
}

fn error(status: &'static str, description: &str) -> Reply {
    let code = status.split(' ').next().unwrap();
    reply(
        status,
        format!(r#"{{"ok":false,"error_code":{code},"description":"{description}"}}"#),
    )
}

fn bad(description: &str) -> Reply {
    error("400 Bad Request", &format!("Bad Request: {description}"))
}

/// Elements that are read, without those that we never write.
const ELEMENTS: [&str; 10] = [
    "b",
    "i",
    "u",
    "s",
    "a",
    "code",
    "pre",
    "blockquote",
    "strong",
    "em",
];

fn read(body: &Value) -> Result<Shown, Reply> {
    if body["parse_mode"] != "HTML" {
        return Err(bad("unsupported parse_mode"));
    }
    let html = body["text"].as_str().unwrap_or_default();
    let fault =
        |what: &str, at: usize| bad(&format!("can't parse entities: {what} at byte offset {at}"));
    let (mut shown, mut open, mut outside, mut at) =
        (Shown::default(), Vec::new(), String::new(), 0);
    while let Some(c) = html[at..].chars().next() {
        if c != '<' {
            let (c, length) = if c == '&' {
                reference(&html[at..])
            } else {
                (c, c.len_utf8())
            };
            shown.text.push(c);
            outside.push(if open.iter().any(|name| matches!(*name, "code" | "pre")) {
                ' '
            } else {
                c
            });
            at += length;
            continue;
        }
        let end = html[at..]
            .find('>')
            .ok_or_else(|| fault("Unclosed start tag", at))?;
        let tag = &html[at + 1..at + end];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(fault(
                    &format!("Unmatched end tag, found \\\"{name}\\\""),
                    at,
                ));
            }
        } else {
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            if !ELEMENTS.contains(&name) {
                return Err(fault(&format!("Unsupported start tag \\\"{name}\\\""), at));
            }
            let target = attributes
                .strip_prefix("href=\"")
                .and_then(|a| a.strip_suffix('"'));
            match target.map(|target| target.replace("&amp;", "&")) {
                Some(target) if target.starts_with("tg://user") => shown.pings.push(target),
                target => shown.links.extend(target),
            }
            open.push(name);
        }
        at += end + 1;
    }
    if let Some(name) = open.pop() {
        return Err(bad(&format!(
            "can't parse entities: Can't find end tag corresponding to start tag \\\"{name}\\\""
        )));
    }
    shown.size = shown.text.encode_utf16().count();
    match shown.size {
        0 => return Err(bad("message text is empty")),
        size if size > Stand::MAX => return Err(bad("message is too long")),
        _ => {}
    }
    live(&outside, &mut shown);
    Ok(shown)
}

/// The character of a reference and its length. What is no reference of the four is text.
fn reference(text: &str) -> (char, usize) {
    let known = [
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
        ("&quot;", '"'),
    ];
    let found = known.iter().find(|(name, _)| text.starts_with(name));
    found.map_or(('&', 1), |(name, c)| (*c, name.len()))
}

/// Names of people, commands and tags, which Telegram finds by itself outside of code.
fn live(text: &str, shown: &mut Shown) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for (at, sign) in text.match_indices(['@', '/', '#']) {
        let before = text[..at].chars().next_back();
        let name: String = text[at + 1..].chars().take_while(|c| is_word(*c)).collect();
        if before.is_some_and(|c| is_word(c) || matches!(c, '/' | '<' | ':')) || name.is_empty() {
            continue;
        }
        match sign {
            "@" if name.len() >= 4 => shown.pings.push(name),
            "/" if name.is_ascii() => shown.forged.push(format!("/{name}")),
            _ => {}
        }
    }
}
