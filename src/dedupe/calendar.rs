//! Words that stand for numbers, months and weekdays -> what they stand for.
//!
//! English in full; the names of months and weekdays in the other languages that most feeds are
//! written in. A language that is missing loses a guard for its number words, not for its digits.

use super::tokens::hash;
use std::sync::LazyLock;

/// Each line: what it stands for, then the words. Twelve months, seven days, and numbers.
const WORDS: &[&str] = &[
    "1 one first 1st",
    "2 two second 2nd",
    "3 three third 3rd",
    "4 four fourth 4th",
    "5 five fifth 5th",
    "6 six sixth 6th",
    "7 seven seventh 7th",
    "8 eight eighth 8th",
    "9 nine ninth 9th",
    "10 ten tenth 10th",
    "11 eleven eleventh 11th",
    "12 twelve twelfth 12th",
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

/// Slots of the table: so many that nearly every other word meets an empty one.
const SLOTS: usize = 2048;

/// (word, meaning) by the upper bits of the word's hash; an empty slot is (0, 0).
static NUMBERS: LazyLock<Vec<(u64, u64)>> = LazyLock::new(|| {
    let mut slots = vec![(0, 0); SLOTS];
    for line in WORDS {
        let mut words = line.split(' ');
        let meaning = hash(words.next().unwrap_or_default());
        for word in words.map(hash) {
            let free = probe(word).find(|&at| slots[at].0 == 0 || slots[at].0 == word);
            if let Some(at) = free {
                slots[at] = (word, meaning);
            }
        }
    }
    slots
});

fn probe(word: u64) -> impl Iterator<Item = usize> {
    let start = (word >> 40) as usize;
    (start..start + SLOTS).map(|at| at % SLOTS)
}

/// The hash of what a word stands for, by the hash of the word.
pub(super) fn number(word: u64) -> Option<u64> {
    let slots = &**NUMBERS;
    let met = probe(word).map(|at| slots[at]).find(|slot| slot.0 == word || slot.0 == 0)?;
    (met.0 == word).then_some(met.1)
}
