//! Whose item it is, where readers look. Most of them show neither `atom:source` nor RSS `source`, and many show
//! one author only. So in each format each author's name is followed by that of the source.

use super::escape::escape;
use crate::model::{Author, ItemSource, ShownStory};
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
    let with_source = |author: &Author| Author {
        name: Some(named(author, source)),
        ..author.clone()
    };
    story.authors.iter().map(with_source).collect()
}

/// `Piet de Vries, Continental Post`; one name where it says the other.
fn named(author: &Author, source: &ItemSource) -> String {
    let title = &source.title;
    match &author.name {
        None => title.clone(),
        Some(name) if says(title, name) => title.clone(),
        Some(name) if says(name, title) => name.clone(),
        Some(name) => format!("{name}, {title}"),
    }
}

/// Whether one name has another in it, word for word.
fn says(name: &str, other: &str) -> bool {
    let (folded, within) = (words::fold(name), words::fold(other));
    if within.is_empty() {
        return name == other; // signs only
    }
    format!(" {folded} ").contains(&format!(" {within} "))
}

/// A paragraph of HTML that says whose story it is: the source, as a link to the item that is shown, and who
/// wrote it.
pub(super) fn push_byline(html: &mut String, story: &ShownStory) {
    let title = &story.source.title;
    let names = story.authors.iter().filter_map(|a| a.name.as_deref());
    let mut names: Vec<&str> = names.filter(|name| !says(title, name)).collect();
    let both = names.iter().position(|name| says(name, title));
    let source = escape(both.map_or(title.as_str(), |at| names.remove(at)));
    let page = story.url.as_ref().or(story.external_url.as_ref());
    let _ = match page.or(story.source.home_page_url.as_ref()) {
        Some(url) => write!(html, r#"<p><a href="{}">{source}</a>"#, escape(url)),
        None => write!(html, "<p>{source}"),
    }; // writing to a String does not fail
    if !names.is_empty() {
        html.push_str(" · ");
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
