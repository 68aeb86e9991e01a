//! Items by the selectors of a [`PageRule`].

use super::{Page, plain, select, show};
use crate::model::{Feed, FeedItem, Image, PageRule, Selector, Text, TextKind, Warning};
use crate::text::html::first_picture;
use crate::url::is_web;
use scraper::ElementRef;

/// Headings, best first.
const HEADINGS: [&str; 4] = ["h1, h2", "h3", "h4, h5, h6", "a[href]"];

/// Tags of one item.
const MAX_TAGS: usize = 50;

/// Finds the items of a page.
pub(super) fn read(page: &Page, rule: &PageRule, feed: &mut Feed) {
    let found: Vec<_> = select(&page.document.root_element(), &rule.item.0).collect();
    let count = found.len();
    feed.items = found
        .iter()
        .filter_map(|&item| read_item(page, item, rule))
        .collect();
    let odd = match (count, feed.items.len()) {
        (0, _) => format!("the selector `{}` finds nothing", rule.item.0),
        (_, 0) => format!(
            "none of {count} matches of `{}` has a title or a text",
            rule.item.0
        ),
        _ => return,
    };
    feed.warnings.push(Warning {
        line: None,
        element: Some("page.item".to_owned()),
        text: odd,
    });
}

/// One item; none when it shows nothing.
fn read_item(page: &Page, item: ElementRef, rule: &PageRule) -> Option<FeedItem> {
    let title_at = match &rule.title {
        Some(selector) => all(item, selector).into_iter().next(),
        None => HEADINGS
            .iter()
            .find_map(|heading| select(&item, heading).next()),
    };
    let title = title_at.map(show::line).filter(|title| !title.is_empty());
    let link_at = match &rule.url {
        Some(selector) => all(item, selector).into_iter().find_map(link_in),
        None => title_at
            .and_then(|title| link_around(title, item))
            .or_else(|| link_in(item)),
    };
    let url = link_at
        .and_then(|a| page.resolve(a.attr("href")?))
        .filter(is_web);
    let date = match &rule.date {
        Some(selector) => all(item, selector).into_iter().find_map(show::date),
        None => select(&item, "time").find_map(show::date),
    };
    let summary = rule
        .summary
        .as_ref()
        .and_then(|selector| texts(item, selector));
    if title.is_none() && summary.is_none() {
        return None;
    }
    let tags = rule.tags.as_ref().map(|selector| {
        let tags = all(item, selector).into_iter().map(show::line);
        tags.filter(|tag| !tag.is_empty()).take(MAX_TAGS).collect()
    });
    Some(FeedItem {
        url: url.map(String::from),
        title: title.map(plain),
        summary: summary.map(|value| Text {
            value,
            kind: TextKind::Plain,
            base: None,
        }),
        image: rule
            .image
            .as_ref()
            .and_then(|selector| image(page, item, selector, rule)),
        date_published: date,
        tags: tags.unwrap_or_default(),
        ..FeedItem::default()
    })
}

fn image(page: &Page, item: ElementRef, selector: &Selector, rule: &PageRule) -> Option<Image> {
    let picture = all(item, selector)
        .into_iter()
        .find_map(|at| first_picture(&at.html(), page.base.as_ref()))?;
    let caption = rule.caption.as_ref().and_then(|selector| {
        all(item, selector)
            .into_iter()
            .find_map(|at| show::caption(&show::line(at)))
    });
    Some(Image {
        url: picture.url.into(),
        caption,
        width: picture.width,
        height: picture.height,
    })
}

/// Matches of a selector, the item itself among them: `li.news` may be item and link at once.
fn all<'a>(item: ElementRef<'a>, selector: &Selector) -> Vec<ElementRef<'a>> {
    let Ok(selector) = scraper::Selector::parse(&selector.0) else {
        return Vec::new();
    };
    let own = selector.matches(&item).then_some(item);
    own.into_iter().chain(item.select(&selector)).collect()
}

/// The texts of all matches, a line a block; a match inside another is not repeated.
fn texts(item: ElementRef, selector: &Selector) -> Option<String> {
    let mut outermost: Vec<ElementRef> = Vec::new();
    for at in all(item, selector) {
        let nested = at
            .ancestors()
            .any(|above| outermost.iter().any(|o| o.id() == above.id()));
        if !nested {
            outermost.push(at);
        }
    }
    let texts: Vec<String> = outermost
        .into_iter()
        .map(show::text)
        .filter(|t| !t.is_empty())
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// The link in an element, or the element itself.
fn link_in(element: ElementRef) -> Option<ElementRef> {
    if element.attr("href").is_some() {
        return Some(element);
    }
    select(&element, "a[href]").next()
}

/// The link in a title or around it, but not around the whole item's surroundings.
fn link_around<'a>(title: ElementRef<'a>, item: ElementRef<'a>) -> Option<ElementRef<'a>> {
    let inside = link_in(title);
    inside.or_else(|| {
        title
            .ancestors()
            .filter_map(ElementRef::wrap)
            .find(|above| above.id() == item.id() || above.value().name() == "a")
            .filter(|found| found.attr("href").is_some())
    })
}
