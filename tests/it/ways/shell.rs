//! Files for the shell, for `man` and for editors; the examples of `--help`.

use super::Home;

#[test]
fn each_shell_gets_completions_that_know_the_commands() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let said = home.run(&["completions", shell]);
        assert_eq!(said.code, Some(0));
        assert!(
            said.out.contains("unhide") && said.out.contains("dry-run"),
            "{shell}"
        );
    }
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let home = Home::new();
    assert_eq!(home.run(&["man", "man/man1"]).code, Some(0));
    let page = home.read("man/man1/feedmill-import.1");
    assert!(page.contains("subscriptions.opml"), "{page}");
    assert!(home.read("man/man1/feedmill.1").contains("feedmill\\-run"));
}

#[test]
fn the_schema_that_is_printed_is_the_one_of_the_documentation() {
    let said = Home::new().run(&["schema"]);
    assert_eq!(said.out, include_str!("../../../docs/feeds.schema.json"));
}

#[test]
fn every_help_ends_with_an_example() {
    let home = Home::new();
    let all = home.run(&["--help"]).out;
    let (_, commands) = all.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<_> = names
        .filter(|name| !name.is_empty() && *name != "help")
        .collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let help = home.run(&[name, "--help"]).out;
        let (_, examples) = help
            .split_once("Example")
            .unwrap_or_else(|| panic!("{name}: no example"));
        assert!(
            examples.contains(&format!("feedmill {name}")),
            "{name}: {examples}"
        );
    }
}
