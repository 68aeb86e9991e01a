//! Messages -> one destination, and what comes of each: noted, tried again, set aside, or the end for now.

use super::letters::{self, Wording};
use super::settings;
use crate::deliver::{Answer, Courier, Letter, Outcome, Platform, Sending, platform};
use crate::message::TemplateFault;
use crate::mill::{Delivered, DestinationStatus, Error, Telling};
use crate::model::{Cursor, Delivery};
use crate::store::{DeliveryState, Partly, Posting, Store};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Instant;

/// After so many tries it may be the message that is at fault, and not the destination: the next one is tried.
const TRIES: u32 = 6;
/// How long a destination rests after each failed try, in minutes; the last for all others.
const RESTS: [i64; 6] = [1, 2, 5, 15, 30, 60];
/// The longest rest, whatever a server or a clock said.
pub(in crate::mill) const LONGEST_REST: TimeDelta = TimeDelta::days(7);
/// Requests that may come before the first message: a session that has ended is refreshed, or made anew.
const PREPARATIONS: usize = 3;

/// Sends to one destination.
pub(super) struct Sender<'a> {
    store: &'a Store,
    delivery: &'a Delivery,
    courier: Courier,
    pub(super) platform: Box<dyn Platform<Sending>>,
    pub(super) wording: Wording,
    settings: u64,
    /// The name of its consumer.
    consumer: String,
    pub(super) state: DeliveryState,
    now: DateTime<Utc>,
    sent: Option<Instant>,
    suspect: Option<Posting>,
    /// What cannot be posted and came behind the suspect.
    behind: Vec<Posting>,
    /// Everything up to this notice is handled.
    pub(super) handled: u64,
    pub(super) done: Delivered,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    On,
    Halt,
}

impl<'a> Sender<'a> {
    pub(super) async fn new(
        store: &'a Store,
        delivery: &'a Delivery,
        courier: Courier,
        (consumer, handled): (String, u64),
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let platform = platform::of(&delivery.destination).map_err(Error::Delivery)?;
        let settings = settings(delivery);
        let mut state = store.delivery_state(&delivery.name, settings).await?;
        if delivery.digest.is_none() {
            // One that is wanted again begins anew.
            state.digest = None;
        }
        Ok(Self {
            wording: Wording::new(platform.form(), delivery)?,
            state,
            done: Delivered {
                name: delivery.name.clone(),
                ..Delivered::default()
            },
            store,
            delivery,
            courier,
            platform,
            settings,
            consumer,
            now,
            sent: None,
            suspect: None,
            behind: Vec::new(),
            handled,
        })
    }

    /// Nothing is sent now: it was stopped, or rests. A rest that ends in years was noted by a clock that was wrong.
    pub(super) fn is_silent(&self) -> bool {
        let rests = |until| until > self.now && until <= self.now + LONGEST_REST;
        self.state.is_stopped || self.state.held_until.is_some_and(rests)
    }

    /// Somebody has changed something: it is as if nothing had failed.
    pub(super) fn wake(&mut self) {
        self.state.is_stopped = false;
        self.state.held_until = None;
        self.state.tries = 0;
    }

