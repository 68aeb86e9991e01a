//! Story -> the themes it matches.
//!
//! What the rules of all themes look for is found in one scan of an item's head and, if a rule needs it, one of its
//! body. Then only those themes are decided of which something was found, and those that can take an item without
//! that (everything but, all of one language). So a thousand themes cost little more than one.

use super::index::{Collected, Index, TooManyWords};
use super::lists::{choice_of, expression_of};
use super::plan::{Facts, Plan};
use super::reading::Reading;
use crate::model::{EditorsChoice, Merging, Source, SourceId, Story, Theme, ThemeId};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The rules of all themes, prepared once for all stories.
#[derive(Debug)]
pub struct Matcher {
    themes: Vec<Prepared>,
    /// What a source keeps from all themes.
    filters: HashMap<SourceId, Plan>,
    index: Index,
    /// By number of what was found: the themes that it may matter to.
    asked_by: Vec<Vec<u32>>,
    /// Themes that are decided of every item.
    always: Vec<u32>,
    /// Themes whose decision may need the body.
    of_bodies: Vec<u32>,
    /// Themes whose decision depends on the age of a story.
    of_ages: Vec<u32>,
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

/// What the themes decided of a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The themes that it matches, in their order.
    pub matches: Vec<Match>,
    /// From when on they would decide otherwise only because it is older then. None: never.
    pub until: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) theme: Arc<Theme>,
    pub(super) plan: Plan,
    choice: Plan,
}

impl Matcher {
    /// Prepares the rules of all themes, and what `sources` keep from all of them.
    pub fn new(themes: &[Arc<Theme>], sources: &[Arc<Source>]) -> Result<Self, TooManyWords> {
        let mut collected = Collected::default();
        let mut prepared = Vec::with_capacity(themes.len());
        for theme in themes {
            collected.count_events(theme.merge == Merging::Coverage);
            prepared.push(Prepared {
                plan: Plan::of(&expression_of(&theme.rule), &mut collected)?,
                choice: Plan::of(&choice_of(&theme.editors_choice), &mut collected)?,
                theme: Arc::clone(theme),
            });
        }
        collected.count_events(false);
        let mut filters = HashMap::new();
        for source in sources {
            if let Some(rule) = &source.rule {
                filters.insert(source.id.clone(), Plan::of(rule, &mut collected)?);
            }
        }
        let index = collected.prepare()?;
        let numbered = || (0_u32..).zip(&prepared);
        let where_plan = |is: fn(&Plan) -> bool| {
            let found = numbered().filter(|(_, theme)| is(&theme.plan));
            found.map(|(number, _)| number).collect::<Vec<_>>()
        };
        let always = where_plan(|plan| plan.holds_of_nothing() != Some(false));
        let mut asked_by = vec![Vec::new(); index.count()];
        for (number, theme) in
            numbered().filter(|(number, _)| always.binary_search(number).is_err())
        {
            for found in theme.plan.signs() {
                asked_by[found as usize].push(number);
            }
        }
        Ok(Self {
            of_bodies: where_plan(Plan::reads_body),
            of_ages: where_plan(|plan| !plan.turning_ages().is_empty()),
            themes: prepared,
            filters,
            index,
            asked_by,
            always,
        })
    }

    /// The themes a story matches at a moment: through its first member that matches, so that a better source
    /// which does not match never takes a story out of a theme.
    pub fn decide(&self, story: &Story, now: DateTime<Utc>) -> Decision {
        let facts = Facts::of(story, now);
        let mut readings: Vec<_> = self.readings(story, &facts);
        let mut members: Vec<Option<usize>> = vec![None; self.themes.len()];
        for (at, reading) in readings.iter_mut().enumerate() {
            let Some(reading) = reading else { continue };
            self.decide_member(reading, &facts, &mut members, at);
        }
        let until = self.until(&mut readings, &facts, &members);
        let matched = self.themes.iter().zip(&members);
        let matched = matched.filter_map(|(theme, member)| Some((theme, (*member)?)));
        let matches = matched.map(|(prepared, at)| {
            let chosen = readings[at]
                .as_mut()
                .is_some_and(|reading| prepared.choice.holds(reading, &facts));
            Match {
                theme: prepared.theme.id.clone(),
                member: story.members[at].number,
                editors_choice: chosen || is_pinned(&prepared.theme.editors_choice, story),
            }
        });
        Decision {
            matches: matches.collect(),
            until,
        }
    }

