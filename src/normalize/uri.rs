//! URIs as ids: which ones are valid, and how they are derived where a source gives none.

use uuid::Uuid;

/// Namespace of derived ids (UUID version 5). A new scheme needs a new namespace.
const SCHEME_1: Uuid = Uuid::from_u128(0x8f1c_0b3a_52d4_4e0f_9a67_3c5d_e2b1_7f46);

/// Whether a text is an absolute URI that may be an id: a scheme, something after it, no character
/// that a URI must not contain, no user or password.
pub(super) fn is_uri(text: &str) -> bool {
    /// Bytes; a longer one is a text that has a colon by accident.
    const MAX_LENGTH: usize = 2048;
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let starts_well = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_scheme = scheme
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let is_ascii_of_uri = |b: u8| {
        let is_forbidden = matches!(
            b,
            b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`'
        );
        b.is_ascii_graphic() && !is_forbidden
    };
    let is_fit = |c: char| !c.is_whitespace() && !c.is_control();
    let fits = |text: &str| {
        text.bytes().all(|b| is_ascii_of_uri(b) || !b.is_ascii())
            && (text.is_ascii() || text.chars().all(is_fit))
    };
    let authority = rest
        .strip_prefix("//")
        .map(|r| r.split(['/', '?', '#']).next());
    let has_secret = authority.flatten().is_some_and(|a| a.contains('@'));
    starts_well
        && is_scheme
        && !rest.is_empty()
        && text.len() <= MAX_LENGTH
        && fits(rest)
        && !has_secret
}

/// A URI made of a host, and a value and its kind.
pub(super) fn derived(host: &str, kind: &str, value: &str) -> String {
    let name = format!("{host}\n{kind}\n{value}");
    format!("urn:uuid:{}", Uuid::new_v5(&SCHEME_1, name.as_bytes()))
}
