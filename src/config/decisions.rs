//! The table `[stories]` -> the user's decisions about stories: merge, keep apart, hide.

use super::check::Check;
use super::error::suggest;
use super::raw::{self, Word};
use super::values::name;
use crate::model::Decisions;
use std::collections::BTreeSet;
use toml::Spanned;

/// How to write a group.
const GROUP: &str = "this takes two items or more; write [\"ID or address\", \"ID or address\"]";

impl Check<'_> {
    /// Reads the table; its lines must not contradict each other.
    pub(super) fn decisions(&mut self, raw: raw::Stories, sources: &BTreeSet<String>) -> Decisions {
        let merge = self.groups(raw.merge, &[]);
        let apart = self.groups(raw.apart, &merge);
        let mut hide = Vec::new();
        for word in &raw.hide {
            let is_item = |name: &String| name.contains(':');
            match self.value(Some(word), name) {
                Some(name) if is_item(&name) || sources.contains(&name) => hide.push(name),
                Some(name) => {
                    let hint = suggest(&name, sources.iter().map(String::as_str));
                    let text = format!("\"{name}\" is neither an item nor a source{hint}");
                    self.error(word.span(), text);
                }
                None => {}
            }
        }
        Decisions { merge, apart, hide }
    }

    fn groups(
        &mut self,
        groups: Vec<Spanned<Vec<Word>>>,
        merged: &[Vec<String>],
    ) -> Vec<Vec<String>> {
        let mut read = Vec::new();
        for group in groups {
            let span = group.span();
            let words = group.into_inner();
            let names = words.iter().filter_map(|word| self.value(Some(word), name));
            let mut names: Vec<String> = names.collect();
            names.sort_unstable();
            names.dedup();
            let has_two =
                |other: &Vec<String>| names.iter().filter(|n| other.contains(n)).count() > 1;
            if names.len() < 2 {
                self.error(span, GROUP);
            } else if merged.iter().any(has_two) {
                let text = "these are in merge as well; take them out of one of the two";
                self.error(span, text);
            }
            read.push(names);
        }
        read
    }
}
