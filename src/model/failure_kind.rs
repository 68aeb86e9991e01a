//! Why a visit to a source failed, as a monitor sorts failures.

use serde::{Deserialize, Serialize};

/// The kind of a failure. In JSON it is the field `kind`, in kebab-case, and `status` beside it
/// where an HTTP status is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FailureKind {
    /// The name of the host cannot be resolved.
    Dns,
    /// The server does not accept the connection, or closes it before it says anything.
    Connect,
    /// No secure connection: a certificate that is not valid, no common version of TLS.
    Tls,
    /// No complete answer within `timeout`.
    Timeout,
    /// The connection broke, or the answer is not valid HTTP.
    Transport,
    /// The address is refused: it is in a private network, or neither http nor https.
    BlockedAddress,
    /// Any status that is not a success and has no kind of its own.
    HttpStatus {
        /// The number, RFC 9110, section 15.
        status: u16,
    },
    /// The server wants a login or refuses this program: 401, 403 or 407. A login page that is
    /// served as a success is the same without a status.
    AccessDenied {
        /// The number, RFC 9110, section 15.5.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
    /// 429 (RFC 6585, section 4).
    TooManyRequests,
    /// 410 (RFC 9110, section 15.5.11).
    Gone,
    /// Redirects that loop, are too many, or do not say where.
    Redirect,
    /// robots.txt disallows the page, or cannot be read (RFC 9309).
    Robots,
    /// The document is not a feed, or is empty.
    NotAFeed,
    /// The document is not an OPML list.
    NotAList,
    /// The selector of a page's items matches nothing.
    SelectorFindsNothing,
    /// Bytes are missing, and what has arrived cannot be used.
    Cut,
    /// A file is larger than `max_body`.
    TooLarge,
    /// A file cannot be read.
    File,
    /// A value of `feeds.toml` cannot be sent.
    Configuration,
    /// The program ended while it read the document: it was killed, or had no memory left.
    ProgramEnded,
    /// A fault of feedmill, or of the machine that it runs on.
    Internal,
}

impl FailureKind {
    /// The kind of an HTTP status that is not a success.
    pub fn of_status(status: u16) -> Self {
        match status {
            401 | 403 | 407 => Self::AccessDenied {
                status: Some(status),
            },
            429 => Self::TooManyRequests,
            _ => Self::HttpStatus { status },
        }
    }

    /// Whether nothing of the source was reached, so that the network or the disk may be at fault.
    pub fn is_unreached(self) -> bool {
        match self {
            Self::Dns
            | Self::Connect
            | Self::Tls
            | Self::Timeout
            | Self::Transport
            | Self::BlockedAddress
            | Self::File => true,
            Self::HttpStatus { .. }
            | Self::AccessDenied { .. }
            | Self::TooManyRequests
            | Self::Gone
            | Self::Redirect
            | Self::Robots
            | Self::NotAFeed
            | Self::NotAList
            | Self::SelectorFindsNothing
            | Self::Cut
            | Self::TooLarge
            | Self::Configuration
            | Self::ProgramEnded
            | Self::Internal => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_kind_is_kebab_case_with_its_status_beside_it() {
        for (kind, value) in [
            (FailureKind::Dns, json!({ "kind": "dns" })),
            (FailureKind::NotAFeed, json!({ "kind": "not-a-feed" })),
            (
                FailureKind::of_status(503),
                json!({ "kind": "http-status", "status": 503 }),
            ),
            (
                FailureKind::of_status(403),
                json!({ "kind": "access-denied", "status": 403 }),
            ),
            (
                FailureKind::AccessDenied { status: None },
                json!({ "kind": "access-denied" }),
            ),
            (
                FailureKind::of_status(429),
                json!({ "kind": "too-many-requests" }),
            ),
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), value);
            assert_eq!(serde_json::from_value::<FailureKind>(value).unwrap(), kind);
        }
    }
}
