//! Texts of `feeds.toml` -> values, or an error that says what to write.

use super::language_names::tag_of;
use crate::date::Tz;
use crate::text::language;
use url::Url;

/// An http(s) address.
pub(super) fn web_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(url) => Err(format!(
            "\"{}:\" cannot be fetched; write an http or https address, or path = \"FILE\"",
            url.scheme()
        )),
        // What cannot be read may be a password all the same.
        Err(e) if text.contains('@') => Err(format!(
            "this is not a valid address: {e}; write e.g. \"https://example.org/feed.xml\""
        )),
        Err(e) => Err(format!(
            "\"{text}\" is not a valid address: {e}; write e.g. \"https://example.org/feed.xml\""
        )),
    }
}

/// An address without a password: everybody who reads the file can read it.
pub(super) fn open_url(text: &str) -> Result<Url, String> {
    without_password(web_url(text)?)
}

/// The address, if it has no password.
pub(super) fn without_password(url: Url) -> Result<Url, String> {
    if url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("a password must not be written here; write \"env:NAME\" or \"file:PATH\", or use basic_auth of a source".to_owned())
    }
}

/// The address of a proxy. With SOCKS, too, the proxy looks names up.
pub(super) fn proxy_url(text: &str) -> Result<Url, String> {
    let socks = ["socks5://", "socks5h://"];
    match socks.iter().find_map(|scheme| text.strip_prefix(scheme)) {
        Some(rest) => Url::parse(&format!("socks5h://{rest}"))
            .ok()
            .filter(Url::has_host)
            .ok_or_else(|| {
                "this is not a valid address; write e.g. \"socks5://127.0.0.1:9050\"".to_owned()
            }),
        None => web_url(text),
    }
}

/// A time zone: a name of the IANA database.
pub(super) fn zone(text: &str) -> Result<Tz, String> {
    /// The part after the last slash.
    fn city(name: &str) -> &str {
        name.rsplit('/').next().unwrap_or(name)
    }
    let written = text.trim().replace(' ', "_");
    text.parse().map_err(|_| {
        let same = |zone: &Tz| city(zone.name()).eq_ignore_ascii_case(city(&written));
        let meant = Tz::all().find(same);
        let meant = meant.map_or("e.g. \"Europe/Brussels\"".to_owned(), |zone| {
            format!("\"{zone}\"")
        });
        format!("\"{text}\" is not a valid time zone; write {meant}")
    })
}

/// The id or the address of an item.
pub(super) fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("this is empty; write an item's id or its address".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// A title, not empty.
pub(super) fn title(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("the title is empty; write one or leave the key out".to_owned());
    }
    Ok(text.to_owned())
}

/// A language tag (RFC 5646).
pub(super) fn language(text: &str) -> Result<String, String> {
    let named = tag_of(text);
    match language::tag(text) {
        Some(tag) if named.is_none() => Ok(tag),
        _ => Err(match named {
            Some(tag) => format!("\"{text}\" is not a language tag; write \"{tag}\""),
            None => {
                format!("\"{text}\" is not a language tag; write for example \"en\" or \"pt-BR\"")
            }
        }),
    }
}
