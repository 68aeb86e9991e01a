//! A workflow of Microsoft Teams that posts a card.

use super::{Chat, Reply, Room, Sent, WAIT, knows, markdown, reply};

pub(super) struct Stand;

impl Chat for Stand {
    const TO: &'static str = "teams";
    /// Of what was measured, 21 KB, a part is left for the card.
    const MAX: usize = 18_000;
    const FILLER: (&'static str, &'static str, usize) = ("é", "é", 2);

    fn table(_: &str) -> String {
        "url = \"env:TEAM_SECRET\"\n".to_owned()
    }

    fn secret(address: &str, word: &str) -> String {
        format!("{address}/workflows/ab12/triggers/manual/paths/invoke?api-version=1&sig={word}")
    }

    fn answer(room: &mut Room, sent: &Sent) -> Result<Reply, Reply> {
        if sent.query("sig") != "g00d-s3cret" {
            let wrong = r#"{"error":{"code":"AuthorizationFailed","message":"The authentication credentials are not valid."}}"#;
            return Err(reply("401 Unauthorized", wrong));
        }
        if room.is_gone {
            // Somebody has turned the flow off.
            let off = r#"{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"Could not execute workflow 'ab12' trigger 'manual' with state 'Disabled': trigger is not enabled."}}"#;
            return Err(reply("400 Bad Request", off));
        }
        if room.is_busy {
            let busy =
                r#"{"error":{"code":"WorkflowRunsTooMany","message":"Rate limit is exceeded."}}"#;
            return Ok(reply("429 Too Many Requests", busy).with("Retry-After", WAIT));
        }
        if sent.body.len() > 21 << 10 {
            return Err(reply(
                "413 Request Entity Too Large",
                "Request body too large",
            ));
        }
        let body = sent.json();
        knows(&body, &["type", "attachments"])?;
        let card = &body["attachments"][0]["content"];
        knows(card, &["$schema", "type", "version", "msteams", "body"])?;
        let is_card =
            body["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive";
        if body["type"] != "message" || card["type"] != "AdaptiveCard" || !is_card {
            return Err(reply(
                "400 Bad Request",
                r#"{"error":{"code":"TriggerInputSchemaMismatch"}}"#,
            ));
        }
        let block = &card["body"][0];
        knows(block, &["type", "text", "wrap"])?;
        let text = block["text"].as_str().unwrap_or_default();
        let mut shown = markdown::read(text, true, &mut String::new());
        // A name is a call only with an entity beside the text.
        shown
            .pings
            .extend(card["msteams"].get("entities").map(ToString::to_string));
        shown.size = serde_json::to_string(text).unwrap().len() - 2;
        room.post(shown);
        Ok(reply("202 Accepted", ""))
    }
}
