//! What of a change is news: the parts of an item by which the store tells a correction from a counter,
//! an age or a headline that goes back and forth.
//!
//! `3 minutes ago` and a line of nothing but counters (`1204 views`, `Comments (12)`) are no part of a
//! text. The word alone makes no counter: in `He won by 1204 votes` the number is what the text says.
//! Other numbers are set apart from the text around them.

use crate::date;
use crate::digest::Digest;
use crate::model::Item;
use crate::text::{html, words};

/// Hashes of what an item says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of its title.
    pub title: u64,
    /// Of its text without ages, counters and the digits of numbers, and of its picture and files.
    pub text: u64,
    /// Of the digits.
    pub numbers: u64,
}

impl Said {
    /// Those of an item.
    pub fn of(item: &Item) -> Self {
        let html = item.content_html.as_ref();
        let html = html.map(|raw| html::to_text(&raw.html));
        let mut read = Read::default();
        let texts = [
            item.summary.as_deref(),
            html.as_deref(),
            item.content_text.as_deref(),
        ];
        for line in texts.into_iter().flatten().flat_map(str::lines) {
            read.line(line);
        }
        let image = item.image.as_ref().map(|image| &image.url);
        let files = item.attachments.iter().map(|file| &file.url);
        Self {
            title: Digest::new("said title", 1).add(&item.title).finish(),
            text: Digest::new("said text", 1)
                .add(&read.text)
                .add(&image)
                .add_all(files)
                .finish(),
            numbers: Digest::new("said numbers", 1).add(&read.numbers).finish(),
        }
    }
}

/// Between parts of a line that are not one sentence.
const SEPARATORS: [&str; 8] = ["|", "·", "•", "—", "–", "-", "/", "~"];

/// The most words of an age: `about 1 year and 2 months ago`.
const LONGEST_AGE: usize = 7;

/// What counters count, folded.
const COUNTED: &str = "view views visit visits visitor visitors hit hits click clicks read reads comment comments \
    reply replies response responses vote votes upvote upvotes downvotes like likes point points share shares \
    retweet retweets repost reposts boost boosts favorite favorites favourites reaction reactions stars downloads \
    aufruf aufrufe kommentar kommentare antworten stimmen gelesen vue vues commentaire commentaires reponses partages \
    vistas visitas leido comentario comentarios respuestas votos visualizzazioni commento commenti risposte voti \
    visualizacoes respostas weergaven bekeken gelezen reactie reacties stemmen visningar kommentarer \
    просмотр просмотра просмотров комментарий комментария комментариев голосов переглядiв коментарiв \
    wyswietlen komentarz komentarze komentarzy goruntuleme yorum begeni \
    回視聴 コメント 件のコメント 閲覧 いいね 次浏览 次阅读 浏览 阅读 评论 条评论 点赞 댓글 조회 조회수 좋아요";

/// Signs for the same.
const SIGNS: &str = "♥❤👍👎⭐★☆👁💬🗨🔁▲";

/// Instead of a number.
const NONE: &str = "no kein keine aucun sin nessun geen нет";

/// What may stand beside counters and ages.
const BESIDE: &str = "and und et y e en и och total so far yet times time mal keer fois veces volte posted published updated";

/// A line of a text, read word by word.
#[derive(Default)]
struct Read {
    text: String,
    numbers: String,
}

impl Read {
    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_end = |word: &&str| SEPARATORS.contains(word) || word.ends_with(['.', '!', '?']);
        for sentence in words.split_inclusive(is_end) {
            let parts = without_ages(sentence);
            if !is_of_counters(&parts) {
                for part in parts {
                    self.part(part);
                }
            }
        }
        self.text.push('\n');
    }

    fn part(&mut self, part: Option<&str>) {
        let mut in_number = false;
        let mut chars = part.unwrap_or("~").chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_numeric() {
                if !in_number {
                    self.text.push('#');
                }
                in_number = true;
                self.numbers.push(c);
            } else if in_number
                && matches!(c, '.' | ',' | '\'' | '’')
                && chars.peek().is_some_and(|next| next.is_numeric())
            {
                self.numbers.push(c);
            } else {
                in_number = false;
                self.text.push(c);
            }
        }
        self.text.push(' ');
        self.numbers.push(' ');
    }
}

/// The words of a sentence, with none in place of each age.
fn without_ages<'a>(sentence: &[&'a str]) -> Vec<Option<&'a str>> {
    let mut parts = Vec::with_capacity(sentence.len());
    let mut from = 0;
    while from < sentence.len() {
        let words = age_at(&sentence[from..]);
        parts.push((words == 0).then_some(sentence[from]));
        from += words.max(1);
    }
    parts
}

