//! A message that says that it is a test -> a destination.

use super::letters;
use super::sender::now;
use crate::deliver::{Courier, Outcome, platform};
use crate::model::{Cursor, Delivery};
use chrono::{DateTime, Utc};

/// Sends it; says why if it does not arrive.
pub(super) async fn send(
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
        let answer = courier.send(&request).await.map_err(why)?;
        let known = platform.prepared(&answer).map_err(why)?;
        platform.resume(&known);
    }
    let text = format!(
        "feedmill can post here: this is a test of [deliver.{}]",
        delivery.name
    );
    let letter = letters::of_text(&text, &cursor, &platform.form(), &delivery.name);
    let letter = letter.ok_or("the test has no text")?;
    let answer = courier.send(&platform.post(&now(&letter))).await;
    match platform.read(&answer.map_err(why)?) {
        Outcome::Done(_) => Ok(()),
        outcome => Err(why(outcome)),
    }
}

fn why(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done(_) => String::new(),
        Outcome::Later(why, _) | Outcome::Refused(why) | Outcome::Stopped(why) => why,
    }
}
