//! The stand-ins themselves: each sees what a careless client would do, and refuses what its platform refuses.

use super::{
    Chat, Room, SECRET, Shown, bluesky, discord, google_chat, gotify, mastodon, mattermost, mrkdwn,
    ntfy, reply, rocket_chat, teams, telegram, zulip,
};
use crate::posting::platform::Sent;
use serde_json::{Value, json};

/// What people see of a message, or why it was refused.
fn posted<C: Chat>(path: &str, headers: &[(&str, &str)], body: &str) -> Result<Shown, String> {
    let mut room = Room::default();
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let sent = Sent {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: headers.collect(),
        body: body.to_owned(),
    };
    match C::answer(&mut room, &sent) {
        Ok(_) => Ok(room.shown.remove(0)),
        Err(refused) => Err(format!("{} {}", refused.status, refused.body)),
    }
}

fn to_discord(body: &Value) -> Result<Shown, String> {
    posted::<discord::Stand>(
        "/api/webhooks/42/g00d-s3cret?wait=true",
        &[],
        &body.to_string(),
    )
}

fn to_telegram(html: &str) -> Result<Shown, String> {
    let body = json!({"chat_id": "@news", "text": html, "parse_mode": "HTML"});
    posted::<telegram::Stand>(&format!("/bot{SECRET}/sendMessage"), &[], &body.to_string())
}

fn to_mattermost(text: &str) -> Shown {
    let body = json!({"text": text, "channel": "town-square"});
    posted::<mattermost::Stand>("/hooks/g00d-s3cret", &[], &body.to_string()).unwrap()
}

fn to_zulip(text: &str) -> Shown {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs([("type", "stream"), ("to", "general"), ("content", text)]);
    let login = (
        "authorization",
        "Basic Ym90QGNoYXQuZXhhbXBsZTpnMDBkLXMzY3JldA==",
    );
    posted::<zulip::Stand>("/api/v1/messages", &[login], &body.finish()).unwrap()
}

fn to_bluesky(record: &Value) -> Result<Shown, String> {
    let body = json!({"repo": "did:plc:abc", "collection": "app.bsky.feed.post", "rkey": "3kuuabcdefg22", "record": record});
    let login = ("authorization", "Bearer a.eyJleHAiOjk5OTk5OTk5OTk5fQ.y");
    posted::<bluesky::Stand>(
        "/xrpc/com.atproto.repo.putRecord",
        &[login],
        &body.to_string(),
    )
}

fn to_mastodon(status: &str) -> Result<Shown, String> {
    let login = ("authorization", "Bearer g00d-s3cret");
    posted::<mastodon::Stand>(
        "/api/v1/statuses",
        &[login],
        &json!({"status": status}).to_string(),
    )
}

#[test]
fn a_careless_text_calls_people() {
    let slack = |text: &str| {
        mrkdwn::read(text, |name| reply("400 Bad Request", name))
            .ok()
            .unwrap()
    };
    assert_eq!(slack("<!channel> <@U1>").pings, ["!channel", "@U1"]);
    let shown = to_discord(&json!({"content": "@everyone <@42>"})).unwrap();
    assert_eq!(shown.pings, ["everyone", "<@"]);
    let shown =
        to_telegram("@annabel <a href=\"tg://user?id=1\">b</a> <code>@nobody</code>").unwrap();
    assert_eq!(shown.pings, ["tg://user?id=1", "annabel"]);
    assert_eq!(
        to_mattermost("@here <!all> `@nobody`").pings,
        ["here", "all"]
    );
    let hook = "/hooks/64ab/g00d-s3cret";
    let shown = posted::<rocket_chat::Stand>(hook, &[], r#"{"text":"x @all"}"#).unwrap();
    assert_eq!(shown.pings, ["all"]);
    assert_eq!(to_zulip("@**all** and @_**Ann**").pings, ["all", "Ann"]);
    assert_eq!(to_mastodon("hello @ann, #news").unwrap().pings, ["ann"]);
    let place = format!("/v1/spaces/AAAA/messages?key={SECRET}");
    let shown = posted::<google_chat::Stand>(&place, &[], r#"{"text":"<users/all> x"}"#).unwrap();
    assert_eq!(shown.pings, ["users/all"]);
    let call = json!({"features": [{"$type": "app.bsky.richtext.facet#mention", "did": "d"}], "index": {"byteStart": 0, "byteEnd": 4}});
    let record = json!({"text": "@ann", "createdAt": "2024-06-14T09:30:00Z", "facets": [call]});
    assert_eq!(to_bluesky(&record).unwrap().pings.len(), 1);
}

#[test]
fn a_careless_text_leads_elsewhere_or_imitates() {
    let shown = to_mattermost("[bank](https://evil.example)\n# Breaking\n- item");
    assert_eq!(shown.links, ["https://evil.example"]);
    assert_eq!(shown.forged.len(), 2);
    // Links of Slack are read as well, and what is escaped is not.
    assert_eq!(
        to_mattermost("<https://evil.example|bank>").links,
        ["https://evil.example"]
    );
    assert!(
        to_mattermost("\\[bank\\](https://evil.example) `[x](y)`")
            .links
            .is_empty()
    );
    assert_eq!(
        to_zulip("#**general** \\[bank](https://evil.example)").links,
        ["https://evil.example"]
    );
    assert_eq!(to_telegram("/stop it").unwrap().forged, ["/stop"]);
    let half = json!({"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example"}], "index": {"byteStart": 0, "byteEnd": 1}});
    let record = json!({"text": "é", "createdAt": "2024-06-14T09:30:00Z", "facets": [half]});
    assert_eq!(to_bluesky(&record).unwrap().forged.len(), 1);
    let token = ("x-gotify-key", "g00d-s3cret");
    let body = json!({"message": "[x](https://evil.example)", "priority": 5, "extras": {"client::display": {"contentType": "text/markdown"}}});
    let shown = posted::<gotify::Stand>("/message", &[token], &body.to_string()).unwrap();
    assert_eq!(shown.links, ["https://evil.example"]);
}

