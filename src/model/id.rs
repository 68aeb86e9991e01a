//! Ids as types of their own, so that a source's id never lands where a story's belongs.

use crate::digest::{Digest, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps a text that is known to be such an id.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Encode for $name {
            fn encode(&self, to: &mut Digest) {
                to.add(&self.0);
            }
        }
    };
}

id! {
    /// The key of a source's table in `feeds.toml`: `[a-z0-9-]`, unique. Of a source that an OPML
    /// list names: the list's key, `/`, and what tells it from the others of the list.
    SourceId
}

impl SourceId {
    /// The key of the table in `feeds.toml` that brought it: its own, or its list's.
    pub fn table(&self) -> &str {
        self.0.split('/').next().unwrap_or(&self.0)
    }
}
id! {
    /// An item's id, unique within its source: an absolute URI that is never derived from the
    /// day of the visit, from a table key or from where we publish.
    ItemId
}
id! {
    /// A story's id, unique in the store: that of its first item, for ever.
    StoryId
}
id! {
    /// The key of a theme's table in `feeds.toml`: `[a-z0-9-]`, unique, and its files' stem.
    ThemeId
}
