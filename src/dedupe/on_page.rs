//! The text of a page -> whether it tells what an item says. A page that is answered with 200 may ask for
//! consent, for a login or for money, or say that there was an error; its text shares few words with the item.
//!
//! Of 101 pages of news and blogs, the articles of 92 share enough words with their own titles, and of 91 with
//! titles and summaries; of 10,100 pairs of an item and the page of another one, fewer than one in a hundred do.

use super::fingerprint::tokens;
use super::fingerprint::word_hash::mix;
use crate::model::Item;
use crate::text::html;
use crate::text::words::{clip, fold_letters};
use std::collections::HashSet;

/// Bytes of a text that are compared, a thousand words: what an item says is at the beginning of its
/// article, or sums it up. Further down, a long text has the words of any title by chance.
const BEGINNING: usize = 6_000;
/// Words of a page that are read.
const MAX_TOKENS: usize = 20_000;
/// A text of a feed with fewer words says "Comments" or "Read more", and nothing of the article.
const MIN_TEXT_WORDS: usize = 8;

/// The text of a page, held against an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnPage {
    /// It tells what the item says.
    pub is_about: bool,
    /// Hashes of all its words, and of those that the item does not say. Where the pages of two items have
    /// either in common, they are no articles but one and the same wall or front page; on a wall, the
    /// title of the item may stand.
    pub words: [u64; 2],
}

impl OnPage {
    /// Compares the text and the title of a page with an item.
    pub fn of(item: &Item, title: &str, text: &str) -> Self {
        let beginning = words(clip(text, BEGINNING));
        let says = words(item.title.as_deref().unwrap_or_default());
        let given = text_of(item);
        let given = words(clip(&given, BEGINNING));
        let is_about = if given.len() >= MIN_TEXT_WORDS {
            // More than half of it.
            shared(&given, &beginning) * 2 > given.len()
        } else {
            // More than half of the title, half of all; and some of it in the text: a wall may bear the title.
            let title = words(title);
            let on_page = |some: &HashSet<u64>| {
                let is_there = |word: &&u64| beginning.contains(word) || title.contains(word);
                some.iter().filter(is_there).count()
            };
            let item: HashSet<u64> = says.union(&given).copied().collect();
            on_page(&says) * 2 > says.len()
                && on_page(&item) * 2 >= item.len()
                && shared(&item, &beginning) * 4 >= item.len()
        };
        let all = words(text);
        let rest = all
            .iter()
            .filter(|w| !says.contains(w) && !given.contains(w));
        Self {
            is_about,
            words: [hash(all.iter()), hash(rest)],
        }
    }
}

/// What the feed gave, without addresses: lists of links have them where the text should be.
fn text_of(item: &Item) -> String {
    let html = item.content_html.as_ref();
    let html = html.map(|raw| html::to_text(&raw.html));
    let texts = [&html, &item.content_text, &item.summary];
    let longest = texts.into_iter().flatten().max_by_key(|text| text.len());
    let words = longest.map_or("", String::as_str).split_whitespace();
    let words: Vec<_> = words.filter(|word| !word.contains("://")).collect();
    words.join(" ")
}

fn shared(some: &HashSet<u64>, others: &HashSet<u64>) -> usize {
    some.intersection(others).count()
}

/// The same in any order.
fn hash<'a>(words: impl Iterator<Item = &'a u64>) -> u64 {
    words.fold(0, |sum, &word| sum.wrapping_add(mix(word)))
}

/// Words that mean something by themselves, without their endings, and without numbers, which a wall may
/// count up. A script whose words cannot be told apart by spaces gives runs of characters.
fn words(text: &str) -> HashSet<u64> {
    let text = fold_letters(text);
    let mut words = HashSet::new();
    let mut found = Vec::new();
    let mut rest = &*text;
    while !rest.is_empty() {
        let Some(window) = rest.chars().next().map(window) else {
            break;
        };
        let other = |c: char| self::window(c) != window;
        let (run, after) = rest.split_at(rest.find(other).unwrap_or(rest.len()));
        rest = after;
        match window {
            Some(length) => {
                let run: Vec<char> = run.chars().collect();
                let hash = |run: &[char]| run.iter().fold(0, |hash, &c| mix(hash ^ u64::from(c)));
                words.extend(run.windows(length).map(hash));
            }
            None => tokens::read(run, MAX_TOKENS.saturating_sub(found.len()), &mut found),
        }
    }
    let means = found.iter().filter(|token| token.content && !token.number);
    words.extend(means.map(|token| token.stem));
    words
}

