//! JSON of any type -> the expected type where possible, else nothing. Only broken JSON is an error
//! here.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::de::{DeserializeSeed, Error};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Something that is read field by field.
pub(super) trait Fields: Default {
    /// Reads the value of one field from `map`. It must read every value, also an unused one.
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;

    /// The meaning of a string or number in place of an object.
    fn from_scalar(_: String) -> Option<Self> {
        None
    }
}

/// Reads an object into `target`, which keeps what was read before an error.
pub(super) fn read_into<'de, T: Fields, D: Deserializer<'de>>(
    target: &mut T,
    json: D,
) -> Result<(), D::Error> {
    json.deserialize_any(FieldVisitor(target))
}

/// A string; a number or a truth value as it would be written; none for anything else.
pub(super) struct Scalar(pub(super) Option<String>);

/// An object; none for anything else.
pub(in crate::parse) struct Object<T>(pub(super) Option<T>);

/// A list; a single value is a list of one.
pub(in crate::parse) struct List<T>(pub(super) Vec<T>);

/// A list of words; in one string they are between commas.
pub(in crate::parse) struct Words(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Given {
            One(String),
            Many(List<Scalar>),
        }
        Ok(Self(match Given::deserialize(json)? {
            Given::One(words) => {
                let words = words.split(',').map(str::trim);
                words.filter(|w| !w.is_empty()).map(str::to_owned).collect()
            }
            Given::Many(List(words)) => words.into_iter().filter_map(|Scalar(w)| w).collect(),
        }))
    }
}

/// Appends the members of a list to `target`, at most `max` of them; false when it is not a list.
pub(super) fn append_list<'de, T: Fields, A: MapAccess<'de>>(
    target: &mut Vec<T>,
    max: usize,
    map: &mut A,
) -> Result<bool, A::Error> {
    map.next_value_seed(ListAppender { target, max })
}

struct FieldVisitor<'a, T>(&'a mut T);

impl<'de, T: Fields> Visitor<'de> for FieldVisitor<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<str>>()? {
            self.0.field(&name, &mut map)?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let Object(value) = json.deserialize_any(AnyVisitor::<ScalarOnly>(PhantomData))?;
        Ok(Self(value.and_then(|ScalarOnly(text)| text)))
    }
}

/// Skips the fields of an object; keeps a scalar.
#[derive(Default)]
struct ScalarOnly(Option<String>);

impl Fields for ScalarOnly {
    fn field<'de, A: MapAccess<'de>>(&mut self, _: &str, map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(|_| ())
    }

    fn from_scalar(text: String) -> Option<Self> {
        Some(Self(Some(text)))
    }
}

impl<'de, T: Fields> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(AnyVisitor(PhantomData))
    }
}

/// Accepts every type.
struct AnyVisitor<T>(PhantomData<T>);

impl<T: Fields> AnyVisitor<T> {
    fn scalar(text: &str) -> Object<T> {
        let text = text.trim();
        if text.is_empty() {
            return Object(None);
        }
        Object(T::from_scalar(text.to_owned()))
    }
}

impl<'de, T: Fields> Visitor<'de> for AnyVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Self::scalar(text))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(Self::scalar(&truth.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Self::scalar(&number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Self::scalar(&number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Self::scalar(&number.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut value = T::default();
        read_into(&mut value, MapAccessDeserializer::new(map))?;
        Ok(Object(Some(value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = seq.next_element()? {
            members.push(member);
        }
        Ok(List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(List(vec![T::deserialize(MapAccessDeserializer::new(map))?]))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text = serde::de::value::StrDeserializer::new(text);
        Ok(List(vec![T::deserialize(text)?]))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(List(Vec::new()))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(List(Vec::new()))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(List(Vec::new()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(List(Vec::new()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(List(Vec::new()))
    }
}

struct ListAppender<'a, T> {
    target: &'a mut Vec<T>,
    max: usize,
}

impl<'de, T: Fields> DeserializeSeed<'de> for ListAppender<'_, T> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, T: Fields> Visitor<'de> for ListAppender<'_, T> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        while let Some(Object(member)) = seq.next_element()? {
            if self.target.len() < self.max {
                self.target.extend(member);
            }
        }
        Ok(true)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }
}
