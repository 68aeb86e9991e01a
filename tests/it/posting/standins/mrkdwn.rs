//! Slack's mrkdwn, as Slack reads it.

use super::{Reply, Shown};

/// What is shown of a text, or the error that is made of a name.
pub(super) fn read(text: &str, error: impl Fn(&'static str) -> Reply) -> Result<Shown, Reply> {
    /// Characters of a text that is surely taken; longer ones are refused from about here on.
    const MAX: usize = 4_000;
    if text.trim().is_empty() {
        return Err(error("no_text"));
    }
    let size = text.chars().count();
    if size > MAX {
        return Err(error("msg_too_long"));
    }
    let mut shown = Shown {
        size,
        ..Shown::default()
    };
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, sign) = rest.split_at(at);
        shown.text += &unescaped(before);
        let Some((inside, after)) = sign[1..].split_once('>') else {
            return Err(error("invalid_payload"));
        };
        let (target, label) = inside.split_once('|').unwrap_or((inside, inside));
        match target.chars().next() {
            Some('!' | '@') => shown.pings.push(target.to_owned()),
            Some('#') => shown.forged.push(target.to_owned()),
            _ => shown.links.push(unescaped(target)),
        }
        shown.text += &unescaped(label);
        rest = after;
    }
    shown.text += &unescaped(rest);
    for line in text.lines() {
        if line.starts_with('>') || line.starts_with("&gt;") || line.starts_with("```") {
            shown.forged.push(line.to_owned());
        }
    }
    Ok(shown)
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&amp;", "&")
}
