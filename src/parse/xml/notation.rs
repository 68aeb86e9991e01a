//! The attributes `type` and `mode` of an element -> how its contents are encoded (RFC 4287, 4.1.3;
//! `mode` is Atom 0.3's).

use super::namespaces::lower_case;
use crate::model::TextKind;

/// How the contents of an element are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Notation {
    /// As escaped characters.
    Characters(TextKind),
    /// As elements: inline markup.
    Xml,
    /// In base64, and then as characters.
    Base64(TextKind),
    /// A file in base64, as Atom has it (RFC 4287, 4.1.3.3), or a text of an unknown type.
    Binary,
}

impl Notation {
    /// Reads `type` and `mode`; `default` is what the format means without them.
    pub(in crate::parse) fn of(kind: Option<&str>, mode: Option<&str>, default: TextKind) -> Self {
        let kind = lower_case(kind.unwrap_or("").trim());
        let mime = kind.split(';').next().unwrap_or("").trim();
        let is_xml = mime.ends_with("+xml") || mime.ends_with("/xml");
        let meant = match mime {
            "html" | "text/html" | "text/x-html" | "xhtml" => TextKind::Html,
            "text" | "plain" | "text/plain" => TextKind::Plain,
            _ if is_xml => TextKind::Html,
            _ if mime.starts_with("text/") => TextKind::Plain,
            _ => default,
        };
        match mode.map(str::trim) {
            Some("base64") => Self::Base64(meant),
            Some("escaped") => Self::Characters(meant),
            _ if mime == "xhtml" || is_xml => Self::Xml,
            _ if mime.contains('/') && !mime.starts_with("text/") => Self::Binary,
            _ => Self::Characters(meant),
        }
    }
}
