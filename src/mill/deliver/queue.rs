//! The notices of one destination, in order, and what each asks for.

use super::sender::{Next, Sender, now, said_of};
use super::{CONSUMER, Deliveries, letters};
use crate::config::Config;
use crate::deliver::Courier;
use crate::mill::streams::{Telling, told, waiting};
use crate::mill::{Delivered, Error};
use crate::model::{Cursor, Delivery, Notice, NoticeKind, Platform, Rule, Theme};
use crate::schedule::quiet_until;
use crate::store::{Consumer, Following, Posting, Store};
use crate::theme::{Matcher, rank_members};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Instant;

/// Notices that are in memory at the same time while they are counted.
const BATCH: usize = 1000;

/// A destination and what it is to be told.
pub(super) struct Queue<'a> {
    pub(super) config: &'a Config,
    pub(super) store: &'a Store,
    pub(super) delivery: &'a Delivery,
    pub(super) sender: Sender<'a>,
    pub(super) following: Following,
    /// The rule of the table.
    matcher: Option<Matcher>,
    /// Of the notice that is being handled.
    pub(super) cursor: Cursor,
    now: DateTime<Utc>,
    /// When `now` was.
    begun: Instant,
}

impl<'a> Queue<'a> {
    /// With the consumer of the destination. A new one begins at the end of the streams, or so many stories before.
    pub(super) async fn begin(
        config: &'a Config,
        store: &'a Store,
        delivery: &'a Delivery,
        courier: Courier,
        (wanted, now): (&Deliveries, DateTime<Utc>),
    ) -> Result<Self, Error> {
        let name = consumer_name(delivery);
        let themes = delivery.themes.clone();
        let consumer = match store.consumer(&name).await? {
            None => {
                store
                    .begin_consumer(&name, themes, wanted.backfill, now)
                    .await?
            }
            Some(known) => {
                if known.themes != themes {
                    store.follow_themes(&name, themes).await?;
                }
                known
            }
        };
        Self::new((config, store, delivery), courier, consumer, now).await
    }

    /// The same to look at, and nothing is noted.
    pub(super) async fn look(
        config: &'a Config,
        store: &'a Store,
        delivery: &'a Delivery,
        courier: Courier,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let name = consumer_name(delivery);
        let end = store.end_of_streams().await?.number;
        let known = store.consumer(&name).await?;
        let consumer = known.unwrap_or(Consumer {
            name,
            themes: None,
            number: end,
            begun: end,
            quiet_until: end,
            used: now,
        });
        Self::new((config, store, delivery), courier, consumer, now).await
    }

    async fn new(
        (config, store, delivery): (&'a Config, &'a Store, &'a Delivery),
        courier: Courier,
        consumer: Consumer,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let is_followed = |theme: &&Arc<Theme>| match &delivery.themes {
            None => true,
            Some(ids) => ids.contains(&theme.id),
        };
        let themes = config.themes.iter().filter(is_followed).cloned().collect();
        let mut following = consumer.following(themes);
        // A list stays as it was sent.
        following.changes = delivery.edit && delivery.digest.is_none();
        let seconds = delivery.max_age.map(|age| i64::try_from(age.as_secs()));
        following.max_age = seconds.map(|seconds| seconds.unwrap_or(i64::MAX));
        let consumer = (consumer.name, following.after);
        Ok(Self {
            sender: Sender::new(store, delivery, courier, consumer, now).await?,
            matcher: matcher(config, delivery)?,
            cursor: store.end_of_streams().await?,
            config,
            store,
            delivery,
            following,
            now,
            begun: Instant::now(),
        })
    }

    /// Posts what waits, as long as the destination takes it.
    pub(super) async fn run(
        &mut self,
        ends: Option<Instant>,
        retry: bool,
    ) -> Result<Delivered, Error> {
        if retry {
            self.sender.wake();
        }
        if let Some(until) = self.quiet_until() {
            let zone = &self.delivery.timezone;
            self.sender.done.quiet_until = Some(until.with_timezone(zone).fixed_offset());
            if retry {
                self.sender.keep_state().await?;
            }
        } else if !self.sender.is_silent() {
            if self.delivery.digest.is_some() {
                self.run_digest(ends, retry).await?;
            } else if self.has_work(retry).await? {
                self.work(ends, retry).await?;
            }
        }
        self.following.after = self.following.after.max(self.sender.handled);
        let waiting = waiting(self.store, &self.following).await?;
        Ok(self.sender.report(waiting))
    }

    /// What time it is now: a queue may take hours.
    pub(super) fn clock(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.begun.elapsed()).unwrap_or_default();
        self.now + passed
    }