    /// Makes what has to be there before messages: that the store can be written, a session, what the server allows.
    pub(super) async fn prepare(&mut self) -> Result<Next, Error> {
        self.store.make_room().await?;
        self.keep_state().await?;
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
                // It was taken back, or another key refreshed it.
                Err(_) if self.state.session.take().is_some() => {}
                Err(outcome) => return self.fail(outcome, None).await,
            }
        }
        self.wording = Wording::new(self.platform.form(), self.delivery)?;
        Ok(Next::On)
    }

    /// Posts a story, in as many messages as it takes.
    pub(super) async fn post(&mut self, telling: &Telling, cursor: &Cursor) -> Result<Next, Error> {
        let letters = letters::of(telling, cursor, &self.wording, &self.delivery.name);
        let mut letters = match letters {
            Ok(letters) => letters,
            Err(fault) => {
                return self
                    .set_aside(posting(telling, String::new(), Some(said_of(&fault))))
                    .await;
            }
        };
        let of_this = |partly: &Partly| partly.notice == telling.notice.number;
        let mut partly = self.state.partly.take().filter(of_this).unwrap_or(Partly {
            notice: telling.notice.number,
            ..Partly::default()
        });
        let mut is_short = false;
        while let Some(letter) = letters.get(partly.sent) {
            match self.send(&self.platform.post(&now(letter))).await {
                Outcome::Done(receipt) => {
                    if partly.sent == 0 {
                        partly.receipt = receipt;
                    }
                    partly.sent += 1;
                    if partly.sent < letters.len() {
                        self.state.partly = Some(partly.clone());
                        self.keep_state().await?;
                    }
                }
                Outcome::Refused(_) if !is_short && partly.sent == 0 => {
                    is_short = true;
                    let short = self.wording.shortest();
                    letters = letters::of(telling, cursor, &short, &self.delivery.name)?;
                }
                Outcome::Refused(why) => {
                    let refused = posting(telling, String::new(), Some(why));
                    return self.through(telling.notice.number, vec![refused]).await;
                }
                outcome => {
                    self.state.partly = (partly.sent > 0).then_some(partly);
                    let blamed = |why| posting(telling, String::new(), Some(why));
                    return self.fail(outcome, Some(&blamed)).await;
                }
            }
        }
        self.done.posted += 1;
        let posted = posting(telling, partly.receipt, None);
        self.through(telling.notice.number, vec![posted]).await
    }

    /// Changes the message of a story.
    pub(super) async fn edit(
        &mut self,
        telling: &Telling,
        cursor: &Cursor,
        posted: Posting,
    ) -> Result<Next, Error> {
        let letters = letters::of(telling, cursor, &self.wording, &self.delivery.name);
        let letters = letters.unwrap_or_else(|fault| {
            // The message stays as it is.
            self.done.error = Some(said_of(&fault));
            self.done.is_news = true;
            Vec::new()
        });
        let request = letters.first();
        let request = request.and_then(|l| self.platform.edit(&now(l), &posted.receipt));
        self.done.edited += usize::from(request.is_some());
        self.change(telling, request, posted).await
    }

    /// Takes the message of a story back.
    pub(super) async fn take_back(
        &mut self,
        telling: &Telling,
        cursor: &Cursor,
        posted: Posting,
    ) -> Result<Next, Error> {
        let letter = letters::of_gone(telling, cursor, &self.delivery.name);
        let request = self.platform.delete(&now(&letter), &posted.receipt);
        self.done.taken_back += usize::from(request.is_some());
        self.change(telling, request, posted).await
    }

    /// Sends a request about a message that is there. Where that cannot be done, no message is lost.
    async fn change(
        &mut self,
        telling: &Telling,
        request: Option<Sending>,
        posted: Posting,
    ) -> Result<Next, Error> {
        let number = telling.notice.number;
        let posted = Posting { number, ..posted };
        let Some(request) = request else {
            self.pass_over(number).await?;
            return Ok(Next::On);
        };
        let outcome = match self.exchange(&request).await {
            // Somebody deleted the message: that is nothing about the destination.
            Ok(Answer {
                status: 404 | 410, ..
            }) => Outcome::Done(String::new()),
            Ok(answer) => self.platform.read(&answer),
            Err(outcome) => outcome,
        };
        match outcome {
            Outcome::Done(_) | Outcome::Refused(_) => self.through(number, vec![posted]).await,
            outcome => self.fail(outcome, Some(&|_| posted.clone())).await,
        }
    }

    /// Says something in words of our own, in place of the stories up to a notice.
    pub(super) async fn say(&mut self, text: &str, cursor: &Cursor) -> Result<Next, Error> {
        let letter = letters::of_text(text, cursor, &self.wording.form, &self.delivery.name);
        if let Some(letter) = letter {
            match self.send(&self.platform.post(&now(&letter))).await {
                Outcome::Done(_) | Outcome::Refused(_) => {}
                outcome => return self.fail(outcome, None).await,
            }
        }
        self.through(cursor.number, Vec::new()).await
    }

    /// Nothing is to be done about a notice. Behind a message that may be at fault nothing is noted, or it would be lost.
    pub(super) async fn pass_over(&mut self, number: u64) -> Result<(), Error> {
        if self.suspect.is_none() && number > self.handled {
            self.note(number, Vec::new()).await?;
        }
        Ok(())
    }

    /// Everything was looked at. A message that may be at fault, and no other to compare it with: it rests.
    /// Says whether everything is handled.
    pub(super) async fn finish(&mut self, number: u64) -> Result<bool, Error> {
        if self.suspect.take().is_some() {
            // What came behind it comes again.
            self.behind.clear();
            self.rest(None);
            self.keep_state().await?;
            return Ok(false);
        }
        self.pass_over(number).await?;
        Ok(true)
    }

    /// The destination took something or refused it: so a message that it failed on before was at fault itself.
    pub(super) async fn through(
        &mut self,
        number: u64,
        postings: Vec<Posting>,
    ) -> Result<Next, Error> {
        if let Some(suspect) = self.suspect.take() {
            self.note(suspect.number, vec![suspect]).await?;
            for posting in std::mem::take(&mut self.behind) {
                self.note(posting.number, vec![posting]).await?;
            }
        }
        self.note(number, postings).await?;
        Ok(Next::On)
    }

    /// A story that cannot be posted, whatever the destination is like.
    async fn set_aside(&mut self, posting: Posting) -> Result<Next, Error> {
        if self.suspect.is_some() {
            self.behind.push(posting);
        } else {
            self.note(posting.number, vec![posting]).await?;
        }
        Ok(Next::On)
    }

    /// Notes that everything up to a notice is handled, and what came of it.
    async fn note(&mut self, number: u64, postings: Vec<Posting>) -> Result<(), Error> {
        for why in postings
            .iter()
            .filter_map(|posting| posting.failed.as_ref())
        {
            self.done.set_aside += 1;
            self.done.is_news = true;
            self.done.error = Some(why.clone());
        }
        let is_through = postings.iter().any(|posting| posting.failed.is_none());
        self.state = DeliveryState {
            session: self.state.session.take(),
            digest: self.state.digest.take(),
            last_posted: is_through.then_some(self.now).or(self.state.last_posted),
            ..DeliveryState::default()
        };
        let names = (
            self.delivery.name.as_str(),
            self.consumer.as_str(),
            self.settings,
        );
        let state = self.state.clone();
        let noted = self
            .store
            .delivered(names, number, postings, state, self.now);
        noted.await?;
        self.handled = self.handled.max(number);
        Ok(())
    }

    /// What comes of a message that is not through. `blamed` is what is noted if it turns out to be at fault itself.
    pub(super) async fn fail(
        &mut self,
        outcome: Outcome,
        blamed: Option<&(dyn Fn(String) -> Posting + Sync)>,
    ) -> Result<Next, Error> {
        let may_blame = self.may_blame(&outcome);
        match outcome {
            Outcome::Done(_) => return Ok(Next::On),
            Outcome::Later(why, until) => {
                if let (Some(blamed), true) = (blamed, may_blame) {
                    self.suspect = Some(blamed(why));
                    return Ok(Next::On);
                }
                self.rest(until);
                self.state.error = Some(why);
            }
            Outcome::Stopped(why) | Outcome::Refused(why) => {
                self.state.is_stopped = true;
                self.done.is_news = true;
                self.state.error = Some(self.named(why));
            }
        }
        self.keep_state().await?;
        Ok(Next::Halt)
    }

    /// Sends nothing for a while: as long as the server says, or longer each time.
    fn rest(&mut self, until: Option<DateTime<Utc>>) {
        let now = Utc::now();
        let rest = RESTS[(self.state.tries as usize).min(RESTS.len() - 1)];
        let until = until.unwrap_or(now + TimeDelta::minutes(rest));
        self.state.held_until = Some(until.min(now + LONGEST_REST));
        self.state.tries += 1;
        // A busy server is nobody's fault; one that fails again and again is told of once.
        self.done.is_news |= self.state.tries == DestinationStatus::REPORTED_AFTER;
        if self.state.tries > 1 {
            // It may be the session.
            self.state.session = None;
        }
    }

    /// Waits until it may, sends, and says what the answer means.
    pub(super) async fn send(&mut self, request: &Sending) -> Outcome {
        match self.exchange(request).await {
            Ok(answer) => self.platform.read(&answer),
            Err(outcome) => outcome,
        }
    }

    async fn exchange(&mut self, request: &Sending) -> Result<Answer, Outcome> {
        let pace = self.delivery.pace.unwrap_or_else(|| self.platform.pace());
        if let Some(sent) = self.sent {
            tokio::time::sleep(pace.saturating_sub(sent.elapsed())).await;
        }
        let answer = self.courier.send(request).await;
        self.sent = Some(Instant::now());
        answer
    }

    /// An error with the secrets that may be wrong, by their names.
    fn named(&self, why: String) -> String {
        match self.delivery.destination.secrets.as_slice() {
            [] => why,
            names => format!("{why}; check {}", names.join(" and ")),
        }
    }

    pub(super) async fn keep_state(&self) -> Result<(), Error> {
        let (name, state) = (&self.delivery.name, self.state.clone());
        Ok(self
            .store
            .keep_delivery_state(name, self.settings, state)
            .await?)
    }

    /// The next message may be the one that the destination fails on.
    pub(super) fn may_blame(&self, outcome: &Outcome) -> bool {
        matches!(outcome, Outcome::Later(_, None))
            && self.suspect.is_none()
            && self.state.tries >= TRIES
    }

    /// What was done, and what is wrong if something waits.
    pub(super) fn report(&mut self, waiting: usize) -> Delivered {
        let mut done = std::mem::take(&mut self.done);
        done.waiting = waiting;
        done.is_stopped = self.state.is_stopped;
        if (waiting > 0 && done.quiet_until.is_none()) || done.is_stopped {
            done.error = self.state.error.clone().or(done.error);
        }
        done
    }
}

/// A message that is sent now.
pub(super) fn now(letter: &Letter) -> Letter {
    Letter {
        now: Utc::now().timestamp(),
        ..letter.clone()
    }
}

pub(super) fn said_of(fault: &TemplateFault) -> String {
    format!("the template fails: {fault}")
}

fn posting(telling: &Telling, receipt: String, failed: Option<String>) -> Posting {
    Posting {
        story: telling.notice.story,
        number: telling.notice.number,
        receipt,
        failed,
    }
}
