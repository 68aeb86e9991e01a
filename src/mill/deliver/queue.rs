//! One destination: its notices, in order, until there are no more, or it says no.

use super::{CONSUMER, Deliveries, form, letters, settings};
use crate::config::Config;
use crate::deliver::{Courier, Letter, Outcome, Platform, Sending, platform};
use crate::message::Form;
use crate::mill::streams::{Telling, told, waiting};
use crate::mill::{Delivered, Error};
use crate::model::{Cursor, Delivery, NoticeKind, Rule, Theme};
use crate::store::{Consumer, DeliveryState, Following, Posting, Store};
use crate::theme::{Matcher, rank_members};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Instant;

/// After so many tries it may be the message that is at fault, and not the destination: the next one is tried.
const TRIES: u32 = 6;
/// How long a destination rests after each failed try, in minutes; the last for all others.
const RESTS: [i64; 6] = [1, 2, 5, 15, 30, 60];

/// Requests that may come before the first message: a session that has ended is refreshed, or made anew.
const PREPARATIONS: usize = 3;

/// A destination while it is posted to.
pub(super) struct Queue<'a> {
    config: &'a Config,
    store: &'a Store,
    delivery: &'a Delivery,
    courier: Courier,
    platform: Box<dyn Platform<Sending>>,
    form: Form,
    settings: u64,
    consumer: Consumer,
    following: Following,
    state: DeliveryState,
    /// Of the notice that is being handled.
    cursor: Cursor,
    now: DateTime<Utc>,
    sent: Option<Instant>,
    /// A story that failed too often, while the next one is tried.
    suspect: Option<(Posting, String)>,
    done: Delivered,
}

/// Whether to go on.
enum Next {
    On,
    Halt,
}

impl<'a> Queue<'a> {
    pub(super) async fn new(
        config: &'a Config,
        store: &'a Store,
        delivery: &'a Delivery,
        courier: Courier,
        wanted: &Deliveries,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let platform = platform::of(&delivery.destination).map_err(Error::Delivery)?;
        let settings = settings(delivery);
        let consumer = consumer(store, delivery, wanted.backfill, now).await?;
        let is_followed = |theme: &&Arc<Theme>| match &delivery.themes {
            None => true,
            Some(ids) => ids.contains(&theme.id),
        };
        let themes = config.themes.iter().filter(is_followed).cloned().collect();
        let mut following = consumer.following(themes);
        following.changes = delivery.edit;
        let seconds = delivery
            .max_age
            .map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
        following.max_age = seconds;
        let mut state = store.delivery_state(&delivery.name, settings).await?;
        if wanted.retry {
            state.is_stopped = false;
            state.held_until = None;
            state.tries = 0;
        }
        Ok(Self {
            form: form(platform.form(), delivery),
            cursor: store.end_of_streams().await?,
            done: Delivered {
                name: delivery.name.clone(),
                ..Delivered::default()
            },
            config,
            store,
            delivery,
            courier,
            platform,
            settings,
            consumer,
            following,
            state,
            now,
            sent: None,
            suspect: None,
        })
    }

    pub(super) async fn run(
        &mut self,
        ends: Option<Instant>,
        retry: bool,
    ) -> Result<Delivered, Error> {
        let is_held = self.state.held_until.is_some_and(|until| until > self.now);
        if !self.state.is_stopped && !is_held && self.has_work(retry).await? {
            self.work(ends, retry).await?;
        }
        self.done.waiting = waiting(self.store, &self.following).await?;
        self.done.is_stopped = self.state.is_stopped;
        if self.done.waiting > 0 || self.done.is_stopped {
            self.done.error = self.state.error.clone().or(self.done.error.take());
        }
        Ok(std::mem::take(&mut self.done))
    }

    async fn has_work(&self, retry: bool) -> Result<bool, Error> {
        let next = self
            .store
            .notices(self.following.clone(), self.following.after, 1)
            .await?;
        if next.notices.is_empty() {
            // What else came is not of these themes.
            self.store
                .acknowledge(&self.consumer.name, next.until, self.now)
                .await?;
        }
        let set_aside = retry && !self.store.set_aside(&self.delivery.name).await?.is_empty();
        Ok(!next.notices.is_empty() || set_aside)
    }

