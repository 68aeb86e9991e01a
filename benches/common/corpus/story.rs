//! Stories, and how a feed tells them: as its own, or after another feed.

use super::chance::Chance;
use super::language::Vocabulary;
use std::fmt::Write;

/// What a feed says of a story.
pub(crate) struct Item {
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) id: String,
    /// Plain text.
    pub(crate) summary: String,
    /// HTML.
    pub(crate) body: String,
    pub(crate) author: String,
    pub(crate) tags: [String; 2],
    pub(crate) picture: Option<String>,
    /// Minutes before the corpus' present.
    pub(crate) age: usize,
}

/// Which story: the feed that has it first, the time that it is of, and its number there.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    pub(crate) feed: usize,
    pub(crate) epoch: usize,
    pub(crate) number: usize,
}

/// How a feed came to a story.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// Its own.
    First,
    /// Another feed's, with its address.
    Exactly,
    /// The same, with the marks of a campaign in the address.
    Tracked,
    /// The same text at an address of its own, its name behind the title.
    Reprinted,
    /// At an address of its own, a word and a sentence changed.
    Edited,
}

impl Item {
    /// The story as its first feed tells it. Half of the stories are one paragraph, the others up to nine.
    pub(crate) fn first(name: Name, words: &Vocabulary) -> Self {
        let Name {
            feed,
            epoch,
            number,
        } = name;
        let mut chance = Chance::of(&[3, feed, epoch, number]);
        let length = chance.within(6..=11);
        let mut title = words.sentence(&mut chance, length);
        title.pop();
        if chance.is(25) {
            let pair = [(); 2].map(|()| words.draw(&mut chance));
            let _ = write!(title, " – {} & {}", pair[0], pair[1]);
        }
        let many = *chance.of_these(&[1, 1, 1, 1, 2, 2, 3, 3, 5, 9]);
        let paragraphs: Vec<_> = (0..many).map(|_| paragraph(&mut chance, words)).collect();
        let summary = paragraphs[0].chars().take(280).collect();
        let picture = chance
            .is(60)
            .then(|| format!("https://img.example.org/{feed}-{epoch}-{number}.jpg"));
        let body = body(&paragraphs, picture.as_deref(), &title, &mut chance, words);
        let url = format!("https://news{feed:05}.example.com/{epoch}/{number:04}.html");
        Self {
            id: url.clone(),
            url,
            title,
            summary,
            body,
            author: format!(
                "{} {}",
                chance.of_these(&["A.", "B.", "M."]),
                words.draw(&mut chance)
            ),
            tags: [(); 2].map(|()| words.draw(&mut chance).to_owned()),
            picture,
            age: 0,
        }
    }

    /// The same as another feed tells it.
    pub(crate) fn told_by(
        mut self,
        feed: usize,
        feed_title: &str,
        how: Told,
        words: &Vocabulary,
    ) -> Self {
        let own = format!("https://news{feed:05}.example.com/wire");
        let page = self.url.trim_start_matches("https://").replace('/', "-");
        let mut chance = Chance::of(&[4, feed, page.len(), self.body.len()]);
        match how {
            Told::First | Told::Exactly => {}
            Told::Tracked => {
                let _ = write!(self.url, "?utm_source=rss&utm_campaign=feed{feed}#top");
            }
            Told::Reprinted => {
                let _ = write!(self.title, " | {feed_title}");
                self.url = format!("{own}/{page}");
                self.id = format!("{feed}:{page}");
            }
            Told::Edited => {
                let changed: Vec<_> = self.title.split(' ').collect();
                let place = chance.below(changed.len());
                let put = |(n, word)| {
                    if n == place {
                        words.draw(&mut chance)
                    } else {
                        word
                    }
                };
                self.title = changed
                    .into_iter()
                    .enumerate()
                    .map(put)
                    .collect::<Vec<_>>()
                    .join(" ");
                let more = format!(" {}</p>", words.sentence(&mut chance, 5));
                self.body = self.body.replacen("</p>", &more, 1);
                self.url = format!("{own}/{page}-update");
                self.id.clone_from(&self.url);
            }
        }
        self
    }
}

fn paragraph(chance: &mut Chance, words: &Vocabulary) -> String {
    let sentences = chance.within(2..=4);
    let sentences: Vec<_> = (0..sentences)
        .map(|_| {
            let length = chance.within(8..=20);
            words.sentence(chance, length)
        })
        .collect();
    sentences.join(" ")
}

/// Paragraphs, a picture, a link, and what must not be published: scripts and pixels that count readers.
fn body(
    paragraphs: &[String],
    picture: Option<&str>,
    title: &str,
    chance: &mut Chance,
    words: &Vocabulary,
) -> String {
    let mut body = String::new();
    if let Some(picture) = picture {
        let caption = words.draw_many(chance, 3);
        let title = title.replace('&', "&amp;");
        let _ = write!(
            body,
            "<figure><img src=\"{picture}\" alt=\"{title}\" width=\"800\" height=\"450\"><figcaption>{caption}</figcaption></figure>"
        );
    }
    for (number, paragraph) in paragraphs.iter().enumerate() {
        let mut paragraph = paragraph.clone();
        if number == 1 {
            let page = chance.below(1_000_000);
            let link = format!(
                " <a href=\"https://ref.example.net/{page}?a=1&amp;b=2\">{}</a> ",
                words.draw(chance)
            );
            paragraph = paragraph.replacen(' ', &link, 1);
        }
        let _ = writeln!(body, "<p>{paragraph}</p>");
    }
    if chance.is(15) {
        let lines = (0..4).map(|_| format!("<li>{}</li>", words.sentence(chance, 6)));
        let _ = write!(body, "<ul>{}</ul>", lines.collect::<String>());
    }
    if chance.is(10) {
        body += "<script async src=\"https://ads.example.com/t.js\"></script>\
                 <img src=\"https://px.example.com/1.gif\" width=\"1\" height=\"1\">";
    }
    body
}
