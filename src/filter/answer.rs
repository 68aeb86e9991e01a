//! What a filter wrote -> what became of each item.
//!
//! Only what differs from what the filter was given is taken, so an item that comes back as it was stays as its
//! source wrote it. A field that is not there stays; `null` empties it.

use super::Error;
use crate::model::{Image, Item, RawHtml, Text, TextKind};
use crate::normalize;
use crate::text::language;
use crate::url;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The fields of one line.
type Fields = Map<String, Value>;

/// Reads an answer. One line that is no item of the question spoils it: whoever writes nonsense once may have
/// dropped items by mistake.
pub(super) fn read(
    items: &[Item],
    sent: &[Value],
    output: &[u8],
) -> Result<Vec<Option<Item>>, Error> {
    let places: HashMap<&str, usize> = items.iter().map(|item| item.id.as_str()).zip(0..).collect();
    let mut answers = vec![None; items.len()];
    for (line, text) in (1..).zip(output.split(|byte| *byte == b'\n')) {
        if text.trim_ascii().is_empty() {
            continue;
        }
        let fault = |fault: String| Error::Answer { line, fault };
        let fields: Fields = serde_json::from_slice(text)
            .map_err(|error| fault(format!("no JSON object in UTF-8 ({error})")))?;
        let id = fields.get("id").and_then(Value::as_str).unwrap_or_default();
        let place = *places
            .get(id)
            .ok_or_else(|| fault("its id is not one of those that were given".to_owned()))?;
        if answers[place].is_some() {
            return Err(fault("the id of an earlier line".to_owned()));
        }
        let change = Change {
            before: &sent[place],
            after: &fields,
        };
        answers[place] = Some(change.of(items[place].clone()).map_err(fault)?);
    }
    Ok(answers)
}

/// What was given of an item, and what came back.
struct Change<'a> {
    before: &'a Value,
    after: &'a Fields,
}

impl Change<'_> {
    fn of(&self, mut item: Item) -> Result<Item, String> {
        if let Some(title) = self.text("title")? {
            item.title = title.and_then(|value| {
                normalize::plain(Text {
                    value,
                    kind: TextKind::Plain,
                    base: None,
                })
            });
        }
        if let Some(summary) = self.text("summary")? {
            item.summary = summary;
        }
        let (html, text) = (self.text("content_html")?, self.text("content_text")?);
        // An item has one of the two.
        if let Some(Some(html)) = html {
            let base = item.content_html.take().and_then(|raw| raw.base);
            let base = base.or_else(|| item.url.clone());
            item.content_html = Some(RawHtml { html, base });
            item.content_text = None;
        } else if let Some(text) = text {
            item.content_html = item.content_html.filter(|_| text.is_none());
            item.content_text = text;
        } else if html.is_some() {
            item.content_html = None;
        }
        if let Some(tags) = self.differs("tags") {
            item.tags = texts(tags).ok_or("tags is not a list of texts")?;
        }
        if let Some(given) = self.text("language")? {
            let tag = given.map(|text| language::tag(&text).ok_or("language is no language tag"));
            item.language = tag.transpose()?;
        }
        if let Some(image) = self.address("image")? {
            item.image = image.map(|url| Image {
                url,
                ..Image::default()
            });
        }
        if let Some(url) = self.address("url")? {
            item.url = url;
        }
        Ok(item)
    }

    /// A field, if it was changed.
    fn differs(&self, key: &str) -> Option<&Value> {
        let after = self.after.get(key)?;
        (after != self.before.get(key).unwrap_or(&Value::Null)).then_some(after)
    }

    /// A text, if it was changed; none where nothing is left of it.
    fn text(&self, key: &str) -> Result<Option<Option<String>>, String> {
        match self.differs(key) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::String(text)) => {
                Ok(Some(Some(text.clone()).filter(|t| !t.trim().is_empty())))
            }
            Some(_) => Err(format!("{key} is not a text")),
        }
    }

    /// An address that may be published, if it was changed.
    fn address(&self, key: &str) -> Result<Option<Option<String>>, String> {
        let Some(given) = self.text(key)? else {
            return Ok(None);
        };
        let is_usable = given.as_deref().is_none_or(url::is_web_address);
        is_usable
            .then_some(Some(given))
            .ok_or_else(|| format!("{key} is no http(s) address"))
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let mut tags = Vec::new();
    for tag in value.as_array().map_or(&[][..], Vec::as_slice) {
        let tag = tag.as_str()?.trim();
        if !tag.is_empty() && !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    (value.is_array() || value.is_null()).then_some(tags)
}