    async fn work(&mut self, ends: Option<Instant>, retry: bool) -> Result<(), Error> {
        if let Next::Halt = self.prepare().await? {
            return Ok(());
        }
        if retry {
            self.retry_set_aside().await?;
        }
        let mut from = self.following.after;
        let all = waiting(self.store, &self.following).await?;
        let left_out = self
            .delivery
            .burst
            .map_or(0, |burst| all.saturating_sub(burst as usize));
        let mut to_skip = left_out;
        loop {
            let round = told(self.store, &self.following, from, usize::MAX).await?;
            for telling in &round.tellings {
                if ends.is_some_and(|ends| Instant::now() >= ends) {
                    return Ok(());
                }
                self.cursor.number = telling.notice.number;
                if to_skip > 1 {
                    to_skip -= 1;
                    continue;
                }
                let next = if to_skip == 1 {
                    to_skip = 0;
                    self.tell_left_out(left_out).await?
                } else {
                    self.handle(telling).await?
                };
                if let Next::Halt = next {
                    return Ok(());
                }
            }
            from = round.until;
            if !round.is_cut {
                if self.suspect.is_none() {
                    self.acknowledge(from, None).await?;
                }
                return Ok(());
            }
        }
    }

    /// Makes what has to be there before messages: a session, what the server allows.
    async fn prepare(&mut self) -> Result<Next, Error> {
        if let Some(known) = &self.state.session {
            self.platform.resume(known);
        }
        for _ in 0..PREPARATIONS {
            let known = self.state.session.as_deref();
            let Some(request) = self.platform.prepare(known, Utc::now().timestamp()) else {
                break;
            };
            let gave = match self.courier.send(&request).await {
                Ok(answer) => self.platform.prepared(&answer),
                Err(outcome) => Err(outcome),
            };
            match gave {
                Ok(session) => {
                    self.platform.resume(&session);
                    self.state.session = Some(session);
                    self.keep_state().await?;
                }
                Err(outcome) => {
                    return self.fail(outcome, None).await;
                }
            }
        }
        self.form = form(self.platform.form(), self.delivery);
        Ok(Next::On)
    }

    /// Does what a notice asks for.
    async fn handle(&mut self, telling: &Telling) -> Result<Next, Error> {
        let story = telling.notice.story;
        let posting = self.store.posting(&self.delivery.name, story).await?;
        let receipt = posting
            .as_ref()
            .filter(|p| p.failed.is_none())
            .map(|p| p.receipt.as_str());
        match (telling.notice.kind, receipt) {
            (NoticeKind::Entered, None) if self.takes(story).await? => self.post(telling).await,
            (NoticeKind::Changed, Some(receipt)) => {
                let letter = letters::of(telling, &self.cursor, &self.form, &self.delivery.name);
                let request = letter
                    .first()
                    .and_then(|l| self.platform.edit(&now(l), receipt));
                let is_sent = request.is_some();
                let next = self.change(request, posting.clone()).await?;
                self.done.edited += usize::from(is_sent && matches!(next, Next::On));
                Ok(next)
            }
            (NoticeKind::Hidden, Some(receipt)) => {
                let letter = letters::of_gone(telling, &self.cursor, &self.delivery.name);
                let request = self.platform.delete(&now(&letter), receipt);
                let is_sent = request.is_some();
                let next = self.change(request, posting.clone()).await?;
                self.done.taken_back += usize::from(is_sent && matches!(next, Next::On));
                Ok(next)
            }
            _ => {
                self.acknowledge(self.cursor.number, None).await?;
                Ok(Next::On)
            }
        }
    }

    /// Whether the rule of the table takes a story.
    async fn takes(&self, story: u64) -> Result<bool, Error> {
        let (Some(rule), Some(theme)) = (&self.delivery.rule, self.config.themes.first()) else {
            return Ok(true);
        };
        let theme = Theme {
            rule: Rule {
                expression: Some(rule.clone()),
                ..Rule::default()
            },
            ..Theme::clone(theme)
        };
        let matcher = Matcher::new(&[Arc::new(theme)], &self.config.sources)?;
        let ranks = self.config.ranks();
        let Some(mut story) = self.store.stories(vec![story]).await?.pop() else {
            return Ok(false);
        };
        rank_members(&mut story.members, |item| ranks.of(&item.source.id));
        Ok(!matcher.decide(&story, self.now).matches.is_empty())
    }

    /// Posts a story, in as many messages as it takes.
    async fn post(&mut self, telling: &Telling) -> Result<Next, Error> {
        let name = &self.delivery.name;
        let mut letters = letters::of(telling, &self.cursor, &self.form, name);
        let mut is_short = false;
        let mut part = self.state.parts as usize;
        while let Some(letter) = letters.get(part) {
            match self.send(&self.platform.post(&now(letter))).await {
                Outcome::Done(receipt) => {
                    part += 1;
                    let first = self.state.receipt.get_or_insert(receipt);
                    if part == letters.len() {
                        let posting = posting(telling, first.clone(), None);
                        self.posted(posting).await?;
                    } else {
                        self.state.parts += 1;
                        self.keep_state().await?;
                    }
                }
                Outcome::Refused(_) if !is_short && part == 0 => {
                    is_short = true;
                    let short = letters::shortest(&self.form);
                    letters = letters::of(telling, &self.cursor, &short, &self.delivery.name);
                }
                Outcome::Refused(why) => {
                    let posting = posting(telling, String::new(), Some(why.clone()));
                    self.set_aside(posting, why).await?;
                    return Ok(Next::On);
                }
                outcome => return self.fail(outcome, Some(telling)).await,
            }
        }
        Ok(Next::On)
    }

