//! New and changed stories -> the themes they belong to.

use super::filter::{Filters, ThemeFilters};
use super::publish::INDEX;
use super::publish::html::sources;
use super::publish::prune;
use super::publish::record::{ArchiveRecord, EditionRecord};
use super::{Error, Report};
use crate::config::Config;
use crate::digest::{Digest, Encoded};
use crate::model::{Expression, Source, SourceId, Story, Theme, ThemeId};
use crate::store::{Store, StoredEdition, StoryEntries};
use crate::theme::rule::{counts_sources_of_events, reads_lists_otherwise};
use crate::theme::{self, Matcher};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Stories that are in memory at the same time.
const BATCH: u32 = 500;
/// Stories and entries that are stored together. They are scattered over the indexes of entries: each time, most pages of
/// these are written.
const TOGETHER: usize = 10_000;

pub(super) async fn update(
    config: &Config,
    store: &Store,
    now: DateTime<Utc>,
    filters: &mut Filters,
    report: &mut Report,
) -> Result<(), Error> {
    store.tell_minor_changes(now).await?;
    let stored = store.rule_hashes().await?;
    forget_old_themes(config, store, &stored, report).await?;
    let hashes = RuleHashes::new(&config.sources);
    let is_up_to_date = |theme: &Arc<Theme>| stored.get(&theme.id) == Some(&hashes.of(theme));
    let changed: Vec<_> = config
        .themes
        .iter()
        .filter(|theme| !is_up_to_date(theme))
        .collect();
    let filtered = config.themes.iter().filter(|theme| theme.filter.is_some());
    let filtered: Vec<ThemeId> = filtered.map(|theme| theme.id.clone()).collect();
    let has_filters = !filtered.is_empty();
    if !changed.is_empty() {
        store.match_all_again().await?;
        store.forget_theme_copies(filtered).await?;
    }
    if has_filters {
        store.match_failed_again().await?;
    }
    if config
        .themes
        .iter()
        .any(|theme| counts_sources_of_events(theme))
    {
        store.match_events_again(now).await?;
    }
    store.mend_arrivals(config.themes.clone(), now).await?;
    let mut stories = store.stories_to_match(0, BATCH, now).await?;
    if changed.is_empty() && stories.is_empty() {
        // Rules that have not changed were found good when stories were last matched with them.
        return Ok(());
    }
    let opened: Vec<_> = changed.iter().map(|theme| theme.id.clone()).collect();
    let theme_filters = ThemeFilters::new(config, store, now).await?;
    let matcher = Matcher::new(&config.themes, &config.sources)?;
    let ranks = config.ranks();
    let (mut decided, mut waiting) = (Vec::new(), 0);
    while let Some(last) = stories.last().map(|story| story.seq) {
        let found = stories.iter_mut().map(|story| {
            theme::rank_members(&mut story.members, |item| ranks.of(&item.source.id));
            entries_of(story, &matcher, now)
        });
        let mut found: Vec<_> = found.collect();
        theme_filters
            .apply(store, filters, &stories, &mut found)
            .await?;
        let pairs = stories.iter().zip(&found);
        for (_, of_story) in pairs.filter(|(story, _)| story.first_seen == now) {
            for (theme, ..) in &of_story.themes {
                *report.new_by_theme.entry(theme.clone()).or_default() += 1;
            }
        }
        waiting += found.iter().map(|f| 1 + f.themes.len()).sum::<usize>();
        decided.extend(found);
        if waiting >= TOGETHER {
            waiting = 0;
            let decided = std::mem::take(&mut decided);
            store.keep_entries(decided, opened.clone(), now).await?;
        }
        // Dropped first: a batch is in memory, not two.
        drop(stories);
        stories = store.stories_to_match(last, BATCH, now).await?;
    }
    store.keep_entries(decided, opened, now).await?;

    if changed.is_empty() {
        return Ok(());
    }
    // Stored only now: if a pass dies above, the next one starts this step again.
    let editions = store.editions().await?;
    let records = changed.into_iter().map(|theme| {
        let edition = StoredEdition {
            rule: hashes.of(theme),
            fingerprint: 0,
            // Its files still belong to feedmill.
            json: editions
                .get(&theme.id)
                .map(|e| e.json.clone())
                .unwrap_or_default(),
        };
        (theme.id.clone(), edition)
    });
    store.keep_editions(records.collect()).await?;
    Ok(())
}

fn entries_of(story: &Story, matcher: &Matcher, now: DateTime<Utc>) -> StoryEntries {
    let decision = matcher.decide(story, now);
    let matches = decision.matches.into_iter();
    StoryEntries {
        until: decision.until,
        story: story.seq,
        lead: story.members[0].number,
        themes: matches
            .map(|found| (found.theme, found.member, found.editors_choice))
            .collect(),
    }
}

