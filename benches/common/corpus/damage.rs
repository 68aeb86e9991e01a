//! What is wrong with some documents of the web, and text as bytes.

use encoding_rs::Encoding;

/// What is wrong with a document.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// An ampersand that is no reference.
    Ampersand,
    /// References of HTML, which XML does not have.
    References,
    /// An element that is closed by another name.
    Nesting,
    /// Control characters.
    Control,
    /// Something before the declaration.
    Before,
    /// It ends after four fifths.
    Cut,
    /// Says UTF-8 and is not.
    WrongEncoding,
    /// The error page of a server, sent as if all were well.
    NoFeed,
}

/// All of them.
pub(crate) const DAMAGES: [Damage; 8] = [
    Damage::Ampersand,
    Damage::References,
    Damage::Nesting,
    Damage::Control,
    Damage::Before,
    Damage::Cut,
    Damage::WrongEncoding,
    Damage::NoFeed,
];

/// The document as it is sent.
pub(crate) fn bytes(document: &str, encoding: &str, damage: Option<Damage>) -> Vec<u8> {
    let damaged = match damage {
        Some(Damage::Ampersand) => document.replacen("</title>", " R&D</title>", 3),
        Some(Damage::References) => document.replacen("</title>", "&nbsp;&eacute;</title>", 3),
        Some(Damage::Nesting) => document.replacen("</category>", "</tag>", 2),
        Some(Damage::Control) => document.replacen("</title>", "\u{b}\u{1}</title>", 2),
        Some(Damage::Before) => format!("\n\n<!-- cached -->{document}"),
        Some(Damage::NoFeed) => {
            "<!DOCTYPE html><title>503</title><h1>Be right back</h1>".to_owned()
        }
        Some(Damage::Cut | Damage::WrongEncoding) | None => document.to_owned(),
    };
    let encoding = match damage {
        Some(Damage::WrongEncoding) if encoding == "utf-8" => "windows-1252",
        _ => encoding,
    };
    let mut bytes = encoded(&damaged, encoding);
    if damage == Some(Damage::Cut) {
        bytes.truncate(bytes.len() / 5 * 4);
    }
    bytes
}

/// Characters that the encoding does not have become references.
fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    if encoding == "utf-16" {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        return units.flat_map(u16::to_le_bytes).collect();
    }
    let encoding = Encoding::for_label(encoding.as_bytes()).expect("the Encoding Standard has it");
    encoding.encode(text).0.into_owned()
}