    /// What was found in each member; none for one that its source keeps from all themes.
    pub(super) fn readings<'a>(
        &'a self,
        story: &'a Story,
        facts: &Facts,
    ) -> Vec<Option<Reading<'a>>> {
        let members = story.members.iter().map(|member| {
            let mut reading = Reading::new(&self.index, &member.item);
            self.passes(&mut reading, facts).then_some(reading)
        });
        members.collect()
    }

    /// Whether the rule of its own source lets an item into themes.
    fn passes(&self, reading: &mut Reading, facts: &Facts) -> bool {
        if self.filters.is_empty() {
            return true;
        }
        let table = SourceId::new(reading.item.source.id.table());
        self.filters
            .get(&table)
            .is_none_or(|filter| filter.holds(reading, facts))
    }

    /// Notes the themes that take this member and have none so far.
    fn decide_member(
        &self,
        reading: &mut Reading,
        facts: &Facts,
        members: &mut [Option<usize>],
        at: usize,
    ) {
        for &number in &self.of_bodies {
            let number = number as usize;
            if members[number].is_none()
                && self.themes[number]
                    .plan
                    .holds_so_far(reading, facts)
                    .is_none()
            {
                reading.read_body();
                break;
            }
        }
        let found = reading
            .hits()
            .iter()
            .flat_map(|(hit, _)| &self.asked_by[*hit as usize]);
        let candidates: HashSet<u32> = found.copied().collect();
        for &number in candidates.iter().chain(&self.always) {
            let number = number as usize;
            if members[number].is_none() && self.themes[number].plan.holds(reading, facts) {
                members[number] = Some(at);
            }
        }
    }

    /// The next moment at which a theme decides otherwise because of the age of the story.
    fn until(
        &self,
        readings: &mut [Option<Reading>],
        facts: &Facts,
        members: &[Option<usize>],
    ) -> Option<DateTime<Utc>> {
        let mut until: Option<DateTime<Utc>> = None;
        for &number in &self.of_ages {
            let plan = &self.themes[number as usize].plan;
            for age in plan.turning_ages() {
                let moment = facts.published + age;
                if moment <= facts.now || until.is_some_and(|until| until <= moment) {
                    continue;
                }
                let then = Facts {
                    now: moment,
                    ..*facts
                };
                let mut present = readings.iter_mut().enumerate();
                let member = present
                    .find_map(|(at, reading)| plan.holds(reading.as_mut()?, &then).then_some(at));
                if member != members[number as usize] {
                    until = Some(moment);
                    break;
                }
            }
        }
        until
    }

    /// The themes in their order, prepared.
    pub(super) fn themes(&self) -> &[Prepared] {
        &self.themes
    }
}

impl Facts {
    pub(super) fn of(story: &Story, now: DateTime<Utc>) -> Self {
        let sources: BTreeSet<&str> = story
            .members
            .iter()
            .map(|member| member.item.source.id.as_str())
            .collect();
        let sources = u32::try_from(sources.len()).unwrap_or(u32::MAX);
        Self {
            sources,
            event_sources: story.event_sources.max(sources),
            published: story.date_published,
            now,
        }
    }
}

fn is_pinned(choice: &EditorsChoice, story: &Story) -> bool {
    let pinned = |id: &str| choice.pins.iter().any(|pin| pin == id);
    pinned(story.id.as_str())
        || story.members.iter().any(|member| {
            pinned(member.item.id.as_str()) || member.item.url.as_deref().is_some_and(pinned)
        })
}
