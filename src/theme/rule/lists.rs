//! The keys of a theme -> one expression: the lists are a short form of it.

use super::needle;
use crate::model::{
    Comparison, EditorsChoice, Expression, Merging, Rule, Term, TextField, Theme, Words,
};

/// What a theme takes.
pub(super) fn expression_of(rule: &Rule) -> Expression {
    let Rule {
        include,
        exclude,
        sources,
        tags,
        expression,
        min_sources,
    } = rule;
    let mut all = Vec::new();
    if let Some(number) = min_sources {
        all.push(Expression::Term(Term::Sources(
            Comparison::AtLeast,
            *number,
        )));
    }
    if !sources.is_empty() {
        let names = sources
            .iter()
            .map(|id| Term::Source(id.as_str().to_owned()));
        all.push(Expression::Any(names.map(Expression::Term).collect()));
    }
    if !tags.is_empty() {
        all.push(any_of(TextField::Tag, tags));
    }
    if !include.is_empty() {
        all.push(any_of(TextField::Anywhere, include));
    }
    if !exclude.is_empty() {
        all.push(Expression::Not(Box::new(any_of(TextField::Head, exclude))));
    }
    Expression::All(all).and(expression.clone().unwrap_or(Expression::All(Vec::new())))
}

/// Whether a theme takes stories by how many sources tell their events.
pub fn counts_sources_of_events(theme: &Theme) -> bool {
    let counts = |term: &&Term| matches!(term, Term::Sources(..));
    theme.merge == Merging::Coverage && expression_of(&theme.rule).terms().iter().any(counts)
}

/// What an editor puts first, but for pins.
pub(super) fn choice_of(choice: &EditorsChoice) -> Expression {
    Expression::Any(vec![
        any_of(TextField::Tag, &choice.tags),
        any_of(TextField::Title, &choice.include),
    ])
}

fn any_of(field: TextField, words: &[String]) -> Expression {
    let terms = words
        .iter()
        .map(|text| Term::Words(field, Words::whole(text)));
    Expression::Any(terms.map(Expression::Term).collect())
}

/// Whether words of the lists of a theme are found in more texts, or in fewer, than in the first version of rules:
/// then its stories are matched again.
pub fn reads_lists_otherwise(rule: &Rule, choice: &EditorsChoice) -> bool {
    let lists = [
        &rule.include,
        &rule.exclude,
        &rule.tags,
        &choice.include,
        &choice.tags,
    ];
    let mut words = lists.into_iter().flatten();
    words.any(|text| !needle::are_plain(&Words::whole(text)))
}
