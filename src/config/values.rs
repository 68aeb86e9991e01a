//! Texts of `feeds.toml` -> values, or what is wrong with them.

use url::Url;

/// An address that is asked, or where something is served.
pub(super) fn web_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(url) => Err(format!(
            "\"{}:\" is not asked; only http and https are, and files by path",
            url.scheme()
        )),
        Err(e) => Err(format!(
            "\"{text}\" is no address: {e}; write e.g. \"https://example.org/feed.xml\""
        )),
    }
}

/// An address that may be read by whoever reads the file.
pub(super) fn open_url(text: &str) -> Result<Url, String> {
    let url = web_url(text)?;
    if url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("a password has no place here; write \"env:NAME\" or \"file:PATH\", or use basic_auth of a source".to_owned())
    }
}

/// A name of the IANA database.
pub(super) fn zone(text: &str) -> Result<chrono_tz::Tz, String> {
    text.parse()
        .map_err(|_| format!("\"{text}\" is no time zone; write e.g. \"Europe/Brussels\""))
}

/// The id or the address of an item.
pub(super) fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("this names nothing; write an item's id or its address".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// A title that a reader can see.
pub(super) fn title(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("the title is empty; write one or leave the key out".to_owned());
    }
    Ok(text.to_owned())
}

/// What looks like a language tag (RFC 5646 section 2.1); whether it is registered is not asked.
pub(super) fn language(text: &str) -> Result<String, String> {
    let subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let first = text.split('-').next().unwrap_or_default();
    if first.len() < 2
        || !first.bytes().all(|b| b.is_ascii_alphabetic())
        || !text.split('-').all(subtag)
    {
        return Err(format!(
            "\"{text}\" is no language; write e.g. \"en\" or \"pt-BR\""
        ));
    }
    Ok(text.to_owned())
}
