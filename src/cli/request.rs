//! Addresses that somebody typed: asked once, politely, without a store. Its host may be a private
//! one, for whoever types it may mean it; where it redirects to may not.

use super::adhoc;
use super::exit::{Exit, Failure};
use crate::fetch::{self, Fetched, Outcome};
use crate::model::{FetchState, Location, Source};
use crate::net::{Allow, Client, Limits};
use chrono::Utc;
use std::sync::Arc;
use url::Url;

/// Asks for addresses of the site that was typed.
pub(super) struct Asker {
    client: Client,
    max_body: usize,
}

impl Asker {
    pub(super) fn new(typed: &Url) -> Result<Self, Failure> {
        let allow = Allow::host_of(typed);
        let limits = Limits {
            allow: allow.into_iter().collect(),
            ..Limits::default()
        };
        let client = Client::new(&limits)
            .map_err(|e| Failure::new(Exit::Failed, format!("{typed}: {e}")))?;
        Ok(Self {
            client,
            max_body: limits.max_body,
        })
    }

    /// One GET.
    pub(super) async fn get(&self, url: &Url) -> Result<Fetched, Failure> {
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
            Outcome::Modified(fetched) => Ok(fetched),
            Outcome::Failed(error) => Err(failed(&error)),
            Outcome::Gone => Err(failed(&"it is gone for good (410)")),
            Outcome::NotModified => Err(failed(&"it answered 304 to a request without conditions")),
        }
    }
}
