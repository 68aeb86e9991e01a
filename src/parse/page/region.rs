//! The part of a page that is one item's own: all below its element but not what stands in an item
//! inside it. An element so belongs to one item, and items inside items cost no more to read than
//! items in a row.

use scraper::{ElementRef, Selector};

/// Elements of an item around other items that one selector looks at.
const MAX_AROUND: usize = 2_000;

/// An item's element, and what of it is its own.
#[derive(Clone, Copy)]
pub(super) struct Region<'a, 's> {
    /// The element that is the item.
    pub(super) element: ElementRef<'a>,
    /// What is inside this one and has parts of its own.
    others: Option<Others<'s>>,
}

/// What inside an item has parts of its own.
#[derive(Clone, Copy)]
struct Others<'s> {
    selector: &'s Selector,
    /// Whether the element of such a one is a part of the item around it.
    are_parts: bool,
}

impl<'a, 's> Region<'a, 's> {
    /// The regions of all items below an element, in document order.
    pub(super) fn all(root: ElementRef<'a>, items: &'s Selector) -> Vec<Self> {
        let found: Vec<_> = root.select(items).collect();
        let has_others = |n: usize| {
            // In document order the first item inside another one follows it at once.
            found
                .get(n + 1)
                .is_some_and(|next| next.ancestors().any(|above| above.id() == found[n].id()))
        };
        (0..found.len())
            .map(|n| Self {
                element: found[n],
                others: has_others(n).then_some(Others {
                    selector: items,
                    are_parts: false,
                }),
            })
            .collect()
    }

    /// The regions of the items below an element that are in no other item, in document order; what
    /// matches `nested` belongs to its item, but not what is inside it.
    pub(super) fn outermost(
        root: ElementRef<'a>,
        items: &'s Selector,
        nested: &'s Selector,
    ) -> Vec<Self> {
        let mut last: Option<ElementRef> = None;
        let outermost = root.select(items).filter(|item| {
            // In document order all that is inside an item follows it at once.
            let is_inside = |last: ElementRef| item.ancestors().any(|a| a.id() == last.id());
            let is_first = !last.is_some_and(is_inside);
            if is_first {
                last = Some(*item);
            }
            is_first
        });
        outermost
            .map(|element| Self {
                element,
                others: Some(Others {
                    selector: nested,
                    are_parts: true,
                }),
            })
            .collect()
    }

    /// Matches below the item's element, in document order; none for what is no selector.
    pub(super) fn select(&self, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
        self.select_in(self.element, selector)
    }

    /// Matches of a selector, the item itself among them: `li.news` may be item and link at once.
    pub(super) fn select_with_itself(
        &self,
        selector: &str,
    ) -> impl Iterator<Item = ElementRef<'a>> {
        let is_match = Selector::parse(selector).is_ok_and(|s| s.matches(&self.element));
        let own = is_match.then_some(self.element);
        own.into_iter().chain(self.select(selector))
    }

    /// Matches below an element of this region.
    pub(super) fn select_in(
        &self,
        element: ElementRef<'a>,
        selector: &str,
    ) -> impl Iterator<Item = ElementRef<'a>> {
        let matches = match (Selector::parse(selector), self.others) {
            (Ok(selector), None) => element.select(&selector).collect(),
            (Ok(selector), Some(others)) => around(element, others)
                .into_iter()
                .filter(|at| selector.matches_with_scope(at, Some(element)))
                .collect(),
            (Err(_), _) => Vec::new(),
        };
        matches.into_iter()
    }
}

/// The elements below one that are in no other item.
fn around<'a>(element: ElementRef<'a>, others: Others) -> Vec<ElementRef<'a>> {
    let children = |of: ElementRef<'a>| of.children().rev().filter_map(ElementRef::wrap);
    let mut waiting: Vec<_> = children(element).collect();
    let mut around = Vec::new();
    for _ in 0..MAX_AROUND {
        let Some(next) = waiting.pop() else {
            break;
        };
        let is_other = others.selector.matches(&next);
        if !is_other || others.are_parts {
            around.push(next);
        }
        if !is_other {
            waiting.extend(children(next));
        }
    }
    around
}
