//! Rules in whole passes.

use crate::common::{House, LONG, rss};
use feedmill::mill::Options;

const MORNING: &str = "Fri, 14 Jun 2024 09:00:00 +0000";

/// A house with the sources `a` and `b` with these titles, and these lines after them.
fn house(a: &[&str], b: &[&str], toml: &str) -> House {
    let house = House::new(&format!(
        "[site]\nbase_url = \"https://news.example/\"\n\
         [sources.b]\npath = \"b.xml\"\n[sources.a]\npath = \"a.xml\"\n{toml}\n"
    ));
    fill(&house, "a", a);
    fill(&house, "b", b);
    house
}

fn fill(house: &House, source: &str, titles: &[&str]) {
    let links: Vec<_> = titles.iter().map(|title| link(source, title)).collect();
    let texts: Vec<_> = titles
        .iter()
        .map(|title| format!("{title}. {LONG} {title}."))
        .collect();
    let items = titles.iter().zip(&links).zip(&texts);
    let items: Vec<_> = items
        .into_iter()
        .map(|((title, link), text)| (*title, link.as_str(), MORNING, text.as_str()))
        .collect();
    house.write(&format!("{source}.xml"), &rss(source, &items));
}

fn link(source: &str, title: &str) -> String {
    format!("https://{source}.example/{}", title.replace(' ', "-"))
}

#[tokio::test]
async fn a_rule_and_lists_together_choose_stories() {
    let house = house(
        &["Nato summit opens", "Nato summit sport", "Fair opens"],
        &[],
        "[themes.t]\ninclude = [\"summit\"]\nrule = '(nato OR eu) -title:sport'\n",
    );
    house.pass().await;
    assert_eq!(house.titles("t"), ["Nato summit opens"]);
}

#[tokio::test]
async fn a_story_leaves_when_it_is_too_old_and_another_theme_takes_it_then() {
    let house = house(
        &["Nato summit opens"],
        &[],
        "[themes.new]\nrule = 'age:<2d'\n[themes.old]\nrule = 'age:>=2d'\n",
    );
    let offline = Options {
        offline: true,
        ..Options::default()
    };
    house.pass().await;
    assert_eq!(
        (house.titles("new").len(), house.titles("old").len()),
        (1, 0)
    );
    let before = house.published();
    house.pass_at("2024-06-16T08:59:59Z", &offline).await;
    assert!(before == house.published(), "nothing was due");
    house.pass_at("2024-06-16T09:00:00Z", &offline).await;
    assert_eq!(
        (house.titles("new").len(), house.titles("old").len()),
        (0, 1)
    );
    let after = house.published();
    house.pass_at("2024-07-16T09:00:00Z", &offline).await;
    assert!(after == house.published(), "it is decided for good");
}

#[tokio::test]
async fn what_grows_old_enough_arrives_at_that_moment() {
    let house = house(
        &["Bridge opens"],
        &[],
        "[themes.old]\nlimit = 1\nrule = 'age:>=2d OR ferry'\n",
    );
    house.pass().await;
    fill(&house, "a", &["Bridge opens", "Ferry runs aground"]);
    house
        .pass_at("2024-06-15T13:00:00Z", &Options::default())
        .await;
    assert_eq!(house.titles("old"), ["Ferry runs aground"]);
    house
        .pass_at("2024-06-16T10:00:00Z", &Options::default())
        .await;
    assert_eq!(house.titles("old"), ["Bridge opens"]);
}

#[tokio::test]
async fn a_theme_may_ask_for_a_number_of_sources() {
    let toml = "[themes.two]\nmin_sources = 2\n[themes.one]\nrule = 'sources:1'\n";
    let house = house(&["Bridge over the harbour opens"], &[], toml);
    house.pass().await;
    assert_eq!(
        (house.titles("two").len(), house.titles("one").len()),
        (0, 1)
    );
    fill(&house, "b", &["Bridge over the harbour opens"]);
    house
        .pass_at("2024-06-15T13:00:00Z", &Options::default())
        .await;
    assert_eq!(
        (house.titles("two").len(), house.titles("one").len()),
        (1, 0)
    );
}

#[tokio::test]
async fn what_a_source_keeps_is_stored_and_can_be_let_in_later() {
    let keep = "rule = 'rust'\nexclude = [\"advert\"]\n";
    let house = house(
        &["Rust news", "Rust advert", "Go news"],
        &[],
        &format!("{keep}[themes.t]\n"),
    );
    house.pass().await;
    assert_eq!(house.titles("t"), ["Rust news"]);
    let text = house.read("feeds.toml").replace(keep, "");
    house.write("feeds.toml", &text);
    house
        .pass_at("2024-06-15T13:00:00Z", &Options::default())
        .await;
    assert_eq!(house.titles("t").len(), 3);
}

#[tokio::test]
async fn a_disabled_source_is_not_fetched_and_keeps_its_stories() {
    let house = house(&["One"], &[], "[themes.t]\n");
    house.pass().await;
    let text = house
        .read("feeds.toml")
        .replace("path = \"a.xml\"", "path = \"a.xml\"\nenabled = false");
    house.write("feeds.toml", &text);
    fill(&house, "a", &["Two"]);
    let report = house
        .pass_at("2024-06-15T13:00:00Z", &Options::default())
        .await;
    assert_eq!(
        (report.asked, house.titles("t")),
        (1, vec!["One".to_owned()])
    );
}

#[tokio::test]
async fn titles_are_rewritten_and_ids_stay() {
    let house = house(&["ADVERT: One | The Daily", "Two"], &[], "[themes.t]\n");
    house.pass().await;
    let ids = |house: &House| -> Vec<_> {
        house
            .items("t")
            .iter()
            .map(|item| item["id"].clone())
            .collect()
    };
    let before = ids(&house);
    let edits = "path = \"a.xml\"\ntitles = [{ find = \" | The Daily\" }, { find = \"ADVERT:\", replace = \"Ad:\" }, { find = \"Two\" }]";
    let text = house.read("feeds.toml").replace("path = \"a.xml\"", edits);
    house.write("feeds.toml", &text);
    house
        .pass_at("2024-06-15T13:00:00Z", &Options::default())
        .await;
    let mut titles = house.titles("t");
    titles.sort();
    assert_eq!(titles, ["Ad: One", "Two"]);
    assert_eq!(ids(&house), before);
}

#[tokio::test]
async fn a_page_may_show_first_what_most_sources_have() {
    let titles = [
        "Bridge over the harbour opens",
        "Ferry runs aground near the old port",
    ];
    let house = house(
        &titles,
        &titles[1..],
        "[themes.t]\norder = \"sources\"\n[themes.u]\n",
    );
    let later = house.read("a.xml").replacen("09:00:00", "10:00:00", 1);
    house.write("a.xml", &later);
    house.pass().await;
    let ferry_first = |theme: &str| {
        let page = house.read(&format!("output/{theme}.html"));
        let at = |title: &str| page.rfind(&format!(">{title}<")).or(page.rfind(title));
        at("Ferry runs") < at("Bridge over")
    };
    assert!(ferry_first("t") && !ferry_first("u"));
    assert_eq!(house.titles("t")[0], titles[0], "feeds are by date");
}
