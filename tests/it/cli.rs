//! The program as a user meets it: exit codes, silence, what is said where.

use crate::common::{House, item, rss};
use std::process::{Command, Output};

const CONFIG: &str = "
[site]
base_url = \"https://news.example/\"
[sources.a]
path = \"a.xml\"
[themes.all]
title = \"All\"
";

fn house() -> House {
    let house = House::new(CONFIG);
    let items = [
        (
            "Ferry late & slow",
            "https://a.example/1",
            "Fri, 14 Jun 2024 09:00:00 +0000",
            "By an hour.",
        ),
        (
            "Bridge opens",
            "https://a.example/2",
            "Fri, 14 Jun 2024 10:00:00 +0000",
            "At noon.",
        ),
    ];
    house.write("a.xml", &rss("a", &items).replace(" & ", " &amp; "));
    house
}

fn feedmill(house: &House, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_feedmill"))
        .args(arguments)
        .current_dir(house.path(""))
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_healthy_run_off_a_terminal_says_nothing_at_all() {
    let house = house();
    let run = feedmill(&house, &["run"]);
    assert_eq!(
        (run.status.code(), stdout(&run), stderr(&run)),
        (Some(0), String::new(), String::new())
    );
}

#[test]
fn a_second_run_says_that_it_wrote_nothing() {
    let house = house();
    feedmill(&house, &["run"]);
    let run = feedmill(&house, &["run", "-v"]);
    assert!(
        stderr(&run).contains("nothing written, 8 files unchanged"),
        "{}",
        stderr(&run)
    );
}

#[test]
fn the_report_is_json_on_standard_output() {
    let house = house();
    let run = feedmill(&house, &["run", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(report["new_stories"], 2);
    assert_eq!(stderr(&run), "");
}

/// What fails has failed for seven hours longer.
fn wait_seven_hours(house: &House) {
    let store = rusqlite::Connection::open(house.path("state/feedmill.db")).unwrap();
    let change = "UPDATE source SET failing_since = failing_since - 7 * 60 * 60
                  WHERE failing_since IS NOT NULL";
    assert_ne!(store.execute(change, []).unwrap(), 0);
}

#[test]
fn a_source_that_keeps_failing_is_told_once_and_so_is_its_return() {
    let house = house();
    let good = house.read("a.xml");
    house.write(
        "feeds.toml",
        &format!("{CONFIG}[sources.b]\npath = \"b.xml\"\n"),
    );
    house.write("b.xml", "no feed at all");
    let run = || stderr(&feedmill(&house, &["run"])).lines().count();
    assert_eq!([run(), run(), run()], [0; 3]);
    wait_seven_hours(&house);
    assert_eq!([run(), run()], [1, 0]);
    house.write("b.xml", &good);
    assert_eq!(
        stderr(&feedmill(&house, &["run"])),
        "note: b: answers again\n"
    );
    assert_eq!(stderr(&feedmill(&house, &["run"])), "");
}

#[test]
fn nobody_reached_is_exit_1_and_one_line_after_the_third_time() {
    let house = house();
    let sources = "[sources.b]\npath = \"b.xml\"\n[sources.c]\npath = \"c.xml\"\n";
    house.write("feeds.toml", &format!("{CONFIG}{sources}"));
    std::fs::remove_file(house.path("a.xml")).unwrap();
    let run = || feedmill(&house, &["run"]);
    let mut runs = vec![run(), run()];
    wait_seven_hours(&house);
    runs.extend([run(), run()]);
    assert!(runs.iter().all(|run| run.status.code() == Some(1)));
    let lines: Vec<_> = runs.iter().map(|run| stderr(run).lines().count()).collect();
    assert_eq!(lines, [0, 0, 1, 0]);
    assert!(
        stderr(&runs[2]).contains("none of 3 sources"),
        "{}",
        stderr(&runs[2])
    );
}

#[test]
fn a_machine_without_network_is_told_of_once_and_nobody_waits_for_it() {
    let house = house();
    // Nobody listens there.
    let source = "[fetch]\nallow = [\"127.0.0.1\"]\n[sources.far]\nurl = \"http://127.0.0.1:9/f\"\n[themes.all]\n";
    house.write("feeds.toml", source);
    let runs: Vec<_> = (0..5).map(|_| feedmill(&house, &["run"])).collect();
    assert!(runs.iter().all(|run| run.status.code() == Some(1)));
    let lines: Vec<_> = runs.iter().map(|run| stderr(run).lines().count()).collect();
    assert_eq!(lines, [0, 0, 1, 0, 0]);
    let said = stderr(&runs[2]);
    assert!(
        said.contains("no network") && said.contains("far"),
        "{said}"
    );
    let status = feedmill(&house, &["status", "--strict"]);
    assert_eq!(status.status.code(), Some(69));
    let said = stdout(&status);
    assert!(said.contains("in the last 5 runs"), "{said}");
}

#[test]
fn a_run_that_fails_says_so_once_and_status_knows_until_one_is_good() {
    let house = house();
    feedmill(&house, &["run"]);
    let sql = |sql: &str| {
        let store = rusqlite::Connection::open(house.path("state/feedmill.db")).unwrap();
        store.execute_batch(sql).unwrap();
    };
    sql("CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT raise(ABORT, 'no room'); END;");
    let runs: Vec<_> = (0..3).map(|_| feedmill(&house, &["run"])).collect();
    assert!(runs.iter().all(|run| run.status.code() == Some(1)));
    let lines: Vec<_> = runs.iter().map(|run| stderr(run).lines().count()).collect();
    assert_eq!(lines, [1, 0, 0]);
    assert!(stderr(&runs[0]).contains("no room"), "{}", stderr(&runs[0]));
    let told = stderr(&feedmill(&house, &["run", "-v"]));
    assert!(told.contains("no room"), "{told}");
    let status = feedmill(&house, &["status", "--strict"]);
    assert_eq!(status.status.code(), Some(69));
    assert!(
        stdout(&status).contains("The last run failed: the store failed: no room"),
        "{}",
        stdout(&status)
    );
    sql("DROP TRIGGER full;");
    let run = feedmill(&house, &["run"]);
    assert_eq!((run.status.code(), stderr(&run)), (Some(0), String::new()));
    let status = feedmill(&house, &["status", "--strict"]);
    assert_eq!(status.status.code(), Some(0), "{}", stdout(&status));
}

#[test]
fn a_run_that_hangs_is_told_of_once() {
    let house = house();
    let _held = feedmill::mill::Lock::take(&house.path("state")).unwrap();
    let lock = std::fs::File::options()
        .append(true)
        .open(house.path("state/lock"))
        .unwrap();
    let hours = std::time::Duration::from_secs(3 * 3600);
    lock.set_modified(std::time::SystemTime::now() - hours)
        .unwrap();
    let runs: Vec<_> = (0..3).map(|_| feedmill(&house, &["run"])).collect();
    assert!(runs.iter().all(|run| run.status.code() == Some(75)));
    let lines: Vec<_> = runs.iter().map(|run| stderr(run).lines().count()).collect();
    assert_eq!(lines, [1, 0, 0]);
    let said = stderr(&runs[0]);
    assert!(
        said.contains("held for 3 h") && said.contains("longer than a pass takes"),
        "{said}"
    );
}

#[test]
fn the_time_of_a_run_can_be_given_on_the_command_line() {
    let house = house();
    let run = feedmill(&house, &["run", "--max-pass", "5 min"]);
    assert_eq!((run.status.code(), stderr(&run)), (Some(0), String::new()));
    let run = feedmill(&house, &["run", "--max-pass", "soon"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(
        stderr(&run).contains("write for example"),
        "{}",
        stderr(&run)
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_as_a_source_is_refused_instead_of_waited_for() {
    let house = house();
    std::fs::remove_file(house.path("a.xml")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(house.path("a.xml"))
            .status()
            .unwrap()
            .success()
    );
    let run = feedmill(&house, &["run", "-v"]);
    assert!(
        stderr(&run).contains("not a regular file"),
        "{}",
        stderr(&run)
    );
}

#[test]
fn what_a_source_sends_does_not_steer_the_terminal() {
    let house = house();
    house.write(
        "a.xml",
        "<html><head><title>\u{1b}[31mred\u{9b}</title></head></html>",
    );
    let said = stderr(&feedmill(&house, &["run", "-v"]));
    assert!(
        said.contains("red") && !said.contains(['\u{1b}', '\u{9b}']),
        "{said:?}"
    );
}

#[test]
fn files_of_a_theme_that_was_taken_out_are_named() {
    let house = house();
    house.write("feeds.toml", &format!("{CONFIG}[themes.other]\n"));
    feedmill(&house, &["run"]);
    house.write("feeds.toml", CONFIG);
    let said = stderr(&feedmill(&house, &["run", "-v"]));
    assert!(said.contains("other.rss: no longer published"), "{said}");
    assert!(!stderr(&feedmill(&house, &["run", "-v"])).contains("other.rss"));
}

#[test]
fn a_wrong_configuration_is_exit_78_and_nothing_is_written() {
    let house = house();
    house.write("feeds.toml", &format!("{CONFIG}limt = 3\n"));
    for command in ["run", "check", "items"] {
        let run = feedmill(&house, &[command]);
        assert_eq!(run.status.code(), Some(78));
        assert_eq!(
            stderr(&run),
            "error: feeds.toml:8: themes.all: unknown key \"limt\"; did you mean \"limit\"?\n  |\n8 | limt = 3\n  | ^^^^\n"
        );
    }
    assert!(!house.path("state").exists() && !house.path("output").exists());
}

#[test]
fn a_configuration_is_named_before_the_command_or_behind_it_by_file_or_folder() {
    let house = house();
    std::fs::create_dir(house.path("elsewhere")).unwrap();
    let file = house.path("feeds.toml").display().to_string();
    let folder = house.path("").display().to_string();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_feedmill"))
            .args(arguments)
            .current_dir(house.path("elsewhere"))
            .output()
            .unwrap();
        (output.status.code(), stdout(&output) + &stderr(&output))
    };
    for arguments in [
        ["-c", &file, "check"],
        ["check", "-c", &file],
        ["-c", &folder, "check"],
        ["check", "--config", &folder],
    ] {
        let (code, said) = run(&arguments);
        assert!(
            code == Some(0) && said.contains("all.rss"),
            "{arguments:?}: {said}"
        );
    }
    // The one behind the command is nearer to it.
    assert_eq!(run(&["-c", "none.toml", "check", "-c", &file]).0, Some(0));
    let (code, said) = run(&["-c", &file, "parse", "x.xml"]);
    assert!(code == Some(2) && said.contains("take -c out"), "{said}");
}

#[test]
fn every_message_has_a_prefix() {
    let house = house();
    house.write("page.html", "<!DOCTYPE html><title>Hello</title>");
    let list = "<opml><body><outline xmlUrl='x:y'/></body></opml>";
    house.write("list.opml", list);
    let more = "[sources.b]\npath = \"none.xml\"\n[sources.l]\npath = \"list.opml\"\nopml = true\n";
    house.write("feeds.toml", &format!("{CONFIG}{more}"));
    for arguments in [
        &["check"][..],
        &["status"],
        &["explain", "https://a.example/none"],
        &["items", "--theme", "none"],
        &["items", "--since", "yesterday"],
        &["retry", "none"],
        &["run", "--only", "none"],
        &["doctor", "none"],
        &["discover", "none"],
        &["parse", "page.html"],
        &["parse", "none.xml"],
        &["dedupe", "none.jsonl"],
        &["frobnicate"],
    ] {
        let output = feedmill(&house, arguments);
        let said = stderr(&output);
        let has_prefix = |line: &str| {
            ["error: ", "warning: ", "note: "]
                .iter()
                .any(|prefix| line.starts_with(prefix))
        };
        assert!(
            said.lines().next().is_some_and(has_prefix),
            "{arguments:?}: {said}"
        );
        assert!(!said.contains("feedmill: "), "{arguments:?}: {said}");
    }
    let said = stderr(&feedmill(&house, &["run", "-v"]));
    for line in ["warning: l: ", "warning: b: "] {
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn a_run_says_what_is_new_in_which_theme_and_where_to_look() {
    let house = house();
    house.write(
        "feeds.toml",
        &format!("{CONFIG}[themes.sea]\ninclude = [\"ferry\"]\n"),
    );
    let said = stderr(&feedmill(&house, &["run", "-v"]));
    assert!(said.contains("new stories: all 2, sea 1\n"), "{said}");
    assert!(said.contains(" s; look at output/index.html\n"), "{said}");
}

#[test]
fn a_second_run_at_once_is_exit_75() {
    let house = house();
    let _held = feedmill::mill::Lock::take(&house.path("state")).unwrap();
    let silent = feedmill(&house, &["run"]);
    assert_eq!(
        (silent.status.code(), stderr(&silent).as_str()),
        (Some(75), "")
    );
    let told = feedmill(&house, &["run", "-v"]);
    assert_eq!(told.status.code(), Some(75));
    let said = stderr(&told);
    assert!(
        said.contains("another feedmill") && said.contains("run --wait"),
        "{said}"
    );
}

#[test]
fn an_output_folder_that_cannot_be_written_is_exit_1_with_its_name() {
    let house = house();
    house.write("output", "a file where the folder should be");
    let run = feedmill(&house, &["run"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(stderr(&run).contains("output"), "{}", stderr(&run));
    assert_eq!(house.read("output"), "a file where the folder should be");
}

#[test]
fn items_are_printed_for_a_pipe() {
    let house = house();
    feedmill(&house, &["run"]);
    let text = stdout(&feedmill(&house, &["items", "--format", "text"]));
    assert_eq!(
        text,
        "2024-06-14 09:00  Ferry late & slow (a)  https://a.example/1\n2024-06-14 10:00  Bridge opens (a)  https://a.example/2\n"
    );
    let markdown = stdout(&feedmill(
        &house,
        &["items", "--theme", "all", "--format", "markdown"],
    ));
    assert_eq!(
        markdown.lines().next(),
        Some("- [Ferry late & slow](https://a.example/1) (a)")
    );
    let line: serde_json::Value = serde_json::from_str(
        stdout(&feedmill(&house, &["items"]))
            .lines()
            .next()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(line["_feedmill"]["themes"], serde_json::json!(["all"]));
    assert_eq!(
        stdout(&feedmill(&house, &["items", "--since", "2099-01-01"])),
        ""
    );
}

#[test]
fn a_theme_that_is_not_there_is_a_usage_error_that_names_those_that_are() {
    let house = house();
    feedmill(&house, &["run"]);
    let run = feedmill(&house, &["items", "--theme", "al"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("there are all"), "{}", stderr(&run));
}

#[test]
fn parse_prints_one_json_feed() {
    let house = house();
    let run = feedmill(&house, &["parse", "a.xml"]);
    let feed: serde_json::Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"][0]["title"], "Ferry late & slow");
    assert_eq!(feed["items"][0]["date_published"], "2024-06-14T09:00:00Z");
}

#[test]
fn parse_says_what_is_no_feed_with_exit_65() {
    let house = house();
    house.write("page.html", "<!DOCTYPE html><title>Hello</title><link rel=alternate type=application/rss+xml href=/feed>");
    let run = feedmill(
        &house,
        &["parse", "--url", "https://a.example/x", "page.html"],
    );
    assert_eq!((run.status.code(), stdout(&run)), (Some(65), String::new()));
    assert!(stderr(&run).contains("Hello"), "{}", stderr(&run));
    assert!(
        stderr(&run).contains("https://a.example/feed"),
        "{}",
        stderr(&run)
    );
}

#[test]
fn check_says_what_would_be_done_and_does_nothing() {
    let house = house();
    let run = feedmill(&house, &["check"]);
    assert_eq!(run.status.code(), Some(0));
    assert!(stdout(&run).contains("all.rss"), "{}", stdout(&run));
    assert!(!house.path("state").exists() && !house.path("output").exists());
}

#[test]
fn help_is_success_and_nonsense_is_usage() {
    let house = house();
    assert_eq!(feedmill(&house, &["--help"]).status.code(), Some(0));
    assert_eq!(feedmill(&house, &["frobnicate"]).status.code(), Some(2));
    assert_eq!(
        feedmill(&house, &["run", "--only", "nobody"]).status.code(),
        Some(2)
    );
}

#[test]
fn sources_are_exported_without_secret_addresses() {
    let house = house();
    house.write("secret", "https://b.example/?key=hidden");
    house.write(
        "feeds.toml",
        &format!("{CONFIG}[sources.b]\nurl = \"file:secret\"\n[sources.c]\nurl = \"https://c.example/feed\"\n"),
    );
    let opml = stdout(&feedmill(&house, &["export"]));
    assert!(opml.contains("xmlUrl=\"https://c.example/feed\""), "{opml}");
    assert!(!opml.contains("hidden"), "{opml}");
}

#[test]
fn the_filter_says_which_lines_tell_one_story() {
    let house = house();
    let text = "The council met for two days and agreed on a budget of 412 million for bridges and ferries.";
    let line = |id: &str, title: &str, text: &str| {
        serde_json::json!({
            "id": id, "title": title, "content_text": text,
            "url": format!("https://{id}.example/"), "date_published": "2024-06-14T09:00:00Z"
        })
        .to_string()
    };
    let lines = [
        line("a", "Council agrees on budget for bridges", text),
        line("b", "Ferry late", "By an hour, says the harbour master."),
        "no item".to_owned(),
        line("c", "Council agrees on budget for bridges - C Daily", text),
    ];
    house.write("items.jsonl", &lines.join("\n"));
    let told = feedmill(&house, &["dedupe", "items.jsonl"]);
    assert_eq!(
        stdout(&told),
        "{\"id\":\"a\",\"story\":\"a\"}\n{\"id\":\"b\",\"story\":\"b\"}\n{\"id\":\"c\",\"story\":\"a\"}\n"
    );
    assert_eq!(
        stderr(&told),
        "warning: items.jsonl:3: not a JSON Feed item; skipped\n"
    );
    let unique = feedmill(&house, &["dedupe", "--unique", "items.jsonl"]);
    assert_eq!(stdout(&unique), format!("{}\n{}\n", lines[0], lines[1]));
}

#[test]
fn explain_tells_why_items_are_one_and_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let feed = |name: &str, items: &str| {
        let text = format!("<rss><channel><title>{name}</title>{items}</channel></rss>");
        std::fs::write(folder.path().join(format!("{name}.xml")), text).unwrap();
    };
    let item = |title: &str, link: &str| {
        format!(
            "<item><title>{title}</title><link>{link}</link><pubDate>Fri, 14 Jun 2024 09:00:00 GMT</pubDate></item>"
        )
    };
    feed(
        "a",
        &item(
            "Council agrees on budget for the harbour",
            "https://a.example/1",
        ),
    );
    let other = item(
        "Ferry to the islands sails again today",
        "https://b.example/2",
    );
    feed(
        "b",
        &(item(
            "Council agrees on budget for the harbour",
            "https://b.example/1",
        ) + &other),
    );
    std::fs::write(
        folder.path().join("feeds.toml"),
        "[sources.a]\npath = \"a.xml\"\n[sources.b]\npath = \"b.xml\"\n[themes.all]\n",
    )
    .unwrap();
    let told = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_feedmill"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    assert_eq!(told(&["run"]).0, Some(0));
    let (code, text) = told(&["explain", "https://b.example/1?utm_source=x"]);
    assert_eq!(code, Some(0));
    for part in [
        "https://a.example/1",
        "first item",
        "similar title (0.90)",
        "themes  all",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (_, text) = told(&["explain", "https://a.example/1", "https://b.example/2"]);
    assert!(text.contains("two items: too little text"), "{text}");
    assert!(text.contains("two stories, urn:uuid:"), "{text}");
    assert_eq!(told(&["explain", "https://a.example/none"]).0, Some(1));
}

/// A house after a pass: two sources, with these items of title and link, and these lines in
/// `feeds.toml`.
fn told_house(items: [&[(&str, &str)]; 2], toml: &str) -> House {
    let house = House::new("");
    explainable(&house, toml);
    for (name, items) in ["a", "b"].into_iter().zip(items) {
        let items: Vec<_> = items
            .iter()
            .map(|(title, link)| item(title, link))
            .collect();
        house.write(&format!("{name}.xml"), &rss(name, &items));
    }
    assert_eq!(feedmill(&house, &["run"]).status.code(), Some(0));
    house
}

/// Writes `feeds.toml`: the two sources of [`told_house`], and lines of their last table.
fn explainable(house: &House, toml: &str) {
    let text = "[themes.all]\n[sources.a]\npath = \"a.xml\"\n[sources.b]\npath = \"b.xml\"\n";
    house.write("feeds.toml", &format!("{text}{toml}\n"));
}

#[test]
fn explain_says_that_a_source_lists_both() {
    let [one, two] = ["https://a.example/business/1", "https://a.example/travel/1"];
    let title = "Council agrees on budget for the harbour";
    let house = told_house([&[(title, one), (title, two)], &[]], "");
    let text = stdout(&feedmill(&house, &["explain", one, two]));
    assert!(text.contains("side by side"), "{text}");
    assert!(!text.contains("differs"), "{text}");
}

#[test]
fn explain_takes_numbers_of_stories_and_says_what_is_hidden() {
    let [one, two] = ["https://a.example/1", "https://a.example/2"];
    let house = told_house([&[("Bridge opens", one), ("Ferry late", two)], &[]], "");
    let explain = |items: &[&str]| feedmill(&house, &[&["explain"], items].concat());
    let number = |title: &str| {
        let number = ["1", "2"].into_iter();
        let mut is = number.filter(|number| stdout(&explain(&[number])).contains(title));
        is.next().unwrap()
    };
    let [bridge, ferry] = ["Bridge opens", "Ferry late"].map(number);
    let text = stdout(&explain(&[bridge]));
    assert!(text.contains(&format!("(number {bridge},")), "{text}");
    assert_eq!(text, stdout(&explain(&[one])));
    let pair = stdout(&explain(&[bridge, ferry]));
    assert!(pair.contains("verdict   two items"), "{pair}");
    assert_eq!(pair, stdout(&explain(&[one, two])));
    assert_eq!(pair, stdout(&explain(&[one, ferry])));
    for (items, says) in [
        (&["77"][..], "77: no story has this number"),
        (&[bridge, "77"], "77: no story has this number"),
        (&[bridge, bridge], "this is the same item"),
    ] {
        let output = explain(items);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
    }
    explainable(&house, &format!("[stories]\nhide = [\"{one}\"]"));
    assert_eq!(feedmill(&house, &["run"]).status.code(), Some(0));
    let output = explain(&[one]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("it is hidden"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn explain_takes_items_that_differ_in_the_fragment_for_two() {
    let [one, two] = ["https://a.example/notes#one", "https://a.example/notes#two"];
    let house = told_house([&[("Bridge opens", one), ("Ferry late", two)], &[]], "");
    let text = stdout(&feedmill(&house, &["explain", one, two]));
    for part in ["Bridge opens", "Ferry late", one, two] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = stdout(&feedmill(&house, &["explain", two]));
    assert!(text.contains("Ferry late"), "{text}");
    let same = feedmill(&house, &["explain", one, one]);
    assert_eq!(same.status.code(), Some(1));
    assert!(
        stderr(&same).contains("this is the same item"),
        "{}",
        stderr(&same)
    );
}

#[test]
fn explain_tells_of_all_items_with_an_address_even_of_a_front_page() {
    let house = House::new("");
    explainable(&house, "");
    let page = "https://cellar.example/";
    let date = "Fri, 14 Jun 2024 09:00:00 +0000";
    for (name, title) in [
        ("a", "A spreadsheet that runs in a terminal"),
        ("b", "Cellar"),
    ] {
        let text = format!("{title}, says the channel {name}.");
        let feed = rss(name, &[(title, page, date, &text)]);
        let feed = feed.replace("<guid>https://cellar.example/", &format!("<guid>{name}"));
        house.write(&format!("{name}.xml"), &feed);
    }
    assert_eq!(feedmill(&house, &["run"]).status.code(), Some(0));
    let text = stdout(&feedmill(&house, &["explain", page]));
    for part in ["2 items in 2 stories", "A spreadsheet that", "Cellar (b)"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = stdout(&feedmill(&house, &["explain", page, page]));
    assert!(text.contains("verdict   two items"), "{text}");
}

#[test]
fn explain_says_where_the_store_and_a_decision_of_now_differ() {
    let told = "Council agrees on budget for the harbour";
    let [a, b, other] = [
        "https://a.example/1",
        "https://b.example/1",
        "https://b.example/2",
    ];
    let house = told_house([&[(told, a)], &[(told, b), ("Ferry late", other)]], "");
    let explain = |names: &[&str]| stdout(&feedmill(&house, &[&["explain"], names].concat()));
    for names in [&[a][..], &[a, b], &[a, other]] {
        let text = explain(names);
        assert!(
            !text.contains("now: ") && !text.contains("differs"),
            "{text}"
        );
    }
    // What is stored is one story until the next pass.
    explainable(&house, "merge = false");
    let text = explain(&[a]);
    let now = "now: a story of its own: [sources.b] has merge = false";
    assert!(text.contains("same text") && text.contains(now), "{text}");
    let text = explain(&[a, b]);
    for part in [
        "two items: [sources.b] has merge = false",
        "one story, ",
        "differs   these two",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let apart = format!("[stories]\napart = [[\"{a}\", \"{b}\"]]");
    explainable(&house, &apart);
    feedmill(&house, &["run"]);
    let text = explain(&[a, b]);
    for part in ["verdict   one item", "two stories, ", "differs   `apart`"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_source_that_a_list_names_can_be_examined_by_the_name_that_status_gives_it() {
    let house = house();
    let list = "[sources.friends]\npath = \"friends.opml\"\nopml = true\n";
    house.write(
        "feeds.toml",
        &CONFIG.replace("[themes", &format!("{list}[themes")),
    );
    // Nothing is fetched: the guard refuses the address.
    let outline = "<outline type=\"rss\" text=\"Ferry\" xmlUrl=\"http://192.168.0.1/feed\"/>";
    house.write(
        "friends.opml",
        &format!("<opml version=\"2.0\"><head/><body>{outline}</body></opml>"),
    );
    feedmill(&house, &["run"]);
    let status = stdout(&feedmill(&house, &["status"]));
    let name = status
        .split_whitespace()
        .find(|word| word.starts_with("friends/"));
    let name = name.unwrap_or_else(|| panic!("{status}"));
    let told = feedmill(&house, &["doctor", name]);
    assert_eq!(told.status.code(), Some(1));
    assert!(
        stdout(&told).contains("private address"),
        "{}",
        stdout(&told)
    );

    // An address needs no store.
    house.write("state/feedmill.db", "no database");
    let told = feedmill(&house, &["doctor", "http://127.0.0.1:1/feed"]);
    assert!(
        stdout(&told).contains("cannot connect"),
        "{}",
        stderr(&told)
    );
}
