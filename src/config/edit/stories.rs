//! Decisions about single stories: the table `[stories]`, and the pins of themes.

use super::array;
use super::text::edited;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value, value};

/// Pins a story in themes.
pub fn pin(text: &str, themes: &[String], item: &str) -> Result<String, String> {
    edited(text, |document| {
        for theme in themes {
            let pins = list(document, &["themes", theme, "editors_choice"], "pins")?;
            if !texts(pins).any(|pin| pin == item) {
                array::push(pins, item);
            }
        }
        Ok(())
    })
}

/// Removes these pins from themes.
pub fn unpin(text: &str, themes: &[String], pins: &[String]) -> Result<String, String> {
    edited(text, |document| {
        themes.iter().try_for_each(|theme| {
            let list = list(document, &["themes", theme, "editors_choice"], "pins")?;
            take_out(list, pins);
            Ok(())
        })
    })
}

/// Hides an item, a story or a source.
pub fn hide(text: &str, name: &str) -> Result<String, String> {
    edited(text, |document| {
        let hidden = list(document, &["stories"], "hide")?;
        if !texts(hidden).any(|known| known == name) {
            array::push(hidden, name);
        }
        Ok(())
    })
}

/// Removes these names from what is hidden.
pub fn unhide(text: &str, names: &[String]) -> Result<String, String> {
    edited(text, |document| {
        take_out(list(document, &["stories"], "hide")?, names);
        Ok(())
    })
}

/// Makes items one story: they are no longer kept apart.
pub fn merge(text: &str, items: &[String]) -> Result<String, String> {
    edited(text, |document| {
        leave_groups(document, "apart", items)?;
        add_group(document, "merge", items)
    })
}

/// Keeps items apart: they are no longer merged by hand.
pub fn apart(text: &str, items: &[String]) -> Result<String, String> {
    edited(text, |document| {
        leave_groups(document, "merge", items)?;
        add_group(document, "apart", items)
    })
}

fn add_group(document: &mut DocumentMut, key: &str, items: &[String]) -> Result<(), String> {
    let groups = list(document, &["stories"], key)?;
    let is_same = |group: &Value| {
        let group = group.as_array();
        group.is_some_and(|group| {
            items
                .iter()
                .all(|item| texts(group).any(|text| text == item))
        })
    };
    if !groups.iter().any(is_same) {
        array::push(groups, array::of(items));
    }
    Ok(())
}

/// Takes all but one of these items out of a group that has two of them. A group of one is none.
fn leave_groups(document: &mut DocumentMut, key: &str, items: &[String]) -> Result<(), String> {
    let has_groups = document.get("stories").and_then(|stories| stories.get(key));
    if has_groups.is_none() {
        return Ok(());
    }
    let groups = list(document, &["stories"], key)?;
    for index in (0..groups.len()).rev() {
        let Some(group) = groups.get_mut(index).and_then(Value::as_array_mut) else {
            continue;
        };
        let named: Vec<String> = texts(group)
            .filter(|text| items.iter().any(|item| item == text))
            .map(str::to_owned)
            .collect();
        if named.len() > 1 {
            // The first of the items stays, if it is one of them.
            let stays = items.iter().find(|item| named.contains(item));
            let leave: Vec<_> = named.iter().filter(|name| Some(*name) != stays).collect();
            take_out(group, &leave.into_iter().cloned().collect::<Vec<_>>());
        }
        if group.len() < 2 {
            array::remove(groups, index);
        }
    }
    Ok(())
}

/// A list below tables that are made where they are not there.
fn list<'a>(
    document: &'a mut DocumentMut,
    path: &[&str],
    key: &str,
) -> Result<&'a mut Array, String> {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for (depth, name) in path.iter().enumerate() {
        let item = table.entry(name).or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(depth + 1 < path.len());
            Item::Table(table)
        });
        let place = || path[..=depth].join(".");
        table = item
            .as_table_like_mut()
            .ok_or_else(|| format!("{} is not a table", place()))?;
    }
    table
        .entry(key)
        .or_insert_with(|| value(Array::new()))
        .as_array_mut()
        .ok_or_else(|| format!("{key} is not a list"))
}

fn texts(list: &Array) -> impl Iterator<Item = &str> {
    list.iter().filter_map(Value::as_str)
}

fn take_out(list: &mut Array, names: &[String]) {
    for index in (0..list.len()).rev() {
        let text = list.get(index).and_then(Value::as_str);
        if text.is_some_and(|text| names.iter().any(|name| name == text)) {
            array::remove(list, index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<const N: usize>(words: [&str; N]) -> [String; N] {
        words.map(str::to_owned)
    }

    #[test]
    fn a_pin_is_added_once_and_taken_out_again() {
        let text = "[themes.t]\ntitle = 'T' # t\n\n[themes.u]\n";
        let pinned = pin(text, &words(["t"]), "tag:a,2024:1").unwrap();
        assert_eq!(
            pinned,
            "[themes.t]\ntitle = 'T' # t\n\n[themes.t.editors_choice]\npins = [\"tag:a,2024:1\"]\n\n[themes.u]\n"
        );
        assert_eq!(pin(&pinned, &words(["t"]), "tag:a,2024:1").unwrap(), pinned);
        let unpinned = unpin(&pinned, &words(["t"]), &words(["tag:a,2024:1"])).unwrap();
        assert_eq!(unpinned, pinned.replace("\"tag:a,2024:1\"", ""));
        let inline = pin("themes = { t = {} }\n", &words(["t"]), "a:1").unwrap();
        assert_eq!(
            inline,
            "themes = { t = { editors_choice.pins = [\"a:1\"] } }\n"
        );
    }

    #[test]
    fn what_is_hidden_can_be_shown_again() {
        let hidden = hide("[stories]\nhide = ['a:1'] # x\n", "a:2").unwrap();
        assert_eq!(hidden, "[stories]\nhide = ['a:1', \"a:2\"] # x\n");
        assert_eq!(
            unhide(&hidden, &words(["a:1"])).unwrap(),
            "[stories]\nhide = [\"a:2\"] # x\n"
        );
    }

    #[test]
    fn the_last_word_of_merge_and_apart_counts() {
        let merged = merge("", &words(["a:1", "a:2", "a:3"])).unwrap();
        assert_eq!(merged, "[stories]\nmerge = [[\"a:1\", \"a:2\", \"a:3\"]]\n");
        let parted = apart(&merged, &words(["a:1", "a:3"])).unwrap();
        assert_eq!(
            parted,
            "[stories]\nmerge = [[\"a:1\", \"a:2\"]]\napart = [[\"a:1\", \"a:3\"]]\n"
        );
        let again = merge(&parted, &words(["a:3", "a:1"])).unwrap();
        assert_eq!(
            again,
            "[stories]\nmerge = [[\"a:1\", \"a:2\"], [\"a:3\", \"a:1\"]]\napart = []\n"
        );
        assert_eq!(merge(&again, &words(["a:1", "a:2"])).unwrap(), again);
        let parted = apart(&merged, &words(["a:3", "a:1"])).unwrap();
        assert!(parted.contains("merge = [[\"a:2\", \"a:3\"]]"), "{parted}");
    }
}
