//! The encodings of compressed copies, which are published beside each file.

use crate::digest::{Digest, Encode};
use serde::{Deserialize, Serialize};

/// A content encoding (RFC 9110 section 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// RFC 1952
    Gzip,
    /// RFC 7932
    Br,
}

impl Encoding {
    /// All encodings.
    pub const ALL: [Self; 2] = [Self::Gzip, Self::Br];

    /// The name of a file's compressed copy, where servers look for it.
    pub fn name_of(self, file: &str) -> String {
        match self {
            Self::Gzip => format!("{file}.gz"),
            Self::Br => format!("{file}.br"),
        }
    }

    /// The name of the file that this is a compressed copy of, if it is one.
    pub fn original(name: &str) -> Option<&str> {
        let (original, end) = name.rsplit_once('.')?;
        matches!(end, "gz" | "br").then_some(original)
    }
}

impl Encode for Encoding {
    fn encode(&self, to: &mut Digest) {
        to.add(match self {
            Self::Gzip => "gzip",
            Self::Br => "br",
        });
    }
}
