//! Languages of the corpus: made-up words by frequency, and the encodings that feeds in it use.

use super::chance::{self, Chance};
use std::collections::HashSet;

/// Different words of a language.
const WORDS: usize = 6_000;
/// The rank from which words become rare: the word of rank r is drawn with a chance of 1 in r + 12.
const COMMON: f64 = 12.0;

/// A language.
pub(crate) struct Language {
    /// RFC 5646.
    pub(crate) code: &'static str,
    /// How many feeds of a hundred are in it.
    share: usize,
    /// Encodings of its feeds, each as often as it stands here.
    pub(crate) encodings: &'static [&'static str],
    syllables: &'static str,
}

/// All languages. The syllables have the letters that make its encodings differ.
pub(crate) const LANGUAGES: [Language; 8] = [
    Language {
        code: "en",
        share: 60,
        encodings: &[
            "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8",
            "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8", "utf-8",
            "utf-8", "utf-16",
        ],
        syllables: "ba ber con den dis ed er fin for gra hal in ker la ment mon nor ous per qua ris sta ter tion ul ver wes yor",
    },
    Language {
        code: "de",
        share: 9,
        encodings: &["iso-8859-1", "utf-8", "utf-8", "utf-8"],
        syllables: "ab bau chen dör ein feld ge häu ig ker land müh nis ö pf rei schaft straß tung ung ver wäl zeit zu",
    },
    Language {
        code: "fr",
        share: 8,
        encodings: &[
            "iso-8859-1",
            "windows-1252",
            "utf-8",
            "utf-8",
            "utf-8",
            "utf-8",
        ],
        syllables: "an bé ci çon de eau fê gne ille ju lè mar né oi pré que rê sou té tion ul vie",
    },
    Language {
        code: "es",
        share: 8,
        encodings: &["iso-8859-1", "utf-8", "utf-8", "utf-8", "utf-8"],
        syllables: "al ba ción dad es fú gue hí ja lla mien ña or pé que ría so tá una ver za",
    },
    Language {
        code: "ru",
        share: 5,
        encodings: &["windows-1251", "koi8-r", "utf-8", "utf-8"],
        syllables: "ба вер го дом ен жи за ил кон лю мо ния об пра ра ство ти ул фор хо цен чи шко щит эко ях",
    },
    Language {
        code: "ja",
        share: 4,
        encodings: &["shift_jis", "euc-jp", "utf-8", "utf-8"],
        syllables: "安 会 学 機 空 警 国 災 市 社 首 人 水 政 船 大 地 電 島 日 年 博 物 法 本 民 門 薬 予 力",
    },
    Language {
        code: "ar",
        share: 3,
        encodings: &["windows-1256", "utf-8", "utf-8", "utf-8"],
        syllables: "ال با تع جم حر خط دو را سل شر صح ضو طا عم غا فر قا كت لم من نو هد وز ين",
    },
    Language {
        code: "pl",
        share: 3,
        encodings: &["iso-8859-2", "utf-8", "utf-8"],
        syllables: "bę cie dzi ek gó hal ię jed kość łą mi nia ów prz rze ści śro tyw wy zą że",
    },
];

/// The language of a feed, as its place in [`LANGUAGES`].
pub(crate) fn of_feed(feed: usize) -> usize {
    let mut place = Chance::of(&[1, feed]).below(100);
    for (number, language) in LANGUAGES.iter().enumerate() {
        if place < language.share {
            return number;
        }
        place -= language.share;
    }
    0
}

/// The words of a language, the most frequent first.
pub(crate) struct Vocabulary(Vec<String>);

impl Vocabulary {
    /// Makes them.
    pub(crate) fn new(language: usize) -> Self {
        let syllables: Vec<_> = LANGUAGES[language].syllables.split(' ').collect();
        let mut chance = Chance::of(&[2, language]);
        let (mut words, mut known) = (Vec::with_capacity(WORDS), HashSet::new());
        while words.len() < WORDS {
            let parts = chance.within(2..=4);
            let word: String = (0..parts).map(|_| *chance.of_these(&syllables)).collect();
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        Self(words)
    }

    /// The word of a rank.
    pub(crate) fn word(&self, rank: usize) -> &str {
        &self.0[rank % WORDS]
    }

    /// A word, frequent ones more often.
    pub(crate) fn draw(&self, chance: &mut Chance) -> &str {
        let rank = COMMON * ((chance.share() * (1.0 + WORDS as f64 / COMMON).ln()).exp() - 1.0);
        self.word(chance::whole(rank))
    }

    /// So many words.
    pub(crate) fn draw_many(&self, chance: &mut Chance, many: usize) -> String {
        let words: Vec<_> = (0..many).map(|_| self.draw(chance)).collect();
        words.join(" ")
    }

    /// A sentence of so many words.
    pub(crate) fn sentence(&self, chance: &mut Chance, many: usize) -> String {
        let words = self.draw_many(chance, many);
        let mut letters = words.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).chain(['.']).collect()
    }
}
