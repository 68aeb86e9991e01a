//! Story -> the themes it matches. Words and phrases are compared whole and folded: `Défense` in a rule
//! finds `DEFENSE,` in a title, and `art` does not find `Bart`.
//!
//! One scan of an item's text finds all phrases of all themes (Aho-Corasick), so that two hundred themes
//! cost hardly more than one.

use crate::model::{EditorsChoice, Item, Rule, Story, Theme, ThemeId};
use crate::text::{html, words};
use aho_corasick::AhoCorasick;
use std::collections::HashMap;
use std::sync::Arc;

/// The rules of all themes, prepared once for all stories.
#[derive(Debug)]
pub struct Matcher {
    themes: Vec<Sorted>,
    phrases: AhoCorasick,
}

/// A theme that a story matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The theme.
    pub theme: ThemeId,
    /// The store's number of the member it is shown through: the first that matches.
    pub member: u64,
    /// It is the editor's choice.
    pub editors_choice: bool,
}

/// The rules have more words than one scan can find.
#[derive(Debug, thiserror::Error)]
#[error("the words and phrases of all themes are too many to look for: {0}")]
pub struct TooManyWords(#[from] aho_corasick::BuildError);

/// A theme with its phrases as numbers.
#[derive(Debug)]
struct Sorted {
    theme: Arc<Theme>,
    include: Vec<usize>,
    exclude: Vec<usize>,
    choice: Vec<usize>,
    tags: Vec<String>,
    choice_tags: Vec<String>,
}

/// What the rules need of an item.
struct Reading<'a> {
    item: &'a Item,
    /// Phrases in the title.
    title: Vec<bool>,
    /// Phrases in title, summary or tags.
    head: Vec<bool>,
    /// Phrases anywhere.
    all: Vec<bool>,
    tags: Vec<String>,
}

impl Matcher {
    /// Prepares the rules of all themes.
    pub fn new(themes: &[Arc<Theme>]) -> Result<Self, TooManyWords> {
        let mut phrases = Phrases::default();
        let themes = themes
            .iter()
            .map(|theme| {
                let Rule {
                    include,
                    exclude,
                    tags,
                    ..
                } = &theme.rule;
                let EditorsChoice {
                    include: choice,
                    tags: choice_tags,
                    ..
                } = &theme.editors_choice;
                Sorted {
                    include: phrases.numbers(include),
                    exclude: phrases.numbers(exclude),
                    choice: phrases.numbers(choice),
                    tags: tags.iter().map(|tag| folded([tag.as_str()])).collect(),
                    choice_tags: choice_tags
                        .iter()
                        .map(|tag| folded([tag.as_str()]))
                        .collect(),
                    theme: Arc::clone(theme),
                }
            })
            .collect();
        Ok(Self {
            themes,
            phrases: AhoCorasick::new(phrases.texts)?,
        })
    }

    /// The themes a story matches: through its first member that matches, so that a better source
    /// which does not match never takes a story out of a theme.
    pub fn matches_of(&self, story: &Story) -> Vec<Match> {
        let readings: Vec<_> = story
            .members
            .iter()
            .map(|member| (member.number, self.read(&member.item)))
            .collect();
        let place = |sorted: &Sorted| {
            let (member, reading) = readings
                .iter()
                .find(|(_, reading)| sorted.matches(reading))?;
            let editors_choice =
                sorted.chooses(reading) || is_pinned(&sorted.theme.editors_choice, story);
            Some(Match {
                theme: sorted.theme.id.clone(),
                member: *member,
                editors_choice,
            })
        };
        self.themes.iter().filter_map(place).collect()
    }

    fn read<'a>(&self, item: &'a Item) -> Reading<'a> {
        let title = item.title.as_deref().unwrap_or_default();
        let summary = item.summary.as_deref().unwrap_or_default();
        let tags = || item.tags.iter().map(String::as_str);
        let body = match (&item.content_html, &item.content_text) {
            (Some(raw), _) => folded([html::to_text(&raw.html).as_str()]),
            (None, text) => folded([text.as_deref().unwrap_or_default()]),
        };
        let title = self.found(&folded([title]), vec![false; self.phrases.patterns_len()]);
        let head = self.found(&folded([summary].into_iter().chain(tags())), title.clone());
        let all = self.found(&body, head.clone());
        Reading {
            item,
            title,
            head,
            all,
            tags: tags().map(|tag| folded([tag])).collect(),
        }
    }

    /// Adds the phrases of a text to those found.
    fn found(&self, text: &str, mut found: Vec<bool>) -> Vec<bool> {
        for phrase in self.phrases.find_overlapping_iter(text) {
            found[phrase.pattern().as_usize()] = true;
        }
        found
    }
}

impl Sorted {
    fn matches(&self, reading: &Reading) -> bool {
        let any = |phrases: &[usize], found: &[bool]| phrases.iter().any(|&phrase| found[phrase]);
        let Rule {
            sources,
            include,
            tags,
            ..
        } = &self.theme.rule;
        let table = reading.item.source.id.table();
        (sources.is_empty() || sources.iter().any(|id| id.as_str() == table))
            && (tags.is_empty() || reading.has_tag(&self.tags))
            && (include.is_empty() || any(&self.include, &reading.all))
            && !any(&self.exclude, &reading.head)
    }

