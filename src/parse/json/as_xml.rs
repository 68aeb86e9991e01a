//! RSS and Atom written as JSON -> the same as XML, which the reader of feeds understands. Converters
//! of XML and some interfaces give such documents: `{"rss": {"channel": {"item": [...]}}}`.

use super::repair::repaired;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Root elements of feeds.
const ROOTS: [&str; 5] = ["rss", "channel", "feed", "RDF", "rdf:RDF"];

/// Members whose value is the text of an element that has attributes, by various converters.
const TEXTS: [&str; 6] = ["#value", "#text", "$t", "_", "_text", "__text"];

/// The same, but only in elements that have attributes: elsewhere they are elements.
const TEXTS_BESIDE_ATTRIBUTES: [&str; 3] = ["content", "text", "value"];

/// Elements whose values are attributes, not elements.
const WITH_ATTRIBUTES: [&str; 11] = [
    "alternateEnclosure",
    "category",
    "cloud",
    "content",
    "enclosure",
    "guid",
    "link",
    "player",
    "podcast:source",
    "source",
    "thumbnail",
];

/// Bytes of the longest name of an element.
const MAX_NAME: usize = 64;

/// Bytes of the longest value of an attribute; a longer one is a text.
const MAX_ATTRIBUTE: usize = 8 << 10;

/// Bytes of XML for each byte of JSON, at most. References and end tags make a text twice as long;
/// but the members of a list repeat its name, which costs time.
const MAX_GROWTH: usize = 3;

/// Bytes of XML that are always allowed, for small documents.
const GROWTH_FLOOR: usize = 64 << 10;

/// The XML of a document that has the root of a feed; what came before an error in it.
pub(in crate::parse) fn feed_as_xml(json: &str) -> Option<String> {
    let mut xml = Xml::new(json.len());
    let error = xml.read(json).err();
    if error.is_some_and(|error| error.is_syntax()) {
        let repaired = repaired(json);
        let mut second = Xml::new(json.len());
        // The end of the text is an error too, and leaves the beginning.
        let _ = second.read(&repaired);
        xml = second;
    }
    (!xml.out.is_empty()).then_some(xml.out)
}

struct Xml {
    out: String,
    max: usize,
    /// Whether something was left out: then no more values are added.
    is_full: bool,
}

impl Xml {
    fn new(json: usize) -> Self {
        Self {
            out: String::new(),
            max: json.saturating_mul(MAX_GROWTH).saturating_add(GROWTH_FLOOR),
            is_full: false,
        }
    }

    fn read(&mut self, json: &str) -> Result<(), serde_json::Error> {
        serde_json::Deserializer::from_str(json).deserialize_map(Root(self))
    }

    fn push(&mut self, pieces: &[&str]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if self.out.len() + length <= self.max {
            self.out.extend(pieces.iter().copied());
        } else {
            self.is_full = true;
        }
    }

    fn push_text_element(&mut self, name: &str, attributes: &str, text: &str) {
        let text = escaped(text);
        self.push(&["<", name, attributes, ">", &text, "</", name, ">"]);
    }
}

/// The document itself, which is no element.
struct Root<'a>(&'a mut Xml);

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<str>>()? {
            if self.0.out.is_empty() && ROOTS.contains(&&*name) {
                map.next_value_seed(Member {
                    xml: self.0,
                    name: &name,
                    parent: None,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// What an object says of the element that it becomes.
#[derive(Default)]
struct Scalars {
    attributes: String,
    text: Option<String>,
    /// A text if the element has attributes.
    text_beside: Option<String>,
}

/// A value under its name: one element, or several of a list.
struct Member<'a> {
    xml: &'a mut Xml,
    name: &'a str,
    /// The scalars of the object around it.
    parent: Option<&'a mut Scalars>,
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl Member<'_> {
    fn scalar(self, value: &str) {
        if self.xml.is_full {
            return;
        }
        let is_text = TEXTS.contains(&self.name);
        if let Some(parent) = self.parent {
            if is_text {
                parent.text = Some(value.to_owned());
                return;
            }
            if TEXTS_BESIDE_ATTRIBUTES.contains(&self.name) {
                parent.text_beside = Some(value.to_owned());
            }
            let name = self.name.trim_start_matches(['@', '-', '_']);
            if is_name(name) && value.len() <= MAX_ATTRIBUTE {
                let value = escaped(value);
                parent.attributes.extend([" ", name, "=\"", &value, "\""]);
            }
        }
        if is_name(self.name) {
            let name = element(self.name);
            self.xml.push_text_element(&name, "", value);
        }
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.scalar(text);
        Ok(())
    }

    fn visit_bool<E>(self, truth: bool) -> Result<(), E> {
        self.scalar(if truth { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.scalar(&number.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.scalar(&number.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.scalar(&number.to_string());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let (xml, name) = (self.xml, self.name);
        while let Some(()) = seq.next_element_seed(Member {
            xml: &mut *xml,
            name,
            parent: None,
        })? {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let xml = self.xml;
        // Attributes of the element around, as some converters write them.
        let is_attributes = matches!(self.name, "$" | "@attributes" | "_attributes");
        let name = element(self.name);
        if !is_attributes && !is_name(self.name) {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let begin = xml.out.len();
        if !is_attributes {
            xml.push(&["<", &name, ">"]);
        }
        let mut own = Scalars::default();
        while let Some(key) = map.next_key::<Cow<str>>()? {
            map.next_value_seed(Member {
                xml: &mut *xml,
                name: &key,
                parent: Some(&mut own),
            })?;
        }
        if is_attributes {
            xml.out.truncate(begin);
            if let Some(parent) = self.parent {
                parent.attributes.push_str(&own.attributes);
            }
            return Ok(());
        }
        let local = name.rsplit(':').next().unwrap_or_default();
        let has_attributes = [&*name, local]
            .iter()
            .any(|name| WITH_ATTRIBUTES.contains(name));
        if own.text.is_some() || has_attributes && !own.attributes.is_empty() {
            xml.out.truncate(begin);
            let text = own.text.or(own.text_beside).unwrap_or_default();
            xml.push_text_element(&name, &own.attributes, &text);
        } else {
            xml.push(&["</", &name, ">"]);
        }
        Ok(())
    }
}

/// `media:thumbnail` of Google's `media$thumbnail`.
fn element(key: &str) -> Cow<'_, str> {
    if key.contains('$') {
        key.replace('$', ":").into()
    } else {
        key.into()
    }
}

/// Whether a key can be the name of an element.
fn is_name(key: &str) -> bool {
    key.len() <= MAX_NAME
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b":$-_.".contains(&b))
}

/// Text for an element or an attribute.
fn escaped(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'&', b'<', b'"', text.as_bytes()).is_none() {
        return text.into();
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('"', "&quot;").into()
}
