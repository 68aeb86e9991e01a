//! Dates of East Asia -> the same date in ISO 8601 order: characters name the unit of each number.

use super::span::{Span, Unit};
use std::borrow::Cow;

/// `2004年05月28日(金) 午後3時20分` -> `2004-05-28  pm 3:20`.
pub(super) fn rewrite(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_sign) {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = without_weekday(text).chars().collect();
    let mut out = String::with_capacity(chars.len());
    let mut rest = chars.as_slice();
    while let [c, after @ ..] = rest {
        let number_follows = after
            .iter()
            .find(|c| !c.is_whitespace())
            .is_some_and(char::is_ascii_digit);
        rest = after;
        match c {
            '０'..='９' => out.extend(char::from_u32(u32::from(*c) - 0xFF10 + 0x30)),
            '年' | '년' | '月' | '월' => out.push('-'),
            '時' | '时' | '点' | '點' | '시' | '分' | '분' if number_follows => {
                out.push(':');
                let space = rest.iter().take_while(|c| c.is_whitespace()).count();
                rest = rest.get(space..).unwrap_or_default();
            }
            '時' | '时' | '点' | '點' | '시' => out.push_str(":00 "),
            '日' | '일' | '号' | '號' | '分' | '분' | '秒' | '초' => out.push(' '),
            '上' | '下' | '午' | '오' => {
                let half = rest.first();
                rest = rest.get(1..).unwrap_or_default();
                out.push_str(match (c, half) {
                    ('上' | '午' | '오', Some('午' | '前' | '전')) => " am ",
                    ('下' | '午' | '오', Some('午' | '後' | '后' | '후')) => " pm ",
                    _ => return Cow::Borrowed(text),
                });
            }
            c => out.push(*c),
        }
    }
    Cow::Owned(out)
}

/// `3天前`, `2時間前`, `5분 전` -> how long ago.
pub(super) fn age(text: &str) -> Option<Span> {
    let text = text.trim();
    let before = text.strip_suffix(['前', '전'])?.trim_end();
    let unit_at = before.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = before.split_at(unit_at);
    let unit = match unit.trim() {
        "秒" | "초" | "秒钟" | "秒鐘" => Unit::Second,
        "分" | "분" | "分钟" | "分鐘" | "分間" => Unit::Minute,
        "時間" | "小时" | "小時" | "시간" | "个小时" | "個小時" => Unit::Hour,
        "日" | "天" | "일" | "日間" => Unit::Day,
        "週間" | "周" | "週" | "주" | "주일" | "个星期" | "個星期" => Unit::Week,
        "か月" | "ヶ月" | "カ月" | "ヵ月" | "个月" | "個月" | "개월" | "달" => {
            Unit::Month
        }
        "年" | "년" => Unit::Year,
        _ => return None,
    };
    Some(Span {
        count: count.parse().ok()?,
        unit,
    })
}

/// Whether a text has Hangul, which is written in one time zone only.
pub(super) fn is_korean(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{ac00}'..='\u{d7af}'))
}

/// Removes the weekday first: it is written with the same characters as dates.
fn without_weekday(text: &str) -> Cow<'_, str> {
    const SINGLE: &str = "月火水木金土日一二三四五六天월화수목금토일";
    let is_day = |c: Option<char>| c.is_some_and(|c| SINGLE.contains(c));
    for (name, day_follows) in [
        ("曜日", false),
        ("요일", false),
        ("星期", true),
        ("周", true),
        ("週", true),
    ] {
        let Some((before, after)) = text.split_once(name) else {
            continue;
        };
        if day_follows && is_day(after.chars().next()) {
            return format!(
                "{before} {}",
                &after[after.chars().next().map_or(0, char::len_utf8)..]
            )
            .into();
        }
        if !day_follows && is_day(before.chars().next_back()) {
            let kept = before.len() - before.chars().next_back().map_or(0, char::len_utf8);
            return format!("{} {after}", &before[..kept]).into();
        }
    }
    let open = text.find(['(', '（']);
    let close = text.find([')', '）']);
    if let (Some(open), Some(close)) = (open, close)
        && open < close
    {
        let inside: Vec<char> = text[open..close].chars().skip(1).collect();
        if let &[day] = inside.as_slice()
            && is_day(Some(day))
        {
            let after = text[close..].chars().next().map_or(0, char::len_utf8);
            return format!("{} {}", &text[..open], &text[close + after..]).into();
        }
    }
    text.into()
}

/// Whether it is a character of East Asia, a full-width digit included.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '０'..='９')
}
