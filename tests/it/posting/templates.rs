//! `template` of a destination: messages in words of the user.

use super::Mill;
use super::platform::{Standin, good};
use super::queue::{is_silent, slack};

/// Titles that would break a message, call somebody, or forge another link.
const HOSTILE: [&str; 6] = [
    "&lt;!channel&gt; @everyone late",
    "&lt;/b&gt;&lt;a href=\"https://evil.example\"&gt;Ferry",
    "[Ferry](https://evil.example) ||late||",
    "&lt;https://evil.example|Ferry&gt;",
    "{{ url }} {% raw %} &amp;lt;b&amp;gt;",
    "/quit *late* `now` _here_",
];

/// Posts the hostile titles by a template to a platform that answers `body`: the texts that it got.
fn posted(table: &str, body: &'static str, field: &str) -> Vec<String> {
    let standin = Standin::new(move |_, _| good(body));
    let table = table.replace("URL", &standin.address);
    let mill = Mill::new(&table);
    let names: Vec<String> = (1..=HOSTILE.len()).map(|n| n.to_string()).collect();
    let items = names.iter().zip(HOSTILE);
    let items: Vec<_> = items.map(|(name, title)| (name.as_str(), title)).collect();
    mill.write(&items);
    is_silent(&mill.feedmill(&["run"]));
    standin.texts(field)
}

#[test]
fn the_example_of_the_documentation_works_as_it_is_written() {
    let docs = include_str!("../../../docs/DELIVER.md");
    let section = docs.split("## Your own words").nth(1).unwrap();
    let table = section.split("```toml\n").nth(1).unwrap();
    let table = table.split("```").next().unwrap();
    let table = table.split_once("[deliver.slack]\n").unwrap().1;
    let standin = Standin::new(|_, _| good("ok"));
    let table = table.replace("\"env:SLACK_WEBHOOK\"", &format!("\"{}\"", standin.address));
    let mill = Mill::new(&table);
    mill.write_texts(&[("1", "Ferry late", "No ferry goes.")]);
    is_silent(&mill.feedmill(&["run"]));
    assert_eq!(
        standin.texts("text"),
        ["*<https://a.example/1|Ferry late>*\nNo ferry goes.\n_a_"]
    );
}

#[test]
fn no_title_breaks_a_message_calls_somebody_or_forges_a_link() {
    let texts = posted(
        "to = \"discord\"\nurl = \"URL/hook\"\ntemplate = \"**{{ title }}**\"\n",
        "{\"id\":\"1\"}",
        "content",
    );
    assert_eq!(texts.len(), HOSTILE.len(), "{texts:?}");
    for text in &texts {
        let inner = text.strip_prefix("**").unwrap().strip_suffix("**").unwrap();
        assert!(
            !inner.contains("@everyone") && !inner.contains("]("),
            "{text}"
        );
        assert!(!inner.contains("||") || inner.contains("\\|"), "{text}");
    }
    let texts = posted(
        "to = \"slack-webhook\"\nurl = \"URL/hook\"\ntemplate = \"*{{ title }}*\"\n",
        "ok",
        "text",
    );
    assert_eq!(texts.len(), HOSTILE.len(), "{texts:?}");
    assert!(
        texts.iter().all(|text| !text.contains(['<', '>'])),
        "{texts:?}"
    );
    assert!(
        texts
            .iter()
            .any(|text| text.contains("{{ url }} {% raw %}")),
        "{texts:?}"
    );
}

#[test]
fn a_template_keeps_the_limit_of_the_platform() {
    let standin = Standin::new(|_, _| good("{\"id\":\"1\"}"));
    let mill = Mill::new(&format!(
        "to = \"discord\"\nurl = \"{}/hook\"\ntemplate = \"{{{{ title }}}}: {{{{ text }}}} END\"\n",
        standin.address
    ));
    let long = format!("Ferry {}", "the council met & talked. ".repeat(200));
    mill.write_texts(&[("1", "Ferry late", &long.replace('&', "&amp;amp;"))]);
    is_silent(&mill.feedmill(&["run"]));
    let texts = standin.texts("content");
    let [text] = texts.as_slice() else {
        panic!("{texts:?}");
    };
    let count = text.chars().count();
    assert!((1900..=2000).contains(&count), "{count}");
    assert!(
        text.starts_with("Ferry late: ") && text.ends_with("… END"),
        "{text}"
    );
}

