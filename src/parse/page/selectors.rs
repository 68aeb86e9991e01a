//! A page and the selectors of a [`PageRule`] -> items.

use super::region::Region;
use super::{MAX_CANDIDATES, MAX_ITEMS, MAX_TAGS, Page, extract, plain};
use crate::model::{Feed, FeedItem, Image, PageRule, Selector, Text, TextKind, Warning};
use crate::text::html::first_picture;
use crate::url::is_web;
use scraper::ElementRef;
use url::Url;

/// Headings, best first.
const HEADINGS: [&str; 4] = ["h1, h2", "h3", "h4, h5, h6", "a[href]"];

/// Finds the items of a page; adds a warning when there are none.
pub(super) fn read(page: &Page, rule: &PageRule, feed: &mut Feed) {
    let selector = scraper::Selector::parse(&rule.item.0).ok();
    let found = selector.as_ref().map_or_else(Vec::new, |items| {
        Region::all(page.document.root_element(), items)
    });
    let count = found.len();
    feed.items = found
        .iter()
        .take(MAX_ITEMS)
        .filter_map(|item| read_item(page, item, rule))
        .collect();
    let warning = match (count, feed.items.len()) {
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
        text: warning,
    });
}

/// The address of the next page: the first match that is a link or has one inside.
pub(super) fn next_page(page: &Page, selector: &Selector) -> Option<Url> {
    super::select(&page.document.root_element(), &selector.0)
        .take(MAX_CANDIDATES)
        .filter_map(|at| {
            let own = at.attr("href");
            own.or_else(|| super::select(&at, "a[href]").next()?.attr("href"))
        })
        .find_map(|href| page.resolve(href))
        .filter(is_web)
}

/// One item; none without a title and a text.
fn read_item(page: &Page, item: &Region, rule: &PageRule) -> Option<FeedItem> {
    let title_at = match &rule.title {
        Some(selector) => item.select_with_itself(&selector.0).next(),
        None => HEADINGS
            .iter()
            .find_map(|heading| item.select(heading).next()),
    };
    let title = title_at
        .map(|at| extract::line(page, at))
        .filter(|title| !title.is_empty());
    let link_at = match &rule.url {
        Some(selector) => candidates(item, selector).find_map(|at| link_in(item, at)),
        None => title_at
            .and_then(|title| link_around(item, title))
            .or_else(|| link_in(item, item.element)),
    };
    let url = link_at
        .and_then(|a| page.resolve(a.attr("href")?))
        .filter(is_web);
    let date = match &rule.date {
        Some(selector) => extract::first_date(page, item.select_with_itself(&selector.0)),
        None => extract::first_date(page, item.select("time")),
    };
    let summary = rule
        .summary
        .as_ref()
        .and_then(|selector| texts(page, item, selector));
    if title.is_none() && summary.is_none() {
        return None;
    }
    let tags = rule.tags.as_ref().map(|selector| {
        item.select_with_itself(&selector.0)
            .take(MAX_TAGS)
            .map(|at| extract::line(page, at))
            .filter(|tag| !tag.is_empty())
            .collect()
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

fn image(page: &Page, item: &Region, selector: &Selector, rule: &PageRule) -> Option<Image> {
    let picture = candidates(item, selector)
        .find_map(|at| first_picture(&page.markup(at), page.base.as_ref()))?;
    let caption = rule.caption.as_ref().and_then(|selector| {
        candidates(item, selector).find_map(|at| extract::caption(&extract::line(page, at)))
    });
    Some(Image {
        url: picture.url.into(),
        caption,
        width: picture.width,
        height: picture.height,
    })
}

/// The first matches of a selector, which may hold a link, a picture or a caption.
fn candidates<'a>(
    item: &Region<'a, '_>,
    selector: &Selector,
) -> impl Iterator<Item = ElementRef<'a>> {
    item.select_with_itself(&selector.0).take(MAX_CANDIDATES)
}

/// The texts of all matches, a line a block; a match inside another is not repeated.
fn texts(page: &Page, item: &Region, selector: &Selector) -> Option<String> {
    let mut texts: Vec<String> = Vec::new();
    // In document order all that is inside a match comes directly after it.
    let mut outermost: Option<ElementRef> = None;
    for at in item.select_with_itself(&selector.0) {
        let is_inside = |o: ElementRef| at.ancestors().any(|above| above.id() == o.id());
        if !outermost.is_some_and(is_inside) {
            outermost = Some(at);
            texts.push(extract::text(page, at));
        }
    }
    texts.retain(|text| !text.is_empty());
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// The link in an element, or the element itself.
fn link_in<'a>(item: &Region<'a, '_>, element: ElementRef<'a>) -> Option<ElementRef<'a>> {
    if element.attr("href").is_some() {
        return Some(element);
    }
    item.select_in(element, "a[href]").next()
}

/// The link in a title or around it, but not one around the whole item.
fn link_around<'a>(item: &Region<'a, '_>, title: ElementRef<'a>) -> Option<ElementRef<'a>> {
    let inside = link_in(item, title);
    inside.or_else(|| {
        title
            .ancestors()
            .filter_map(ElementRef::wrap)
            .find(|above| above.id() == item.element.id() || above.value().name() == "a")
            .filter(|found| found.attr("href").is_some())
    })
}
