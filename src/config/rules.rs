//! `rule` of themes and sources, and the tables `[rules.NAME]` -> expressions, or errors at the character.

use super::check::Check;
use super::raw::{self, Tables, Word};
use super::rule_names::{RuleNames, at_saved};
use super::written::Written;
use crate::model::{Expression, Term, TextField, Words};
use crate::theme::rule::{RuleError, parse, put_in};
use std::collections::{BTreeMap, BTreeSet};

impl Check<'_> {
    /// The saved rules. One that is wrong is reported, and counts as one that takes everything.
    pub(super) fn saved_rules(&mut self, tables: Tables, sources: &BTreeSet<String>) -> RuleNames {
        let mut names = RuleNames {
            sources: sources.clone(),
            saved: BTreeMap::new(),
        };
        let mut written = Vec::new();
        for (id, table) in tables.read() {
            let Some(raw): Option<raw::SavedRule> = self.table(table) else {
                continue;
            };
            self.id(&id);
            let nothing = Expression::All(Vec::new());
            names.saved.insert(id.get_ref().clone(), nothing);
            match raw.rule {
                Some(word) => written.push((id, word)),
                None => self.error(id.span(), "no rule; add rule = '''...'''"),
            }
        }
        let mut parsed = Vec::new();
        for (id, word) in written {
            let rule =
                parse(word.get_ref()).and_then(|parsed| names.check(&parsed).map(|()| parsed));
            match rule {
                Ok(rule) => {
                    names
                        .saved
                        .insert(id.get_ref().clone(), rule.expression.clone());
                    parsed.push((id, word, rule));
                }
                Err(error) => self.rule_error(&word, error),
            }
        }
        let mut filled = names.saved.clone();
        for (id, word, rule) in parsed {
            let whole = Expression::Saved(id.get_ref().clone());
            match put_in(&whole, &names.saved) {
                Ok(expression) => {
                    filled.insert(id.get_ref().clone(), expression);
                }
                Err(error) => {
                    let at = at_saved(&rule, &error, word.get_ref());
                    let text = error.to_string();
                    self.rule_error(&word, RuleError { at, text });
                    filled.insert(id.get_ref().clone(), Expression::All(Vec::new()));
                }
            }
        }
        names.saved = filled;
        names
    }

    /// The key `rule` of a theme or a source.
    pub(super) fn rule(&mut self, word: Option<&Word>, names: &RuleNames) -> Option<Expression> {
        let word = word?;
        match names.read(word.get_ref()) {
            Ok(expression) => Some(expression),
            Err(error) => {
                self.rule_error(word, error);
                None
            }
        }
    }

    /// `rule` and `exclude` of a source. They are about items: a story is more than those of one source.
    pub(super) fn rule_of_source(
        &mut self,
        raw: &raw::Source,
        names: &RuleNames,
    ) -> Option<Expression> {
        let mut all = Vec::new();
        if let Some(word) = &raw.rule
            && let Some(expression) = self.rule(Some(word), names)
        {
            let is_of_stories = |term: &&&Term| matches!(**term, Term::Sources(..) | Term::Age(..));
            let terms = expression.terms();
            if let Some(term) = terms.iter().find(is_of_stories) {
                let text = format!(
                    "{term} is about a story, and a source has items; write it in the rule of a theme"
                );
                self.error(word.span(), text);
            }
            all.push(expression);
        }
        if !raw.exclude.is_empty() {
            let words = raw.exclude.iter().map(|word| {
                Expression::Term(Term::Words(TextField::Head, Words::whole(word.get_ref())))
            });
            all.push(Expression::Not(Box::new(Expression::Any(words.collect()))));
        }
        all.into_iter().reduce(Expression::and)
    }

    fn rule_error(&mut self, word: &Word, error: RuleError) {
        let written = Written::of(self.text(), word);
        self.error(written.place(&error.at), error.text);
    }
}
