//! A type for each kind of id, so that the compiler refuses a source's id in place of a story's.

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
            /// Wraps a text that is such an id; it is not checked.
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
    /// list names: the list's key, `/`, and a part that is unique in the list.
    SourceId
}

impl SourceId {
    /// The key of its table in `feeds.toml`: its own, or that of its list.
    pub fn table(&self) -> &str {
        self.0.split('/').next().unwrap_or(&self.0)
    }
}
id! {
    /// An item's id, unique within its source: an absolute URI that is never derived from the
    /// day of the visit, from a table key or from the address of the published site.
    ItemId
}
id! {
    /// A story's id, unique in the store: that of its first item. It never changes.
    StoryId
}
id! {
    /// The key of a theme's table in `feeds.toml`: `[a-z0-9-]`, unique, and its files' stem.
    ThemeId
}
