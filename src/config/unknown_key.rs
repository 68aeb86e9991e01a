//! A key that feedmill does not know -> the one that was probably meant, and the table it belongs to.

use super::raw;
use crate::model::PageRule;

/// Other programs' words for our keys, and how people call them. A word may stand for several: the
/// first that the table knows is meant.
const SYNONYMS: &[(&str, &[&str])] = &[
    (
        "address feed feedurl href link uri xmlurl website",
        &["url"],
    ),
    ("file filename localfile", &["path"]),
    ("name label caption heading", &["title"]),
    ("about subtitle summary text", &["description"]),
    (
        "interval refresh frequency period schedule cron poll ttl updateinterval refreshinterval minutes",
        &["every"],
    ),
    ("priority weight order importance", &["rank"]),
    ("lang locale", &["language"]),
    ("tz zone", &["timezone"]),
    ("dateformat datestyle", &["date_order"]),
    ("category categories folder group labels topics", &["tags"]),
    (
        "words word keyword keywords query match matches filter filters terms contains search accept require whitelist",
        &["include"],
    ),
    (
        "block blocklist blacklist reject ignore not without except skip mute",
        &["exclude"],
    ),
    ("feeds from source", &["sources"]),
    ("theme topic topics outputs channel channels", &["themes"]),
    (
        "max maximum maxentries count size items entries number length",
        &["limit", "max_items", "max_body"],
    ),
    ("maxsize maxbytes sizelimit", &["max_body"]),
    ("dedupe dedup duplicates deduplicate", &["merge"]),
    ("icon logo picture img favicon", &["image"]),
    ("copyright license licence", &["rights"]),
    ("pin pinned sticky featured", &["pins"]),
    ("highlight choice", &["editors_choice"]),
    ("oldnames formerly redirects", &["aliases"]),
    (
        "auth login password username user credentials authentication",
        &["basic_auth"],
    ),
    (
        "cookie cookies token authorization apikey header",
        &["headers"],
    ),
    ("useragent agent ua email mail", &["contact"]),
    (
        "selector selectors css xpath scrape html",
        &["page", "item"],
    ),
    ("article entry row element", &["item"]),
    ("list subscriptions", &["opml"]),
    ("robotstxt ignorerobots", &["robots"]),
    ("maxpages pagination paginate follow", &["pages"]),
    ("private allowed allowlist trusted allowprivate", &["allow"]),
    (
        "concurrency concurrent parallel threads workers connections maxconnections",
        &["in_flight"],
    ),
    ("perdomain hostlimit", &["per_host"]),
    ("delay pause rate sleep wait ratelimit", &["gap"]),
    ("deadline", &["timeout"]),
    ("httpproxy httpsproxy socks", &["proxy"]),
    (
        "baseurl siteurl domain root home homepage host link url address",
        &["base_url"],
    ),
    ("websub pubsubhubbub push", &["hub"]),
    ("template theme layout", &["templates"]),
    ("gzip compression brotli", &["compress"]),
    ("index robots", &["noindex"]),
    ("database db sqlite", &["store"]),
    ("statedir data datadir cache", &["state"]),
    (
        "out outdir outputdir dir directory destination target www publish",
        &["output"],
    ),
    (
        "retention expire expiry maxage history delete",
        &["keep", "archive"],
    ),
    ("ping healthcheck monitor monitoring", &["heartbeat"]),
    ("settings general global network http client", &["fetch"]),
];

/// The keys of one kind of table.
pub(super) struct Kind {
    /// As it is written in the file.
    pub name: &'static str,
    pub keys: Vec<&'static str>,
}

/// `; did you mean "limit"?`, `; it belongs in [site]`, or the keys of the table.
pub(super) fn hint(table: &str, word: &str, known: &[&str]) -> String {
    let others: Vec<Kind> = kinds()
        .into_iter()
        .filter(|kind| !is_of(table, kind.name))
        .collect();
    if let Some(key) = known.iter().find(|key| plain(key) == plain(word)) {
        return format!("; did you mean \"{key}\"?");
    }
    let same = |key: &str| plain(key) == plain(word);
    if let Some((key, place)) = elsewhere(&others, same) {
        let meant = if key == word {
            String::new()
        } else {
            format!("; did you mean \"{key}\"")
        };
        return format!("{meant}; {place}");
    }
    let meant = synonyms(word);
    let is_known = |key: &&&str| known.contains(key);
    if let Some(key) = meant
        .iter()
        .find(is_known)
        .copied()
        .or_else(|| nearest(word, known))
    {
        return format!("; did you mean \"{key}\"?");
    }
    if let Some((key, place)) = elsewhere(&others, |key| meant.contains(&key) || is_near(word, key))
    {
        return format!("; did you mean \"{key}\"? {place}");
    }
    format!("; known are {}", known.join(", "))
}

