//! A feed of a source that has secrets -> the same without them in its texts. Addresses and ids stay:
//! `base_urls` drops those that are secret, since an id is still made of them.

use crate::model::{Author, Feed, FeedItem, Secrecy, Text};
use std::borrow::Cow;

/// Hides what is secret in all texts of a feed.
pub(super) fn hide(feed: &mut Feed, secrecy: &Secrecy) {
    if secrecy.is_nothing() {
        return;
    }
    let Feed {
        title,
        description,
        rights,
        authors,
        items,
        ..
    } = feed;
    in_text(title, secrecy);
    in_text(description, secrecy);
    in_words(rights.as_mut(), secrecy);
    in_authors(authors, secrecy);
    for item in items {
        in_item(item, secrecy);
    }
}

fn in_item(item: &mut FeedItem, secrecy: &Secrecy) {
    for text in [&mut item.title, &mut item.content, &mut item.summary] {
        in_text(text, secrecy);
    }
    in_authors(&mut item.authors, secrecy);
    in_words(&mut item.tags, secrecy);
    let caption = item.image.as_mut().and_then(|image| image.caption.as_mut());
    in_words(caption, secrecy);
    let titles = item
        .attachments
        .iter_mut()
        .filter_map(|link| link.title.as_mut());
    in_words(titles, secrecy);
    // Values that are read as dates, languages and types, and quoted where they are none.
    let words = [
        &mut item.date_published,
        &mut item.date_modified,
        &mut item.language,
    ];
    in_words(words.into_iter().flatten(), secrecy);
    let types = item
        .attachments
        .iter_mut()
        .filter_map(|link| link.mime_type.as_mut());
    in_words(types, secrecy);
    for person in &mut item.episode.persons {
        let words = [
            Some(&mut person.name),
            person.role.as_mut(),
            person.group.as_mut(),
        ];
        in_words(words.into_iter().flatten(), secrecy);
    }
    let files = item.episode.chapters.iter_mut();
    for file in files.chain(&mut item.episode.transcripts) {
        let words = [Some(&mut file.mime_type), file.language.as_mut()];
        in_words(words.into_iter().flatten(), secrecy);
    }
    let origin = item.source.as_mut();
    in_words(origin.and_then(|origin| origin.title.as_mut()), secrecy);
}

fn in_text(text: &mut Option<Text>, secrecy: &Secrecy) {
    let Some(text) = text else { return };
    in_words([&mut text.value], secrecy);
    if text.base.as_ref().is_some_and(|base| secrecy.is_in(base)) {
        text.base = None;
    }
}

fn in_authors(authors: &mut [Author], secrecy: &Secrecy) {
    in_words(
        authors.iter_mut().filter_map(|author| author.name.as_mut()),
        secrecy,
    );
}

fn in_words<'a>(texts: impl IntoIterator<Item = &'a mut String>, secrecy: &Secrecy) {
    for text in texts {
        if let Cow::Owned(shown) = secrecy.text(text) {
            *text = shown;
        }
    }
}