/// How many of the words at the beginning of a text are an age.
fn age_at(words: &[&str]) -> usize {
    let most = words.len().min(LONGEST_AGE);
    let bare = |word: &str| words::fold(word);
    let begins = date::is_word_of_age(&bare(words[0]));
    // Most words begin no age, and most numbers are none.
    if !begins && !words[0].contains(|c: char| c.is_numeric()) && !date::is_one(&bare(words[0])) {
        return 0;
    }
    let is_age = |count: &usize| {
        let ends = date::is_word_of_age(&bare(words[count - 1]));
        let is_alone = *count == 1;
        (begins || ends || is_alone) && date::is_age(&words[..*count].join(" "))
    };
    (1..=most).rev().find(is_age).unwrap_or(0)
}

/// Whether a sentence is made of counters and ages alone.
fn is_of_counters(parts: &[Option<&str>]) -> bool {
    let (mut counts, mut is_counted) = (false, false);
    for part in parts {
        let Some(word) = part else {
            counts = true;
            is_counted = true;
            continue;
        };
        let folded = words::fold_letters(word);
        let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
        let letters = letters.to_lowercase();
        let has_digits = folded.contains(|c: char| c.is_numeric());
        let has_sign = folded.contains(|c| SIGNS.contains(c));
        if is_among(COUNTED, &letters) {
            is_counted = true;
            counts |= has_digits;
        } else if has_digits && matches!(letters.as_str(), "" | "k" | "m" | "b" | "mio" | "tsd")
            || is_among(NONE, &letters)
        {
            counts = true;
            is_counted |= has_sign;
        } else if letters.is_empty() {
            is_counted |= has_sign;
        } else if !is_among(BESIDE, &letters) {
            return false;
        }
    }
    counts && is_counted
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ItemSource;
    use chrono::DateTime;

    fn said(title: &str, text: &str) -> Said {
        Said::of(&Item {
            title: Some(title.to_owned()),
            content_text: Some(text.to_owned()),
            ..Item::new("1", ItemSource::default().into(), DateTime::UNIX_EPOCH)
        })
    }

    #[test]
    fn the_hashes_of_what_is_said_last() {
        let Said {
            title,
            text,
            numbers,
        } = said("Ferry late", "It took 3 hours. 12 views");
        let hashes = format!("{title:016x} {text:016x} {numbers:016x}");
        assert_eq!(hashes, "95cb0b7b5d78f56e d741863a96371eca 6b3bd667c52782b2");
    }

    #[test]
    fn ages_and_counters_are_no_part_of_a_text() {
        for (before, after) in [
            ("Posted 3 minutes ago.", "Posted 2 hours ago."),
            ("It sank. Posted a minute ago", "It sank. Posted 1 day ago"),
            ("Gemeldet vor 3 Minuten.", "Gemeldet vor einer Stunde."),
            ("Publié il y a 3 heures", "Publié il y a 2 jours"),
            ("Опубликовано 3 часа назад", "Опубликовано 5 часов назад"),
            ("發布 3分钟前", "發布 5小时前"),
            ("Late.\n1204 views", "Late.\n1,221 views"),
            ("Late. 999 views", "Late. 1.2K views"),
            ("Late. No comments yet", "Late. 1 comment"),
            ("Late.\nComments (3)", "Late.\nComments (12)"),
            ("Points: 233\n# Comments: 45", "Points: 240\n# Comments: 51"),
            ("1 like · 3 shares · by Ann", "2 likes · 4 shares · by Ann"),
            ("Late.\n👍 12 💬 3", "Late.\n👍 14 💬 3"),
            ("遅れ\n1204回視聴", "遅れ\n1221回視聴"),
            ("1204 mal gelesen", "1221 mal gelesen"),
            ("12 Kommentare, vor 3 Stunden", "14 Kommentare, vor 2 Tagen"),
        ] {
            assert_eq!(said("", before), said("", after), "{before}");
        }
    }

    #[test]
    fn numbers_of_a_sentence_are_told_apart_from_its_words() {
        for (before, after) in [
            ("At least 12 dead.", "At least 15 dead."),
            ("He won by 1204 votes.", "He won by 1240 votes."),
            ("They took 3 points home", "They took 1 points home"),
            ("It costs 1,204.50 now", "It costs 9 now"),
            ("Call 0123-45", "Call 0123-46"),
            ("二十 12人が死亡", "二十 15人が死亡"),
        ] {
            let (before, after) = (said("", before), said("", after));
            assert_eq!(before.text, after.text);
            assert_ne!(before.numbers, after.numbers);
        }
    }

    #[test]
    fn other_words_and_numbers_of_titles_are_news() {
        let before = said("Won 2-1", "They won on Monday.");
        assert_ne!(before.text, said("Won 2-1", "They won on Sunday.").text);
        assert_ne!(before.title, said("Won 3-1", "They won on Monday.").title);
        assert_ne!(said("", "no views of it").text, said("", "its views").text);
    }
}
