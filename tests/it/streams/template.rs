//! `items --template`: stories in words of the user.

use super::Mill;

/// The first block of a kind below a heading of docs/DELIVER.md.
fn example(heading: &str, kind: &str) -> String {
    let docs = include_str!("../../../docs/DELIVER.md");
    let section = docs.split(heading).nth(1).unwrap();
    let block = section.split(&format!("```{kind}\n")).nth(1).unwrap();
    block.split("\n```").next().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn the_example_of_the_documentation_works_as_it_is_written() {
    let mill = Mill::new();
    let command = example("## Your own words", "sh");
    let command = command.replacen("feedmill", env!("CARGO_BIN_EXE_feedmill"), 1);
    let output = std::process::Command::new("sh")
        .args(["-c", &command.replace("--since 365d", "--since 9999d")])
        .current_dir(mill.house.path(""))
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Bridge opens (a) https://a.example/1\n",
        "{output:?}"
    );
}

#[test]
fn each_story_is_printed_through_the_template_in_the_markup_of_the_format() {
    let mill = Mill::new();
    mill.write("b", &[("2", "R&amp;D &lt;b&gt; @all *late*")]);
    mill.ok(&["run"]);
    let template = "<{{ title }}> {{ seq }}";
    let printed = |more: &[&str]| {
        let all = [&["items", "--template", template], more].concat();
        mill.ok(&all)
    };
    assert_eq!(printed(&[]), "<Bridge opens> 1\n<R&D <b> @all *late*> 2\n");
    assert_eq!(
        printed(&["--format", "html"]),
        "<Bridge opens> 1\n<R&amp;D &lt;b&gt; @all *late*> 2\n"
    );
    mill.house
        .write("own.txt", "{{ title }}\n  in {{ source }}\n");
    assert_eq!(
        mill.ok(&["items", "--template-file", "own.txt"]),
        "Bridge opens\n  in a\nR&D <b> @all *late*\n  in b\n"
    );
}

#[test]
fn a_stream_gives_the_template_its_cursor() {
    let mill = Mill::new();
    let arguments = [
        "items",
        "--consumer",
        "bot",
        "--backfill",
        "1",
        "--template",
        "{{ cursor }} {{ notice }} {{ title }}",
    ];
    let line = mill.ok(&arguments);
    let (cursor, rest) = line.trim_end().split_once(' ').unwrap();
    assert_eq!(rest, "entered Bridge opens");
    mill.ok(&["ack", "bot", cursor]);
    assert_eq!(mill.ok(&arguments), "");
}

#[test]
fn a_template_that_is_wrong_is_told_with_its_place() {
    let mill = Mill::new();
    let told = |arguments: &[&str]| mill.fails(&[&["items"], arguments].concat());
    let (code, said) = told(&["--template", "{{ title }}\n{{ tilte }}"]);
    assert_eq!(code, 2, "{said}");
    for part in [
        "--template: line 2, column 4",
        "`tilte` is undefined",
        "there are title, ",
    ] {
        assert!(said.contains(part), "{said}");
    }
    mill.house.write("own.txt", "{% if %}");
    assert!(
        told(&["--template-file", "own.txt"])
            .1
            .contains("own.txt: line 1")
    );
    assert!(
        told(&["--template-file", "none.txt"])
            .1
            .contains("cannot read none.txt")
    );
    let (code, said) = told(&["--template", "x", "--format", "tsv"]);
    assert!(code == 2 && said.contains("--format"), "{said}");
}

#[test]
fn a_story_that_the_template_fails_on_does_not_stop_the_others() {
    let mill = Mill::new();
    mill.write("b", &[("2", "Ferry late")]);
    mill.ok(&["run"]);
    let template = "{% if title == 'Bridge opens' %}{{ title.none.at_all }}{% endif %}{{ title }}";
    let output = mill.run(&["items", "--template", template]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Ferry late\n");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("fails on https://a.example/1"), "{said}");
}
