//! Sources, and their places in themes, added to and removed from the text of `feeds.toml`.

use super::array;
use super::text::edited;
use crate::model::PageRule;
use std::collections::HashSet;
use toml_edit::{DocumentMut, Item, Table, TableLike, value};
use url::Url;

/// A source that is to be added.
#[derive(Clone, Debug, Default)]
pub struct NewSource {
    /// Its key, which no other source has.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its title; none: the feed's own.
    pub title: Option<String>,
    /// Its site.
    pub home_page_url: Option<Url>,
    /// The folder that it is in, names from the outermost in.
    pub folder: Vec<String>,
    /// Tags of its items.
    pub tags: Vec<String>,
    /// How to read it where it is an HTML page.
    pub page: Option<PageRule>,
}

/// A theme that is to take sources.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Its key.
    pub theme: String,
    /// Its title, if it is not there yet.
    pub title: String,
    /// The sources. A theme that is there and takes all sources stays as it is.
    pub sources: Vec<String>,
}

/// Adds sources behind the others, then puts sources into themes. A theme that is not there is made.
pub fn add(text: &str, sources: &[NewSource], places: &[Place]) -> Result<String, String> {
    edited(text, |document| {
        let tables = tables(document, "sources")?;
        for source in sources {
            tables.insert(&source.id, Item::Table(of_source(source)));
        }
        if places.is_empty() {
            return Ok(());
        }
        let themes = self::tables(document, "themes")?;
        places.iter().try_for_each(|place| put(themes, place))
    })
}

/// Removes a source, from themes and `[stories]` too.
pub fn remove(text: &str, id: &str) -> Result<String, String> {
    edited(text, |document| {
        for theme in names(document, "themes") {
            leave(document, &theme, id)?;
        }
        if let Some(hide) = document
            .get_mut("stories")
            .and_then(Item::as_table_like_mut)
            .and_then(|stories| stories.get_mut("hide"))
            .and_then(Item::as_array_mut)
        {
            take_out(hide, id);
        }
        keep_heading(document, id);
        tables(document, "sources")?
            .remove(id)
            .map(|_| ())
            .ok_or_else(|| format!("there is no source {id}"))
    })
}

/// `[sources]` or `[themes]`: made, if it is not there, without a header of its own.
fn tables<'a>(document: &'a mut DocumentMut, kind: &str) -> Result<&'a mut dyn TableLike, String> {
    let item = document.as_table_mut().entry(kind).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    item.as_table_like_mut()
        .ok_or_else(|| format!("{kind} is not a table"))
}

fn names(document: &DocumentMut, kind: &str) -> Vec<String> {
    let tables = document.get(kind).and_then(Item::as_table_like);
    let names = tables.into_iter().flat_map(TableLike::iter);
    names.map(|(name, _)| name.to_owned()).collect()
}

fn of_source(source: &NewSource) -> Table {
    let mut table = Table::new();
    table.insert("url", value(&source.url));
    if let Some(title) = &source.title {
        table.insert("title", value(title));
    }
    match source.folder.as_slice() {
        [] => {}
        [name] => {
            table.insert("folder", value(name));
        }
        names => {
            table.insert("folder", value(array::of(names)));
        }
    }
    if !source.tags.is_empty() {
        table.insert("tags", value(array::of(&source.tags)));
    }
    if let Some(url) = &source.home_page_url {
        table.insert("home_page_url", value(url.as_str()));
    }
    if let Some(rule) = &source.page {
        table.insert("page", Item::Table(of_page(rule)));
    }
    table
}

fn of_page(rule: &PageRule) -> Table {
    let PageRule {
        item,
        title,
        url,
        date,
        summary,
        image,
        caption,
        tags,
        next,
    } = rule;
    let mut table = Table::new();
    table.insert("item", value(&item.0));
    for (key, selector) in [
        ("title", title),
        ("url", url),
        ("date", date),
        ("summary", summary),
        ("image", image),
        ("caption", caption),
        ("tags", tags),
        ("next", next),
    ] {
        if let Some(selector) = selector {
            table.insert(key, value(&selector.0));
        }
    }
    table
}