    fn chooses(&self, reading: &Reading) -> bool {
        reading.has_tag(&self.choice_tags)
            || self.choice.iter().any(|&phrase| reading.title[phrase])
    }
}

impl Reading<'_> {
    fn has_tag(&self, wanted: &[String]) -> bool {
        self.tags.iter().any(|tag| wanted.contains(tag))
    }
}

fn is_pinned(choice: &EditorsChoice, story: &Story) -> bool {
    let pinned = |id: &str| choice.pins.iter().any(|pin| pin == id);
    pinned(story.id.as_str())
        || story.members.iter().any(|member| {
            pinned(member.item.id.as_str()) || member.item.url.as_deref().is_some_and(pinned)
        })
}

/// All phrases of all themes, each once.
#[derive(Default)]
struct Phrases {
    texts: Vec<String>,
    known: HashMap<String, usize>,
}

impl Phrases {
    /// The numbers of phrases. A phrase that folds to nothing gets none, because nothing can match it.
    fn numbers(&mut self, phrases: &[String]) -> Vec<usize> {
        let folded = phrases.iter().map(|text| folded([text.as_str()]));
        folded
            .filter(|text| !text.trim().is_empty())
            .map(|text| self.number(text))
            .collect()
    }

    fn number(&mut self, text: String) -> usize {
        *self.known.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            self.texts.len() - 1
        })
    }
}

/// Texts folded, with a space at both ends, so that a phrase is found as whole words only.
fn folded<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = String::from(" ");
    for text in texts {
        all.push_str(&words::fold(text));
        all.push(' ');
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ItemSource, Member, SourceId, StoryId};
    use chrono::DateTime;

    fn theme(rule: Rule, editors_choice: EditorsChoice) -> Matcher {
        let theme = Theme {
            merge: crate::model::Merging::default(),
            id: ThemeId::new("t"),
            title: "T".to_owned(),
            description: None,
            rule,
            editors_choice,
            ids: crate::model::Ids::default(),
            byline: false,
            aliases: Vec::new(),
            limit: 50,
            archive: None,
            per_source: None,
            max_age: None,
            language: "en".to_owned(),
            timezone: chrono_tz::UTC,
            image: None,
            rights: None,
        };
        Matcher::new(&[Arc::new(theme)]).unwrap()
    }

    fn place(matcher: &Matcher, story: &Story) -> Option<Match> {
        matcher.matches_of(story).pop()
    }

    fn member(number: u64, source: &str, title: &str, tags: &[&str]) -> Member {
        let item = Item {
            url: Some(format!("https://example.org/{number}")),
            title: Some(title.to_owned()),
            tags: tags.iter().map(ToString::to_string).collect(),
            ..Item::new(
                format!("https://example.org/{number}"),
                Arc::new(ItemSource {
                    id: SourceId::new(source),
                    ..ItemSource::default()
                }),
                DateTime::UNIX_EPOCH,
            )
        };
        Member {
            number,
            item,
            first_seen: DateTime::UNIX_EPOCH,
            why: None,
        }
    }

    fn story(members: Vec<Member>) -> Story {
        Story {
            id: StoryId::new(members[0].item.id.as_str()),
            date_published: DateTime::UNIX_EPOCH,
            url: None,
            members,
            seq: 1,
            rev: 0,
            first_seen: DateTime::UNIX_EPOCH,
            changed: None,
        }
    }

    fn words(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn whole_words_are_found_in_any_case() {
        let matcher = theme(
            Rule {
                include: words(&["Art"]),
                ..Rule::default()
            },
            EditorsChoice::default(),
        );
        assert!(
            place(
                &matcher,
                &story(vec![member(1, "a", "The ART of feeds", &[])])
            )
            .is_some()
        );
        assert!(place(&matcher, &story(vec![member(1, "a", "Bart feeds", &[])])).is_none());
    }

    #[test]
    fn an_excluded_word_keeps_a_story_out() {
        let rule = Rule {
            include: words(&["summit"]),
            exclude: words(&["ski"]),
            ..Rule::default()
        };
        let matcher = theme(rule, EditorsChoice::default());
        assert!(place(&matcher, &story(vec![member(1, "a", "Summit opens", &[])])).is_some());
        assert!(
            place(
                &matcher,
                &story(vec![member(1, "a", "Ski lift to the summit", &[])])
            )
            .is_none()
        );
    }

    #[test]
    fn a_story_is_shown_through_the_first_member_that_matches() {
        let matcher = theme(
            Rule {
                sources: vec![SourceId::new("b")],
                ..Rule::default()
            },
            EditorsChoice::default(),
        );
        let story = story(vec![member(1, "a", "One", &[]), member(2, "b", "Two", &[])]);
        assert_eq!(place(&matcher, &story).map(|place| place.member), Some(2));
    }

    #[test]
    fn a_badge_or_a_pin_makes_an_editors_choice() {
        let choice = EditorsChoice {
            tags: words(&["editor's choice"]),
            pins: words(&["https://example.org/7"]),
            ..EditorsChoice::default()
        };
        let matcher = theme(Rule::default(), choice);
        let choice = |m| place(&matcher, &story(vec![m])).is_some_and(|p| p.editors_choice);
        assert!(choice(member(1, "a", "One", &["Editor’s Choice"])));
        assert!(choice(member(7, "a", "Seven", &[])));
        assert!(!choice(member(2, "a", "Two", &["News"])));
    }
}
