//! A disk that is full while consumers acknowledge and messages are sent: nothing is lost, nothing is repeated at each run,
//! and everybody says so. The disk is a small one in memory, where this user may make one.

use crate::common::{House, LONG, item, rss};
use std::process::Command;

const CONFIG: &str = "
site.base_url = \"https://news.example/\"
[sources.a]
path = \"a.xml\"
[themes.all]
[deliver.file]
to = \"program\"
pace = \"0 s\"
burst = 50
command = [\"sh\", \"-c\", \"test -e later && exit 75; echo \\\"$FEEDMILL_TITLE\\\" >> posted\"]
";

/// Prints each command with its exit code and what it says.
const SCRIPT: &str = r#"
mkdir state && mount -t tmpfs -o size=8m tmpfs state || exit 99
try() { "$@" > said 2>&1; echo "$? $*: $(cat said)" | tr '\n' ' ' | sed "s|$FEEDMILL|feedmill|g"; echo; }
cp old.xml a.xml
"$FEEDMILL" run
"$FEEDMILL" items --consumer bot --backfill 1 --format tsv > waiting
cursor=$(cut -f 1 waiting)
cp new.xml a.xml
touch later
"$FEEDMILL" run
rm later
cat /dev/zero > state/filling 2> /dev/null
try "$FEEDMILL" ack bot "$cursor"
try "$FEEDMILL" items --consumer bot --exec sh -c 'echo "$FEEDMILL_TITLE" >> handed'
try "$FEEDMILL" deliver --retry
cp much.xml a.xml
try "$FEEDMILL" run
try "$FEEDMILL" run
try "$FEEDMILL" status --strict
rm state/filling
try "$FEEDMILL" run
try "$FEEDMILL" ack bot "$cursor"
try "$FEEDMILL" items --consumer bot --exec sh -c 'echo "$FEEDMILL_TITLE" >> handed'
try "$FEEDMILL" deliver --retry
try "$FEEDMILL" status --strict
"#;

fn feed(titles: &[&str], repeats: usize) -> String {
    let texts = titles.iter().map(|title| {
        let link = format!("https://a.example/{}", title.replace(' ', "-"));
        (
            *title,
            link,
            format!("{title}. {LONG} {title}").repeat(repeats),
        )
    });
    let texts: Vec<_> = texts.collect();
    let items = texts.iter().map(|(title, link, text)| {
        let (title, link, date, _) = item(title, link);
        (title, link, date, text.as_str())
    });
    rss("a", &items.collect::<Vec<_>>())
}

#[test]
fn a_full_disk_loses_nothing_repeats_nothing_and_is_said() {
    let house = House::new(CONFIG);
    house.write("old.xml", &feed(&["Ferry late"], 1));
    house.write("new.xml", &feed(&["Ferry late", "Harbour closed"], 1));
    // More than the room that is kept for notes.
    let many: Vec<String> = (0..20).map(|n| format!("Bridge {n} opens")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    house.write("much.xml", &feed(&many, 50));
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", SCRIPT])
        .env("FEEDMILL", env!("CARGO_BIN_EXE_feedmill"))
        .current_dir(house.path(""))
        .output();
    // Not every user may make a disk.
    let Ok(output) = output else { return };
    if !house.path("waiting").exists() {
        return;
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<_> = said.lines().collect();
    // Notes have room of their own (`Store::make_room`); before there is any, nothing is done.
    let of = |command: &'static str| lines.iter().filter(move |line| line.contains(command));
    let runs: Vec<_> = of(" feedmill run:").map(|line| line.trim_end()).collect();
    assert!(
        runs[0].starts_with("1 feedmill run: error: the store failed"),
        "{said}"
    );
    assert_eq!(
        runs[1..],
        ["1 feedmill run:", "0 feedmill run:"],
        "it is said once: {said}"
    );
    let codes: Vec<_> = of("feedmill status")
        .map(|line| line.starts_with("0 "))
        .collect();
    assert_eq!(codes, [false, true], "a monitor is told: {said}");
    for line in lines
        .iter()
        .filter(|line| line.starts_with("1 "))
        .filter(|line| !line.contains(" run:"))
    {
        assert!(line.contains("error: the store failed"), "{line}");
    }
    for name in ["handed", "posted"] {
        let all = house.read(name);
        let times = all
            .lines()
            .filter(|title| *title == "Harbour closed")
            .count();
        assert!((1..=2).contains(&times), "{name}: {all}: {said}");
    }
}
