//! The part of a page that belongs to one item: all below its element, except what is in another
//! item inside it. So every element belongs to one item, and nested items take no more time to read
//! than items in a row.

use scraper::{ElementRef, Selector};

/// Elements that one selector looks at in an item that has other items inside.
const MAX_OWN: usize = 2_000;

/// An item's element, and which parts of it belong to the item.
#[derive(Clone, Copy)]
pub(super) struct Region<'a, 's> {
    /// The element that is the item.
    pub(super) element: ElementRef<'a>,
    /// What inside this item has parts of its own.
    others: Option<Others<'s>>,
}

/// What inside an item has parts of its own.
#[derive(Clone, Copy)]
struct Others<'s> {
    selector: &'s Selector,
    /// Whether the element of such an item is itself a part of the item around it.
    are_parts: bool,
}

impl<'a, 's> Region<'a, 's> {
    /// The regions of all items below an element, in document order.
    pub(super) fn all(root: ElementRef<'a>, items: &'s Selector) -> Vec<Self> {
        let found: Vec<_> = root.select(items).collect();
        let has_others = |n: usize| {
            // In document order the first item inside another one comes directly after it.
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
            // In document order all that is inside an item comes directly after it.
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

    /// Matches below the item's element, in document order; none when the selector is not valid.
    pub(super) fn select(&self, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
        self.select_in(self.element, selector)
    }

    /// Matches of a selector, the item's element included: `li.news` may be item and link at once.
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
            (Ok(selector), Some(others)) => own_elements(element, others)
                .into_iter()
                .filter(|at| selector.matches_with_scope(at, Some(element)))
                .collect(),
            (Err(_), _) => Vec::new(),
        };
        matches.into_iter()
    }
}

/// The elements below one that are in no other item.
fn own_elements<'a>(element: ElementRef<'a>, others: Others) -> Vec<ElementRef<'a>> {
    let children = |of: ElementRef<'a>| of.children().rev().filter_map(ElementRef::wrap);
    let mut stack: Vec<_> = children(element).collect();
    let mut own = Vec::new();
    for _ in 0..MAX_OWN {
        let Some(next) = stack.pop() else {
            break;
        };
        let is_other = others.selector.matches(&next);
        if !is_other || others.are_parts {
            own.push(next);
        }
        if !is_other {
            stack.extend(children(next));
        }
    }
    own
}
