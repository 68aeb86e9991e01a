//! What is logged, and what never is.

use crate::common::House;
use crate::common::server::Server;
use std::process::Command;

/// A secret address on this machine; it answers, and says that there is no such page.
fn secret(server: &Server) -> House {
    let house = House::new(
        "
[site]
base_url = \"https://news.example/\"
[fetch]
allow = [\"127.0.0.1\"]
[sources.club]
url = \"env:FEEDMILL_TEST_ADDRESS\"
[themes.all]
title = \"All\"
",
    );
    house.write("address", &format!("{}/hidden-token", server.address));
    house
}

fn run(house: &House, options: &[&str]) -> String {
    let address = std::fs::read_to_string(house.path("address")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    command
        .args(["run", "--all"])
        .args(options)
        .env("FEEDMILL_TEST_ADDRESS", address)
        .current_dir(house.path(""));
    // The server goes on beside it.
    let output = tokio::task::block_in_place(|| command.output()).unwrap();
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_logged_unless_it_is_asked_for() {
    let server = Server::start().await;
    let log = run(&secret(&server), &[]);
    assert_eq!(log, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_level_says_more_and_none_a_secret_address() {
    let server = Server::start().await;
    let house = secret(&server);
    let levels = ["-v", "-vv", "-vvv"].map(|level| run(&house, &[level]));
    for log in &levels {
        assert!(
            log.contains("WARN source failed source=club kind=\"http-status\""),
            "{log}"
        );
        assert!(log.contains("INFO pass finished fetched=1"), "{log}");
        let log: String = log.lines().filter(|line| line.contains("Z ")).collect();
        assert!(
            !log.contains("hidden-token") && !log.contains("127.0.0.1"),
            "{log}"
        );
    }
    let says = |text: &str| levels.each_ref().map(|log| log.contains(text));
    assert_eq!(
        says("DEBUG step finished step=\"merge\""),
        [false, true, true]
    );
    assert_eq!(
        says("TRACE request answered source=club"),
        [false, false, true]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_json_is_an_object_a_line() {
    let server = Server::start().await;
    let log = run(&secret(&server), &["-v", "--log", "json"]);
    let lines = log.lines().filter(|line| line.starts_with('{'));
    let lines: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let pass = lines
        .iter()
        .find(|line| line["message"] == "pass finished")
        .unwrap();
    assert_eq!(
        (&pass["level"], &pass["failed"]),
        (&"INFO".into(), &1.into())
    );
}
