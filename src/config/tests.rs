//! `feeds.toml` as text -> the configuration, or what is said of it.

use super::*;
use crate::model::{Filter, Formats, Location};

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(Path::new("conf/feeds.toml"), text).map_err(|e| e.to_string())
}

const GOOD: &str = "[sources.a]\nurl = \"https://example.org/feed\"\n[themes.t]\ntitle = \"T\"\n";

fn good_and(more: &str) -> Result<Config, String> {
    parse(&format!("{GOOD}{more}"))
}

#[test]
fn an_unknown_key_is_refused_with_its_place_and_the_nearest_known_one() {
    let error = good_and("limt = 3\n").unwrap_err();
    assert_eq!(
        error,
        "conf/feeds.toml:5: themes.t: unknown key \"limt\"; did you mean \"limit\"?"
    );
}

#[test]
fn every_wrong_value_is_named_at_once_in_file_order() {
    let text = "[fetch]\ngap = \"soon\"\n[sources.a]\nurl = \"ftp://example.org/\"\n[themes.t]\nlimit = 0\n";
    let error = parse(text).unwrap_err();
    let lines: Vec<_> = error
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            "conf/feeds.toml:2",
            "conf/feeds.toml:4",
            "conf/feeds.toml:6"
        ]
    );
}

#[test]
fn a_source_that_no_theme_can_mean_is_refused_with_the_nearest_one() {
    let error = good_and("sources = [\"aa\", \"a\"]\n").unwrap_err();
    assert!(error.contains("unknown source \"aa\""), "{error}");
}

#[test]
fn paths_count_from_the_file() {
    let config = good_and("[sources.f]\npath = \"samples/x.xml\"\n").unwrap();
    assert_eq!(config.output, Path::new("conf/output"));
    assert_eq!(config.store, Path::new("conf/state/feedmill.db"));
    let Location::File { path, .. } = &config.sources[1].location else {
        panic!("not a file")
    };
    assert_eq!(path, Path::new("conf/samples/x.xml"));
}

#[test]
fn sources_and_themes_keep_the_order_of_the_file() {
    let config = good_and(
        "[sources.b]\nurl = \"https://b.example/\"\n[sources.aa]\nurl = \"https://c.example/\"\n",
    )
    .unwrap();
    let ids: Vec<_> = config.sources.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "aa"]);
}

#[test]
fn a_name_that_could_leave_its_folder_is_refused() {
    let error = good_and("[themes.\"../../etc\"]\ntitle = \"x\"\n").unwrap_err();
    assert!(error.contains("cannot be a name"), "{error}");
}

#[test]
fn a_secret_written_into_the_file_is_refused() {
    let error = parse(
        "[sources.a]\nurl = \"https://example.org/\"\nheaders = { Authorization = \"Bearer x\" }\n[themes.t]\n",
    )
    .unwrap_err();
    assert!(error.contains("env:NAME"), "{error}");
    let error =
        parse("[sources.a]\nurl = \"https://user:pw@example.org/\"\n[themes.t]\n").unwrap_err();
    assert!(error.contains("a password must not be written"), "{error}");
}

#[test]
fn a_secret_address_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("url"),
        "https://example.org/?key=hidden\n",
    )
    .unwrap();
    let text = "[sources.a]\nurl = \"file:url\"\n[themes.t]\n";
    let config = Config::parse(&folder.path().join("feeds.toml"), text).unwrap();
    assert_eq!(config.sources[0].shown_location(), "(a secret address)");
}

