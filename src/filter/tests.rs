//! Filters that misbehave, as small shell scripts.

use super::*;
use crate::model::{ItemSource, RawHtml};
use chrono::DateTime;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;

/// A filter that is this shell script.
fn script(text: &str) -> Filter {
    Filter {
        command: ["sh", "-c", text].map(str::to_owned).to_vec(),
        environment: Vec::new(),
        folder: std::env::temp_dir(),
        timeout: Filter::TIMEOUT,
        batch: Filter::BATCH,
    }
}

fn item(n: usize) -> Item {
    let id = format!("https://a.example/{n}");
    Item {
        url: Some(id.clone()),
        title: Some(format!("Harbour report {n}")),
        content_html: Some(RawHtml {
            html: "<p onclick='x()'>Ships &amp; <a href='/tide'>tides</a>.".to_owned(),
            base: Some("https://a.example/".to_owned()),
        }),
        ..Item::new(id, Arc::new(ItemSource::default()), DateTime::UNIX_EPOCH)
    }
}

fn items(count: usize) -> Vec<Item> {
    (0..count).map(item).collect()
}

async fn ran(text: &str, items: &[Item]) -> Ran {
    once(&script(text), items).await
}

/// The error of a filter that was given two items.
async fn error(text: &str) -> String {
    let ran = ran(text, &items(2)).await;
    ran.result.unwrap_err().to_string()
}

#[tokio::test]
async fn what_comes_back_as_it_was_stays_as_its_source_wrote_it() {
    let bare = Item {
        content_html: None,
        ..item(2)
    };
    let items = vec![item(1), bare];
    let back = ran("cat", &items).await.result.unwrap();
    assert_eq!(back, items.into_iter().map(Some).collect::<Vec<_>>());
}

#[tokio::test]
async fn items_are_changed_and_dropped() {
    let changed = ran("sed -e /report.0/d -e s/report/news/", &items(2)).await;
    let changed = changed.result.unwrap();
    assert_eq!(changed[0], None);
    let title = changed[1].as_ref().unwrap().title.as_deref();
    assert_eq!(title, Some("Harbour news 1"));
}

#[tokio::test]
async fn each_field_can_be_changed_emptied_and_left_out() {
    let line = r#"{"id":"https://a.example/0","title":"A  <b>","summary":null,"content_html":"<p>Ja</p>",
        "tags":["sea","sea"," "],"language":"de","image":"https://a.example/i.png","url":"https://b.example/",
        "date_published":"1999-01-01T00:00:00Z"}"#
        .replace('\n', "");
    let before = Item {
        summary: Some("Short".to_owned()),
        ..item(0)
    };
    let answer = ran(&format!("echo '{line}'"), std::slice::from_ref(&before)).await;
    let after = answer.result.unwrap()[0].clone().unwrap();
    assert_eq!(after.title.as_deref(), Some("A <b>"));
    assert_eq!(after.summary, None);
    let html = after.content_html.unwrap();
    assert_eq!(html.html, "<p>Ja</p>");
    assert_eq!(html.base.as_deref(), Some("https://a.example/"));
    assert_eq!(after.tags, ["sea"]);
    assert_eq!(after.language.as_deref(), Some("de"));
    assert_eq!(after.image.unwrap().url, "https://a.example/i.png");
    assert_eq!(after.url.as_deref(), Some("https://b.example/"));
    assert_eq!(after.date_published, before.date_published, "dates stay");
    let answer = ran(r#"echo '{"id":"https://a.example/0"}'"#, &[item(0)]).await;
    assert_eq!(answer.result.unwrap(), [Some(item(0))]);
}

#[tokio::test]
async fn an_item_without_text_is_given_none() {
    let bare = Item {
        content_html: None,
        ..item(0)
    };
    let changed = ran("sed s/report/news/g", std::slice::from_ref(&bare)).await;
    let changed = changed.result.unwrap()[0].clone().unwrap();
    let title = Some("Harbour news 0".to_owned());
    assert_eq!(changed, Item { title, ..bare });
}