    fn quiet_until(&self) -> Option<DateTime<Utc>> {
        let hours = self.delivery.quiet?;
        quiet_until(hours, self.delivery.timezone, self.clock())
    }

    /// No message begins any more: the time is over, or it has become quiet.
    pub(super) fn is_over(&self, ends: Option<Instant>) -> bool {
        ends.is_some_and(|ends| Instant::now() >= ends) || self.quiet_until().is_some()
    }

    pub(super) async fn has_work(&mut self, retry: bool) -> Result<bool, Error> {
        let from = self.following.after;
        let next = self.store.notices(self.following.clone(), from, 1).await?;
        if !next.notices.is_empty() {
            return Ok(true);
        }
        // What else came is not of these themes.
        self.sender.pass_over(next.until).await?;
        Ok(retry && !self.store.set_aside(&self.delivery.name).await?.is_empty())
    }

    async fn work(&mut self, ends: Option<Instant>, retry: bool) -> Result<(), Error> {
        if self.sender.prepare().await? == Next::Halt
            || (retry && self.retry_set_aside().await? == Next::Halt)
        {
            return Ok(());
        }
        let mut from = self.following.after;
        let left_out = self.left_out(None).await?;
        let mut to_skip = left_out;
        loop {
            let round = told(self.store, &self.following, from, usize::MAX).await?;
            for telling in &round.tellings {
                if self.is_over(ends) {
                    return Ok(());
                }
                self.cursor.number = telling.notice.number;
                let is_wanted = self
                    .is_wanted(telling.notice.kind, telling.notice.story)
                    .await?;
                let next = if is_wanted && to_skip > 0 {
                    to_skip -= 1;
                    if to_skip > 0 {
                        continue;
                    }
                    self.sender.done.left_out = left_out;
                    let text = (self.words().left_out)(left_out);
                    self.sender.say(&text, &self.cursor).await?
                } else if is_wanted {
                    self.sender.post(telling, &self.cursor).await?
                } else {
                    self.handle_change(telling).await?
                };
                if next == Next::Halt {
                    return Ok(());
                }
            }
            from = round.until;
            if !round.is_cut {
                self.sender.finish(from).await?;
                return Ok(());
            }
        }
    }

    /// Whether a story is to be posted: it has entered, was not posted, and the rule takes it.
    pub(super) async fn is_wanted(&self, kind: NoticeKind, story: u64) -> Result<bool, Error> {
        Ok(kind == NoticeKind::Entered
            && self.posted(story).await?.is_none()
            && self.takes(story).await?)
    }

    /// The message of a story, if there is one.
    async fn posted(&self, story: u64) -> Result<Option<Posting>, Error> {
        let posting = self.store.posting(&self.delivery.name, story).await?;
        Ok(posting.filter(|posting| posting.failed.is_none()))
    }

    async fn takes(&self, story: u64) -> Result<bool, Error> {
        let Some(matcher) = &self.matcher else {
            return Ok(true);
        };
        let ranks = self.config.ranks();
        let Some(mut story) = self.store.stories(vec![story]).await?.pop() else {
            return Ok(false);
        };
        rank_members(&mut story.members, |item| ranks.of(&item.source.id));
        Ok(!matcher.decide(&story, self.now).matches.is_empty())
    }

