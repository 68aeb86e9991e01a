//! Fetches an address of the command line, without a store.
//!
//! Its host may be private, because the user typed it. The target of a redirect may not.

use super::adhoc;
use super::border;
use super::exit::{Exit, Failure};
use crate::fetch::{self, Fetched, Outcome};
use crate::model::{self, FailureKind, FetchState, Location, Source};
use crate::net::{Allow, Client, Limits};
use chrono::Utc;
use std::sync::Arc;
use url::Url;

/// A client for the site of an address that the user typed.
pub(super) struct SiteClient {
    client: Client,
    max_body: usize,
    /// What to do about an address that is refused.
    advice: &'static str,
}

/// What a request brought.
pub(super) struct Answer {
    pub(super) fetched: Fetched,
    /// Where it has moved to for good.
    pub(super) moved_to: Option<Url>,
}

impl SiteClient {
    pub(super) fn new(typed: &Url) -> Result<Self, Failure> {
        border::keep(model::of_address(typed));
        let allow = Allow::host_of(typed);
        let limits = Limits {
            allow: allow.into_iter().collect(),
            ..Limits::default()
        };
        Self::with(&limits, "")
    }

    /// A client for addresses that are to stand in feeds.toml: it reaches what a run would reach.
    pub(super) fn of_feeds_toml(limits: &Limits) -> Result<Self, Failure> {
        Self::with(
            limits,
            "; if it is yours, add it to allow in [fetch] of feeds.toml",
        )
    }

    fn with(limits: &Limits, advice: &'static str) -> Result<Self, Failure> {
        let client = Client::new(limits).map_err(|e| Failure::new(Exit::Failed, e.to_string()))?;
        Ok(Self {
            client,
            max_body: limits.max_body,
            advice,
        })
    }

    /// Fetches `url` with one GET, without conditions (`If-None-Match`).
    pub(super) async fn get(&self, url: &Url) -> Result<Fetched, Failure> {
        Ok(self.ask(url).await?.fetched)
    }

    /// Likewise, and whether it has moved.
    pub(super) async fn ask(&self, url: &Url) -> Result<Answer, Failure> {
        let failed = |e: &dyn std::fmt::Display| Failure::new(Exit::Failed, format!("{url}: {e}"));
        let source = Source {
            location: Location::Http(Arc::new(url.clone())),
            ..adhoc::source(None)
        };
        let (client, max_body) = (Some(&self.client), self.max_body);
        let visit = fetch::visit(
            &source,
            &FetchState::default(),
            client,
            max_body,
            Utc::now(),
        )
        .await;
        match visit.outcome {
            Outcome::Modified(fetched) => Ok(Answer {
                fetched,
                moved_to: visit.moved_to,
            }),
            Outcome::Failed(error) if error.kind() == FailureKind::BlockedAddress => {
                Err(failed(&format!("{error}{}", self.advice)))
            }
            Outcome::Failed(error) => Err(failed(&error)),
            Outcome::Gone => Err(failed(&"gone (410)")),
            Outcome::NotModified => Err(failed(
                &"server answered 304 to a request without conditions",
            )),
        }
    }
}