/// Forgets themes that were removed from `feeds.toml`. If such a theme comes back, all stories are
/// matched again, because those that arrived meanwhile were not. Its files stay and are reported.
async fn forget_old_themes(
    config: &Config,
    store: &Store,
    stored: &HashMap<ThemeId, u64>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut known: HashSet<ThemeId> = config.themes.iter().map(|theme| theme.id.clone()).collect();
    known.insert(ThemeId::new(INDEX));
    if config.site.health {
        known.insert(ThemeId::new(sources::ROW));
    }
    if stored.keys().all(|id| known.contains(id)) {
        return Ok(());
    }
    let mut old = store.editions().await?;
    old.retain(|id, _| !known.contains(id));
    let mut files = Vec::new();
    for edition in old.values() {
        let kept: EditionRecord = serde_json::from_str(&edition.json).unwrap_or_default();
        files.extend(kept.files);
    }
    let mut documents = store.published_archive_documents().await?;
    for document in old
        .keys()
        .filter_map(|theme| documents.remove(theme))
        .flatten()
    {
        let kept = serde_json::from_str::<ArchiveRecord>(&document.json);
        files.extend(kept.map(|kept| kept.files).unwrap_or_default());
    }
    prune::abandon(config, store, files, report).await?;
    store
        .forget_other_themes(known.into_iter().collect())
        .await?;
    Ok(())
}

/// What decides which stories belong to a theme, as hashes.
struct RuleHashes<'a> {
    /// Sources with a rule of their own, with these.
    source_rules: Vec<(&'a SourceId, &'a Expression)>,
    /// Of all sources, which belong to the hash of each theme.
    ranks: Encoded,
}

impl<'a> RuleHashes<'a> {
    fn new(sources: &'a [Arc<Source>]) -> Self {
        let rules = sources.iter();
        let rules = rules.filter_map(|source| Some((&source.id, source.rule.as_ref()?)));
        let ranks = sources.iter().map(|source| (&source.id, source.rank));
        Self {
            source_rules: rules.collect(),
            ranks: Encoded::of_all(ranks),
        }
    }

    /// The hash of everything that decides whether a story belongs to a theme, through which member, and
    /// whether as an editor's choice. Its version rises when [`theme::rank_members`] decides otherwise.
    fn of(&self, theme: &Theme) -> u64 {
        let Theme {
            // The hash is stored under it.
            id: _,
            rule,
            editors_choice,
            merge,
            // These decide how the theme is shown, not what belongs to it.
            title: _,
            description: _,
            ids: _,
            order: _,
            byline: _,
            formats: _,
            aliases: _,
            limit: _,
            archive: _,
            per_source: _,
            max_age: _,
            language: _,
            timezone: _,
            image: _,
            rights: _,
            filter,
        } = theme;
        let mut digest = Digest::new("rule", 2);
        digest.add(rule).add(editors_choice).add(merge);
        digest.add(&self.ranks);
        // The hashes of all other themes are those of older versions, so that an update does not match every story again.
        if reads_lists_otherwise(rule, editors_choice) {
            digest.add("words").add(&2_u32);
        }
        if let Some(filter) = filter {
            digest.add("filter").add(&filter.hash());
        }
        if counts_sources_of_events(theme) {
            digest.add("sources of events");
        }
        for (source, rule) in &self.source_rules {
            digest.add("source").add(*source).add(*rule);
        }
        digest.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mill::samples::{source, theme};
    use crate::model::{Filter, Merging, Order};
    use crate::theme::rule::parse;
    use std::path::PathBuf;

    fn rule(text: &str) -> Expression {
        parse(text).unwrap().expression
    }

    fn rule_hash(theme: &Theme, source: Source) -> u64 {
        RuleHashes::new(&[Arc::new(source)]).of(theme)
    }

    #[test]
    fn the_hash_of_a_rule_lasts() {
        let rule = rule_hash(&theme(), source());
        assert_eq!(format!("{rule:016x}"), "f6bce7ca9e87e1a6");
    }

    #[test]
    fn whatever_decides_where_a_story_belongs_changes_the_hash_of_a_rule() {
        fn filter() -> Filter {
            Filter {
                command: vec!["./x".to_owned()],
                environment: Vec::new(),
                folder: PathBuf::new(),
                timeout: Filter::TIMEOUT,
                batch: Filter::BATCH,
            }
        }
        let before = rule_hash(&theme(), source());
        let edits: [fn(&mut Theme, &mut Source); 16] = [
            |theme, _| theme.rule.include.clear(),
            |theme, _| theme.rule.exclude.clear(),
            |theme, _| theme.rule.sources.clear(),
            |theme, _| theme.rule.tags.clear(),
            |theme, _| theme.editors_choice.tags.clear(),
            |theme, _| theme.editors_choice.include.clear(),
            |theme, _| theme.editors_choice.pins.clear(),
            |theme, _| theme.merge = Merging::Off,
            |_, source| source.id = SourceId::new("b"),
            |_, source| source.rank += 1,
            |theme, _| theme.rule.expression = Some(rule("nato")),
            |theme, _| theme.rule.expression = Some(Expression::All(Vec::new())),
            |theme, _| theme.rule.min_sources = Some(2),
            |theme, _| theme.rule.include.push("C++".to_owned()),
            |_, source| source.rule = Some(rule("nato")),
            |theme, _| theme.filter = Some(Box::new(filter())),
        ];
        for (n, edit) in edits.into_iter().enumerate() {
            let (mut theme, mut source) = (theme(), source());
            edit(&mut theme, &mut source);
            assert_ne!(rule_hash(&theme, source), before, "{n}");
        }
        let mut same = theme();
        same.order = Order::Sources;
        same.title.push('s');
        assert_eq!(rule_hash(&same, source()), before);
    }
}
