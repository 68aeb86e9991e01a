//! Whose item it is, where readers look. Most of them show neither `atom:source` nor RSS `source`, and many show
//! one author only. So in each format each author's name is followed by that of the source.

use super::escape::escape;
use crate::model::{Author, ShownStory};
use crate::text::words;
use std::fmt::Write as _;

/// The authors of a story, each with the source of the shown member; the source alone where nobody signed.
pub(super) fn authors(story: &ShownStory) -> Vec<Author> {
    let source = &story.source;
    if story.authors.is_empty() {
        return vec![Author {
            name: Some(source.title.clone()),
            url: source.home_page_url.clone(),
            avatar: None,
        }];
    }
    let title = Name::of(&source.title);
    let with_source = |author: &Author| Author {
        name: Some(named(author, &title)),
        ..author.clone()
    };
    story.authors.iter().map(with_source).collect()
}

/// `Piet de Vries, Continental Post`; one name where it says the other.
fn named(author: &Author, title: &Name) -> String {
    let Some(name) = author.name.as_deref().map(Name::of) else {
        return title.text.to_owned();
    };
    if title.says(&name) {
        title.text.to_owned()
    } else if name.says(title) {
        name.text.to_owned()
    } else {
        format!("{}, {}", name.text, title.text)
    }
}

/// A name, and its words between single spaces.
struct Name<'a> {
    text: &'a str,
    words: String,
}

impl<'a> Name<'a> {
    fn of(text: &'a str) -> Self {
        let words = format!(" {} ", words::fold(text));
        Self { text, words }
    }

    /// Whether it has another in it, word for word.
    fn says(&self, other: &Self) -> bool {
        if other.words.trim().is_empty() {
            return self.text == other.text; // signs only
        }
        self.words.contains(&other.words)
    }
}

/// A paragraph of HTML that says whose story it is: the source, as a link to the item that is shown, and who
/// wrote it.
pub(super) fn push_byline(html: &mut String, story: &ShownStory) {
    let title = Name::of(&story.source.title);
    let names = story.authors.iter().filter_map(|a| a.name.as_deref());
    let names = names.map(Name::of).filter(|name| !title.says(name));
    let mut names: Vec<Name> = names.collect();
    let both = names.iter().position(|name| name.says(&title));
    let source = both.map_or(title.text, |at| names.remove(at).text);
    let source = escape(source);
    let page = story.url.as_ref().or(story.external_url.as_ref());
    let _ = match page.or(story.source.home_page_url.as_ref()) {
        Some(url) => write!(html, r#"<p><a href="{}">{source}</a>"#, escape(url)),
        None => write!(html, "<p>{source}"),
    }; // writing to a String does not fail
    if !names.is_empty() {
        html.push_str(" · ");
        let names: Vec<&str> = names.iter().map(|name| name.text).collect();
        html.push_str(&escape(&names.join(", ")));
    }
    html.push_str("</p>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::samples::{author, source, story};

    fn by(names: &[&str], title: &str) -> ShownStory {
        let mut story = story("tag:a,2024:1", "Ferries", "2024-06-14T09:30:00Z");
        story.source = source("post", title);
        story.authors = names.iter().map(|name| author(name, None)).collect();
        story
    }

    #[test]
    fn each_author_comes_with_the_source_and_no_name_is_said_twice() {
        let post = "Continental Post";
        let table: [(&[&str], &str, &[&str]); 9] = [
            (
                &["Piet de Vries"],
                post,
                &["Piet de Vries, Continental Post"],
            ),
            (
                &["Ann", "Bo"],
                post,
                &["Ann, Continental Post", "Bo, Continental Post"],
            ),
            (&[], post, &["Continental Post"]),
            (&["continental post"], post, &["Continental Post"]),
            (
                &["Piet de Vries (Continental Post)"],
                post,
                &["Piet de Vries (Continental Post)"],
            ),
            (&["Ann Lee"], "Ann Lee’s weblog", &["Ann Lee’s weblog"]),
            // Whole words only.
            (&["Ann"], "Annals of Ferries", &["Ann, Annals of Ferries"]),
            (&["Ann"], "★", &["Ann, ★"]),
            (&["★"], "★", &["★"]),
        ];
        for (names, title, expected) in table {
            let authors = authors(&by(names, title));
            let given: Vec<_> = authors.iter().filter_map(|a| a.name.as_deref()).collect();
            assert_eq!(given, expected, "{names:?} of {title}");
        }
    }

    #[test]
    fn an_author_without_a_name_is_called_by_the_source_and_keeps_the_address() {
        let mut story = by(&[], "Post");
        story.authors = vec![Author {
            url: Some("https://a.example/ann".to_owned()),
            ..Author::default()
        }];
        let author = authors(&story).remove(0);
        assert_eq!(author.name.as_deref(), Some("Post"));
        assert_eq!(author.url.as_deref(), Some("https://a.example/ann"));
    }

    #[test]
    fn a_byline_links_the_source_to_the_item_and_names_each_once() {
        let line = |names: &[&str], title: &str| {
            let mut html = String::new();
            push_byline(&mut html, &by(names, title));
            html
        };
        let link = r#"<p><a href="https://nato.example/7">"#;
        assert_eq!(
            line(&["Ann", "Bo <3"], "A & B"),
            format!("{link}A &amp; B</a> · Ann, Bo &lt;3</p>\n")
        );
        assert_eq!(line(&["Post"], "Post"), format!("{link}Post</a></p>\n"));
        assert_eq!(
            line(&["Ann, Post", "Bo"], "Post"),
            format!("{link}Ann, Post</a> · Bo</p>\n")
        );
    }

    #[test]
    fn a_byline_without_an_item_leads_to_the_source() {
        let mut story = by(&[], "Post");
        story.url = None;
        let mut html = String::new();
        push_byline(&mut html, &story);
        assert_eq!(html, "<p><a href=\"https://post.example/\">Post</a></p>\n");
    }
}
