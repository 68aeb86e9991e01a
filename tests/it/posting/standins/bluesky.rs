//! A server of Bluesky: sessions, records that keep to the lexicon, links by bytes.

use super::{Chat, Reply, Room, SECRET, Sent, Shown, WAIT, knows, reply};
use chrono::{DateTime, Utc};
use regex::Regex;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

pub(super) struct Stand;

/// Whose record it is.
const DID: &str = "did:plc:abc";
/// Tokens: one that ended in 1970, and two that end in 5138. A session begins with the first, so it has to be refreshed.
const ENDED: &str = "x.eyJleHAiOjF9.y";
const ACCESS: &str = "a.eyJleHAiOjk5OTk5OTk5OTk5fQ.y";
const REFRESH: &str = "r.eyJleHAiOjk5OTk5OTk5OTk5fQ.y";

impl Chat for Stand {
    const TO: &'static str = "bluesky";
    const MAX: usize = 300;
    const FILLER: (&'static str, &'static str, usize) = ("👨‍👩‍👧", "👨‍👩‍👧", 1);
    const CORRECTS: (bool, bool) = (false, true);

    fn table(address: &str) -> String {
        format!("url = \"{address}\"\nuser = \"news.example\"\ntoken = \"env:TEAM_SECRET\"\n")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if room.is_busy {
            let busy = error(
                "429 Too Many Requests",
                "RateLimitExceeded",
                "Rate Limit Exceeded",
            );
            let reset = Utc::now().timestamp() + WAIT;
            return Ok(busy
                .with("RateLimit-Remaining", 0)
                .with("RateLimit-Reset", reset));
        }
        let body = sent.json();
        let method = sent
            .path
            .strip_prefix("/xrpc/com.atproto.")
            .unwrap_or_default();
        if method == "server.createSession" {
            knows(&body, &["identifier", "password"])?;
            if body["identifier"] != "news.example" || body["password"] != SECRET {
                return Err(error(
                    "401 Unauthorized",
                    "AuthenticationRequired",
                    "Invalid identifier or password",
                ));
            }
            return Ok(session(ENDED));
        }
        if method == "server.refreshSession" {
            if !sent.body.is_empty() {
                return Err(invalid(
                    "A request body was provided when none was expected",
                ));
            }
            if sent.header("authorization") != format!("Bearer {REFRESH}") {
                return Err(error(
                    "400 Bad Request",
                    "InvalidToken",
                    "Token could not be verified",
                ));
            }
            return Ok(session(ACCESS));
        }
        if sent.header("authorization") != format!("Bearer {ACCESS}") {
            return Err(error(
                "401 Unauthorized",
                "AuthMissing",
                "Authentication Required",
            ));
        }
        if room.is_gone {
            return Err(error(
                "400 Bad Request",
                "AccountTakedown",
                "Account has been taken down",
            ));
        }
        if body["repo"] != DID || body["collection"] != "app.bsky.feed.post" {
            return Err(invalid("Could not locate record"));
        }
        let key = body["rkey"].as_str().unwrap_or_default();
        if !Regex::new("^[234567a-j][2-7a-z]{12}$")
            .unwrap()
            .is_match(key)
        {
            return Err(invalid("Invalid record key: not a valid TID"));
        }
        match method {
            "repo.putRecord" => {
                knows(&body, &["repo", "collection", "rkey", "record"])?;
                let new = Shown {
                    key: key.to_owned(),
                    ..read(&body["record"])?
                };
                let known = room.with_key(key).map(|shown| shown.id.clone());
                match known {
                    Some(id) => room.replace(&id, new, invalid("gone"))?,
                    None => _ = room.post(new),
                }
                Ok(reply(
                    "200 OK",
                    format!(r#"{{"uri":"at://{DID}/app.bsky.feed.post/{key}","cid":"bafy"}}"#),
                ))
            }
            "repo.deleteRecord" => {
                knows(&body, &["repo", "collection", "rkey"])?;
                // To delete what is not there is no error.
                room.shown.retain(|shown| shown.key != key);
                Ok(reply("200 OK", "{}"))
            }
            _ => Err(error(
                "501 Not Implemented",
                "MethodNotImplemented",
                "Method Not Implemented",
            )),
        }
    }
}

fn session(access: &str) -> Reply {
    let session = format!(
        r#"{{"did":"{DID}","handle":"news.example","accessJwt":"{access}","refreshJwt":"{REFRESH}"}}"#
    );
    reply("200 OK", session)
}

fn error(status: &'static str, error: &str, message: &str) -> Reply {
    reply(
        status,
        format!(r#"{{"error":"{error}","message":"{message}"}}"#),
    )
}

fn invalid(message: &str) -> Reply {
    error("400 Bad Request", "InvalidRequest", message)
}

fn read(record: &Value) -> Result<Shown, Reply> {
    let fault = |what: &str| invalid(&format!("Invalid app.bsky.feed.post record: Record/{what}"));
    knows(
        record,
        &["$type", "text", "createdAt", "facets", "langs", "embed"],
    )?;
    let text = record["text"]
        .as_str()
        .ok_or_else(|| fault("text must be a string"))?;
    let size = text.graphemes(true).count();
    if size > Stand::MAX {
        return Err(fault("text must not be longer than 300 graphemes"));
    }
    if text.len() > 3_000 {
        return Err(fault("text must not be longer than 3000 characters"));
    }
    let made = record["createdAt"].as_str().unwrap_or_default();
    DateTime::parse_from_rfc3339(made)
        .map_err(|_| fault("createdAt must be an valid atproto datetime"))?;
    let language = Regex::new("^(i|[a-z]{2,3})(-[a-zA-Z0-9]+)*$").unwrap();
    let languages = record["langs"].as_array().cloned().unwrap_or_default();
    if languages.len() > 3
        || !languages
            .iter()
            .all(|tag| language.is_match(tag.as_str().unwrap_or_default()))
    {
        return Err(fault("langs/0 must be a well-formed BCP 47 language tag"));
    }
    if let Some(embed) = record.get("embed") {
        let external = &embed["external"];
        for name in ["uri", "title", "description"] {
            external[name].as_str().ok_or_else(|| {
                fault(&format!(
                    "embed/external must have the property \\\"{name}\\\""
                ))
            })?;
        }
        let uri = Regex::new(r"^\w+:(?://)?[^\s/][^\s]*$").unwrap();
        if !uri.is_match(external["uri"].as_str().unwrap_or_default()) {
            return Err(fault("embed/external/uri must be a uri"));
        }
    }
    let mut shown = Shown {
        text: text.to_owned(),
        size,
        ..Shown::default()
    };
    for facet in record["facets"].as_array().into_iter().flatten() {
        let at = |name: &str| {
            facet["index"][name]
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
        };
        let range = at("byteStart")
            .zip(at("byteEnd"))
            .and_then(|(start, end)| text.get(start..end));
        let feature = &facet["features"][0];
        match (range, feature["$type"].as_str(), feature["uri"].as_str()) {
            // A link over half a character, or over nothing, is dropped by those who show it.
            (None | Some(""), ..) => shown.forged.push(format!("{facet}")),
            (_, Some("app.bsky.richtext.facet#link"), Some(uri)) => {
                shown.links.push(uri.to_owned());
            }
            _ => shown.pings.push(format!("{feature}")),
        }
    }
    Ok(shown)
}