    /// Notes that a story is through, and that one before it was at fault itself.
    async fn posted(&mut self, posting: Posting) -> Result<(), Error> {
        self.settle_suspect().await?;
        self.done.posted += 1;
        self.acknowledge(posting.number, Some(posting)).await
    }

    async fn settle_suspect(&mut self) -> Result<(), Error> {
        if let Some((posting, why)) = self.suspect.take() {
            self.set_aside(posting, why).await?;
        }
        Ok(())
    }

    async fn set_aside(&mut self, posting: Posting, why: String) -> Result<(), Error> {
        self.done.set_aside += 1;
        self.done.is_news = true;
        self.done.error = Some(why);
        self.acknowledge(posting.number, Some(posting)).await
    }

    /// Sends a request that changes or takes back a message. Where that cannot be done, nothing is lost.
    async fn change(
        &mut self,
        request: Option<Sending>,
        posting: Option<Posting>,
    ) -> Result<Next, Error> {
        let posting = posting.map(|posting| Posting {
            number: self.cursor.number,
            ..posting
        });
        let Some(request) = request else {
            self.acknowledge(self.cursor.number, posting).await?;
            return Ok(Next::On);
        };
        match self.send(&request).await {
            Outcome::Done(_) | Outcome::Refused(_) => {
                self.acknowledge(self.cursor.number, posting).await?;
                Ok(Next::On)
            }
            outcome => self.fail(outcome, None).await,
        }
    }

    async fn tell_left_out(&mut self, count: usize) -> Result<Next, Error> {
        let text = match count {
            1 => "1 earlier story is left out".to_owned(),
            count => format!("{count} earlier stories are left out"),
        };
        let letter = letters::of_text(&text, &self.cursor, &self.form, &self.delivery.name);
        if let Some(letter) = letter {
            match self.send(&self.platform.post(&now(&letter))).await {
                Outcome::Done(_) | Outcome::Refused(_) => {}
                outcome => return self.fail(outcome, None).await,
            }
        }
        self.done.left_out = count;
        self.acknowledge(self.cursor.number, None).await?;
        Ok(Next::On)
    }

