//! The files of `docs/cron/` are as `docs/CRON.md` says.

use crate::common::House;
use std::process::Command;

/// The most exposure that `systemd-analyze security` may find, of 100.
const MOST_EXPOSURE: &str = "--threshold=15";

fn recipe(name: &str) -> String {
    let path = format!("{}/docs/cron/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Runs `systemd-analyze`; what it says where it finds fault. None where there is none.
fn analyze(house: &House, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("systemd-analyze");
    let output = command
        .args(arguments)
        .current_dir(house.path(""))
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Some(if output.status.success() {
        String::new()
    } else {
        said
    })
}

#[test]
fn the_units_of_systemd_are_valid_and_closed() {
    let house = House::new("");
    let service = recipe("feedmill.service");
    let program = "/usr/local/bin/feedmill";
    assert!(service.contains(program));
    let service = service.replace(program, env!("CARGO_BIN_EXE_feedmill"));
    house.write("feedmill.service", &service);
    house.write("feedmill.timer", &recipe("feedmill.timer"));
    let verify = ["verify", "./feedmill.service", "./feedmill.timer"];
    let security = ["security", "--offline=true", MOST_EXPOSURE];
    let security = [&security[..], &["./feedmill.service"]].concat();
    for arguments in [&verify[..], &security] {
        // Not every machine has systemd.
        if let Some(said) = analyze(&house, arguments) {
            assert_eq!(said, "");
        }
    }
}

#[test]
fn the_document_shows_the_files_that_are_there() {
    let path = format!("{}/docs/CRON.md", env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(path).unwrap();
    for name in [
        "feedmill.service",
        "feedmill.timer",
        "pages.yml",
        "Containerfile",
    ] {
        assert!(!recipe(name).is_empty());
        assert!(document.contains(&format!("(cron/{name})")), "{name}");
    }
}
