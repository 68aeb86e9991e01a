//! Pictures and links of an item -> its picture and its attachments.

use super::{BaseUrls, text};
use crate::model::{Attachment, Image, Link};
use crate::text::mime;
use crate::url::is_web_address;

/// Files of one item; more are a list of links in the wrong element.
const MAX_ATTACHMENTS: usize = 100;

/// The item's picture and its files. Without a picture, the first one among the files is used. It
/// stays a file too, because programs download enclosures.
pub(super) fn files(
    image: Option<Image>,
    links: Vec<Link>,
    base_urls: &BaseUrls,
) -> (Option<Image>, Vec<Attachment>) {
    let mut image = image.and_then(|image| picture(image, base_urls));
    let mut attachments: Vec<Attachment> = Vec::new();
    for link in links {
        let Some(attachment) = attachment(link, base_urls) else {
            continue;
        };
        let is_picture =
            attachment.mime_type.starts_with("image/") && is_web_address(&attachment.url);
        if image.is_none() && is_picture {
            image = Some(Image {
                url: attachment.url.clone(),
                caption: attachment.title.clone(),
                ..Image::default()
            });
        }
        let known = attachments.iter().any(|a| a.url == attachment.url);
        if !known && attachments.len() < MAX_ATTACHMENTS {
            attachments.push(attachment);
        }
    }
    (image, attachments)
}

/// A picture with an absolute address; none for tracking pixels.
fn picture(given: Image, base_urls: &BaseUrls) -> Option<Image> {
    let url = base_urls
        .resolve(given.url)
        .filter(|url| is_web_address(url))?;
    let is_tracking_pixel =
        given.width.is_some_and(|w| w <= 1) && given.height.is_some_and(|h| h <= 1);
    let size = |pixels: Option<u32>| pixels.filter(|&p| p > 0);
    (!is_tracking_pixel).then(|| Image {
        url,
        caption: given.caption.and_then(text::line),
        width: size(given.width),
        height: size(given.height),
    })
}

/// A file with an absolute address.
fn attachment(link: Link, base_urls: &BaseUrls) -> Option<Attachment> {
    let url = base_urls.resolve(link.url)?;
    let given = link.mime_type.map(super::trimmed);
    if is_flash(&url, given.as_deref()) {
        return None;
    }
    let mime_type = match given.filter(|given| mime::essence(given).is_some()) {
        Some(mut given) => {
            given.make_ascii_lowercase();
            given
        }
        None => guess(&url).to_owned(),
    };
    Some(Attachment {
        url,
        mime_type,
        title: link.title.and_then(text::line),
        size_in_bytes: link.length.filter(|&length| length > 0),
        duration_in_seconds: link.duration.filter(|&seconds| seconds > 0),
    })
}

/// Whether it is a Flash film, which was the usual player of pages. Nothing plays it any more.
fn is_flash(url: &str, mime_type: Option<&str>) -> bool {
    let types = [
        "application/x-shockwave-flash",
        "application/vnd.adobe.flash.movie",
        "application/futuresplash",
    ];
    let given = mime_type.and_then(mime::essence);
    let is_said_to_be =
        given.is_some_and(|given| types.iter().any(|flash| given.eq_ignore_ascii_case(flash)));
    is_said_to_be || extension(url) == "swf" && !given.is_some_and(plays)
}

/// Whether a MIME type says that a file is played, whatever its name says.
fn plays(mime_type: &str) -> bool {
    ["audio/", "video/", "image/"]
        .iter()
        .any(|kind| mime_type.starts_with(kind))
}

/// The extension of a file's name, in lower case.
fn extension(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.unwrap_or_default().to_ascii_lowercase()
}

/// The MIME type of a file by its name.
pub(super) fn guess(url: &str) -> &'static str {
    match extension(url).as_str() {
        "aac" => "audio/aac",
        "avif" => "image/avif",
        "avi" => "video/x-msvideo",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "epub" => "application/epub+zip",
        "flac" => "audio/flac",
        "gif" => "image/gif",
        "htm" | "html" => "text/html",
        "jpeg" | "jpg" => "image/jpeg",
        "m4a" => "audio/mp4",
        "m4v" | "mp4" => "video/mp4",
        "mkv" => "video/x-matroska",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "oga" | "ogg" | "opus" => "audio/ogg",
        "ogv" => "video/ogg",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "srt" => "application/x-subrip",
        "svg" => "image/svg+xml",
        "torrent" => "application/x-bittorrent",
        "txt" => "text/plain",
        "vtt" => "text/vtt",
        "wav" => "audio/wav",
        "webm" => "video/webm",
        "webp" => "image/webp",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
