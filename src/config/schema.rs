//! The JSON Schema of `feeds.toml`, for editors.
//!
//! It is made from the tables of `docs/CONFIGURATION.md`, which say of each key what it is and what it means; a
//! test compares the result with the keys that the reader of the file knows. A schema that is derived from the
//! types of the reader (`schemars`) would have neither meaning nor defaults, and these types hold places in the
//! text, not values.

/// `docs/feeds.schema.json`.
pub const SCHEMA: &str = include_str!("../../docs/feeds.schema.json");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::unknown_key::kinds;
    use serde_json::{Map, Value, json};
    use std::collections::BTreeMap;
    use std::path::Path;

    const DOCUMENT: &str = include_str!("../../docs/CONFIGURATION.md");

    #[test]
    fn the_schema_is_what_the_documentation_says() {
        let made = serde_json::to_string_pretty(&made()).unwrap() + "\n";
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/feeds.schema.json");
        if std::env::var_os("FEEDMILL_WRITE_DOCS").is_some() {
            std::fs::write(file, &made).unwrap();
        } else {
            assert!(
                SCHEMA == made,
                "docs/feeds.schema.json is not what docs/CONFIGURATION.md says; write it with FEEDMILL_WRITE_DOCS=1 cargo test --lib the_schema_is_what"
            );
        }
    }

    #[test]
    fn the_schema_has_the_keys_that_the_reader_knows() {
        let tables = documented();
        for kind in kinds() {
            let mut known = kind.keys.clone();
            known.sort_unstable();
            let table = tables
                .get(kind.name)
                .unwrap_or_else(|| panic!("{}", kind.name));
            let mut told: Vec<&str> = table.keys().map(String::as_str).collect();
            // Tables of their own, with a section of their own.
            told.extend(
                known
                    .iter()
                    .filter(|key| matches!(**key, "page" | "editors_choice")),
            );
            told.sort_unstable();
            told.dedup();
            assert_eq!(told, known, "[{}]", kind.name);
        }
    }

    #[test]
    fn the_sample_and_the_first_file_are_valid_and_mistakes_are_not() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let read = |text: &str| serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap());
        let faults = |text: &str| faults("", &read(text).unwrap(), &schema);
        let none: Vec<String> = Vec::new();
        assert_eq!(faults(include_str!("../../feeds.toml")), none);
        assert_eq!(faults(&crate::config::edit::first_file("Mine")), none);
        for (text, place) in [
            ("stat = 's'", "/stat"),
            ("[themes.t]\nlimt = 3", "/themes/t/limt"),
            ("[themes.t]\nlimit = '3'", "/themes/t/limit"),
            ("[themes.t]\nlimit = 0", "/themes/t/limit"),
            ("[themes.t]\nmerge = 'all'", "/themes/t/merge"),
            ("[sources.a]\nfolder = 3", "/sources/a/folder"),
            ("[sources.a.page]\nitems = 'li'", "/sources/a/page/items"),
            ("[stories]\nmerge = ['a']", "/stories/merge/0"),
        ] {
            assert_eq!(faults(text), [place], "{text}");
        }
    }

    /// The schema of each key of each table of the documentation.
    fn documented() -> BTreeMap<String, Map<String, Value>> {
        let mut tables: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        let (mut table, mut has_types) = (String::new(), true);
        for line in DOCUMENT.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                let name = title
                    .strip_prefix('[')
                    .and_then(|name| name.strip_suffix(']'));
                table = name.unwrap_or_default().to_owned();
            } else if line.starts_with("| key |") {
                has_types = line.contains("| type |");
            }
            let row = line
                .strip_prefix("| `")
                .and_then(|row| row.strip_suffix(" |"));
            let Some((key, cells)) = row.and_then(|row| row.split_once("` |")) else {
                continue;
            };
            // Only the last one, the meaning, has a bar in it.
            let most = if has_types { 3 } else { 2 };
            let mut cells: Vec<&str> = cells.splitn(most, '|').map(str::trim).collect();
            if !has_types {
                cells.insert(0, "text");
            }
            let [kind, default, meaning] = cells.as_slice() else {
                panic!("{line}")
            };
            let mut schema = of_type(kind);
            schema.insert("description".to_owned(), plain(meaning).into());
            let default = default
                .strip_prefix('`')
                .and_then(|text| text.strip_suffix('`'));
            if let Some(default) = default.and_then(|text| serde_json::from_str(text).ok()) {
                schema.insert("default".to_owned(), default);
            }
            tables
                .entry(table.clone())
                .or_default()
                .insert(key.to_owned(), schema.into());
        }
        tables
    }

    /// The type of a key, as the documentation names it. One that is not known here allows everything.
    fn of_type(kind: &str) -> Map<String, Value> {
        let words = [
            "text",
            "URL",
            "path",
            "duration",
            "size",
            "time zone",
            "language",
            "secret",
            "RFC 3339",
        ];
        let quoted: Vec<&str> = kind
            .split("`\"")
            .skip(1)
            .filter_map(|s| s.split("\"`").next())
            .collect();
        let text = || json!({ "type": "string" });
        let schema = if kind.starts_with("true/false") || kind.starts_with("`true`") {
            json!({ "type": "boolean" })
        } else if kind.starts_with("list of lists") {
            json!({ "type": "array", "items": { "type": "array", "items": text() } })
        } else if kind.starts_with("list of `\"") {
            json!({ "type": "array", "items": { "enum": quoted } })
        } else if kind.starts_with("list of") {
            json!({ "type": "array", "items": text() })
        } else if kind.starts_with("text or list") {
            json!({ "anyOf": [text(), { "type": "array", "items": text() }] })
        } else if kind.starts_with("`\"") {
            json!({ "enum": quoted })
        } else if kind.contains("number") && kind.contains("`\"all\"`") {
            json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "enum": ["all"] }] })
        } else if kind == "whole number" {
            json!({ "type": "integer" })
        } else if kind.contains("number") {
            let bounds: Vec<u32> = kind
                .split(' ')
                .filter_map(|word| word.parse().ok())
                .collect();
            match bounds.as_slice() {
                [least, most] => json!({ "type": "integer", "minimum": least, "maximum": most }),
                _ => json!({ "type": "integer", "minimum": 0 }),
            }
        } else if kind == "table" {
            json!({ "type": "object", "additionalProperties": text() })
        } else if words.iter().any(|word| kind.starts_with(word)) {
            text()
        } else {
            json!({})
        };
        schema.as_object().cloned().unwrap_or_default()
    }

    /// Markdown without its links.
    fn plain(markdown: &str) -> String {
        let mut text = String::new();
        let mut rest = markdown;
        while let Some((before, link)) = rest.split_once('[') {
            text += before;
            match link
                .split_once("](")
                .and_then(|(name, tail)| Some((name, tail.split_once(')')?.1)))
            {
                Some((name, tail)) if !name.contains([']', '[']) => {
                    text += name;
                    rest = tail;
                }
                _ => {
                    text.push('[');
                    rest = link;
                }
            }
        }
        text + rest
    }

    fn made() -> Value {
        let table = |keys: Map<String, Value>| json!({ "type": "object", "additionalProperties": false, "properties": keys });
        let mut tables = documented();
        let mut top = tables.remove("").unwrap_or_default();
        // The innermost first: it is a key of the table around it.
        while let Some((name, keys)) = tables.pop_last() {
            let path: Vec<&str> = name.split('.').collect();
            match path.as_slice() {
                [single] => {
                    top.insert((*single).to_owned(), table(keys));
                }
                [kind, "NAME"] => {
                    let names = json!({ "pattern": "^[a-z0-9-]{1,64}$" });
                    let tables = json!({ "type": "object", "propertyNames": names, "additionalProperties": table(keys) });
                    top.insert((*kind).to_owned(), tables);
                }
                [kind, "NAME", inner] => {
                    let outer = tables.entry(format!("{kind}.NAME")).or_default();
                    outer.insert((*inner).to_owned(), table(keys));
                }
                _ => panic!("{name}"),
            }
        }
        let mut schema = table(top);
        schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
        schema["title"] = "feeds.toml of feedmill".into();
        schema
    }

    /// Where a value is not as a schema says: of JSON Schema what [`made`] uses.
    fn faults(place: &str, value: &Value, schema: &Value) -> Vec<String> {
        let here = || vec![place.to_owned()];
        if let Some(choices) = schema["anyOf"].as_array() {
            let fits = choices
                .iter()
                .any(|choice| faults(place, value, choice).is_empty());
            return if fits { Vec::new() } else { here() };
        }
        if let Some(values) = schema["enum"].as_array()
            && !values.contains(value)
        {
            return here();
        }
        let is_of_type = match schema["type"].as_str() {
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_i64(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            _ => true,
        };
        let number = value.as_i64();
        let is_low = schema["minimum"].as_i64() > number && number.is_some();
        let is_high = schema["maximum"]
            .as_i64()
            .is_some_and(|most| number > Some(most));
        if !is_of_type || is_low || is_high {
            return here();
        }
        let mut found = Vec::new();
        for (n, item) in value.as_array().into_iter().flatten().enumerate() {
            found.extend(faults(&format!("{place}/{n}"), item, &schema["items"]));
        }
        for (key, inner) in value.as_object().into_iter().flatten() {
            let place = format!("{place}/{key}");
            match (&schema["properties"][key], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => found.push(place),
                (Value::Null, other) => found.extend(faults(&place, inner, other)),
                (known, _) => found.extend(faults(&place, inner, known)),
            }
        }
        found
    }
}
