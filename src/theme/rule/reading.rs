//! An item -> what the rules look for in it. What is seldom asked for, above all its body, is read when the first rule
//! asks for it.

use super::index::{Hit, Index, place};
use super::needle::{Form, Needle};
use crate::model::{Item, RawHtml};
use crate::text::{forms, html};

/// Stands between texts of which no words may be found across.
const BARRIER: &str = " \u{1} ";

/// What was found in one item.
pub(super) struct Reading<'a> {
    index: &'a Index,
    pub(super) item: &'a Item,
    /// In order of number; one number may stand in several places.
    hits: Vec<Hit>,
    body: Option<String>,
    /// Regular expressions: the texts that were searched, and what was found.
    searched: u8,
    patterns: Vec<Hit>,
    address: Option<String>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(index: &'a Index, item: &'a Item) -> Self {
        let mut reading = Self {
            index,
            item,
            hits: Vec::new(),
            body: None,
            searched: 0,
            patterns: Vec::new(),
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
        let is_at = |number: u32| {
            let first = self.hits.partition_point(|(hit, _)| *hit < number);
            let same = self.hits[first..]
                .iter()
                .take_while(|(hit, _)| *hit == number);
            same.fold(0, |all, (_, place)| all | place) & places != 0
        };
        if numbers.len() <= self.hits.len() {
            return numbers.iter().any(|&number| is_at(number));
        }
        let mut here = self.hits.iter().filter(|(_, place)| place & places != 0);
        here.any(|(number, _)| numbers.binary_search(number).is_ok())
    }

    /// Where one of these was found.
    pub(super) fn places(&self, numbers: &[u32]) -> u8 {
        let here = self
            .hits
            .iter()
            .filter(|(number, _)| numbers.contains(number));
        here.fold(0, |all, (_, place)| all | place)
    }

    /// Whether texts of these places match a regular expression; none if that is not known before the body was read.
    pub(super) fn matches_so_far(&mut self, pattern: u32, places: u8) -> Option<bool> {
        let without_body = places & !place::BODY;
        self.search(without_body);
        let found = self.pattern_places(pattern) & places != 0;
        let is_known = found || places & place::BODY == 0 || self.searched & place::BODY != 0;
        is_known.then_some(found)
    }

    /// Likewise; reads the body if that is needed.
    pub(super) fn matches(&mut self, pattern: u32, places: u8) -> bool {
        self.matches_so_far(pattern, places).unwrap_or_else(|| {
            self.read_body();
            self.search(place::BODY);
            self.pattern_places(pattern) & places != 0
        })
    }

    /// Where a regular expression was found.
    pub(super) fn pattern_places(&self, pattern: u32) -> u8 {
        let here = self
            .patterns
            .iter()
            .filter(|(number, _)| *number == pattern);
        here.fold(0, |all, (_, place)| all | place)
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
            hits.extend(index.tag(&tag).map(|number| (number, place::TAG)));
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

    /// Searches texts for regular expressions.
    fn search(&mut self, places: u8) {
        let places = places & !self.searched;
        if places == 0 {
            return;
        }
        self.searched |= places;
        let item = self.item;
        let (index, patterns) = (self.index, &mut self.patterns);
        let mut search = |text: Option<&str>, place: u8| {
            if let Some(text) = text.filter(|_| places & place != 0) {
                patterns.extend(index.patterns_in(text).map(|number| (number, place)));
            }
        };
        search(item.title.as_deref(), place::TITLE);
        search(item.summary.as_deref(), place::SUMMARY);
        item.tags
            .iter()
            .for_each(|tag| search(Some(tag), place::TAGS));
        for author in &item.authors {
            search(author.name.as_deref(), place::AUTHORS);
        }
        search(self.body.as_deref(), place::BODY);
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