#[tokio::test]
async fn text_takes_the_place_of_html() {
    let line = r#"{"id":"https://a.example/0","content_text":"Ja"}"#;
    let answer = ran(&format!("echo '{line}'"), &[item(0)]).await;
    let after = answer.result.unwrap()[0].clone().unwrap();
    assert_eq!(after.content_text.as_deref(), Some("Ja"));
    assert_eq!(after.content_html, None);
}

#[tokio::test]
async fn nonsense_changes_nothing_and_is_said() {
    for (text, part) in [
        ("echo nonsense", "line 1 of its output: no JSON object"),
        ("cat; echo '[]'", "line 3 of its output: no JSON object"),
        (
            "cat; printf '{\"id\":\"\\377\"}\\n'",
            "no JSON object in UTF-8",
        ),
        ("cat; echo '{\"id\":\"x\"}'", "its id is not one of those"),
        (
            "cat; echo '{\"title\":\"x\"}'",
            "its id is not one of those",
        ),
        ("tee /dev/stderr | sed p", "the id of an earlier line"),
        (
            "sed 's/\"title\":\"[^\"]*\"/\"title\":5/'",
            "title is not a text",
        ),
        (
            "sed 's/\"url\":\"https/\"url\":\"javascript/'",
            "url is no http(s) address",
        ),
        (
            "sed 's/}$/,\"language\":\"!\"}/'",
            "language is no language tag",
        ),
        (
            "sed 's/}$/,\"tags\":\"sea\"}/'",
            "tags is not a list of texts",
        ),
        ("head -n 1; exit 3", "it failed (exit status: 3)"),
        ("head -n 1; kill -9 $$", "it failed (signal: 9 (SIGKILL))"),
    ] {
        let error = error(text).await;
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_started_is_named() {
    let filter = Filter {
        command: vec!["./no-such-filter".to_owned()],
        ..script("")
    };
    let error = once(&filter, &items(1)).await;
    let error = error.result.unwrap_err();
    assert!(error.is_of_any_input());
    assert!(
        error
            .to_string()
            .starts_with("cannot start ./no-such-filter: ")
    );
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_hangs_is_ended() {
    // The clock of the test runs on by itself when everything waits.
    assert_eq!(error("exec sleep 600").await, "it did not end within 120 s");
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_hangs_is_not_given_halves() {
    let begun = tokio::time::Instant::now();
    let outcome = run(&script("exec sleep 600"), &items(50), true).await;
    assert_eq!((outcome.passed.len(), outcome.failed.len()), (0, 50));
    assert!(outcome.failure.unwrap().error.is_of_any_input());
    assert_eq!(begun.elapsed().as_secs(), Filter::TIMEOUT.as_secs());
}

/// A pipe with a name, which a program that a filter starts holds open as long as it lives.
struct Watched {
    folder: tempfile::TempDir,
    read: pipe::Receiver,
    write: pipe::Sender,
}

impl Watched {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alive");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let read = pipe::OpenOptions::new().open_receiver(&path).unwrap();
        let write = pipe::OpenOptions::new().open_sender(&path).unwrap();
        Self {
            folder,
            read,
            write,
        }
    }

    /// A shell that waits for a program it started.
    fn filter(&self) -> Filter {
        Filter {
            folder: self.folder.path().to_owned(),
            ..script("sh -c 'echo >alive; exec sleep 600 >alive' & wait")
        }
    }

    /// The program has begun; from now on nobody else holds the pipe.
    async fn begun(self) -> pipe::Receiver {
        let Self {
            mut read, write, ..
        } = self;
        read.read_exact(&mut [0]).await.unwrap();
        // The shell opens it once more, for the program.
        drop(write);
        read
    }
}

/// Reads until nobody holds the pipe any more.
async fn end_of(mut pipe: pipe::Receiver) {
    pipe.read_to_end(&mut Vec::new()).await.unwrap();
}

#[tokio::test]
async fn what_a_filter_that_hangs_has_started_is_ended_too() {
    let watched = Watched::new();
    let filter = watched.filter();
    let given = items(1);
    let begun = async {
        let pipe = watched.begun().await;
        // From now on the clock of the test runs on by itself when everything waits.
        tokio::time::pause();
        pipe
    };
    let (ran, pipe) = tokio::join!(once(&filter, &given), begun);
    assert!(matches!(
        ran.result,
        Err(Error::Program(program::Error::TooSlow(_)))
    ));
    end_of(pipe).await;
}

#[tokio::test]
async fn what_a_filter_has_started_ends_with_the_pass() {
    let watched = Watched::new();
    let filter = watched.filter();
    let given = items(1);
    let pipe = tokio::select! {
        ran = once(&filter, &given) => panic!("{ran:?}"),
        pipe = watched.begun() => pipe,
    };
    end_of(pipe).await;
}

/// What passed and on which it failed, by number, of so many items.
async fn parts(text: &str, count: usize, halves: bool) -> (usize, Vec<usize>, usize) {
    let runs = tempfile::NamedTempFile::new().unwrap();
    let text = format!("echo >>{}; {text}", runs.path().display());
    let outcome = run(&script(&text), &items(count), halves).await;
    assert_eq!(outcome.failure.is_some(), !outcome.failed.is_empty());
    let mut failed = outcome.failed;
    failed.sort_unstable();
    let runs = std::fs::read_to_string(runs.path()).unwrap();
    (outcome.passed.len(), failed, runs.len())
}

#[tokio::test]
async fn an_item_that_makes_a_filter_fail_keeps_no_other_back() {
    let picky = |words: &str| format!("awk '/report ({words})\"/ {{ exit 1 }} {{ print }}'");
    // Both halves of each that fails.
    let one = parts(&picky("17"), 50, true).await;
    assert_eq!(one, (49, vec![17], 13));
    let (passed, failed, _) = parts(&picky("0|1"), 50, true).await;
    assert_eq!((passed, failed), (48, vec![0, 1]));
    let (passed, failed, _) = parts(&picky("3|44"), 50, true).await;
    assert_eq!((passed, failed), (48, vec![3, 44]));
    assert_eq!(parts(&picky("9"), 9, false).await, (9, vec![], 1));
    let (passed, failed, runs) = parts(&picky("4"), 9, false).await;
    assert_eq!((passed, failed.len(), runs), (0, 9, 1));
    assert_eq!(parts("exit 1", 1, true).await, (0, vec![0], 1));
}

#[tokio::test]
async fn a_filter_that_fails_on_everything_is_not_tried_with_every_item() {
    let (passed, failed, runs) = parts("exit 1", 50, true).await;
    assert_eq!((passed, failed.len(), runs), (0, 50, 14));
}

#[tokio::test]
async fn endless_output_is_not_kept() {
    let endless = "yes '{\"id\":\"https://a.example/1\"}'";
    assert_eq!(error(endless).await, "it wrote more than 16777216 bytes");
}

/// More than pipes hold, in both directions.
#[tokio::test]
async fn nobody_waits_for_the_other() {
    let many = items(2000);
    let closed = ran("exec 0<&-; exec cat /dev/null", &many).await;
    assert!(closed.result.unwrap().iter().all(Option::is_none));
    let loud = "cat; head -c 1000000 /dev/zero | tr '\\0' x >&2";
    let loud = ran(loud, &many).await;
    assert_eq!(loud.result.unwrap().len(), 2000);
    assert_eq!(loud.said.len(), 16 << 10);
}

#[tokio::test]
async fn a_filter_is_given_the_variables_that_are_named_and_what_it_says_hides_them() {
    // Of those that a test has, none of which is usual.
    let (name, value) = ("CARGO_MANIFEST_DIR", env!("CARGO_MANIFEST_DIR"));
    let text =
        "cat; echo \"at ${CARGO_MANIFEST_DIR-nowhere}\" >&2; test -n \"$CARGO_MANIFEST_DIR\"";
    let without = ran(text, &items(1)).await;
    assert!(matches!(
        without.result,
        Err(Error::Program(program::Error::Failed(_)))
    ));
    assert_eq!(without.said, "at nowhere");
    let filter = Filter {
        environment: vec![name.to_owned()],
        ..script(text)
    };
    let with = once(&filter, &items(1)).await;
    assert!(with.result.is_ok(), "{value}");
    assert_eq!(with.said, "at ***");
}
