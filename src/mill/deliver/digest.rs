//! What waits for a destination -> lists of it, at the moments of its digest.
//!
//! A list is sent, and then its stories are noted as posted, in one step with the cursor. So a process that dies goes on behind the last
//! list that was sent. What comes while a digest is being posted is for the next one: each try makes the same lists, with the same keys.

use super::letters;
use super::queue::Queue;
use super::sender::{Next, now};
use crate::deliver::{Letter, Outcome};
use crate::message;
use crate::mill::Error;
use crate::mill::streams::told;
use crate::model::{DigestTime, Notice, ShownStory};
use crate::publish::InMessages;
use crate::schedule::{Turn, digest_turn};
use crate::store::{DigestState, Posting, Underway};
use chrono::{DateTime, Utc};
use std::time::Instant;

/// Stories that one list may have, however much the platform takes.
const MOST: usize = 500;

/// Stories that are still to be listed, the oldest first.
struct Rest {
    notices: Vec<Notice>,
    stories: Vec<ShownStory>,
    /// Where the next ones are.
    from: u64,
    /// How many of the next ones are left out.
    to_skip: usize,
    /// There are no others.
    is_all: bool,
}

impl Queue<'_> {
    /// Posts what waits as a digest, if it is its turn.
    pub(super) async fn run_digest(
        &mut self,
        ends: Option<Instant>,
        retry: bool,
    ) -> Result<(), Error> {
        let due = self.due_digest().await?;
        let has_work = self.has_work(retry).await?;
        let Some(at) = due else {
            if has_work && retry {
                self.retry_only().await?;
            }
            return Ok(());
        };
        if !has_work {
            return self.complete_digest(at).await;
        }
        if self.sender.prepare().await? == Next::Halt
            || (retry && self.retry_set_aside().await? == Next::Halt)
        {
            return Ok(());
        }
        self.post_digest(at, ends).await
    }

    /// The moment of the digest that is to be posted now.
    async fn due_digest(&mut self) -> Result<Option<DateTime<Utc>>, Error> {
        let Some(time) = self.delivery.digest else {
            return Ok(None);
        };
        let zone = self.delivery.timezone;
        let state = self.sender.state.digest.as_ref();
        if let Some(underway) = state.and_then(|state| state.underway.as_ref()) {
            return Ok(Some(underway.at));
        }
        let next = match digest_turn(time, zone, state.map(|state| state.done), self.clock()) {
            Turn::Due(at) => return Ok(Some(at)),
            Turn::Wait(next) => next,
            Turn::Begin(at) => {
                self.complete_digest(at).await?;
                match digest_turn(time, zone, Some(at), self.clock()) {
                    Turn::Wait(next) => next,
                    Turn::Due(_) | Turn::Begin(_) => return Ok(None),
                }
            }
        };
        self.sender.done.next_digest = Some(next.with_timezone(&zone).fixed_offset());
        Ok(None)
    }

    async fn retry_only(&mut self) -> Result<(), Error> {
        if self.sender.prepare().await? == Next::On {
            self.retry_set_aside().await?;
        }
        Ok(())
    }

    async fn complete_digest(&mut self, at: DateTime<Utc>) -> Result<(), Error> {
        self.sender.state.digest = Some(complete(at));
        self.sender.keep_state().await
    }

    async fn post_digest(&mut self, at: DateTime<Utc>, ends: Option<Instant>) -> Result<(), Error> {
        let (mut underway, mut rest) = self.begin_digest(at).await?;
        // A list that is refused is sent in halves, until the story is found that it is refused for.
        let mut most = MOST;
        loop {
            self.fill(&mut rest, underway.until).await?;
            if self.is_over(ends) {
                return Ok(());
            }
            let Some((letter, count, is_last)) = self.list(&underway, &rest, most) else {
                break;
            };
            let outcome = self
                .sender
                .send(&self.sender.platform.post(&now(&letter)))
                .await;
            let is_bad = matches!(outcome, Outcome::Refused(_)) || self.sender.may_blame(&outcome);
            if is_bad && count > 1 {
                most = count / 2;
                continue;
            }
            let number = match count {
                0 => underway.until,
                count => rest
                    .notices
                    .get(count - 1)
                    .map_or(0, |notice| notice.number),
            };
            let listed = |failed: Option<String>| -> Vec<Posting> {
                let listed = rest.notices.iter().take(count);
                listed
                    .map(|notice| posting(notice, failed.clone()))
                    .collect()
            };
            match outcome {
                Outcome::Done(_) => {
                    self.sender.done.posted += count;
                    if is_last {
                        self.sender.state.digest = Some(complete(at));
                        self.sender.through(underway.until, listed(None)).await?;
                        return Ok(());
                    }
                    underway.is_begun = true;
                    self.note_underway(at, &underway);
                    self.sender.through(number, listed(None)).await?;
                    most = MOST;
                }
                Outcome::Refused(why) => {
                    self.sender.through(number, listed(Some(why))).await?;
                }
                outcome => {
                    let alone = rest.notices.first().filter(|_| count == 1).cloned();
                    let blamed = alone.map(|notice| move |why| posting(&notice, Some(why)));
                    let blamed = blamed
                        .as_ref()
                        .map(|blamed| blamed as &(dyn Fn(_) -> _ + Sync));
                    if self.sender.fail(outcome, blamed).await? == Next::Halt {
                        return Ok(());
                    }
                }
            }
            rest.notices.drain(..count);
            rest.stories.drain(..count);
            if is_last {
                break;
            }
        }
        if self.sender.finish(underway.until).await? {
            self.complete_digest(at).await?;
        }
        Ok(())
    }

    /// The digest as it was begun, or a new one, and what is to be listed in it.
    async fn begin_digest(&mut self, at: DateTime<Utc>) -> Result<(Underway, Rest), Error> {
        let begun = self.sender.state.digest.as_ref();
        let begun = begun.and_then(|state| state.underway.clone());
        let (mut underway, rest) = match begun {
            Some(begun) => {
                let rest = self.rest(begun.until).await?;
                (begun, rest)
            }
            None => self.new_digest(at).await?,
        };
        // Those that are left out come first: behind the first list there are none.
        underway.left_out = underway.left_out.max(rest.to_skip);
        self.sender.done.left_out = underway.left_out;
        self.note_underway(at, &underway);
        self.sender.keep_state().await?;
        Ok((underway, rest))
    }

    async fn new_digest(&self, at: DateTime<Utc>) -> Result<(Underway, Rest), Error> {
        let until = self.store.end_of_streams().await?.number;
        let rest = self.rest(until).await?;
        let underway = Underway {
            at,
            until,
            left_out: rest.to_skip,
            is_begun: false,
        };
        Ok((underway, rest))
    }

    fn note_underway(&mut self, at: DateTime<Utc>, underway: &Underway) {
        let state = self.sender.state.digest.take();
        self.sender.state.digest = Some(DigestState {
            done: state.map_or(at, |state| state.done),
            underway: Some(underway.clone()),
        });
    }

    async fn rest(&self, until: u64) -> Result<Rest, Error> {
        Ok(Rest {
            notices: Vec::new(),
            stories: Vec::new(),
            from: self.following.after,
            to_skip: self.left_out(Some(until)).await?,
            is_all: false,
        })
    }

    /// Reads stories, as many as a list may have.
    async fn fill(&self, rest: &mut Rest, until: u64) -> Result<(), Error> {
        while rest.notices.len() < MOST && !rest.is_all {
            let round = told(self.store, &self.following, rest.from, usize::MAX).await?;
            for telling in round.tellings {
                let notice = telling.notice;
                let is_wanted = self.is_wanted(notice.kind, notice.story).await?;
                if notice.number > until || !is_wanted {
                    continue;
                }
                if rest.to_skip > 0 {
                    rest.to_skip -= 1;
                } else if let Some(story) = telling.story {
                    rest.notices.push(notice);
                    rest.stories.push(ShownStory {
                        // A line has no room for it.
                        content: None,
                        ..story
                    });
                }
            }
            rest.from = round.until;
            rest.is_all = !round.is_cut || round.until >= until;
        }
        Ok(())
    }

    /// The next list, how many stories it has, and whether it is the last; none if there is nothing to list.
    fn list(&self, underway: &Underway, rest: &Rest, most: usize) -> Option<(Letter, usize, bool)> {
        if rest.stories.is_empty() && (!underway.is_begun || underway.left_out == 0) {
            return None;
        }
        let title = self.heading(underway.at);
        let heading = if underway.is_begun { "" } else { &title };
        let stories = rest.stories.get(..most).unwrap_or(&rest.stories);
        let has_last = rest.is_all && stories.len() == rest.stories.len();
        let last = match underway.left_out {
            count if count > 0 && has_last => (self.words().and_more)(count),
            _ => String::new(),
        };
        let form = &self.sender.wording.form;
        let mut lists = message::digest((heading, &last), stories, form);
        let is_last = has_last && lists.len() == 1;
        if lists.is_empty() {
            return None;
        }
        let list = lists.swap_remove(0);
        let told = rest.notices.get(..list.stories).unwrap_or_default();
        let names = (self.cursor.store.as_str(), self.delivery.name.as_str());
        let letter = letters::of_digest(list.message, (&title, underway.at), told, names);
        Some((letter, list.stories, is_last))
    }

    /// `Defence · 2024-06-14`, of an hourly one with the hour.
    fn heading(&self, at: DateTime<Utc>) -> String {
        let title = match self.following.themes.as_slice() {
            [theme] => &theme.title,
            _ => &self.config.site.title,
        };
        let at = at.with_timezone(&self.delivery.timezone);
        let format = match self.delivery.digest {
            Some(DigestTime::Hourly) => "%Y-%m-%d %H:%M",
            _ => "%Y-%m-%d",
        };
        format!("{title} · {}", at.format(format))
    }

    pub(super) fn words(&self) -> InMessages {
        InMessages::of(&self.delivery.language)
    }

    /// The requests of the next digest, as they would be sent.
    pub(super) async fn preview_digest(&self) -> Result<Vec<String>, Error> {
        let (mut underway, mut rest) = self.new_digest(self.clock()).await?;
        let mut requests = Vec::new();
        loop {
            self.fill(&mut rest, underway.until).await?;
            let Some((letter, count, is_last)) = self.list(&underway, &rest, MOST) else {
                return Ok(requests);
            };
            requests.push(self.sender.platform.post(&now(&letter)).shown());
            if is_last {
                return Ok(requests);
            }
            underway.is_begun = true;
            rest.notices.drain(..count);
            rest.stories.drain(..count);
        }
    }
}

fn complete(at: DateTime<Utc>) -> DigestState {
    DigestState {
        done: at,
        underway: None,
    }
}

/// By an empty receipt nothing can be changed: a list stays as it was sent.
fn posting(notice: &Notice, failed: Option<String>) -> Posting {
    Posting {
        story: notice.story,
        number: notice.number,
        receipt: String::new(),
        failed,
    }
}