    /// What was set aside, once more.
    async fn retry_set_aside(&mut self) -> Result<(), Error> {
        for posting in self.store.set_aside(&self.delivery.name).await? {
            let Some(telling) = self.again(&posting).await? else {
                continue;
            };
            self.cursor.number = posting.number;
            if let Next::Halt = self.post(&telling).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The notice of a posting, if it is still one.
    async fn again(&self, posting: &Posting) -> Result<Option<Telling>, Error> {
        let mut following = self.following.clone();
        following.after = posting.number - 1;
        let round = told(self.store, &following, posting.number - 1, 1).await?;
        let mut tellings = round.tellings.into_iter();
        Ok(tellings.find(|telling| telling.notice.number == posting.number))
    }

    /// Waits until it may, and sends.
    async fn send(&mut self, request: &Sending) -> Outcome {
        let pace = self.delivery.pace.unwrap_or_else(|| self.platform.pace());
        if let Some(sent) = self.sent {
            tokio::time::sleep(pace.saturating_sub(sent.elapsed())).await;
        }
        let outcome = match self.courier.send(request).await {
            Ok(answer) => self.platform.read(&answer),
            Err(outcome) => outcome,
        };
        self.sent = Some(Instant::now());
        outcome
    }

    /// What comes of a message that is not through.
    async fn fail(&mut self, outcome: Outcome, telling: Option<&Telling>) -> Result<Next, Error> {
        match outcome {
            Outcome::Later(why, until) => {
                if let (Some(telling), None, None) = (telling, &self.suspect, until)
                    && self.state.tries >= TRIES
                {
                    self.suspect = Some((posting(telling, String::new(), Some(why.clone())), why));
                    return Ok(Next::On);
                }
                let rest = RESTS[(self.state.tries as usize).min(RESTS.len() - 1)];
                self.state.tries += 1;
                self.state.held_until = until.or(Some(Utc::now() + TimeDelta::minutes(rest)));
                // A busy server is nobody's fault; one that fails again and again is told of once.
                self.done.is_news |= self.state.tries == 3;
                self.state.error = Some(why);
            }
            Outcome::Stopped(why) | Outcome::Refused(why) => {
                self.state.is_stopped = true;
                self.done.is_news = true;
                self.state.error = Some(self.named(why));
            }
            Outcome::Done(_) => return Ok(Next::On),
        }
        self.keep_state().await?;
        Ok(Next::Halt)
    }

    /// An error with the secrets that may be wrong, by their names.
    fn named(&self, why: String) -> String {
        match self.delivery.destination.secrets.as_slice() {
            [] => why,
            names => format!("{why}; check {}", names.join(" and ")),
        }
    }

    async fn keep_state(&self) -> Result<(), Error> {
        let state = self.state.clone();
        Ok(self
            .store
            .keep_delivery_state(&self.delivery.name, self.settings, state)
            .await?)
    }

    /// Notes that everything up to a notice is handled.
    async fn acknowledge(&mut self, number: u64, posting: Option<Posting>) -> Result<(), Error> {
        self.state = DeliveryState {
            session: self.state.session.take(),
            ..DeliveryState::default()
        };
        let names = (
            self.delivery.name.as_str(),
            self.consumer.name.as_str(),
            self.settings,
        );
        let state = self.state.clone();
        self.store
            .delivered(names, number, posting, state, self.now)
            .await?;
        self.following.after = self.following.after.max(number);
        Ok(())
    }

    /// What would be posted, as it would be sent.
    pub(super) async fn preview(&self, limit: usize) -> Result<Vec<String>, Error> {
        let round = told(self.store, &self.following, self.following.after, limit).await?;
        let mut requests = Vec::new();
        for telling in &round.tellings {
            let cursor = Cursor {
                number: telling.notice.number,
                ..self.cursor.clone()
            };
            if telling.notice.kind == NoticeKind::Entered
                && self.takes(telling.notice.story).await?
            {
                let letters = letters::of(telling, &cursor, &self.form, &self.delivery.name);
                requests.extend(
                    letters
                        .iter()
                        .map(|letter| self.platform.post(&now(letter)).shown()),
                );
            }
        }
        Ok(requests)
    }
}

/// Sends a message that says that it is a test.
pub(super) async fn test(
    delivery: &Delivery,
    courier: &Courier,
    at: DateTime<Utc>,
) -> Result<(), String> {
    let mut platform = platform::of(&delivery.destination).map_err(|e| e.to_string())?;
    let cursor = Cursor {
        store: "test".to_owned(),
        number: at.timestamp().unsigned_abs(),
    };
    if let Some(request) = platform.prepare(None, at.timestamp()) {
        let answer = courier.send(&request).await;
        let answer = answer.map_err(|outcome| why(&outcome))?;
        let known = platform.prepared(&answer);
        platform.resume(&known.map_err(|outcome| why(&outcome))?);
    }
    let text = format!(
        "feedmill can post here: this is a test of [deliver.{}]",
        delivery.name
    );
    let letter = letters::of_text(&text, &cursor, &platform.form(), &delivery.name);
    let letter = letter.ok_or("the test has no text")?;
    let outcome = match courier.send(&platform.post(&now(&letter))).await {
        Ok(answer) => platform.read(&answer),
        Err(outcome) => outcome,
    };
    match outcome {
        Outcome::Done(_) => Ok(()),
        outcome => Err(why(&outcome)),
    }
}

fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(_) => String::new(),
        Outcome::Later(why, _) | Outcome::Refused(why) | Outcome::Stopped(why) => why.clone(),
    }
}

/// A message that is sent now.
fn now(letter: &Letter) -> Letter {
    Letter {
        now: Utc::now().timestamp(),
        ..letter.clone()
    }
}

fn posting(telling: &Telling, receipt: String, failed: Option<String>) -> Posting {
    Posting {
        story: telling.notice.story,
        number: telling.notice.number,
        receipt,
        failed,
    }
}

/// The consumer of a destination. A new one begins at the end of the streams.
async fn consumer(
    store: &Store,
    delivery: &Delivery,
    backfill: u32,
    now: DateTime<Utc>,
) -> Result<Consumer, Error> {
    let name = format!("{CONSUMER}{}", delivery.name);
    if let Some(mut known) = store.consumer(&name).await? {
        if known.themes != delivery.themes {
            store.follow_themes(&name, delivery.themes.clone()).await?;
            known.themes.clone_from(&delivery.themes);
        }
        return Ok(known);
    }
    Ok(store
        .begin_consumer(&name, delivery.themes.clone(), backfill, now)
        .await?)
}
