//! docs/RECIPES.md and docs/RULES.md: each example is tried.
//!
//! Below each `toml` block of the recipes a line says which of the items of this test the first theme shows:
//! `<!-- shows: 1 4 -->`.

use crate::common::{House, rss};
use feedmill::theme::rule::parse;
use std::path::Path;

/// Title, and text. Item 6 is of both sources.
const ITEMS: [(&str, &str); 6] = [
    (
        "Ada Lovelace on Rust 2.0",
        "The compiler is faster, say its authors.",
    ),
    (
        "Football: cup final tonight",
        "The match begins at eight in the evening.",
    ),
    (
        "Nato summit opens in Vilnius",
        "Heads of government talk about deterrence for two days.",
    ),
    (
        "CVE-2024-1234 in a web server",
        "Administrators should update their machines today.",
    ),
    (
        "Köln opens its new bridge",
        "Cyclists and trams may cross the river from Monday.",
    ),
    (
        "Storm over the North Sea stops ferries",
        "Ports are closed until the wind has calmed down, says the coast guard.",
    ),
];

fn document(name: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("docs")
            .join(name),
    )
    .unwrap()
}

fn feed(source: &str, which: &[usize]) -> String {
    let numbered = which
        .iter()
        .map(|&n| (ITEMS[n - 1], format!("https://{source}.example/{n}")));
    let numbered: Vec<_> = numbered.collect();
    let date = "Fri, 14 Jun 2024 09:00:00 +0000";
    let items: Vec<_> = numbered
        .iter()
        .map(|((title, text), link)| (*title, link.as_str(), date, *text))
        .collect();
    let feed = rss(source, &items);
    let more = "<dc:creator>Ada Lovelace</dc:creator><category>Rust</category></item>";
    feed.replacen("</item>", if which[0] == 1 { more } else { "</item>" }, 1)
}

/// Which items the first theme of these lines shows.
async fn shown(lines: &str) -> Vec<usize> {
    let mut toml = lines.to_owned();
    for source in ["wire", "post"] {
        let table = format!("[sources.{source}]\n");
        let path = format!("{table}path = \"{source}.xml\"\n");
        if toml.contains(&table) {
            toml = toml.replace(&table, &path);
        } else {
            toml += &path;
        }
    }
    let house = House::new(&format!(
        "site = {{ base_url = \"https://news.example/\" }}\n{toml}"
    ));
    house.write("wire.xml", &feed("wire", &[1, 2, 3, 6]));
    house.write("post.xml", &feed("post", &[4, 5, 6]));
    house.pass().await;
    let start = toml.find("[themes.").expect("a theme") + "[themes.".len();
    let theme = toml[start..].split(']').next().unwrap();
    let number = |item: &serde_json::Value| {
        item["url"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    };
    let mut shown: Vec<usize> = house.items(theme).iter().map(number).collect();
    shown.sort_unstable();
    shown
}

#[tokio::test]
async fn each_recipe_does_what_it_says() {
    let document = document("RECIPES.md");
    let mut tried = 0;
    for part in document.split("```toml\n").skip(1) {
        let (lines, after) = part.split_once("```").unwrap();
        let Some(told) = after.trim_start().strip_prefix("<!-- shows:") else {
            panic!("what does this show?\n{lines}");
        };
        let told = told.split("-->").next().unwrap();
        let told: Vec<usize> = told
            .split_whitespace()
            .map(|n| n.parse().unwrap())
            .collect();
        assert_eq!(shown(lines).await, told, "{lines}");
        tried += 1;
    }
    assert!(tried >= 10, "only {tried} recipes");
}

#[test]
fn each_rule_of_the_documentation_is_read() {
    let document = document("RULES.md");
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let rules: Vec<_> = rows
        .map(|row| row.split('`').nth(1).unwrap().replace("\\|", "|"))
        .collect();
    assert!(rules.len() >= 20, "{rules:?}");
    for rule in rules {
        let parsed = parse(&rule).unwrap_or_else(|error| panic!("{rule}: {error}"));
        assert_eq!(
            parse(&parsed.expression.to_string()).unwrap().expression,
            parsed.expression
        );
    }
}