fn put(themes: &mut dyn TableLike, place: &Place) -> Result<(), String> {
    let Some(theme) = themes.get_mut(&place.theme) else {
        let mut theme = Table::new();
        theme.insert("title", value(&place.title));
        if !place.sources.is_empty() {
            theme.insert("sources", value(array::of(&place.sources)));
        }
        themes.insert(&place.theme, Item::Table(theme));
        return Ok(());
    };
    let theme = theme
        .as_table_like_mut()
        .ok_or_else(|| format!("themes.{} is not a table", place.theme))?;
    let Some(sources) = theme.get_mut("sources").and_then(Item::as_array_mut) else {
        return Ok(());
    };
    if sources.is_empty() {
        return Ok(()); // it means all
    }
    let known: HashSet<String> = sources
        .iter()
        .filter_map(|known| known.as_str().map(str::to_owned))
        .collect();
    for id in place.sources.iter().filter(|id| !known.contains(*id)) {
        array::push(sources, id);
    }
    Ok(())
}

/// Takes a source out of a theme. One that it has no other than must not become one that takes all.
fn leave(document: &mut DocumentMut, theme: &str, id: &str) -> Result<(), String> {
    let table = document["themes"].get_mut(theme);
    let sources = table
        .and_then(Item::as_table_like_mut)
        .and_then(|table| table.get_mut("sources"))
        .and_then(Item::as_array_mut);
    let Some(sources) = sources else {
        return Ok(());
    };
    let is_last = !sources.is_empty() && sources.iter().all(|name| name.as_str() == Some(id));
    if is_last {
        return Err(format!(
            "[themes.{theme}] takes no other source than {id}, and would take all without it; name another one in its `sources` or remove the theme first"
        ));
    }
    take_out(sources, id);
    Ok(())
}

fn take_out(list: &mut toml_edit::Array, text: &str) {
    for index in (0..list.len()).rev() {
        if list.get(index).and_then(|value| value.as_str()) == Some(text) {
            array::remove(list, index);
        }
    }
}

/// What stands above a source, but for the comment that is directly above it, is a heading of more than
/// this source: it moves on to what follows.
fn keep_heading(document: &mut DocumentMut, id: &str) {
    let prefix_of = |table: &Table| {
        let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str());
        prefix.unwrap_or_default().to_owned()
    };
    let source = document.get("sources").and_then(|sources| sources.get(id));
    let Some(source) = source.and_then(Item::as_table) else {
        return;
    };
    let (prefix, position) = (prefix_of(source), source.position());
    let Some(blank) = prefix.trim_end_matches('\n').rfind("\n\n") else {
        return;
    };
    let heading = &prefix[..=blank];
    if !heading.contains('#') {
        return;
    }
    let ours = ["sources", id];
    let mut next = None;
    visit(
        document.as_table_mut(),
        &mut Vec::new(),
        &mut |path, table| {
            let is_own = path.len() >= 2 && path[..2] == ours;
            let is_later = table.position() > position && !is_own;
            let is_nearer = next.is_none_or(|next| table.position() < Some(next));
            if is_later && is_nearer {
                next = table.position();
            }
        },
    );
    let Some(next) = next else {
        let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
        document.set_trailing(format!("{heading}{trailing}"));
        return;
    };
    visit(document.as_table_mut(), &mut Vec::new(), &mut |_, table| {
        if table.position() == Some(next) {
            let own = prefix_of(table);
            table.decor_mut().set_prefix(format!("{heading}{own}"));
        }
    });
}

