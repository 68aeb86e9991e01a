//! `to = "program"`, and `to = "mail"` by a program that takes mails.

use super::Mill;

const DELIVER: &str = "to = \"program\"\nmarkup = \"line\"\nchannel = \"#news\"\n\
                       command = [\"sh\", \"./post.sh\", \"$(touch evil)\"]\n";
/// Writes what it is given, and ends as the file `exit` says.
const POST: &str = "printf '%s|' \"$1\" \"$FEEDMILL_NOTICE\" \"$FEEDMILL_CHANNEL\" \"$FEEDMILL_RECEIPT\" \"$FEEDMILL_KEY\" >> log
cat >> log
test -e receipt && echo \"id $FEEDMILL_TITLE\"
echo 'the last word' >&2
exit $(cat exit 2>/dev/null || echo 0)
";

fn mill() -> Mill {
    let mill = Mill::new(DELIVER);
    mill.house.write("post.sh", POST);
    mill
}

#[test]
fn a_program_gets_each_story_as_one_line() {
    let mill = mill();
    let hostile = "Late `touch evil` $(touch evil); &#13;&#10;PRIVMSG #other :x &#x202e;";
    mill.write(&[("1", hostile), ("2", &"Ferry ".repeat(900))]);
    assert_eq!(mill.run(&[]), (Some(0), String::new()));
    let log = mill.read("log");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    for line in &lines {
        let fields: Vec<&str> = line.splitn(6, '|').collect();
        assert_eq!(
            fields[..4],
            ["$(touch evil)", "entered", "#news", ""],
            "{line}"
        );
        assert!(fields[4].starts_with("fm-"), "{line}");
        assert!(fields[5].len() <= 380, "{line}");
    }
    assert!(
        log.contains("|Late `touch evil` $(touch evil); PRIVMSG #other :x "),
        "{log}"
    );
    assert!(!mill.house.path("evil").exists());
    assert_eq!(mill.run(&[]), (Some(0), String::new()));
    assert_eq!(mill.read("log"), log);
}

#[test]
fn later_is_later_and_never_is_set_aside() {
    let mill = mill();
    mill.house.write("exit", "75");
    mill.write(&[("1", "Ferry late")]);
    let (code, said) = mill.run(&[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("exit status 75 the last word"), "{said}");
    let key = |log: &str| log.split('|').nth(4).map(str::to_owned);
    let first = key(&mill.read("log"));
    mill.house.write("exit", "1");
    mill.house.write("log", "");
    let (code, said) = mill.run(&["--retry"]);
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(key(&mill.read("log")), first);
    let (_, failed) = mill.feedmill(&["deliver", "--failed"]);
    assert!(
        failed.contains("Ferry late") && failed.contains("exit status 1"),
        "{failed}"
    );
    mill.house.write("exit", "0");
    mill.house.write("log", "");
    assert_eq!(mill.run(&["--retry"]), (Some(0), String::new()));
    assert_eq!(key(&mill.read("log")), first);
    assert_eq!(mill.feedmill(&["deliver", "--failed"]).1, "");
}

#[test]
fn a_program_that_gave_a_receipt_is_told_of_changes() {
    let mill = mill();
    mill.write(&[("1", "Ferry late")]);
    mill.run(&[]);
    mill.house.write("log", "");
    mill.write(&[("1", "Ferry very late")]);
    mill.run(&[]);
    assert_eq!(mill.read("log"), "");
    mill.house.write("receipt", "");
    mill.write(&[("1", "Ferry very late"), ("2", "Harbour closed")]);
    mill.run(&[]);
    mill.house.write("log", "");
    mill.write(&[("1", "Ferry very late"), ("2", "Harbour still closed")]);
    mill.run(&[]);
    let log = mill.read("log");
    assert!(
        log.contains("|changed|#news|id Harbour closed|") && log.lines().count() == 1,
        "{log}"
    );
}

#[test]
fn a_program_that_is_not_there_stops_and_is_named() {
    let mill = Mill::new("to = \"program\"\ncommand = [\"./nothing-here\"]\n");
    mill.write(&[("1", "Ferry late")]);
    let (code, said) = mill.run(&[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("cannot start ./nothing-here"), "{said}");
}

#[test]
fn a_program_takes_mails_as_sendmail_does() {
    let mill = Mill::new(
        "to = \"mail\"\nfrom = \"News <news@news.example>\"\nchannel = \"a@b.example\"\n\
         command = [\"sh\", \"-c\", \"cat >> log; exit $(cat exit)\"]\n",
    );
    mill.house.write("exit", "75");
    mill.write(&[("1", "Ferry late")]);
    let (code, said) = mill.run(&[]);
    assert!(
        code == Some(1) && said.contains("451 exit status 75"),
        "{said}"
    );
    let first = mill.read("log");
    mill.house.write("exit", "0");
    mill.house.write("log", "");
    assert_eq!(mill.run(&["--retry"]), (Some(0), String::new()));
    let id = |mail: &str| {
        let mut lines = mail.lines();
        lines
            .find(|line| line.starts_with("Message-ID: <fm-"))
            .map(str::to_owned)
    };
    let second = mill.read("log");
    assert!(
        id(&first).is_some() && id(&first) == id(&second),
        "{second}"
    );
    assert!(
        second.contains("\nTo: a@b.example\n") && !second.contains('\r'),
        "{second}"
    );
    assert!(second.contains("Subject: Ferry late\n"), "{second}");
}
