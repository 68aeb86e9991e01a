//! `docs/HOSTILE.md` is the rows of this test in words: it cannot promise what is not so.

use super::case::{ALL, Again, Case, OLD, Sent, Told};
use feedmill::model::FailureKind;
use std::fmt::Write;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/HOSTILE.md");
/// The table is between these.
const BEGIN: &str = "<!-- made by tests/it/hostile_servers -->\n";
const END: &str = "<!-- end -->\n";

/// `FEEDMILL_WRITE_DOCS=1 cargo test --test it hostile_servers` writes it.
#[test]
fn the_document_says_what_the_rows_say() {
    let text = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let should = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("FEEDMILL_WRITE_DOCS").is_some() {
        std::fs::write(DOCUMENT, should).unwrap();
    } else {
        assert!(text == should, "docs/HOSTILE.md is not what the rows say");
    }
}

fn table() -> String {
    let mut table = String::new();
    for (title, cases) in super::cases() {
        let _ = write!(
            table,
            "\n### {title}\n\n| The server sends | We say | Items | Requests | Asked again | Then with |\n\
             |---|---|---|---|---|---|\n"
        );
        for case in cases {
            table += &row(&case);
        }
    }
    table + "\n"
}

/// A kind as `--json` shows it.
fn name(kind: FailureKind) -> String {
    let json = serde_json::to_value(kind).unwrap();
    json["kind"].as_str().unwrap().to_owned()
}

fn row(case: &Case) -> String {
    let told = match case.told {
        Told::News => "nothing, it is read".to_owned(),
        Told::Unchanged => "nothing, it is unchanged".to_owned(),
        Told::Odd(text) => format!("odd: ... {text} ..."),
        Told::Failed(kind, text) => format!("failed ({}): ... {text} ...", name(kind)),
    };
    let told = told.replace("...  ...", "...");
    let kept = match case.kept {
        kept if kept == ALL => "old and new",
        kept if kept == OLD => "the old stay",
        _ => "none",
    };
    let again = super::expected(case.again);
    let sent = match (case.again, case.sent) {
        (Again::Never, _) => "-",
        (_, Sent::Old) => "the old validators",
        (_, Sent::New(_)) => "the new validator",
        (_, Sent::Nothing) => "no validator",
    };
    let requests = case.requests;
    format!(
        "| {} | {told} | {kept} | {requests} | {again} | {sent} |\n",
        case.name
    )
}
