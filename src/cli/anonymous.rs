//! Input that nobody configured, as a source.

use crate::model::{DateOrder, Location, Source, SourceId, SourceKind};
use std::time::Duration;
use url::Url;

/// A source without a name; `url` is where its documents came from, if anybody said so.
pub(super) fn source(url: Option<Url>) -> Source {
    Source {
        id: SourceId::new(""),
        location: Location::File {
            path: "-".into(),
            url: url.clone(),
        },
        title: None,
        kind: SourceKind::Feed,
        pages: 1,
        rank: 0,
        language: None,
        as_of: None,
        every: Duration::ZERO,
        timezone: chrono_tz::UTC,
        date_order: DateOrder::default(),
        tags: Vec::new(),
        headers: Vec::new(),
        public_url: url,
    }
}
