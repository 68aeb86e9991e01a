//! Which stories belong to a theme. Words and phrases are compared whole and folded: `Défense` in
//! a rule finds `DEFENSE,` in a title, and `art` does not find `Bart`.

use crate::model::{Item, Rule, Story, Theme};
use crate::text::{html, words};
use std::sync::Arc;

/// A theme's rule, folded once and asked often.
#[derive(Debug)]
pub struct Desk {
    theme: Arc<Theme>,
    include: Vec<String>,
    exclude: Vec<String>,
    tags: Vec<String>,
    choice_include: Vec<String>,
    choice_tags: Vec<String>,
}

/// Where a story stands in a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The store's number of the member it is shown through: the first that matches.
    pub member: u64,
    /// It is the editor's choice.
    pub choice: bool,
}

/// An item as rules read it: every text folded, with a space at both ends.
struct Folded {
    title: String,
    /// Title, summary and tags.
    head: String,
    body: String,
    tags: Vec<String>,
}

impl Desk {
    /// Prepares a theme's rule.
    pub fn new(theme: Arc<Theme>) -> Self {
        let phrases = |texts: &[String]| {
            texts
                .iter()
                .map(|text| folded([text.as_str()]))
                .filter(|text| !text.trim().is_empty())
                .collect()
        };
        Self {
            include: phrases(&theme.rule.include),
            exclude: phrases(&theme.rule.exclude),
            tags: phrases(&theme.rule.tags),
            choice_include: phrases(&theme.editors_choice.include),
            choice_tags: phrases(&theme.editors_choice.tags),
            theme,
        }
    }

    /// The theme.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// Whether a story belongs here: through its first member that matches, so that a better
    /// source which does not match never takes a story out of a theme.
    pub fn place(&self, story: &Story) -> Option<Place> {
        let (member, folded) = story.members.iter().find_map(|member| {
            let rule = &self.theme.rule;
            if !rule.sources.is_empty() && !rule.sources.contains(&member.item.source.id) {
                return None;
            }
            let folded = Folded::of(&member.item);
            self.matches(rule, &folded).then_some((member, folded))
        })?;
        let choice = folded.has_tag(&self.choice_tags)
            || self
                .choice_include
                .iter()
                .any(|phrase| folded.title.contains(phrase))
            || self.is_pinned(story);
        Some(Place {
            member: member.number,
            choice,
        })
    }

    fn matches(&self, rule: &Rule, item: &Folded) -> bool {
        let included = self.include.is_empty()
            || self
                .include
                .iter()
                .any(|phrase| item.head.contains(phrase) || item.body.contains(phrase));
        let tagged = rule.tags.is_empty() || item.has_tag(&self.tags);
        included && tagged && !self.exclude.iter().any(|phrase| item.head.contains(phrase))
    }

    fn is_pinned(&self, story: &Story) -> bool {
        let pins = &self.theme.editors_choice.pins;
        let pinned = |id: &str| pins.iter().any(|pin| pin == id);
        pinned(story.id.as_str())
            || story
                .members
                .iter()
                .any(|m| pinned(m.item.id.as_str()) || m.item.url.as_deref().is_some_and(pinned))
    }
}

impl Folded {
    fn of(item: &Item) -> Self {
        let title = item.title.as_deref().unwrap_or_default();
        let summary = item.summary.as_deref().unwrap_or_default();
        let body = match (&item.content_html, &item.content_text) {
            (Some(raw), _) => folded([html::to_text(&raw.html).as_str()]),
            (None, text) => folded([text.as_deref().unwrap_or_default()]),
        };
        let tags = item.tags.iter().map(String::as_str);
        Self {
            title: folded([title]),
            head: folded([title, summary].into_iter().chain(tags.clone())),
            body,
            tags: tags.map(|tag| folded([tag])).collect(),
        }
    }

    fn has_tag(&self, wanted: &[String]) -> bool {
        self.tags.iter().any(|tag| wanted.contains(tag))
    }
}

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
    use crate::date::Precision;
    use crate::model::{EditorsChoice, ItemId, ItemSource, Member, SourceId, StoryId, ThemeId};
    use chrono::DateTime;

    fn theme(rule: Rule, editors_choice: EditorsChoice) -> Desk {
        Desk::new(Arc::new(Theme {
            id: ThemeId::new("t"),
            title: "T".to_owned(),
            description: None,
            rule,
            editors_choice,
            limit: 50,
            language: "en".to_owned(),
            timezone: chrono_tz::UTC,
            image: None,
            rights: None,
        }))
    }

    fn member(number: u64, source: &str, title: &str, tags: &[&str]) -> Member {
        let item = Item {
            id: ItemId::new(format!("https://example.org/{number}")),
            url: Some(format!("https://example.org/{number}")),
            external_url: None,
            title: Some(title.to_owned()),
            content_html: None,
            content_text: None,
            summary: None,
            image: None,
            date_published: DateTime::UNIX_EPOCH,
            date_precision: Precision::Exact,
            date_modified: None,
            authors: Vec::new(),
            tags: tags.iter().map(ToString::to_string).collect(),
            language: None,
            attachments: Vec::new(),
            source: Arc::new(ItemSource {
                id: SourceId::new(source),
                ..ItemSource::default()
            }),
        };
        Member {
            number,
            item,
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
        let desk = theme(
            Rule {
                include: words(&["Art"]),
                ..Rule::default()
            },
            EditorsChoice::default(),
        );
        assert!(
            desk.place(&story(vec![member(1, "a", "The ART of feeds", &[])]))
                .is_some()
        );
        assert!(
            desk.place(&story(vec![member(1, "a", "Bart feeds", &[])]))
                .is_none()
        );
    }

    #[test]
    fn an_excluded_word_keeps_a_story_out() {
        let rule = Rule {
            include: words(&["summit"]),
            exclude: words(&["ski"]),
            ..Rule::default()
        };
        let desk = theme(rule, EditorsChoice::default());
        assert!(
            desk.place(&story(vec![member(1, "a", "Summit opens", &[])]))
                .is_some()
        );
        assert!(
            desk.place(&story(vec![member(1, "a", "Ski lift to the summit", &[])]))
                .is_none()
        );
    }

    #[test]
    fn a_story_is_shown_through_the_first_member_that_matches() {
        let desk = theme(
            Rule {
                sources: vec![SourceId::new("b")],
                ..Rule::default()
            },
            EditorsChoice::default(),
        );
        let story = story(vec![member(1, "a", "One", &[]), member(2, "b", "Two", &[])]);
        assert_eq!(
            desk.place(&story),
            Some(Place {
                member: 2,
                choice: false
            })
        );
    }

    #[test]
    fn a_badge_or_a_pin_makes_an_editors_choice() {
        let choice = EditorsChoice {
            tags: words(&["editor's choice"]),
            pins: words(&["https://example.org/7"]),
            ..EditorsChoice::default()
        };
        let desk = theme(Rule::default(), choice);
        let choice = |m| desk.place(&story(vec![m])).is_some_and(|p| p.choice);
        assert!(choice(member(1, "a", "One", &["Editor’s Choice"])));
        assert!(choice(member(7, "a", "Seven", &[])));
        assert!(!choice(member(2, "a", "Two", &["News"])));
    }
}
