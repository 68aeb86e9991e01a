//! What was posted where, and how each destination is.

use super::{Error, Store};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

/// How a destination is, between passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliveryState {
    /// Nothing is sent before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_until: Option<DateTime<Utc>>,
    /// How often the next message was tried.
    #[serde(skip_serializing_if = "is_zero")]
    pub tries: u32,
    /// What was wrong the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Nothing is sent until somebody has changed something.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_stopped: bool,
    /// What the platform gave for later requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// What was sent of the next story: a long one takes several messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partly: Option<Partly>,
    /// The digest that was posted last, or is being posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestState>,
}

/// How far digests are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestState {
    /// The moment of the last one that is complete.
    pub done: DateTime<Utc>,
    /// The one that is being posted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub underway: Option<Underway>,
}

/// A digest of which not all messages are sent. What comes meanwhile is for the next one: so each try makes the same messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Underway {
    /// Its moment.
    pub at: DateTime<Utc>,
    /// The last notice that it tells.
    pub until: u64,
    /// How many stories it leaves out.
    pub left_out: usize,
    /// Its first message is sent.
    pub is_begun: bool,
}

/// The messages of a story that were sent, while some are not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partly {
    /// The notice that they tell.
    pub notice: u64,
    /// How many they are.
    pub sent: usize,
    /// What came back for the first of them.
    pub receipt: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A story that was posted, or set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The number of the story.
    pub story: u64,
    /// The notice that was posted last.
    pub number: u64,
    /// What the platform gave, by which the message is changed; may be empty.
    pub receipt: String,
    /// Why it was set aside; none: it was posted.
    pub failed: Option<String>,
}

impl Store {
    /// How a destination is; anew if its settings are others now.
    pub async fn delivery_state(&self, name: &str, settings: u64) -> Result<DeliveryState, Error> {
        let name = name.to_owned();
        self.transact(move |t| {
            let mut query =
                t.prepare_cached("SELECT json FROM delivery WHERE name = ?1 AND settings = ?2")?;
            let json: Option<String> = query
                .query_row((name, settings.cast_signed()), |row| row.get(0))
                .optional()?;
            Ok(json
                .map(|json| serde_json::from_str(&json))
                .transpose()?
                .unwrap_or_default())
        })
        .await
    }

    /// Notes how a destination is.
    pub async fn keep_delivery_state(
        &self,
        name: &str,
        settings: u64,
        state: DeliveryState,
    ) -> Result<(), Error> {
        let name = name.to_owned();
        self.transact(move |t| keep(t, &name, settings, &state))
            .await
    }

    /// What was posted of a story.
    pub async fn posting(&self, delivery: &str, story: u64) -> Result<Option<Posting>, Error> {
        let delivery = delivery.to_owned();
        self.transact(move |t| {
            let mut query = t.prepare_cached(&format!("{SELECT} AND story = ?2"))?;
            Ok(query
                .query_row((delivery, story.cast_signed()), posting)
                .optional()?)
        })
        .await
    }

    /// What was set aside, the oldest first.
    pub async fn set_aside(&self, delivery: &str) -> Result<Vec<Posting>, Error> {
        let delivery = delivery.to_owned();
        self.transact(move |t| {
            let mut query =
                t.prepare_cached(&format!("{SELECT} AND failed IS NOT NULL ORDER BY number"))?;
            let rows = query.query_map([delivery], posting)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes in one step that a notice is handled, what came of it, and how the destination is now.
    pub async fn delivered(
        &self,
        (name, consumer, settings): (&str, &str, u64),
        number: u64,
        postings: Vec<Posting>,
        state: DeliveryState,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (name, consumer) = (name.to_owned(), consumer.to_owned());
        self.transact(move |t| {
            t.prepare_cached(
                "UPDATE consumer SET number = max(number, ?2), used = ?3 WHERE name = ?1",
            )?
            .execute((consumer, number.cast_signed(), now.timestamp()))?;
            for p in postings {
                t.prepare_cached("INSERT OR REPLACE INTO posting VALUES (?1, ?2, ?3, ?4, ?5)")?
                    .execute((
                        &name,
                        p.story.cast_signed(),
                        p.number.cast_signed(),
                        p.receipt,
                        p.failed,
                    ))?;
            }
            keep(t, &name, settings, &state)
        })
        .await
    }

    /// Forgets what was posted of a story, or set aside.
    pub async fn forget_posting(&self, delivery: &str, story: u64) -> Result<(), Error> {
        let delivery = delivery.to_owned();
        self.transact(move |t| {
            t.prepare_cached("DELETE FROM posting WHERE delivery = ?1 AND story = ?2")?
                .execute((delivery, story.cast_signed()))?;
            Ok(())
        })
        .await
    }

    /// Forgets all destinations but these, with their consumers, whose names have this before theirs.
    pub async fn forget_deliveries(&self, known: Vec<String>, prefix: &str) -> Result<(), Error> {
        let prefix = prefix.to_owned();
        self.transact(move |t| {
            let known = serde_json::to_string(&known)?;
            let is_unknown = "NOT IN (SELECT value FROM json_each(?1))";
            t.execute(
                &format!("DELETE FROM delivery WHERE name {is_unknown}"),
                [&known],
            )?;
            t.execute(
                &format!("DELETE FROM posting WHERE delivery {is_unknown}"),
                [&known],
            )?;
            t.execute(
                &format!(
                    "DELETE FROM consumer WHERE substr(name, 1, length(?2)) = ?2
                     AND substr(name, length(?2) + 1) {is_unknown}"
                ),
                (&known, &prefix),
            )?;
            Ok(())
        })
        .await
    }
}

/// A story became part of another: what was posted of it is the other's, unless that was posted as well.
pub(super) fn follow(t: &Transaction, story: i64, into: i64) -> Result<(), Error> {
    t.prepare_cached("UPDATE OR IGNORE posting SET story = ?2 WHERE story = ?1")?
        .execute((story, into))?;
    t.prepare_cached("DELETE FROM posting WHERE story = ?1")?
        .execute([story])?;
    Ok(())
}

const SELECT: &str = "SELECT story, number, receipt, failed FROM posting WHERE delivery = ?1";

fn posting(row: &Row) -> rusqlite::Result<Posting> {
    Ok(Posting {
        story: row.get::<_, i64>(0)?.cast_unsigned(),
        number: row.get::<_, i64>(1)?.cast_unsigned(),
        receipt: row.get(2)?,
        failed: row.get(3)?,
    })
}

fn keep(t: &Transaction, name: &str, settings: u64, state: &DeliveryState) -> Result<(), Error> {
    t.prepare_cached("INSERT OR REPLACE INTO delivery VALUES (?1, ?2, ?3)")?
        .execute((name, settings.cast_signed(), serde_json::to_string(state)?))?;
    Ok(())
}
