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
        let title = match self.text("title")? {
            Field::New(text) => one_line(text).map_or(Field::Empty, Field::New),
            field => field,
        };
        title.put(&mut item.title);
        self.text("summary")?.put(&mut item.summary);
        match (self.text("content_html")?, self.text("content_text")?) {
            // An item has one of the two.
            (Field::New(html), _) => {
                let base = item.content_html.take().and_then(|raw| raw.base);
                let base = base.or_else(|| item.url.clone());
                item.content_html = Some(RawHtml { html, base });
                item.content_text = None;
            }
            (_, Field::New(text)) => {
                item.content_text = Some(text);
                item.content_html = None;
            }
            (html, text) => {
                item.content_html = item.content_html.filter(|_| html == Field::Same);
                text.put(&mut item.content_text);
            }
        }
        if let Some(tags) = self.differs("tags") {
            item.tags = texts(tags).ok_or("tags is not a list of texts")?;
        }
        let language = match self.text("language")? {
            Field::New(text) => language::tag(&text)
                .map(Field::New)
                .ok_or("language is no language tag")?,
            field => field,
        };
        language.put(&mut item.language);
        let image = self.address("image")?.map(|url| Image {
            url,
            ..Image::default()
        });
        image.put(&mut item.image);
        self.address("url")?.put(&mut item.url);
        Ok(item)
    }

    /// A field, if it was changed.
    fn differs(&self, key: &str) -> Option<&Value> {
        let after = self.after.get(key)?;
        (after != self.before.get(key).unwrap_or(&Value::Null)).then_some(after)
    }

    fn text(&self, key: &str) -> Result<Field<String>, String> {
        match self.differs(key) {
            None => Ok(Field::Same),
            Some(Value::Null) => Ok(Field::Empty),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(Field::Empty),
            Some(Value::String(text)) => Ok(Field::New(text.clone())),
            Some(_) => Err(format!("{key} is not a text")),
        }
    }

    /// An address that may be published.
    fn address(&self, key: &str) -> Result<Field<String>, String> {
        match self.text(key)? {
            Field::New(url) if !url::is_web_address(&url) => {
                Err(format!("{key} is no http(s) address"))
            }
            field => Ok(field),
        }
    }
}

/// What became of a field.
#[derive(Debug, PartialEq, Eq)]
enum Field<T> {
    Same,
    Empty,
    New(T),
}

impl<T> Field<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Same => Field::Same,
            Self::Empty => Field::Empty,
            Self::New(value) => Field::New(change(value)),
        }
    }

    fn put(self, to: &mut Option<T>) {
        match self {
            Self::Same => {}
            Self::Empty => *to = None,
            Self::New(value) => *to = Some(value),
        }
    }
}

/// A title as titles of sources are.
fn one_line(value: String) -> Option<String> {
    let text = Text {
        value,
        kind: TextKind::Plain,
        base: None,
    };
    normalize::plain(text)
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
