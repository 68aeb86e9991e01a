//! The pictures of an item -> the best one, and the others as files.

use crate::model::{Image, Link};

/// Pictures kept of an item while it is read.
const MAX_PICTURES: usize = 64;

/// The pictures of an item, in document order.
#[derive(Debug, Default)]
pub(super) struct Pictures(Vec<Found>);

#[derive(Debug)]
struct Found {
    rank: u8,
    image: Image,
    /// Whether it becomes a file when it is not chosen.
    is_file: bool,
    mime_type: Option<String>,
}

impl Pictures {
    /// Adds a picture that is not a file; `rank` is 0 for the best.
    pub(super) fn offer(&mut self, rank: u8, image: Option<Image>) {
        self.add(rank, image, false, None);
    }

    /// Adds a picture that is also a file, with its MIME type.
    pub(super) fn offer_file(&mut self, rank: u8, image: Image, mime_type: Option<String>) {
        self.add(rank, Some(image), true, mime_type);
    }

    /// The picture of the best rank; of several the widest, of those the first. And all files that
    /// show something else.
    pub(super) fn finish(self) -> (Option<Image>, Vec<Link>) {
        let best = self.0.iter().enumerate().min_by_key(|(index, found)| {
            // Thumbnails come in order of importance (Media RSS 1.5).
            let width = found
                .image
                .width
                .filter(|_| found.is_file || found.rank <= 1);
            (found.rank, u32::MAX - width.unwrap_or(0), *index)
        });
        let Some((chosen, _)) = best else {
            return (None, Vec::new());
        };
        let mut image = None;
        let mut files = Vec::new();
        if self.0.len() == 1 {
            return (self.0.into_iter().next().map(|found| found.image), files);
        }
        let subject = subject(&self.0[chosen].image.url);
        for (index, found) in self.0.into_iter().enumerate() {
            if index == chosen {
                image = Some(found.image);
            } else if found.is_file && self::subject(&found.image.url) != subject {
                files.push(Link {
                    url: found.image.url,
                    mime_type: found.mime_type,
                    title: found.image.caption,
                    ..Link::default()
                });
            }
        }
        (image, files)
    }

    fn add(&mut self, rank: u8, image: Option<Image>, is_file: bool, mime_type: Option<String>) {
        if let Some(image) = image
            && self.0.len() < MAX_PICTURES
        {
            self.0.push(Found {
                rank,
                image,
                is_file,
                mime_type,
            });
        }
    }
}

/// What pictures of one subject have in common: their address without its query and its digits,
/// which are sizes and versions.
fn subject(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    url[..end].chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Whether a file is a picture by its name.
pub(super) fn is_picture(url: &str) -> bool {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let name = url[..end].rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        ["jpg", "jpeg", "png", "gif", "webp", "avif"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(url: &str, width: Option<u32>) -> Image {
        Image {
            url: url.to_owned(),
            width,
            ..Image::default()
        }
    }

    #[test]
    fn the_widest_is_chosen_and_what_shows_something_else_is_kept() {
        let mut pictures = Pictures::default();
        pictures.offer(
            2,
            Some(image("https://a.example/thumbnail.jpg", Some(9_000))),
        );
        for (url, width) in [
            ("https://a.example/x/140.jpg?s=1", 140),
            ("https://a.example/x/460.jpg?s=2", 460),
            ("https://a.example/y/140.jpg", 140),
        ] {
            pictures.offer_file(1, image(url, Some(width)), Some("image/jpeg".to_owned()));
        }
        let (chosen, files) = pictures.finish();
        assert_eq!(chosen.unwrap().url, "https://a.example/x/460.jpg?s=2");
        let files: Vec<_> = files.iter().map(|file| file.url.as_str()).collect();
        assert_eq!(files, ["https://a.example/y/140.jpg"]);
    }

    #[test]
    fn a_picture_is_known_by_its_name() {
        assert!(is_picture("https://a.example/b/c.JPG?d=e.mp3"));
        assert!(!is_picture("https://a.png.example/b"));
    }
}