/// The tables of a file, and their keys.
pub(super) fn kinds() -> Vec<Kind> {
    let tables = [
        "site", "fetch", "stories", "rules", "sources", "themes", "deliver",
    ];
    let top = raw::keys_of::<raw::Top>().iter().copied();
    let top = top.filter(|key| !tables.contains(key)).collect();
    let kind = |name, keys: &'static [&'static str]| Kind {
        name,
        keys: keys.to_vec(),
    };
    vec![
        Kind {
            name: "",
            keys: top,
        },
        kind("site", raw::keys_of::<raw::Site>()),
        kind("fetch", raw::keys_of::<raw::Fetch>()),
        kind("stories", raw::keys_of::<raw::Stories>()),
        kind("sources.NAME", raw::keys_of::<raw::Source>()),
        kind("sources.NAME.page", raw::keys_of::<PageRule>()),
        kind("rules.NAME", raw::keys_of::<raw::SavedRule>()),
        kind("themes.NAME", raw::keys_of::<raw::Theme>()),
        kind(
            "themes.NAME.editors_choice",
            raw::keys_of::<raw::EditorsChoice>(),
        ),
        kind("deliver.NAME", raw::keys_of::<raw::Deliver>()),
    ]
}

/// Whether a table is of a kind: `themes.defence` of `themes.NAME`.
fn is_of(table: &str, kind: &str) -> bool {
    let mut parts = table.split('.');
    let mut names = kind.split('.');
    loop {
        match (parts.next(), names.next()) {
            (None, None) => return true,
            (Some(part), Some(name)) if part == name || name == "NAME" => {}
            _ => return false,
        }
    }
}

/// The first key that is meant, and the tables that have it.
fn elsewhere(others: &[Kind], is_meant: impl Fn(&str) -> bool) -> Option<(&'static str, String)> {
    let mut keys = others.iter().flat_map(|kind| kind.keys.iter().copied());
    let key = keys.find(|key| is_meant(key))?;
    let mut places = others.iter().filter(|kind| kind.keys.contains(&key));
    let first = places.next()?;
    if first.name.is_empty() {
        return Some((key, "it belongs before the first table".to_owned()));
    }
    let names = std::iter::once(first).chain(places);
    let names: Vec<_> = names.map(|kind| format!("[{}]", kind.name)).collect();
    Some((key, format!("it belongs in {}", names.join(" or "))))
}

fn synonyms(word: &str) -> Vec<&'static str> {
    let word = plain(word);
    let meant = SYNONYMS
        .iter()
        .filter(|(words, _)| words.split(' ').any(|synonym| synonym == word));
    meant.flat_map(|(_, keys)| keys.iter().copied()).collect()
}

fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().filter(|key| is_near(word, key));
    near.min_by_key(|key| strsim::damerau_levenshtein(&plain(word), &plain(key)))
        .copied()
}

/// Whether a word is a key with a slip or two, or cut short. A third of its letters at most: with more,
/// a suggestion would be a guess (`lang` is no slip for `rank`).
fn is_near(word: &str, key: &str) -> bool {
    /// Shorter beginnings are those of many words.
    const BEGINNING: usize = 4;
    let (word, key) = (plain(word), plain(key));
    let slips = strsim::damerau_levenshtein(&word, &key);
    let is_cut = |long: &str, short: &str| short.len() >= BEGINNING && long.starts_with(short);
    slips <= word.len().min(key.len()) / 3 || is_cut(&key, &word) || is_cut(&word, &key)
}

/// `baseUrl`, `base-url` and `base_url` are one word.
fn plain(word: &str) -> String {
    let letters = word.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(table: &str, word: &str) -> String {
        let kinds = kinds();
        let kind = kinds.iter().find(|kind| is_of(table, kind.name)).unwrap();
        hint(table, word, &kind.keys)
    }

    #[test]
    fn a_key_of_another_table_is_sent_there() {
        for (table, word, place) in [
            ("themes.t", "output", "; it belongs before the first table"),
            (
                "sources.a",
                "heartbeat",
                "; it belongs before the first table",
            ),
            ("", "base_url", "; it belongs in [site]"),
            ("site", "gap", "; it belongs in [fetch]"),
            (
                "themes.t",
                "url",
                "; it belongs in [sources.NAME] or [sources.NAME.page] or [deliver.NAME]",
            ),
            ("sources.a.page", "every", "; it belongs in [sources.NAME]"),
            (
                "themes.t",
                "pins",
                "; it belongs in [themes.NAME.editors_choice]",
            ),
        ] {
            assert_eq!(told(table, word), place, "{table}.{word}");
        }
    }

    #[test]
    fn the_key_that_is_meant_is_named_not_the_one_that_looks_alike() {
        for (table, word, key) in [
            ("sources.a", "lang", "language"),
            ("sources.a", "interval", "every"),
            ("sources.a", "link", "url"),
            ("sources.a", "name", "title"),
            ("sources.a", "auth", "basic_auth"),
            ("sources.a", "Time-Zone", "timezone"),
            ("themes.t", "keywords", "include"),
            ("themes.t", "block", "exclude"),
            ("themes.t", "max_entries", "limit"),
            ("sources.a", "max_entries", "max_items"),
            ("", "retention", "keep"),
            ("themes.t", "desc", "description"),
            ("themes.t", "titel", "title"),
            ("fetch", "user_agent", "contact"),
            ("fetch", "max_size", "max_body"),
            ("site", "baseUrl", "base_url"),
            ("", "database", "store"),
        ] {
            assert_eq!(
                told(table, word),
                format!("; did you mean \"{key}\"?"),
                "{word}"
            );
        }
        assert_eq!(
            told("sources.a", "user_agent"),
            "; did you mean \"contact\"? it belongs in [fetch]"
        );
    }

    #[test]
    fn where_nothing_is_meant_the_keys_are_listed() {
        assert_eq!(told("stories", "xyz"), "; known are merge, apart, hide");
    }
}