#[test]
fn what_is_wrong_or_too_long_is_refused_in_the_words_of_the_platform() {
    let refused = |shown: Result<Shown, String>, words: &str| {
        let why = shown.unwrap_err();
        assert!(why.contains(words), "{words}: {why}");
    };
    refused(
        to_discord(&json!({"content": "x".repeat(2_001)})),
        "BASE_TYPE_MAX_LENGTH",
    );
    refused(to_discord(&json!({"content": " \n"})), "50006");
    refused(to_telegram("<b>x"), "Can't find end tag");
    refused(to_telegram("a <p>x</p>"), "Unsupported start tag");
    refused(to_telegram("<b>x</i>"), "Unmatched end tag");
    refused(to_telegram(&"😀".repeat(2_049)), "message is too long");
    assert_eq!(to_telegram(&"&lt;".repeat(4_096)).unwrap().size, 4_096);
    refused(to_mastodon(&"x".repeat(641)), "character limit of 640");
    let linked = format!("{} https://a.example/{}", "x".repeat(600), "y".repeat(200));
    assert_eq!(to_mastodon(&linked).unwrap().size, 624);
    let record = |text: &str, language: &str| json!({"text": text, "createdAt": "2024-06-14T09:30:00Z", "langs": [language]});
    refused(to_bluesky(&record(&"é".repeat(301), "en")), "300 graphemes");
    refused(to_bluesky(&record("x", "English, please")), "langs/0");
    refused(to_bluesky(&json!({"text": "x"})), "createdAt");
    let token = ("authorization", "Bearer g00d-s3cret");
    let of_ntfy = |text: &str| {
        let body = json!({"topic": "news", "message": text, "priority": 3});
        posted::<ntfy::Stand>("/", &[token], &body.to_string())
    };
    assert!(
        of_ntfy(&"x".repeat(4_096))
            .unwrap()
            .text
            .contains("attachment")
    );
    refused(of_ntfy(&"\"".repeat(4_095)), "JSON body too large");
    assert_eq!(to_mattermost("x").text, "x");
    refused(
        posted::<rocket_chat::Stand>(
            "/hooks/64ab/g00d-s3cret",
            &[],
            &json!({"text": "😀".repeat(2_501)}).to_string(),
        ),
        "error-message-size-exceeded",
    );
    assert_eq!(to_zulip(&"é".repeat(5_001)).text, "[message truncated]");
    let place = format!("/v1/spaces/AAAA/messages?key={SECRET}");
    refused(
        posted::<google_chat::Stand>(&place, &[], r#"{"text":"x","txet":"y"}"#),
        "Unknown name",
    );
    refused(
        posted::<teams::Stand>("/x?sig=g00d-s3cret", &[], &"x".repeat(22_000)),
        "413",
    );
}
