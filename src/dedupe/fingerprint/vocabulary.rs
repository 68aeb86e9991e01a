//! Common words -> their meaning: a number, a month, a weekday, or nothing. A hash table with open
//! addressing, behind a Bloom filter with one hash function that rejects most words.
//!
//! Numbers are in English. Months, weekdays and the most common words are also in the other languages
//! that most feeds are written in. A language that is missing loses the guard for its number words,
//! but not for its digits. Its common words are learned from their frequency.

use super::word_hash::hash;
use crate::text::words::fold_letters;
use std::sync::LazyLock;

/// The meaning of a word of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A number, a month or a weekday: the hash of its plainest form.
    Number(u64),
    /// Nothing by itself.
    Common,
    /// An article.
    Article,
}

/// Articles. Some are also other words, which mean as little.
const ARTICLES: &str = "the a an der die das den dem des ein eine einen einem le la les l un une el los las lo il gli uno \
    una os um uma het een";

/// Words that mean nothing by themselves.
const COMMON: &str = "the a an and or but if of to in on at by for from with as is are was were be been being has have \
    had do does did not no it its this that these those he she they them his her their we you i our your my me him us \
    who whom which what when where why how will would can could should may might must than then there here about after \
    before over under into out up down off again more most some any all each other such only own same so too very just \
    also says said say new \
    der die das und oder von vom mit für ist den dem des ein eine einen einem im am zu zur auf aus bei nach sich auch \
    nicht wird sind es er sie \
    le la les un une du de et ou dans pour sur par est que qui au aux avec ne pas plus il elle ce cette \
    el los las del y o en por con para se su al lo como más \
    il lo gli uno una di da che per non nel nella alla è \
    e os um uma do dos das no na em com não ao \
    het een van en op te met voor aan dat zijn \
    w z na do się nie jest \
    и в во на не с со по из за от к о что как это для его у \
    і й та у в з на до що не від";

/// Each line: the meaning, then the words. Twelve months, seven days, and numbers.
const NUMBERS: &[&str] = &[
    "1 one first",
    "2 two second",
    "3 three third",
    "4 four fourth",
    "5 five fifth",
    "6 six sixth",
    "7 seven seventh",
    "8 eight eighth",
    "9 nine ninth",
    "10 ten tenth",
    "11 eleven eleventh",
    "12 twelve twelfth",
    "13 thirteen",
    "14 fourteen",
    "15 fifteen",
    "20 twenty",
    "30 thirty",
    "40 forty",
    "50 fifty",
    "60 sixty",
    "70 seventy",
    "80 eighty",
    "90 ninety",
    "m1 january jan januar janvier enero gennaio janeiro januari stycznia января январь січня",
    "m2 february feb februar février febrero febbraio fevereiro februari lutego февраля февраль лютого",
    "m3 march mar märz mars marzo março maart marca марта март березня",
    "m4 april apr avril abril aprile kwietnia апреля апрель квітня",
    "m5 may mai mayo maggio maio mei maja мая май травня",
    "m6 june jun juni juin junio giugno junho czerwca июня июнь червня",
    "m7 july jul juli juillet julio luglio julho lipca июля июль липня",
    "m8 august aug août agosto augustus sierpnia августа август серпня",
    "m9 september sep sept septembre septiembre settembre setembro września сентября сентябрь вересня",
    "m10 october oct oktober octobre octubre ottobre outubro października октября октябрь жовтня",
    "m11 november nov novembre noviembre novembro listopada ноября ноябрь листопада",
    "m12 december dec dezember décembre diciembre dicembre dezembro desember grudnia декабря декабрь грудня",
    "d1 monday montag lundi lunes lunedì maandag poniedziałek понедельник понеділок",
    "d2 tuesday dienstag mardi martes martedì dinsdag wtorek вторник вівторок",
    "d3 wednesday mittwoch mercredi miércoles mercoledì woensdag środa środę среда среду середа середу",
    "d4 thursday donnerstag jeudi jueves giovedì donderdag czwartek четверг четвер",
    "d5 friday freitag vendredi viernes venerdì vrijdag piątek пятница пятницу пятниця",
    "d6 saturday samstag samedi sábado sabato zaterdag sobota sobotę суббота субботу субота",
    "d7 sunday sonntag dimanche domingo domenica zondag niedziela niedzielę воскресенье неділя неділю",
];

/// What the table holds for a word that is no number.
const COMMON_WORD: u64 = 0;
const ARTICLE: u64 = 1;
/// Slots of the table: so many that nearly every word is in its first slot.
const SLOTS: usize = 2048;
/// Units of 64 bits of the Bloom filter: so few that they stay in the processor's cache.
const UNITS: usize = 256;

/// Words and their meanings.
struct Vocabulary {
    /// A bit for each word, by its hash.
    bloom: [u64; UNITS],
    /// (word, meaning), by the upper bits of the word's hash. A word of 0 is an empty slot, a meaning
    /// of 0 is [`Meaning::Common`].
    slots: Vec<(u64, u64)>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut vocabulary = Vocabulary {
        bloom: [0; UNITS],
        slots: vec![(0, 0); SLOTS],
    };
    for line in NUMBERS {
        let mut words = line.split(' ');
        let meaning = hash(words.next().unwrap_or_default());
        for word in words {
            vocabulary.insert(hash(&fold_letters(word)), meaning);
        }
    }
    for (words, meaning) in [(ARTICLES, ARTICLE), (COMMON, COMMON_WORD)] {
        for word in words.split_whitespace() {
            vocabulary.insert(hash(&fold_letters(word)), meaning);
        }
    }
    vocabulary
});

impl Vocabulary {
    /// Adds a word. The first meaning stays.
    fn insert(&mut self, word: u64, meaning: u64) {
        let (unit, bit) = bit(word);
        self.bloom[unit] |= bit;
        let slot = probe(word).find(|&at| [0, word].contains(&self.slots[at].0));
        if let Some(at) = slot.filter(|&at| self.slots[at].0 == 0) {
            self.slots[at] = (word, meaning);
        }
    }

    fn meaning(&self, word: u64) -> Option<Meaning> {
        let slot = probe(word).find(|&at| [0, word].contains(&self.slots[at].0))?;
        match self.slots[slot] {
            (0, _) => None,
            (_, COMMON_WORD) => Some(Meaning::Common),
            (_, ARTICLE) => Some(Meaning::Article),
            (_, number) => Some(Meaning::Number(number)),
        }
    }
}

fn probe(word: u64) -> impl Iterator<Item = usize> {
    let start = (word >> 40) as usize;
    (start..start + SLOTS).map(|at| at % SLOTS)
}

fn bit(word: u64) -> (usize, u64) {
    ((word >> 48) as usize % UNITS, 1 << (word % 64))
}

/// The meaning of a word, by its hash.
#[inline]
pub(super) fn meaning(word: u64) -> Option<Meaning> {
    let vocabulary = &*VOCABULARY;
    let (unit, bit) = bit(word);
    let may_be = vocabulary.bloom[unit] & bit != 0;
    may_be.then(|| vocabulary.meaning(word)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_every_language() {
        assert_eq!(meaning(hash("three")), Some(Meaning::Number(hash("3"))));
        assert_eq!(meaning(hash("марта")), meaning(hash("march")));
        assert_eq!(meaning(hash("и")), Some(Meaning::Common));
        assert_eq!(meaning(hash("harbour")), None);
    }
}
