//! Microsoft Teams, by a workflow ("Post to a channel when a webhook request is received").

use crate::deliver::{Answer, Letter, Missing, Needs, Outcome, Platform, Request, by_status};
use crate::message::{Form, Kind, Limit};
use crate::model::Destination;
use serde_json::json;

#[derive(Debug)]
pub(super) struct Teams {
    url: String,
}

impl Teams {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let url = Needs(to).url("the address of the workflow")?;
        Ok(Self { url })
    }
}

impl Platform for Teams {
    fn form(&self) -> Form {
        Form {
            limit: Limit::TEAMS,
            ..Form::of(Kind::Markdown)
        }
    }

    fn post(&self, letter: &Letter) -> Request {
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "msteams": {"width": "Full"},
            "body": [{"type": "TextBlock", "text": letter.message.text, "wrap": true}],
        });
        let body = json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": card,
            }],
        });
        Request::json("POST", &self.url, &body)
    }

    /// 202 says that the workflow was started, not that the message is there: nobody can know more.
    fn read(&self, answer: &Answer) -> Outcome {
        let code = answer.text(&["error", "code"]).unwrap_or_default();
        if answer.status == 400 && code.starts_with("Workflow") {
            // The workflow is turned off, or gone: that is nothing about the message.
            return Outcome::Stopped(answer.said());
        }
        by_status(answer, String::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model;

    #[test]
    fn a_message_is_a_card() {
        let teams = Teams::new(&to(model::Platform::Teams)).unwrap();
        let post = teams.post(&letter(Kind::Markdown));
        let body: serde_json::Value = serde_json::from_str(&post.body).unwrap();
        let text = &body["attachments"][0]["content"]["body"][0]["text"];
        assert!(
            text.as_str().unwrap().contains("https://a.example/1"),
            "{text}"
        );
        assert_eq!(teams.read(&answer(202, "")), Outcome::Done(String::new()));
        assert!(matches!(teams.read(&answer(413, "")), Outcome::Refused(_)));
        let off = r#"{"error":{"code":"WorkflowTriggerIsNotEnabled"}}"#;
        assert!(matches!(teams.read(&answer(400, off)), Outcome::Stopped(_)));
        assert!(matches!(teams.read(&answer(400, "")), Outcome::Refused(_)));
    }
}
