//! Words in every script.

use super::*;

#[test]
fn case_accents_and_punctuation_do_not_count() {
    for (rule, title) in [
        ("defense", "The DÉFENSE, again"),
        ("Défense", "defense"),
        ("\"secretary general\"", "Secretary-General speaks"),
        ("nato", "NATO's budget"),
        ("ёлка", "Новогодняя ЕЛКА"),
        ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
    ] {
        assert!(finds(rule, title), "{rule}: {title}");
    }
    assert!(!finds("art", "Bart"));
}

#[test]
fn an_umlaut_may_be_written_out_on_either_side() {
    for (rule, title) in [
        ("Köln", "Koelner und Koeln"),
        ("Koeln", "KÖLN am Rhein"),
        ("\"Straße nach Köln\"", "Die Strasse nach Koeln"),
        ("Düsseld*", "Duesseldorfer Schauspiel"),
        ("*bruecke", "Südbrücke gesperrt"),
        ("Århus", "Aarhus"),
        ("tag:Köln", "x"),
    ] {
        let tagged = Item {
            tags: texts(&["Koeln"]),
            ..item(title)
        };
        assert!(takes(rule, tagged), "{rule}: {title}");
    }
    // What has these letters for another reason is not shortened.
    assert!(!finds("blue", "Blu ray"));
    assert!(!finds("does", "dos and don'ts"));
}

#[test]
fn a_korean_word_is_found_with_its_particles() {
    for title in [
        "나토",
        "나토가 말했다",
        "나토는",
        "나토의 회의",
        "나토에서도",
        "나토와의",
        "나토까지는",
    ] {
        assert!(finds("나토", title), "{title}");
    }
    for title in ["나토리", "북나토", "나토리움이"] {
        assert!(!finds("나토", title), "{title}");
    }
    assert!(finds("NATO", "NATO가 말했다"));
    assert!(finds("\"한국 정부\"", "한국 정부는 오늘"));
    assert!(finds("나토*", "나토리"));
}

#[test]
fn an_arabic_or_hebrew_word_is_found_with_its_article() {
    for title in ["ناتو", "الناتو", "والناتو", "بالناتو", "قمة للناتو اليوم"]
    {
        assert!(finds("ناتو", title), "{title}");
    }
    assert!(finds("الناتو", "والناتو"));
    assert!(!finds("الناتو", "ناتو"));
    assert!(!finds("ناتو", "صناتو"));
    assert!(finds("ממשלה", "הממשלה החליטה"));
    assert!(!finds("בן", "הבן"));
    assert!(finds("NATO", "الـNATO"));
}

#[test]
fn scripts_without_spaces_are_searched_inside() {
    assert!(finds("秘書長", "NATO北約秘書長訪問"));
    assert!(finds("東京", "今日の東京は晴れ"));
    assert!(!finds("京東", "今日の東京は晴れ"));
    assert!(finds("กรุงเทพ", "ข่าวกรุงเทพวันนี้"));
}

#[test]
fn a_word_with_a_sign_is_another_word() {
    for (rule, title, is_in) in [
        ("C++", "New C++ standard adopted", true),
        ("C++", "C++20 is here", true),
        ("C++", "Vitamin C is healthy", false),
        ("C++", "In the key of C", false),
        ("C#", "C# 13 and more", true),
        ("C#", "The C Programming Language", false),
        (".NET", "Why .NET is fast", true),
        (".NET", "The safety net failed", false),
        (".NET", "The end. Net profits", false),
        ("F#", "F#, C#", true),
        ("\".NET core\"", "On .NET Core", true),
        ("C", "New C++ standard adopted", true),
        ("5%", "Up 5% today", true),
        ("5%", "Up 5 today", false),
        ("Disney+", "Disney+ raises prices", true),
        ("Disney+", "Disney raises prices", false),
    ] {
        assert_eq!(finds(rule, title), is_in, "{rule}: {title}");
    }
}

#[test]
fn a_picture_is_a_word() {
    for (rule, title, is_in) in [
        ("🚴", "🚴 Tour starts", true),
        ("🚴", "🚴🏽‍♀️ Tour starts", true),
        ("🚴", "cycling week", false),
        ("🚴 tour", "Tour🚴", true),
        ("\"🚴 tour\"", "🚴 Tour starts", true),
        ("🇺🇦", "Talks on 🇺🇦", true),
        ("🇺🇦", "🇷🇺🇦🇹", false),
        ("-🔞", "For adults 🔞", false),
    ] {
        assert_eq!(finds(rule, title), is_in, "{rule}: {title}");
    }
}
