//! A source for input that is not in feeds.toml: a file, standard input or an address of the command line.

use crate::model::{Location, Source, SourceId};
use std::sync::Arc;
use url::Url;

/// A source without a name. `url` is the address of its document, if it is known.
pub(super) fn source(url: Option<Url>) -> Source {
    let (path, url) = ("-".into(), url.map(Arc::new));
    Source::new(SourceId::new(""), Location::File { path, url })
}