#[test]
fn a_value_that_would_break_a_pass_is_refused() {
    for (table, key) in [
        ("fetch", r#"timeout = "0 s""#),
        ("fetch", r#"max_body = "0 B""#),
        ("fetch", r#"gap = "99999999999 d""#),
        ("sources.b", r#"every = "0 s""#),
        ("sources.b", r#"every = "99999999999 d""#),
        ("sources.b", r#"title = """#),
        ("sources.b", r#"language = "no language""#),
        ("themes.u", r#"title = " ""#),
        ("themes.u", r#"language = "e""#),
        ("site", r#"language = "en-""#),
    ] {
        let url = if table == "sources.b" {
            "\nurl = \"https://b.example/\""
        } else {
            ""
        };
        let error = good_and(&format!("[{table}]{url}\n{key}\n")).unwrap_err();
        assert!(error.contains("; write "), "{key}: {error}");
    }
    let good = "[fetch]\ngap = \"0 s\"\n[site]\nlanguage = \"zh-Hant-TW\"\n";
    assert!(good_and(good).is_ok());
}

#[test]
fn what_is_private_is_not_put_where_it_would_be_published() {
    for (top, why) in [
        ("output = \".\"", "the folder of this file"),
        ("output = \"x/../..\"", "the folder of this file"),
        ("output = \"/\"", "the folder of this file"),
        ("output = \"state\"", "the state folder"),
        ("state = \"output/state\"", "the state folder"),
        (
            "state = \"/srv/x/state\"\noutput = \"/srv/x\"",
            "the state folder",
        ),
        ("store = \"sqlite:../x.db\"", "below the state folder"),
        ("store = \"sqlite:/srv/x.db\"", "below the state folder"),
        ("store = \"sqlite:\"", "below the state folder"),
    ] {
        let error = parse(&format!("{top}\n{GOOD}")).unwrap_err();
        assert!(error.contains(why), "{top}: {error}");
        assert!(!error.contains('\n'), "{top}: {error}");
    }
    let good = "state = \"../state\"\noutput = \"../www\"\nstore = \"sqlite:db/x.db\"\n";
    assert!(parse(&format!("{good}{GOOD}")).is_ok());
}

#[test]
fn where_no_source_is_known_none_is_offered() {
    let error = parse("[themes.t]\nsources = [\"a\"]\n").unwrap_err();
    assert!(
        error.ends_with("unknown source \"a\"; none is known"),
        "{error}"
    );
}

#[test]
fn an_error_in_a_source_causes_none_in_the_theme_that_names_it() {
    let text = "[sources.a]\nurl = \"ftp://example.org/\"\n[themes.t]\nsources = [\"a\"]\n";
    let error = parse(text).unwrap_err();
    assert!(
        error.contains("ftp") && !error.contains("unknown source"),
        "{error}"
    );
}

#[test]
fn each_table_has_its_first_misspelling_reported_at_once() {
    let text = "stat = \"x\"\n[site]\ntitel = \"x\"\n[fetch]\ngab = \"1 s\"\n[sources.a]\nuri = \"x\"\n[sources.b]\nrank = \"x\"\n[themes.t]\nsources = [\"a\", \"b\", \"c\"]\n[themes.u]\nlimt = 1\n";
    let error = parse(text).unwrap_err();
    let told = [
        "1: unknown key \"stat\"; did you mean \"state\"?",
        "3: site: unknown key \"titel\"; did you mean \"title\"?",
        "5: fetch: unknown key \"gab\"; did you mean \"gap\"?",
        "7: sources.a: unknown key \"uri\"; did you mean \"url\"?",
        "9: sources.b: \"rank\" cannot be a text; write a whole number",
        "11: themes.t: unknown source \"c\"; known are a, b",
        "13: themes.u: unknown key \"limt\"; did you mean \"limit\"?",
    ];
    assert_eq!(
        error,
        told.map(|line| format!("conf/feeds.toml:{line}"))
            .join("\n")
    );
}

#[test]
fn a_theme_says_how_much_of_one_source_and_how_old_its_stories_may_be() {
    let read = good_and("per_source = 5\nmax_age = \"90 d\"\n").unwrap();
    let age = std::time::Duration::from_secs(90 * 86_400);
    let theme = &read.themes[0];
    assert_eq!((theme.per_source, theme.max_age), (Some(5), Some(age)));
    let error = good_and("per_source = 0\nmax_age = \"5 min\"\n").unwrap_err();
    assert!(
        error.contains("5: themes.t: per_source must be between 1 and 1000"),
        "{error}"
    );
    assert!(
        error.contains("6: themes.t: \"5 min\" is too short"),
        "{error}"
    );
}

#[test]
fn a_wrong_type_is_told_with_its_key_in_plain_words() {
    for (line, told) in [
        (
            "limit = \"5\"",
            "5: themes.t: \"limit\" cannot be a text; write a whole number, 0 or more",
        ),
        (
            "limit = -1",
            "5: themes.t: \"limit\" cannot be the number -1; write a whole number, 0 or more",
        ),
        (
            "description = 5",
            "5: themes.t: \"description\" cannot be the number 5; write a text in quotes",
        ),
        (
            "tags = [\"a\",\n 5]",
            "6: themes.t: \"tags\" cannot be the number 5; write a text in quotes",
        ),
        (
            "tags = \"a\"",
            "5: themes.t: \"tags\" cannot be a text; write a list, e.g. [\"one\", \"two\"]",
        ),
        (
            "editors_choice = { tags = true }",
            "5: themes.t: \"tags\" cannot be boolean true; write a list, e.g. [\"one\", \"two\"]",
        ),
        (
            "merge = \"on\"",
            "5: themes.t: \"merge\" cannot be \"on\"; write \"identical\" or \"coverage\" or \"off\"",
        ),
        (
            "ids = \"global\"",
            "5: themes.t: \"ids\" cannot be \"global\"; write \"story\" or \"per-theme\"",
        ),
        (
            "title = \"U\"",
            "5: themes.t: \"title\" is written twice; keep one of them",
        ),
        (
            "[[sources]]",
            "5: sources: \"sources\" is written twice; keep one of them",
        ),
    ] {
        let error = good_and(&format!("{line}\n")).unwrap_err();
        assert_eq!(error, format!("conf/feeds.toml:{told}"));
    }
    let error = parse("[[sources]]\nurl = \"x\"\n").unwrap_err();
    assert_eq!(
        error,
        "conf/feeds.toml:1: sources: this cannot be a list; write a table"
    );
}

#[test]
fn a_theme_has_formats_of_its_own_or_those_of_the_site() {
    let formats = |text: &str| good_and(text).unwrap().themes[0].formats.clone();
    assert_eq!(formats(""), Formats::default());
    let own = "formats = [\"json\", \"rss\"]\n";
    let both = Formats::named(&["rss", "json"]);
    assert_eq!(formats(own), both);
    assert_eq!(
        formats(&format!("{own}[site]\nformats = [\"html\"]\n")),
        both
    );
    let of_site = "[site]\nformats = [\"html\"]\n";
    assert_eq!(formats(of_site), Formats::named(&["html"]));
    for (line, told) in [
        (
            "formats = []",
            "themes.t: formats is empty; name at least one of atom, rss, json, html, or leave the key out for all",
        ),
        (
            "formats = [\"rss\", \"aton\"]",
            "themes.t: unknown format \"aton\"; did you mean \"atom\"?",
        ),
        (
            "formats = [\"RSS\"]",
            "themes.t: unknown format \"RSS\"; did you mean \"rss\"?",
        ),
        (
            "formats = [\"pdf-file\"]",
            "themes.t: unknown format \"pdf-file\"; known are atom, rss, json, html",
        ),
    ] {
        let error = good_and(&format!("{line}\n")).unwrap_err();
        assert_eq!(error, format!("conf/feeds.toml:5: {told}"));
    }
    let error = good_and("[site]\nformats = []\n").unwrap_err();
    assert!(error.contains("6: site: formats is empty"), "{error}");
}

#[test]
fn a_missing_base_url_is_told_of_the_table_it_belongs_to() {
    let warning = |text: &str| good_and(text).unwrap().warnings[0].to_string();
    assert!(warning("").starts_with("conf/feeds.toml: site: no base_url"));
    assert!(warning("[site]\ntitle = \"x\"\n").starts_with("conf/feeds.toml:5: site: no base_url"));
}

/// The warnings about a valid file, without that about `base_url`.
fn warnings(text: &str) -> Vec<String> {
    let config = parse(&format!(
        "site = {{ base_url = \"https://n.example/\" }}\n{text}"
    ));
    let warnings = config.unwrap().warnings.into_iter();
    warnings
        .map(|problem| problem.to_string().replace("conf/feeds.toml:", ""))
        .collect()
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let told =
        warnings("[sources.a]\npath = \"none.xml\"\n[sources.b]\npath = \".\"\n[themes.t]\n");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("3: sources.a: there is no file conf/none.xml"),
        "{told:?}"
    );
}

#[test]
fn a_filter_names_a_program_and_variables() {
    let text =
        |keys: &str| format!("[sources.a]\nurl = \"https://a.example/feed\"\n{keys}\n[themes.t]\n");
    for (keys, told) in [
        ("filter = []", "filter must name a program"),
        ("filter = [\"\"]", "filter must name a program"),
        ("filter = [\"a\\u0000\"]", "filter must name a program"),
        ("filter_env = [\"KEY\"]", "filter_env without filter"),
        (
            "filter = [\"x\"]\nfilter_env = [\"KEY=v\"]",
            "this is not the name of a variable",
        ),
        (
            "filter_timeout = \"5 min\"",
            "filter_timeout without filter",
        ),
        ("filter_batch = 5", "filter_batch without filter"),
        ("filter = [\"x\"]\nfilter_timeout = \"1 ms\"", "\"1 ms\" is"),
        (
            "filter = [\"x\"]\nfilter_batch = 0",
            "filter_batch must be between 1 and 1000",
        ),
    ] {
        let error = Config::parse(Path::new("feeds.toml"), &text(keys)).unwrap_err();
        assert!(error.to_string().contains(told), "{keys}: {error}");
        let of_theme = format!("[themes.t]\n{keys}\n");
        let error = Config::parse(Path::new("feeds.toml"), &of_theme).unwrap_err();
        assert!(error.to_string().contains(told), "{keys}: {error}");
    }
    let keys = "filter = [\"./x\", \"-v\"]\nfilter_env = [\"KEY\"]";
    let config = Config::parse(Path::new("news/feeds.toml"), &text(keys)).unwrap();
    let filter = config.sources[0].filter.as_ref().unwrap();
    assert_eq!(filter.command, ["./x", "-v"]);
    assert_eq!(filter.environment, ["KEY"]);
    assert_eq!(filter.folder, Path::new("news"));
    assert_eq!((filter.timeout, filter.batch), (Filter::TIMEOUT, 50));
    let keys = "filter = [\"x\"]\nfilter_timeout = \"10 min\"\nfilter_batch = 1";
    let of_theme = format!("{}{keys}\n", text(""));
    let config = Config::parse(Path::new("feeds.toml"), &of_theme).unwrap();
    let filter = config.themes[0].filter.as_ref().unwrap();
    assert_eq!((filter.timeout.as_secs(), filter.batch), (600, 1));
}

#[test]
fn one_address_in_two_tables_is_told() {
    for (first, second) in [
        (
            "url = \"https://a.example/feed\"",
            "url = \"http://www.a.example/feed/\"",
        ),
        ("path = \"Cargo.toml\"", "path = \"x/../Cargo.toml\""),
    ] {
        let told = warnings(&format!(
            "[sources.a]\n{first}\n[sources.b]\n{second}\n[themes.t]\n"
        ));
        let told: Vec<_> = told
            .iter()
            .filter(|text| text.contains("[sources.a]"))
            .collect();
        assert_eq!(told.len(), 1, "{first}");
        assert!(
            told[0].starts_with("5: sources.b: the address is that of"),
            "{told:?}"
        );
    }
    // Two parts of one page, two pages.
    let page = "url = \"https://a.example/\"\npage = { item = \"li\" }\n";
    assert!(
        warnings(&format!(
            "[sources.a]\n{page}[sources.b]\n{page}[themes.t]\n"
        ))
        .is_empty()
    );
    let two = "[sources.a]\nurl = \"https://a.example/?p=1\"\n[sources.b]\nurl = \"https://a.example/?p=2\"\n[themes.t]\n";
    assert!(warnings(two).is_empty());
}

#[test]
fn a_private_address_that_is_not_allowed_is_told() {
    let told = |allow: &str, url: &str| {
        let text =
            format!("[fetch]\nallow = [{allow}]\n[sources.a]\nurl = \"{url}\"\n[themes.t]\n");
        warnings(&text)
            .iter()
            .filter(|text| text.contains("allow"))
            .count()
    };
    for url in [
        "http://127.0.0.1:8000/feed",
        "http://192.168.1.5/",
        "http://[::1]/",
        "http://2130706433/",
        "http://localhost/feed",
        "http://wiki/feed",
        "http://nas.local/x",
        "https://git.corp/x.atom",
    ] {
        assert_eq!(told("", url), 1, "{url}");
    }
    for (allow, url) in [
        ("", "https://example.org/"),
        ("\"127.0.0.0/8\"", "http://localhost/"),
        ("\"wiki\"", "http://wiki/feed"),
        ("\"10.0.0.0/8\"", "http://wiki/feed"),
    ] {
        assert_eq!(told(allow, url), 0, "{url}");
    }
    assert_eq!(told("\"10.0.0.0/8\"", "http://127.0.0.1/"), 1);
}

#[test]
fn a_secret_address_is_not_repeated_in_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("url"), "http://10.1.2.3/canary\n").unwrap();
    let text = "[sources.a]\nurl = \"file:url\"\n[sources.b]\nurl = \"file:url\"\n[themes.t]\n";
    let config = Config::parse(&folder.path().join("feeds.toml"), text).unwrap();
    assert_eq!(config.warnings.len(), 4);
    let told = format!("{:?}", config.warnings);
    assert!(
        !told.contains("canary") && !told.contains("10.1.2.3"),
        "{told}"
    );
}

#[test]
fn words_that_cannot_be_found_are_told() {
    let rule = |keys: &str| warnings(&format!("{GOOD}{keys}\n"));
    assert!(rule("include = [\"rowing\"]\nexclude = [\"regatta\"]").is_empty());
    let told = rule("include = [\"\"]");
    assert!(
        told[0].starts_with("6: themes.t: this is empty"),
        "{told:?}"
    );
    assert!(told[1].contains("this theme stays empty"), "{told:?}");
    assert_eq!(rule("include = [\"\", \"rowing\"]").len(), 1);
    assert_eq!(rule("exclude = [\"~c\"]\ntags = [\"—\"]\neditors_choice = { include = [\"row*\"], pins = [\"\"] }").len(), 4);
}

/// The text of an error, and what is marked in the line that is shown.
fn marked(text: &str) -> (String, String) {
    let Err(Error::Invalid(problems)) = Config::parse(Path::new("feeds.toml"), text) else {
        panic!("{text} is valid");
    };
    let excerpt = problems[0].excerpt.clone().unwrap();
    let place = excerpt
        .line
        .chars()
        .skip(excerpt.start)
        .take(excerpt.length);
    (problems[0].to_string(), place.collect())
}

#[test]
fn an_error_in_a_rule_is_marked_at_its_characters() {
    for (keys, told, place) in [
        (
            "rule = 'nato titel:x'",
            "5: themes.t: unknown field",
            "titel:",
        ),
        (
            "rule = \"nato \\\"a b\\\" titel:x\"",
            "5: themes.t: unknown field",
            "titel:",
        ),
        (
            "rule = '''\n  nato\n  /a?b/ OR\n'''",
            "7: themes.t: OR needs",
            "OR",
        ),
        (
            "rule = 'source:aa'",
            "unknown source \"aa\"; known are a",
            "aa",
        ),
        (
            "rule = 'rule:sprot'\n[rules.sport]\nrule = 'x'",
            "did you mean \"sport\"",
            "sprot",
        ),
        (
            "[rules.x]\nrule = 'a rule:y'\n[rules.y]\nrule = 'rule:x'",
            "a circle: x needs y needs x",
            "y",
        ),
        ("[rules.x]\nrule = 'a OR'", "rules.x: OR needs", "OR"),
        ("min_sources = 0", "min_sources must be between", "0"),
    ] {
        let (text, marked) = marked(&format!("{GOOD}{keys}\n"));
        assert!(text.contains(told), "{keys}: {text}");
        assert_eq!(marked, place, "{keys}: {text}");
    }
}

#[test]
fn saved_rules_are_put_into_the_rules_of_themes_and_sources() {
    let config = good_and("rule = 'news -rule:sport'\n[rules.sport]\nrule = 'football OR tennis'\n[sources.b]\nurl = \"https://b.example/\"\nrule = 'rule:sport'\nexclude = [\"advert\"]\n").unwrap();
    let rule = config.themes[0].rule.expression.as_ref().unwrap();
    assert_eq!(rule.to_string(), "news -(football OR tennis)");
    let rule = config.sources[1].rule.as_ref().unwrap();
    assert_eq!(rule.to_string(), "(football OR tennis) -(head:advert)");
    assert_eq!(
        config.rules.read("rule:sport").unwrap().to_string(),
        "football OR tennis"
    );
}

#[test]
fn the_rule_of_a_source_is_about_items() {
    let error =
        good_and("[sources.b]\nurl = \"https://b.example/\"\nrule = 'sources:>=2'\n").unwrap_err();
    assert!(error.contains("is about a story"), "{error}");
}

#[test]
fn what_is_meant_by_a_language_or_a_zone_is_named() {
    for (line, meant) in [
        ("language = \"english\"", "write \"en\""),
        ("language = \"Deutsch\"", "write \"de\""),
        ("language = \"eng\"", "write \"en\""),
        ("language = \"klingon language\"", "write for example"),
        ("timezone = \"Brussels\"", "write \"Europe/Brussels\""),
        (
            "timezone = \"america/new york\"",
            "write \"America/New_York\"",
        ),
        ("timezone = \"Mars\"", "write e.g. \"Europe/Brussels\""),
    ] {
        let error = good_and(&format!("{line}\n")).unwrap_err();
        assert!(error.contains(meant), "{line}: {error}");
    }
}

#[test]
fn a_key_without_a_named_table_is_told_how_to_begin_one() {
    let error = parse("[sources]\nurl = \"https://a.example/\"\n[themes.t]\n").unwrap_err();
    assert!(error.contains("begin it with [sources.NAME]"), "{error}");
}

#[test]
fn a_missing_base_url_is_only_a_warning() {
    let config = good_and("").unwrap();
    assert!(config.warnings[0].text.contains("base_url"));
    assert!(
        good_and("[site]\nbase_url = \"https://n.example/x\"\n").is_ok_and(|c| c
            .site
            .base_url
            .unwrap()
            .as_str()
            == "https://n.example/x/")
    );
}