    async fn handle_change(&mut self, telling: &Telling) -> Result<Next, Error> {
        // Of a list nothing is known by which it could be changed; a webhook needs nothing.
        let is_known = |posted: &Posting| {
            !posted.receipt.is_empty() || self.delivery.destination.platform == Platform::Webhook
        };
        let posted = self.posted(telling.notice.story).await?.filter(is_known);
        match (telling.notice.kind, posted) {
            (NoticeKind::Changed, Some(posted)) => {
                self.sender.edit(telling, &self.cursor, posted).await
            }
            (NoticeKind::Hidden, Some(posted)) => {
                self.sender.take_back(telling, &self.cursor, posted).await
            }
            _ => {
                self.sender.pass_over(telling.notice.number).await?;
                Ok(Next::On)
            }
        }
    }

    /// How many stories are too many, of those that wait, up to a notice.
    pub(super) async fn left_out(&self, until: Option<u64>) -> Result<usize, Error> {
        let Some(burst) = self.delivery.burst else {
            return Ok(0);
        };
        let (mut count, mut from) = (0_usize, self.following.after);
        loop {
            let told = self
                .store
                .notices(self.following.clone(), from, BATCH)
                .await?;
            let is_meant = |notice: &&Notice| until.is_none_or(|until| notice.number <= until);
            for notice in told.notices.iter().filter(is_meant) {
                count += usize::from(self.is_wanted(notice.kind, notice.story).await?);
            }
            from = told.until;
            if !told.is_cut {
                return Ok(count.saturating_sub(burst as usize));
            }
        }
    }

    /// What was set aside, once more; what has left its themes is forgotten.
    pub(super) async fn retry_set_aside(&mut self) -> Result<Next, Error> {
        for posting in self.store.set_aside(&self.delivery.name).await? {
            let Some(telling) = self.again(&posting).await? else {
                self.store
                    .forget_posting(&self.delivery.name, posting.story)
                    .await?;
                continue;
            };
            self.cursor.number = posting.number;
            if self.sender.post(&telling, &self.cursor).await? == Next::Halt {
                return Ok(Next::Halt);
            }
        }
        Ok(Next::On)
    }

    /// The notice of a posting, if it is still one.
    async fn again(&self, posting: &Posting) -> Result<Option<Telling>, Error> {
        let before = posting.number.saturating_sub(1);
        let mut following = self.following.clone();
        following.after = before;
        let round = told(self.store, &following, before, 1).await?;
        let mut tellings = round.tellings.into_iter();
        Ok(tellings.find(|telling| telling.notice.number == posting.number))
    }

    /// What would be posted, as it would be sent.
    pub(super) async fn preview(&self, limit: usize) -> Result<Vec<String>, Error> {
        if self.delivery.digest.is_some() {
            return self.preview_digest().await;
        }
        let (platform, wording) = (&self.sender.platform, &self.sender.wording);
        let round = told(self.store, &self.following, self.following.after, limit).await?;
        let mut to_skip = self.left_out(None).await?;
        let mut requests = Vec::new();
        for telling in &round.tellings {
            if !self
                .is_wanted(telling.notice.kind, telling.notice.story)
                .await?
            {
                continue;
            }
            if to_skip > 0 {
                to_skip -= 1;
                continue;
            }
            let cursor = Cursor {
                number: telling.notice.number,
                ..self.cursor.clone()
            };
            match letters::of(telling, &cursor, wording, &self.delivery.name) {
                Ok(letters) => {
                    let shown = letters.iter();
                    requests.extend(shown.map(|letter| platform.post(&now(letter)).shown()));
                }
                Err(fault) => requests.push(said_of(&fault)),
            }
        }
        Ok(requests)
    }
}

fn consumer_name(delivery: &Delivery) -> String {
    format!("{CONSUMER}{}", delivery.name)
}

/// The rule of the table as that of a theme by itself.
fn matcher(config: &Config, delivery: &Delivery) -> Result<Option<Matcher>, Error> {
    let (Some(rule), Some(theme)) = (&delivery.rule, config.themes.first()) else {
        return Ok(None);
    };
    let theme = Theme {
        rule: Rule {
            expression: Some(rule.clone()),
            ..Rule::default()
        },
        ..Theme::clone(theme)
    };
    Ok(Some(Matcher::new(&[Arc::new(theme)], &config.sources)?))
}