/// Calls for each table with a header.
fn visit(table: &mut Table, path: &mut Vec<String>, call: &mut impl FnMut(&[String], &mut Table)) {
    for (key, item) in table.iter_mut() {
        if let Item::Table(inner) = item {
            path.push(key.get().to_owned());
            if !inner.is_implicit() && !inner.is_dotted() {
                call(path, inner);
            }
            visit(inner, path, call);
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# mine
[site]
title = 'S'

# ---- sources

# A, the first
[sources.a]
url = 'https://a.example/' # a
[sources.a.page]
item = 'li'

[sources.b]
url = 'https://b.example/'

# ---- themes

[themes.t]
sources = ['a', 'b']
";

    fn source(id: &str) -> NewSource {
        NewSource {
            id: id.to_owned(),
            url: format!("https://{id}.example/"),
            ..NewSource::default()
        }
    }

    fn place(theme: &str, sources: &[&str]) -> Place {
        Place {
            theme: theme.to_owned(),
            title: theme.to_uppercase(),
            sources: sources.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn a_source_is_added_behind_the_others_and_put_into_its_theme() {
        let new = NewSource {
            title: Some("C \"the\" third".to_owned()),
            home_page_url: Url::parse("https://c.example/home").ok(),
            folder: vec!["Far".to_owned()],
            tags: vec!["x".to_owned()],
            ..source("c")
        };
        let added = add(TEXT, &[new], &[place("t", &["c"]), place("u", &["a", "c"])]).unwrap();
        let table = "
[sources.c]
url = \"https://c.example/\"
title = 'C \"the\" third'
folder = \"Far\"
tags = [\"x\"]
home_page_url = \"https://c.example/home\"
";
        let expected = TEXT
            .replace("\n# ---- themes", &format!("{table}\n# ---- themes"))
            .replace("'b']", "'b', \"c\"]")
            + "\n[themes.u]\ntitle = \"U\"\nsources = [\"a\", \"c\"]\n";
        assert_eq!(added, expected);
    }

    #[test]
    fn a_theme_that_takes_all_stays_so() {
        for theme in ["[themes.t]\ntitle = 'T'\n", "[themes.t]\nsources = []\n"] {
            let added = add(theme, &[], &[place("t", &["a"])]).unwrap();
            assert_eq!(added, theme);
        }
    }

    #[test]
    fn a_source_of_a_page_has_its_selectors() {
        let new = NewSource {
            page: Some(PageRule {
                item: crate::model::Selector("li".to_owned()),
                ..PageRule::default()
            }),
            ..source("p")
        };
        let added = add("", &[new], &[]).unwrap();
        assert_eq!(
            added,
            "[sources.p]\nurl = \"https://p.example/\"\n\n[sources.p.page]\nitem = \"li\"\n"
        );
    }

    #[test]
    fn tables_in_other_notations_take_a_source_too() {
        for text in [
            "sources = { a = { url = 'https://a.example/' } }\n",
            "sources.a.url = 'https://a.example/'\n",
            "[sources]\na.url = 'https://a.example/'\n",
            "[sources]\na = { url = 'https://a.example/' }\n",
        ] {
            let added = add(text, &[source("c")], &[place("t", &[])]).unwrap();
            let config = crate::config::Config::parse("f".as_ref(), &added);
            let ids: Vec<_> = config
                .unwrap()
                .sources
                .iter()
                .map(|s| s.id.to_string())
                .collect();
            assert_eq!(ids, ["a", "c"], "{added}");
        }
    }

    #[test]
    fn a_source_leaves_with_its_own_comment_and_headings_stay() {
        let removed = remove(&format!("{TEXT}[stories]\nhide = ['b', 'a']\n"), "a").unwrap();
        let expected = "\
# mine
[site]
title = 'S'

# ---- sources

[sources.b]
url = 'https://b.example/'

# ---- themes

[themes.t]
sources = ['b']
[stories]
hide = ['b']
";
        assert_eq!(removed, expected);
    }

    #[test]
    fn the_only_source_of_a_theme_is_not_removed_silently() {
        let text = TEXT.replace("['a', 'b']", "['a']");
        let error = remove(&text, "a").unwrap_err();
        assert!(
            error.contains("[themes.t] takes no other source than a"),
            "{error}"
        );
        assert!(remove(&text, "x").unwrap_err().contains("no source x"));
    }

    #[test]
    fn a_long_list_of_sources_is_one_a_line() {
        let ids: Vec<String> = (0..20).map(|n| format!("source-{n}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let added = add("", &[], &[place("t", &ids)]).unwrap();
        assert!(
            added.contains("sources = [\n    \"source-0\",\n"),
            "{added}"
        );
        assert!(added.ends_with("    \"source-19\",\n]\n"), "{added}");
    }
}