#[test]
fn a_change_is_made_by_the_template_as_well() {
    let standin = Standin::new(|_, _| good("{\"id\":\"42\"}"));
    let mill = Mill::new(&format!(
        "to = \"discord\"\nurl = \"{}/hook\"\ntemplate = \"{{{{ notice }}}} {{{{ title }}}}\"\n",
        standin.address
    ));
    for title in ["Ferry late", "Ferry late by two hours"] {
        mill.write(&[("1", title)]);
        is_silent(&mill.feedmill(&["run"]));
    }
    assert_eq!(
        standin.texts("content"),
        ["entered Ferry late", "changed Ferry late by two hours"]
    );
}

#[test]
fn a_template_that_is_wrong_is_an_error_of_check_at_its_line() {
    let (mill, _standin) = slack("template = '''\n{{ title }}\n  {{ tilte }}\n'''\n");
    let (code, said) = mill.feedmill(&["check"]);
    assert_eq!(code, Some(78), "{said}");
    let toml = mill.read("feeds.toml");
    let line = 1 + toml
        .lines()
        .position(|line| line.contains("tilte"))
        .unwrap();
    for part in [
        format!("feeds.toml:{line}: "),
        "template: `tilte` is undefined; there are title, ".to_owned(),
        "docs/DELIVER.md".to_owned(),
        "^".to_owned(),
    ] {
        assert!(said.contains(&part), "{part}: {said}");
    }
    let toml = "[themes.all]\n[deliver.team]\nto = \"webhook\"\nurl = \"https://a.example/\"\ntemplate = \"x\"\n";
    mill.house.write("feeds.toml", toml);
    let (code, said) = mill.feedmill(&["check"]);
    assert!(
        code == Some(78) && said.contains("remove template"),
        "{said}"
    );
}

#[test]
fn a_story_that_the_template_fails_on_is_set_aside_and_the_others_are_posted() {
    let template =
        "template = \"{% if 'Harbour' in title %}{{ title.none.at_all }}{% endif %}{{ title }}\"\n";
    let (mill, standin) = slack(template);
    mill.write(&[("1", "Harbour closed"), ("2", "Ferry late")]);
    let (code, said) = mill.feedmill(&["run"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("1 posted, 1 set aside"), "{said}");
    assert_eq!(standin.texts("text"), ["Ferry late"]);
    let (_, listed) = mill.feedmill(&["deliver", "--failed"]);
    assert!(
        listed.contains("Harbour closed") && listed.contains("the template fails"),
        "{listed}"
    );
    let mended = mill
        .read("feeds.toml")
        .replace("{{ title.none.at_all }}", "");
    mill.house.write("feeds.toml", &mended);
    is_silent(&mill.feedmill(&["deliver", "--retry"]));
    assert_eq!(standin.texts("text"), ["Harbour closed"]);
}

#[test]
fn a_template_that_fails_behind_a_message_that_may_be_at_fault_loses_nothing() {
    let template =
        "template = \"{% if 'Harbour' in title %}{{ title.none.at_all }}{% endif %}{{ title }}\"\n";
    let (mill, standin) = slack(template);
    mill.write(&[
        ("1", "Storm over"),
        ("2", "Harbour closed"),
        ("3", "Ferry late"),
    ]);
    standin.now(|sent, _| {
        if sent.body.contains("Storm") {
            ("502 Bad Gateway", "", String::new())
        } else {
            good("ok")
        }
    });
    for _ in 0..8 {
        mill.feedmill(&["run"]);
        let store = rusqlite::Connection::open(mill.house.path("state/feedmill.db")).unwrap();
        let wake = "UPDATE delivery SET json = json_remove(json, '$.held_until')";
        store.execute(wake, []).unwrap();
    }
    let (_, listed) = mill.feedmill(&["deliver", "--failed"]);
    assert!(
        listed.contains("Storm over") && listed.contains("Harbour closed"),
        "{listed}"
    );
}
