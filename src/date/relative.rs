//! Relative dates -> a time: `1 month 3 weeks ago`, `vor 2 Stunden`, `yesterday`.

use super::span::{Span, Unit};
use super::tokens::{Kind, Token, tokens};
use super::{Context, Precision, Reading, Tz, cjk, clock, zone};
use chrono::{DateTime, Days, Months, TimeDelta, Utc};

/// The largest count of any unit; a larger one is not the age of an item.
const MAX_COUNT: u32 = 100_000;

/// Names of units, folded.
const UNITS: [(Unit, &str); 7] = [
    (
        Unit::Second,
        "s sec secs second seconds sekunde sekunden seconde seconden secondes segundo segundos secondo secondi секунда секунду секунды секунд",
    ),
    (
        Unit::Minute,
        "m min mins minute minutes minuten minuto minutos minuti minuut минута минуту минуты минут мин",
    ),
    (
        Unit::Hour,
        "h hr hrs hour hours stunde stunden heure heures hora horas ora ore uur uren час часа часов",
    ),
    (
        Unit::Day,
        "d day days tag tage tagen jour jours dia dias giorno giorni dag dagen день дня дней",
    ),
    (
        Unit::Week,
        "w wk wks week weeks woche wochen semaine semaines semana semanas settimana settimane weken неделя неделю недели недель",
    ),
    (
        Unit::Month,
        "mo month months monat monate monaten mois mes meses mese mesi maand maanden месяц месяца месяцев",
    ),
    (
        Unit::Year,
        "y yr yrs year years jahr jahre jahren an ans annee annees ano anos anno anni jaar год года лет",
    ),
];

/// Words that make a length of time an age: `ago`.
const AGO: &str = "ago vor il hace ha fa faz geleden atras назад temu";

/// Words that mean one.
const ONE: &str = "a an one ein eine einem einer eines un une uno una um uma een один одна одну";

/// Words without a meaning for the date.
const FILLERS: &str = "and und et y e en и about around approximately over almost nearly less more than only just \
    etwa ca circa environ около";

const TODAY: &str = "today now heute aujourd'hui hoy oggi hoje vandaag сегодня 今日 今天 오늘";
const YESTERDAY: &str = "yesterday gestern hier ayer ieri ontem gisteren вчера 昨日 昨天 어제";

/// Whether a text is an age and nothing else: `3 minutes ago`, `vor einer Stunde`.
pub fn is_age(text: &str) -> bool {
    let context = Context {
        // Far enough from the ends of time for any age.
        now: DateTime::UNIX_EPOCH,
        timezone: Tz::UTC,
        month_first: false,
    };
    let tokens = tokens(text).unwrap_or_default();
    cjk::age(text).is_some() || age(&tokens, &context).is_some()
}

/// Whether a folded word begins or ends an age: `vor`, `ago`.
pub fn is_word_of_age(word: &str) -> bool {
    is_among(AGO, word)
}

/// Whether a folded word means one.
pub fn is_one(word: &str) -> bool {
    is_among(ONE, word)
}

/// Reads a relative date.
pub(super) fn read(text: &str, tokens: &[Token], context: &Context) -> Option<Reading> {
    if let Some(span) = cjk::age(text) {
        return approximate(back(context.now, span)?);
    }
    day(text, tokens, context).or_else(|| age(tokens, context))
}

/// `1 month 3 weeks ago`.
fn age(tokens: &[Token], context: &Context) -> Option<Reading> {
    if !tokens
        .iter()
        .any(|t| t.word().is_some_and(|w| is_among(AGO, w)))
    {
        return None;
    }
    let mut at = context.now;
    let mut spans = 0;
    let mut count = None;
    for token in tokens {
        match &token.kind {
            Kind::Number { value, .. } if count.is_none() => count = u32::try_from(*value).ok(),
            Kind::Word { folded: word, .. } => {
                if let Some(unit) = unit(word).filter(|_| count.is_some() || word.len() > 2) {
                    at = back(
                        at,
                        Span {
                            count: count.take().unwrap_or(1),
                            unit,
                        },
                    )?;
                    spans += 1;
                } else if is_among(ONE, word) && count.is_none() {
                    // The `a` of `il y a`, `un` in `il y a un an`.
                    if word != "a" {
                        count = Some(1);
                    }
                } else if !is_among(AGO, word) && !is_among(FILLERS, word) {
                    return None;
                }
            }
            Kind::Mark(',' | '.' | '~') => {}
            _ => return None,
        }
    }
    if spans == 0 || count.is_some() {
        return None;
    }
    approximate(at)
}

/// `today`, `yesterday at 10:30`.
fn day(text: &str, tokens: &[Token], context: &Context) -> Option<Reading> {
    let mut rest = tokens.to_vec();
    let clock = clock::take(&mut rest).ok()?;
    let mut days = None;
    // Words of East Asia are changed by the tokenizer, so the text is compared too.
    let first = text.split_whitespace().next()?;
    let words = rest.iter().filter_map(Token::word).chain([first]);
    for word in words {
        if is_among(TODAY, word) {
            days = Some(0);
        } else if is_among(YESTERDAY, word) {
            days = Some(1);
        }
    }
    let known = |t: &Token| match t.word() {
        Some(word) => {
            is_among(TODAY, word)
                || is_among(YESTERDAY, word)
                || is_among(FILLERS, word)
                || super::names::is_filler(word)
        }
        None => t.is_mark(',') || t.is_mark('.') || t.is_mark('-'),
    };
    let days = Days::new(days?);
    let is_sign = !first.is_ascii() && (is_among(TODAY, first) || is_among(YESTERDAY, first));
    if !(is_sign || rest.iter().all(known)) {
        return None;
    }
    let Some(clock) = clock else {
        return approximate(context.now.checked_sub_days(days)?);
    };
    let local = context
        .now
        .with_timezone(&context.timezone)
        .date_naive()
        .checked_sub_days(days)?;
    let zone = clock.zone.unwrap_or(zone::Zone::Place(context.timezone));
    Some(Reading {
        at: zone::moment(local.and_time(clock.time), zone)?,
        precision: Precision::Exact,
    })
}

fn unit(word: &str) -> Option<Unit> {
    UNITS
        .iter()
        .find(|(_, names)| is_among(names, word))
        .map(|&(unit, _)| unit)
}

fn back(from: DateTime<Utc>, Span { count, unit }: Span) -> Option<DateTime<Utc>> {
    if count > MAX_COUNT {
        return None;
    }
    let seconds = match unit {
        Unit::Second => 1,
        Unit::Minute => 60,
        Unit::Hour => 3_600,
        Unit::Day => 86_400,
        Unit::Week => 7 * 86_400,
        Unit::Month => return from.checked_sub_months(Months::new(count)),
        Unit::Year => return from.checked_sub_months(Months::new(count.checked_mul(12)?)),
    };
    from.checked_sub_signed(TimeDelta::seconds(seconds * i64::from(count)))
}

/// An approximate date; none before year 2.
fn approximate(at: DateTime<Utc>) -> Option<Reading> {
    use chrono::Datelike;
    (at.year() > 1).then_some(Reading {
        at,
        precision: Precision::Approximate,
    })
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}
