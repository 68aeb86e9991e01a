//! A list of texts in TOML, with one more or one less: over one line or several, as it was, with the
//! comments of those that stay.

use toml_edit::{Array, Decor, Value};

/// The longest list that is written on one line.
const ONE_LINE: usize = 96;

/// Adds a value at the end.
pub(super) fn push(array: &mut Array, value: impl Into<Value>) {
    let value = value.into();
    let lines = array
        .iter()
        .last()
        .and_then(prefix)
        .filter(|prefix| prefix.contains('\n'));
    // What stands before the last value may be a comment on the one before it.
    let indent = lines
        .as_deref()
        .and_then(|prefix| prefix.rsplit('\n').next());
    let Some(indent) = indent.map(|indent| format!("\n{indent}")) else {
        array.push(value);
        return;
    };
    // A comment behind the last value belongs to it, not to what follows it.
    let behind = take_behind(array);
    let (comment, rest) = split_first_line(&behind);
    let mut value = value;
    *value.decor_mut() = Decor::new(format!("{comment}{indent}"), "");
    array.push_formatted(value);
    array.set_trailing(rest);
    array.set_trailing_comma(true);
}

/// Removes one value, with the comments on it.
pub(super) fn remove(array: &mut Array, index: usize) {
    let removed = array.get(index).and_then(prefix).unwrap_or_default();
    let (kept, _) = split_first_line(&removed);
    if let Some(next) = array.get_mut(index + 1) {
        let own = prefix(next).unwrap_or_default();
        let new = joined(kept, &own, &removed);
        next.decor_mut().set_prefix(new);
    } else {
        let new = joined(kept, &take_behind(array), "");
        array.set_trailing(new);
    }
    array.remove(index);
    if array.is_empty() {
        array.set_trailing_comma(false);
    }
}

/// What stands before a value once the one before it is gone: its comment goes with it.
fn joined(kept: &str, own: &str, on_one_line: &str) -> String {
    match split_first_line(own) {
        (_, "") => on_one_line.to_owned(),
        (_, lines) => format!("{kept}{lines}"),
    }
}

/// Texts as a new list: on one line where they fit, else one a line.
pub(super) fn of(texts: &[String]) -> Array {
    let mut array: Array = texts.iter().map(String::as_str).collect();
    if array.to_string().len() > ONE_LINE {
        for value in array.iter_mut() {
            value.decor_mut().set_prefix("\n    ");
        }
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}

/// What stands behind the last value, with or without a comma between.
fn take_behind(array: &mut Array) -> String {
    let trailing = array.trailing().as_str().unwrap_or_default().to_owned();
    if array.trailing_comma() {
        return trailing;
    }
    let last = array
        .len()
        .checked_sub(1)
        .and_then(|last| array.get_mut(last));
    let Some(last) = last else {
        return trailing;
    };
    let suffix = last.decor().suffix().and_then(|suffix| suffix.as_str());
    let suffix = suffix.unwrap_or_default().to_owned();
    last.decor_mut().set_suffix("");
    suffix + &trailing
}

fn prefix(value: &Value) -> Option<String> {
    let prefix = value.decor().prefix()?.as_str()?;
    Some(prefix.to_owned())
}

/// The rest of a line, and from its end on; of what has no end of a line all is the rest of one.
fn split_first_line(text: &str) -> (&str, &str) {
    text.split_at(text.find('\n').unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::super::text::edited;
    use super::*;

    fn list(text: &str, change: impl FnOnce(&mut Array)) -> String {
        edited(text, |document| {
            change(document["l"].as_array_mut().unwrap());
            Ok(())
        })
        .unwrap()
    }

    #[test]
    fn a_value_is_added_as_the_others_are_written() {
        for (before, after) in [
            ("l = []\n", "l = [\"z\"]\n"),
            ("l = ['a', 'b'] # x\n", "l = ['a', 'b', \"z\"] # x\n"),
            (
                "l = [\n  'a',\n  'b',\n]\n",
                "l = [\n  'a',\n  'b',\n  \"z\",\n]\n",
            ),
            (
                "l = [\n  'a',\n  'b'\n]\n",
                "l = [\n  'a',\n  'b',\n  \"z\",\n]\n",
            ),
            (
                "l = [\n  'a', # one\n  'b', # two\n  # end\n]\n",
                "l = [\n  'a', # one\n  'b', # two\n  \"z\",\n  # end\n]\n",
            ),
        ] {
            assert_eq!(list(before, |array| push(array, "z")), after);
        }
    }

    #[test]
    fn a_value_goes_with_its_own_comment_only() {
        let lines = "l = [\n  'a', # one\n  # about b\n  'b', # two\n  'c', # three\n]\n";
        for (index, after) in [
            (0, "l = [\n  # about b\n  'b', # two\n  'c', # three\n]\n"),
            (1, "l = [\n  'a', # one\n  'c', # three\n]\n"),
            (2, "l = [\n  'a', # one\n  # about b\n  'b', # two\n]\n"),
        ] {
            assert_eq!(list(lines, |array| remove(array, index)), after);
        }
        for (index, after) in [(0, "l = ['b', 'c']\n"), (2, "l = ['a', 'b']\n")] {
            assert_eq!(
                list("l = ['a', 'b', 'c']\n", |array| remove(array, index)),
                after
            );
        }
        for text in ["l = [\n  'a',\n  'b'\n]\n", "l = [\n  'a',\n  'b' # b\n]\n"] {
            let after = list(text, |array| remove(array, 1));
            assert_eq!(after, "l = [\n  'a'\n]\n");
        }
        assert_eq!(
            list("l = [\n  'a',\n]\n", |array| remove(array, 0)),
            "l = [\n]\n"
        );
    }
}
