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
    /// The number of its `media:group`.
    group: Option<u32>,
}

impl Pictures {
    /// Adds a picture that is not a file; `rank` is 0 for the best.
    pub(super) fn offer(&mut self, rank: u8, image: Option<Image>) {
        self.add(image.map(|image| Found {
            rank,
            image,
            is_file: false,
            mime_type: None,
            group: None,
        }));
    }

    /// Adds a picture that is also a file, with its MIME type and the number of its `media:group`.
    pub(super) fn offer_file(
        &mut self,
        rank: u8,
        image: Image,
        mime_type: Option<String>,
        group: Option<u32>,
    ) {
        self.add(Some(Found {
            rank,
            image,
            is_file: true,
            mime_type,
            group,
        }));
    }

    /// The picture of the best rank; of several the widest, of those the first. And the files that
    /// show something else, of each the widest version.
    pub(super) fn finish(mut self) -> (Option<Image>, Vec<Link>) {
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
        let chosen = self.0.remove(chosen);
        let mut others: Vec<Found> = Vec::new();
        for found in self.0.into_iter().filter(|found| found.is_file) {
            if found.shows_the_same_as(&chosen) {
                continue;
            }
            match others.iter_mut().find(|o| found.shows_the_same_as(o)) {
                Some(other) if found.image.width > other.image.width => *other = found,
                Some(_) => {}
                None => others.push(found),
            }
        }
        let files = others.into_iter().map(|found| Link {
            url: found.image.url,
            mime_type: found.mime_type,
            title: found.image.caption,
            ..Link::default()
        });
        (Some(chosen.image), files.collect())
    }

    fn add(&mut self, found: Option<Found>) {
        if self.0.len() < MAX_PICTURES {
            self.0.extend(found);
        }
    }
}

impl Found {
    /// Whether two are sizes or versions of one picture. Cameras and galleries number different
    /// pictures in the same way as services number sizes, so equal names prove nothing.
    fn shows_the_same_as(&self, other: &Self) -> bool {
        let (a, b) = (&self.image, &other.image);
        let captions = a.caption.as_ref().zip(b.caption.as_ref());
        if a.url == b.url {
            return true;
        }
        let differ = captions.is_some_and(|(a, b)| a != b);
        if differ && !(are_sizes(a, b) && captions.is_some_and(|(a, b)| begin_alike(a, b))) {
            return false;
        }
        if self.group.is_some() || other.group.is_some() {
            // A group is one medium in several versions (Media RSS 1.5).
            return self.group == other.group;
        }
        let (path, other_path) = (path(&a.url), path(&b.url));
        if path == other_path {
            // The query of a file is a size or a version of it; that of a script chooses one.
            return is_picture(path) || are_sizes(a, b);
        }
        without_digits(path).eq(without_digits(other_path))
            && (are_sizes(a, b)
                || captions.is_some() && (size(a).0.is_none() || size(a) != size(b)))
    }
}

/// Whether more than half of the words of two captions are the same beginning: one was cut or
/// corrected.
fn begin_alike(a: &str, b: &str) -> bool {
    let words = |caption: &str| caption.split_whitespace().count();
    let pairs = a.split_whitespace().zip(b.split_whitespace());
    let same = pairs.take_while(|(a, b)| a == b).count();
    same * 2 > words(a).min(words(b))
}

/// Whether two pictures, whose addresses differ by numbers only, are given in different sizes.
fn are_sizes(a: &Image, b: &Image) -> bool {
    /// Percent by which the sides of two sizes may differ in scale: they are whole pixels.
    const ROUNDED: u128 = 3;
    let (ours, theirs) = (size(a), size(b));
    let (Some(width), Some(other_width)) = (ours.0, theirs.0) else {
        return false;
    };
    if ours == theirs {
        return false;
    }
    let names_its_width = |url: &str, width: u64| {
        let mut numbers = path(url).split(|c: char| !c.is_ascii_digit());
        numbers.any(|number| number.parse() == Ok(width))
    };
    if names_its_width(&a.url, width) && names_its_width(&b.url, other_width) {
        return true;
    }
    match (ours.1, theirs.1) {
        (Some(height), Some(other_height)) => {
            let one = u128::from(width) * u128::from(other_height);
            let two = u128::from(other_width) * u128::from(height);
            one.abs_diff(two) * 100 <= one.max(two) * ROUNDED
        }
        _ => width != other_width,
    }
}

/// Width and height as given, else as the name of the file has them: `pier-300x200.jpg`.
fn size(image: &Image) -> (Option<u64>, Option<u64>) {
    if image.width.is_some() {
        return (image.width.map(u64::from), image.height.map(u64::from));
    }
    let name = path(&image.url).rsplit('/').next().unwrap_or_default();
    let sides = name.match_indices('x').find_map(|(at, _)| {
        let is_digit = |c: &char| c.is_ascii_digit();
        let before = name[..at].trim_end_matches(|c| is_digit(&c)).len();
        let after = name[at + 1..].chars().take_while(is_digit).count();
        let width = name[before..at].parse::<u32>().ok()?;
        let height = name[at + 1..at + 1 + after].parse::<u32>().ok()?;
        Some((u64::from(width), u64::from(height)))
    });
    (
        sides.map(|(width, _)| width),
        sides.map(|(_, height)| height),
    )
}

/// The address without its query.
fn path(url: &str) -> &str {
    &url[..url.find(['?', '#']).unwrap_or(url.len())]
}

fn without_digits(path: &str) -> impl Iterator<Item = char> {
    path.chars().filter(|c| !c.is_ascii_digit())
}

/// Whether a file is a picture by its name.
pub(super) fn is_picture(url: &str) -> bool {
    let name = path(url).rsplit('/').next().unwrap_or_default();
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
            pictures.offer_file(
                1,
                image(url, Some(width)),
                Some("image/jpeg".to_owned()),
                None,
            );
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
