//! An item -> what the rules look for in it. What is seldom asked for, above all its body, is read when the first rule
//! asks for it.

use super::index::{Hit, Index, place};
use super::literals::small;
use super::needle::{Form, Needle};
use crate::model::{Item, RawHtml};
use crate::text::{forms, html};
use std::collections::HashMap;

/// Stands between texts of which no words may be found across.
const BARRIER: &str = " \u{1} ";

/// What was found in one item.
pub(super) struct Reading<'a> {
    index: &'a Index,
    pub(super) item: &'a Item,
    /// In order of number; one number may stand in several places.
    hits: Vec<Hit>,
    body: Option<String>,
    /// Regular expressions by number: the places that were searched, and where they were found.
    patterns: HashMap<u32, (u8, u8)>,
    address: Option<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(index: &'a Index, item: &'a Item) -> Self {
        let mut reading = Self {
            index,
            item,
            hits: Vec::new(),
            body: None,
            patterns: HashMap::new(),
            address: None,
        };
        reading.scan(
            [item.title.as_deref().unwrap_or_default()].into_iter(),
            place::TITLE,
        );
        reading.scan_summary_and_tags();
        if index.knows_authors() {
            reading.read_authors();
        }
        let number = index.source(item.source.id.table());
        reading
            .hits
            .extend(number.map(|number| (number, place::SOURCE)));
        reading.settle();
        reading
    }

    /// What was found so far.
    pub(super) fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// Whether one of these, in order of number, was found in one of the places; none if that is not known before the body
    /// was read.
    pub(super) fn has_so_far(&self, numbers: &[u32], places: u8) -> Option<bool> {
        let has = self.has_any(numbers, places);
        (has || self.body.is_some() || places & place::BODY == 0).then_some(has)
    }

    /// Likewise; reads the body if that is needed.
    pub(super) fn has(&mut self, numbers: &[u32], places: u8) -> bool {
        self.has_so_far(numbers, places).unwrap_or_else(|| {
            self.read_body();
            self.has_any(numbers, places)
        })
    }

    fn has_any(&self, numbers: &[u32], places: u8) -> bool {
        if numbers.len() <= self.hits.len() {
            let mut numbers = numbers.iter();
            return numbers.any(|&number| self.places_of(number) & places != 0);
        }
        let mut here = self.hits.iter().filter(|(_, place)| place & places != 0);
        here.any(|(number, _)| numbers.binary_search(number).is_ok())
    }

    /// Where a thing was found.
    fn places_of(&self, number: u32) -> u8 {
        let first = self.hits.partition_point(|(hit, _)| *hit < number);
        let same = self.hits[first..]
            .iter()
            .take_while(|(hit, _)| *hit == number);
        same.fold(0, |all, (_, place)| all | place)
    }

    /// Where one of these was found.
    pub(super) fn places(&self, numbers: &[u32]) -> u8 {
        let here = self
            .hits
            .iter()
            .filter(|(number, _)| numbers.contains(number));
        here.fold(0, |all, (_, place)| all | place)
    }

    /// Whether texts of these places match a regular expression with these literals, in order of number; none if that is
    /// not known before the body was read.
    pub(super) fn matches_so_far(
        &mut self,
        pattern: u32,
        literals: &[u32],
        places: u8,
    ) -> Option<bool> {
        let is_complete = self.body.is_some() || places & place::BODY == 0;
        let unread = if is_complete { 0 } else { place::BODY };
        let possible = if literals.is_empty() {
            !unread
        } else {
            literals
                .iter()
                .fold(0, |all, &literal| all | self.places_of(literal))
        };
        let has = possible & places != 0 && self.search(pattern, possible & places);
        (has || is_complete).then_some(has)
    }

    /// Likewise; reads the body if that is needed.
    pub(super) fn matches(&mut self, pattern: u32, literals: &[u32], places: u8) -> bool {
        self.matches_so_far(pattern, literals, places)
            .unwrap_or_else(|| {
                self.read_body();
                self.matches_so_far(pattern, literals, places) == Some(true)
            })
    }

    /// Where a regular expression was found.
    pub(super) fn pattern_places(&self, pattern: u32) -> u8 {
        self.patterns.get(&pattern).map_or(0, |(_, found)| *found)
    }

    /// The address of its page in small letters.
    pub(super) fn address(&mut self) -> &str {
        let url = self.item.url.as_deref().unwrap_or_default();
        self.address.get_or_insert_with(|| url.to_lowercase())
    }

    /// Whether a tag begins or ends with what a rule looks for.
    pub(super) fn has_tag_like(&self, needle: &Needle) -> bool {
        let is_like = |tag: &String| {
            let forms = match needle.form {
                Form::Plain => [Some(forms::plain(tag)), forms::written_out(tag)],
                Form::Signs => [forms::with_signs(tag), None],
                // Literals are no tags.
                Form::Small => [None, None],
            };
            let forms = forms.into_iter().flatten();
            forms
                .map(|form| format!(" {form} "))
                .any(|form| needle.is_tag(&form))
        };
        self.item.tags.iter().any(is_like)
    }

    /// Finds what is in the body, if that was not done yet.
    pub(super) fn read_body(&mut self) {
        if self.body.is_some() {
            return;
        }
        let body = match (&self.item.content_html, &self.item.content_text) {
            (Some(RawHtml { html, .. }), _) => html::to_text(html),
            (None, text) => text.clone().unwrap_or_default(),
        };
        self.scan([body.as_str()].into_iter(), place::BODY);
        self.settle();
        self.body = Some(body);
    }

    fn read_authors(&mut self) {
        let item = self.item;
        let names = item
            .authors
            .iter()
            .filter_map(|author| author.name.as_deref());
        self.scan(names, place::AUTHORS);
    }

    /// Looks for words in texts of one place.
    fn scan<'t>(&mut self, texts: impl Iterator<Item = &'t str> + Clone, place: u8) {
        let (index, hits) = (self.index, &mut self.hits);
        let mut found = |number, _| hits.push((number, place));
        if texts.clone().next().is_none() {
            return;
        }
        if index.knows_literals() {
            let form = joined(texts.clone().map(small));
            index.each(Form::Small, &form, &mut found);
        }
        index.each(
            Form::Plain,
            &joined(texts.clone().map(forms::plain)),
            &mut found,
        );
        let written = texts.clone().filter_map(forms::written_out);
        if let Some(form) = joined_if_any(written) {
            index.each(Form::Plain, &form, &mut found);
        }
        if index.knows_signs()
            && let Some(form) = joined_if_any(texts.filter_map(forms::with_signs))
        {
            index.each(Form::Signs, &form, &mut found);
        }
    }

    /// Summary and tags are looked at as one text, so that a phrase may begin in one and end in the next; whole tags
    /// as well.
    fn scan_summary_and_tags(&mut self) {
        let Item { summary, tags, .. } = self.item;
        let summary = summary.as_deref().unwrap_or_default();
        if tags.is_empty() {
            self.scan(
                [summary].into_iter().filter(|text| !text.is_empty()),
                place::SUMMARY,
            );
            return;
        }
        if self.index.knows_literals() {
            self.scan_joined(Form::Small, summary, |text| Some(small(text)));
        }
        self.scan_joined(Form::Plain, summary, |text| Some(forms::plain(text)));
        let mut texts = tags.iter().map(String::as_str).chain([summary]);
        if texts.any(|text| forms::written_out(text).is_some()) {
            self.scan_joined(Form::Plain, summary, |text| {
                forms::written_out(text).or_else(|| Some(forms::plain(text)))
            });
        }
        if self.index.knows_signs() {
            self.scan_joined(Form::Signs, summary, forms::with_signs);
        }
    }

    /// Likewise, in one form.
    fn scan_joined(&mut self, form: Form, summary: &str, make: fn(&str) -> Option<String>) {
        let (index, hits) = (self.index, &mut self.hits);
        let mut all = format!(" {} ", make(summary).unwrap_or_default());
        let end = all.len();
        for tag in &self.item.tags {
            let tag = make(tag).unwrap_or_default();
            if form != Form::Small {
                hits.extend(index.tag(&tag).map(|number| (number, place::TAG)));
            }
            all.push_str(&tag);
            all.push(' ');
        }
        index.each(form, &all, |number, at| {
            let place = if at <= end {
                place::SUMMARY
            } else {
                place::TAGS
            };
            hits.push((number, place));
        });
    }

    /// Whether texts of these places match a regular expression; each is searched once.
    fn search(&mut self, number: u32, places: u8) -> bool {
        let pattern = self.index.pattern(number);
        let (searched, found) = self.patterns.entry(number).or_default();
        let item = self.item;
        let open = places & !*searched;
        *searched |= places;
        let is_in = |text: Option<&str>| text.is_some_and(|text| pattern.is_match(text));
        let mut search = |place: u8, has: &dyn Fn() -> bool| {
            if open & place != 0 && has() {
                *found |= place;
            }
        };
        search(place::TITLE, &|| is_in(item.title.as_deref()));
        search(place::SUMMARY, &|| is_in(item.summary.as_deref()));
        search(place::TAGS, &|| {
            item.tags.iter().any(|tag| is_in(Some(tag)))
        });
        let names = || item.authors.iter().map(|author| author.name.as_deref());
        search(place::AUTHORS, &|| names().any(is_in));
        search(place::BODY, &|| is_in(self.body.as_deref()));
        *found & places != 0
    }

    fn settle(&mut self) {
        self.hits.sort_unstable();
        self.hits.dedup();
    }
}

/// Forms with a space at both ends, and a barrier between them.
fn joined(forms: impl Iterator<Item = String>) -> String {
    joined_if_any(forms).unwrap_or_default()
}

fn joined_if_any(mut forms: impl Iterator<Item = String>) -> Option<String> {
    let mut all = format!(" {}", forms.next()?);
    for form in forms {
        all.push_str(BARRIER);
        all.push_str(&form);
    }
    all.push(' ');
    Some(all)
}