/// How many characters say as much as a word, where the tokens do not know that: Korean particles follow
/// their words without a space; Thai, Lao, Burmese and Khmer have letters and no spaces. Pairs of letters
/// of these are in every long text.
const fn window(c: char) -> Option<usize> {
    match c {
        '\u{AC00}'..='\u{D7A3}' => Some(2),
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => Some(4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ItemSource, RawHtml};
    use chrono::DateTime;

    fn item(title: &str, text: &str) -> Item {
        Item {
            title: Some(title.to_owned()),
            content_html: Some(RawHtml {
                html: text.to_owned(),
                base: None,
            }),
            ..Item::new("1", ItemSource::default().into(), DateTime::UNIX_EPOCH)
        }
    }

    fn is_about(item: &Item, title: &str, text: &str) -> bool {
        OnPage::of(item, title, text).is_about
    }

    /// A title, a text of a feed, and an article, in one language.
    const NEWS: [[&str; 3]; 9] = [
        [
            "Northern quay closed to ferries",
            "<p>The harbour master closed the northern quay on Tuesday after it had sunk by a hand's breadth.",
            "After a night of storm the harbour master has closed the northern quay. It sank by a hand's breadth on Tuesday. The ferries wait outside until noon.",
        ],
        [
            "Nordkai für Fähren gesperrt",
            "Die Hafenmeisterin sperrte am Dienstag den Nordkai, der um eine Handbreit gesunken war.",
            "Nach einer Sturmnacht ist der Nordkai um eine Handbreit gesunken. Die Hafenmeisterin sperrte ihn am Dienstag; alle Fähren warten draußen.",
        ],
        [
            "Северный причал закрыт для паромов",
            "Начальник порта закрыл северный причал, который за ночь опустился на ладонь после шторма.",
            "После шторма северный причал опустился на ладонь. Начальник порта закрыл его за ночь, паромы ждут на рейде.",
        ],
        [
            "الميناء يغلق الرصيف الشمالي",
            "أغلق مدير الميناء الرصيف الشمالي أمام العبارات بعد عاصفة الليلة الماضية حتى الظهر.",
            "بعد عاصفة الليلة الماضية أغلق مدير الميناء الرصيف الشمالي أمام العبارات حتى الظهر، وقال إن السفن تنتظر في الخارج.",
        ],
        [
            "北側の岸壁、フェリーに閉鎖",
            "港長は火曜日、手のひらほど沈んだ北側の岸壁をフェリーに対して閉鎖した。",
            "嵐の夜が明けた火曜日、港長は北側の岸壁を閉鎖した。岸壁は手のひらほど沈んでおり、フェリーは正午まで沖で待つ。",
        ],
        [
            "北码头对渡轮关闭",
            "港务长周二关闭了下沉一掌的北码头,渡轮在外等候到中午。",
            "暴风雨之夜过后,港务长周二关闭了北码头。码头下沉一掌,渡轮须在外等候到中午。",
        ],
        [
            "북쪽 부두, 여객선에 폐쇄",
            "항만장은 화요일 손바닥만큼 가라앉은 북쪽 부두를 여객선에 폐쇄했다.",
            "폭풍이 지난 화요일, 항만장은 북쪽 부두가 손바닥만큼 가라앉자 이를 폐쇄했다. 여객선은 정오까지 밖에서 기다린다.",
        ],
        [
            "ปิดท่าเรือเหนือไม่ให้เรือข้ามฟากเข้า",
            "นายท่าเรือสั่งปิดท่าเรือเหนือเมื่อวันอังคารหลังจากทรุดตัวลงหนึ่งฝ่ามือ",
            "หลังคืนพายุ นายท่าเรือสั่งปิดท่าเรือเหนือเมื่อวันอังคาร เพราะทรุดตัวลงหนึ่งฝ่ามือ เรือข้ามฟากรออยู่ด้านนอกจนถึงเที่ยง",
        ],
        [
            "បិទផែខាងជើងចំពោះសាឡាង",
            "ប្រធានកំពង់ផែបានបិទផែខាងជើងកាលពីថ្ងៃអង្គារ បន្ទាប់ពីវាស្រុតចុះមួយបាតដៃ",
            "បន្ទាប់ពីយប់មានព្យុះ ប្រធានកំពង់ផែបានបិទផែខាងជើងកាលពីថ្ងៃអង្គារ ដោយសារវាស្រុតចុះមួយបាតដៃ សាឡាងរង់ចាំនៅខាងក្រៅ",
        ],
    ];

    const WALLS: [&str; 12] = [
        "We value your privacy. We and our 843 partners store and access information on your device, such as cookies, to personalise advertising and content. You may accept or manage your choices by clicking below.",
        "Before you continue: sign in or create a free account to keep reading. Already have an account? Log in with your email address and password.",
        "Subscribe now and read everything for one month for free. Cancel any time. You have reached your limit of free articles.",
        "Checking your browser before you proceed. Enable JavaScript and cookies to continue. This process is automatic. Ray ID 8c1f09.",
        "Sorry, something went wrong. The page that you were looking for could not be found. Try the search or return to the front page.",
        "Mit Werbung weiterlesen oder im Abo lesen: Wir und unsere Partner verarbeiten personenbezogene Daten. Jetzt Abo abschließen und alle Artikel lesen.",
        "Чтобы продолжить чтение, войдите или зарегистрируйтесь. Подписка открывает все материалы сайта без рекламы.",
        "للمتابعة يرجى تسجيل الدخول أو الاشتراك في الموقع. نستخدم ملفات تعريف الارتباط لتحسين تجربتك.",
        "この記事の続きを読むにはログインまたは会員登録が必要です。無料会員に登録すると、月に三本まで記事を読むことができます。",
        "请登录或注册后继续阅读全文。订阅会员即可无限制阅读本站所有文章,首月免费。",
        "계속 읽으려면 로그인하거나 회원으로 가입하세요. 구독하시면 모든 기사를 제한 없이 읽을 수 있습니다.",
        "กรุณาเข้าสู่ระบบหรือสมัครสมาชิกเพื่ออ่านบทความฉบับเต็ม เว็บไซต์นี้ใช้คุกกี้เพื่อเพิ่มประสบการณ์ที่ดีในการใช้งานเว็บไซต์",
    ];

    #[test]
    fn an_article_tells_what_its_item_says_in_any_script() {
        for [title, text, article] in NEWS {
            assert!(is_about(&item(title, text), "", article), "{title}");
            assert!(is_about(&item(title, ""), title, article), "{title}");
            assert!(
                is_about(&item(title, "Comments"), title, article),
                "{title}"
            );
        }
    }

    #[test]
    fn a_wall_says_nothing_of_an_item_even_below_its_title() {
        for [title, text, _] in NEWS {
            for wall in WALLS {
                for item in [item(title, text), item(title, "")] {
                    assert!(!is_about(&item, title, wall), "{title}: {wall}");
                }
                // Where the feed gives nothing but the title, nothing tells this from an article.
                let below = format!("{title}. {wall}");
                assert!(
                    !is_about(&item(title, text), title, &below),
                    "{title}: {wall}"
                );
            }
            for [other, _, article] in NEWS.iter().filter(|news| news[0] != title) {
                assert!(
                    !is_about(&item(title, text), other, article),
                    "{title}: {other}"
                );
                assert!(
                    !is_about(&item(title, ""), other, article),
                    "{title}: {other}"
                );
            }
        }
    }

    #[test]
    fn addresses_are_no_text() {
        let links = "Article URL: https://a.example/2024/some/long/path?x=1 Comments URL: https://b.example/item?id=4013 Points: 55";
        let [title, _, article] = NEWS[0];
        assert!(is_about(&item(title, links), title, article));
    }

    #[test]
    fn what_has_no_words_is_about_nothing() {
        for (title, text) in [("", ""), ("12:30", "!!"), ("👍", "55")] {
            assert!(!is_about(&item(title, text), title, NEWS[0][2]), "{title}");
        }
    }

    #[test]
    fn one_wall_below_two_titles_is_known_by_the_words_that_no_item_says() {
        let wall = |n: usize, count: u32| {
            let text = format!("{}. {} {count} left. {}", NEWS[n][0], NEWS[n][1], WALLS[2]);
            OnPage::of(
                &item(NEWS[n][0], NEWS[n][1]),
                NEWS[n][0],
                &html::to_text(&text),
            )
            .words
        };
        let [all, rest] = wall(0, 3);
        let [other, same] = wall(1, 2);
        assert!(all != other && rest == same);
        let article = |n: usize| OnPage::of(&item(NEWS[n][0], NEWS[n][1]), "", NEWS[n][2]).words;
        assert!(article(0)[0] != article(1)[0] && article(0)[1] != article(1)[1]);
        let front = |n: usize| OnPage::of(&item(NEWS[n][0], ""), "", WALLS[0]).words[0];
        assert_eq!(front(0), front(1));
    }
}
