//! Input that nobody configured, as a source.

use crate::model::{Location, Source, SourceId};
use std::sync::Arc;
use url::Url;

/// A source without a name; `url` is where its documents came from, if anybody said so.
pub(super) fn source(url: Option<Url>) -> Source {
    let (path, url) = ("-".into(), url.map(Arc::new));
    Source::new(SourceId::new(""), Location::File { path, url })
}
