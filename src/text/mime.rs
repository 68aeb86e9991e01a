//! MIME types: the check for all that is read and published.

/// Type and subtype of a MIME type, without its parameters and the space around: `text/html` of
/// `text/html; charset=utf-8`. None when it does not have the shape of RFC 6838 section 4.2.
/// Whether the type is registered is not checked.
///
/// ```
/// use feedmill::text::mime;
///
/// assert_eq!(mime::essence("Audio/MPEG; rate=44100"), Some("Audio/MPEG"));
/// assert_eq!(mime::essence("podcast"), None);
/// ```
pub fn essence(text: &str) -> Option<&str> {
    let essence = text.split(';').next()?.trim();
    let (kind, subtype) = essence.split_once('/')?;
    let is_name = |name: &str| {
        name.len() <= 127
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    (is_name(kind) && is_name(subtype)).then_some(essence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_not_part_of_a_type() {
        assert_eq!(essence(" text/html ; charset=utf-8"), Some("text/html"));
        assert_eq!(essence("image/svg+xml"), Some("image/svg+xml"));
    }

    #[test]
    fn what_has_not_the_shape_of_a_type_is_none() {
        let long = format!("audio/{}", "x".repeat(128));
        for bad in [
            "", "audio", "/mpeg", "audio/", "a b/c", "a/b c", "<x>/y", &long,
        ] {
            assert_eq!(essence(bad), None, "{bad}");
        }
    }
}
