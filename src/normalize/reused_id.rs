//! Whether an id that is known now stands on something else.
//!
//! An id that is kept is the item: outlets rewrite headline, address and text of an article that
//! develops. But some feeds give one guid to whatever is newest. So only all signs together tell
//! another item: another title, date and address, and a text that shares little with the earlier one.

use crate::date::Precision;
use crate::model::Item;
use crate::text::{html, words};
use std::collections::HashSet;
use url::Url;

/// Whether the newer item is another one than the older item with the same id.
pub fn is_another(old: &Item, new: &Item) -> bool {
    let (Some(old_page), Some(new_page)) = (&old.url, &new.url) else {
        return false;
    };
    let title = |item: &Item| words::fold(item.title.as_deref().unwrap_or_default());
    old_page != new_page
        && title(old) != title(new)
        && !same_date(old, new)
        && !address_is_kept(old_page, new_page)
        && !text_is_kept(old, new)
}

/// Whether both were published at the same time, or on the same day where no time is given.
fn same_date(old: &Item, new: &Item) -> bool {
    match (old.date_precision, new.date_precision) {
        (Precision::Exact, Precision::Exact) => {
            old.date_published.timestamp() == new.date_published.timestamp()
        }
        (Precision::Exact | Precision::Day, Precision::Exact | Precision::Day) => {
            old.date_published.date_naive() == new.date_published.date_naive()
        }
        _ => false,
    }
}

/// Whether two addresses have a part in common that tells articles of a site apart: a number or code,
/// or half of the words of the slug.
fn address_is_kept(old: &str, new: &str) -> bool {
    /// Of one word alone, such as `index`, nothing follows.
    const LEAST_WORDS: usize = 2;
    let (Ok(old), Ok(new)) = (Url::parse(old), Url::parse(new)) else {
        return false;
    };
    let new_codes = codes(&new);
    if codes(&old).iter().any(|code| new_codes.contains(code)) {
        return true;
    }
    let (old, new) = (slug(&old), slug(&new));
    let shared = old.intersection(&new).count();
    shared >= LEAST_WORDS && 2 * shared >= old.len().min(new.len())
}

/// The parts of an address that hold a digit and are no date: `q7x1`, `48213`, `id=17`.
fn codes(url: &Url) -> HashSet<String> {
    let path = url.path().split(|c: char| !c.is_alphanumeric());
    let codes = path.filter(|part| is_code(part)).map(str::to_owned);
    let parameters = url.query().unwrap_or_default().split('&');
    let has_digit = |text: &&str| text.bytes().any(|b| b.is_ascii_digit());
    let parameters = parameters.filter(has_digit).map(str::to_owned);
    codes.chain(parameters).collect()
}

/// Whether a part of a path is long enough to name an article, and cannot be a year, a month, a day, or
/// all of these in one number.
fn is_code(part: &str) -> bool {
    const SHORTEST: usize = 4;
    let is_number = part.bytes().all(|b| b.is_ascii_digit());
    let is_date = is_number
        && matches!(part.len(), 4 | 6 | 8)
        && (part.starts_with("19") || part.starts_with("20"));
    part.len() >= SHORTEST && part.bytes().any(|b| b.is_ascii_digit()) && !is_date
}

/// The words of the last part of a path.
fn slug(url: &Url) -> HashSet<String> {
    let last = url.path().trim_end_matches('/').rsplit('/').next();
    let name = last.unwrap_or_default();
    let name = name.split_once('.').map_or(name, |(name, _)| name);
    let parts = name.split(|c: char| !c.is_alphanumeric());
    // Not its numbers, which are codes or dates.
    let words = parts.filter(|part| part.chars().any(char::is_alphabetic));
    words.map(str::to_lowercase).collect()
}

/// Whether half of the pairs of words of the shorter text are in the longer one. Texts on different
/// things share few pairs, but may end with the same lines.
fn text_is_kept(old: &Item, new: &Item) -> bool {
    let (old, new) = (text(old), text(new));
    let (old, new) = (pairs(&old), pairs(&new));
    let shared = old.intersection(&new).count();
    shared > 0 && 2 * shared >= old.len().min(new.len())
}

fn text(item: &Item) -> String {
    let html = item
        .content_html
        .as_ref()
        .map(|raw| html::to_text(&raw.html));
    let text = html.as_deref().or(item.content_text.as_deref());
    words::fold(text.or(item.summary.as_deref()).unwrap_or_default())
}

fn pairs(text: &str) -> HashSet<(&str, &str)> {
    text.split(' ').zip(text.split(' ').skip(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemSource;
    use chrono::{DateTime, TimeDelta};

    const TEXT: &str = "Traders expect a weak start after a fall in ore prices on Monday.";

    fn item(title: &str, page: &str, day: i64, text: &str) -> Item {
        let at = DateTime::UNIX_EPOCH + TimeDelta::days(day);
        Item {
            title: Some(title.to_owned()),
            url: Some(format!("https://post.example/{page}")),
            content_text: Some(text.to_owned()),
            ..Item::new("q7x1", ItemSource::default().into(), at)
        }
    }

    #[test]
    fn one_sign_of_the_earlier_item_is_enough() {
        let old = item(
            "Shares to open lower",
            "money/shares-to-open-lower",
            1,
            TEXT,
        );
        let other = "The index was down at noon, and a bid lifted the cable firm.";
        let new = |page: &str, day, text: &str| item("Index loses two percent", page, day, text);
        assert!(is_another(&old, &new("money/index-loses", 2, other)));
        assert!(!is_another(&old, &new("money/index-loses", 1, other)));
        assert!(!is_another(
            &old,
            &new("money/open-shares-lower-still", 2, other)
        ));
        let added = format!("{TEXT} At noon it was down.");
        assert!(!is_another(&old, &new("money/index-loses", 2, &added)));
        let retitled = Item {
            title: old.title.clone(),
            ..new("money/index-loses", 2, other)
        };
        assert!(!is_another(&old, &retitled));
        let moved = Item {
            url: None,
            ..new("", 2, other)
        };
        assert!(!is_another(&old, &moved));
    }

    #[test]
    fn a_number_or_code_of_the_address_names_the_article_and_a_date_does_not() {
        for (old, new, is_kept) in [
            (
                "money/weak-start-q7x1.html",
                "sport/other-words-q7x1.html",
                true,
            ),
            (
                "article/48213/weak-start",
                "article/48213/index-loses",
                true,
            ),
            ("?p=17", "?p=17&from=x", true),
            ("?p=17", "?p=18", false),
            ("2026/03/02/weak-start", "2026/03/02/index-loses", false),
            ("20260302/weak-start", "20260302/index-loses", false),
            ("money/weak-start.html", "money/index-loses.html", false),
            ("2026/weak/index.html", "2026/cable/index.html", false),
            ("news/1", "news/2", false),
        ] {
            let address = |page: &str| format!("https://post.example/{page}");
            assert_eq!(
                address_is_kept(&address(old), &address(new)),
                is_kept,
                "{old} {new}"
            );
        }
    }

    #[test]
    fn days_are_compared_where_one_has_no_time() {
        let at = |seconds: i64, date_precision| Item {
            date_precision,
            date_published: DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds),
            ..item("", "", 0, "")
        };
        let old = at(5, Precision::Day);
        assert!(same_date(&old, &at(7, Precision::Day)));
        assert!(same_date(&old, &at(7, Precision::Exact)));
        assert!(!same_date(
            &at(5, Precision::Exact),
            &at(7, Precision::Exact)
        ));
        assert!(!same_date(&old, &at(5, Precision::Unknown)));
    }
}
