//! `to = "mail"` by SMTP: a server of our own that takes a login, refuses, and is busy.

use super::Mill;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does with the next mails, and what it was sent.
#[derive(Default)]
pub(super) struct Mailbox {
    /// Milliseconds that it takes for each mail.
    pub(super) pause: AtomicU64,
    /// Replies to come, in order: the command that gets it, and the reply.
    replies: Mutex<Vec<(&'static str, &'static str)>>,
    mails: Mutex<Vec<String>>,
    logins: Mutex<Vec<String>>,
}

impl Mailbox {
    pub(super) fn start() -> (Arc<Self>, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mailbox = Arc::new(Self::default());
        let shared = Arc::clone(&mailbox);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.talk(stream));
            }
        });
        (mailbox, port)
    }

    /// One that gives this reply to a command, once.
    fn reply(&self, command: &'static str, reply: &'static str) {
        self.replies.lock().unwrap().push((command, reply));
    }

    fn planned(&self, command: &str) -> Option<&'static str> {
        let mut replies = self.replies.lock().unwrap();
        let at = replies.iter().position(|(known, _)| *known == command)?;
        Some(replies.remove(at).1)
    }

    fn talk(&self, mut stream: TcpStream) -> Option<()> {
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let mut say = move |text: &str| write!(stream, "{text}\r\n").ok();
        say("220 mail.example ESMTP")?;
        let mut is_logged_in = false;
        loop {
            let line = lines.next()?.ok()?;
            let command = line.split([' ', ':']).next()?.to_uppercase();
            if let Some(planned) = self.planned(&command) {
                say(planned)?;
                continue;
            }
            match command.as_str() {
                "EHLO" => say("250-mail.example\r\n250-AUTH PLAIN\r\n250 8BITMIME")?,
                "AUTH" => {
                    self.logins.lock().unwrap().push(line);
                    is_logged_in = true;
                    say("235 2.7.0 welcome")?;
                }
                "MAIL" if !is_logged_in => say("530 5.7.0 log in first")?,
                "DATA" => {
                    say("354 go on")?;
                    let text = lines.by_ref().map_while(Result::ok);
                    let text: Vec<String> = text.take_while(|line| line != ".").collect();
                    thread::sleep(Duration::from_millis(self.pause.load(Ordering::SeqCst)));
                    if let Some(planned) = self.planned("END") {
                        say(planned)?;
                        continue;
                    }
                    self.mails.lock().unwrap().push(text.join("\n"));
                    say("250 2.0.0 taken")?;
                }
                "QUIT" => return say("221 bye"),
                _ => say("250 2.1.0 fine")?,
            }
        }
    }

    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.mails.lock().unwrap())
    }
}

fn start(more: &str) -> (Arc<Mailbox>, Mill) {
    let (mailbox, port) = Mailbox::start();
    let mill = Mill::new(&format!(
        "to = \"mail\"\nurl = \"smtp://127.0.0.1:{port}\"\nfrom = \"News <news@news.example>\"\n\
         channel = \"a@b.example, c@d.example\"\n{more}"
    ));
    (mailbox, mill)
}

const LOGIN: &str = "user = \"news\"\ntoken = \"env:MAIL_PASSWORD\"\n";

/// The values of a header.
pub(super) fn header<'a>(mail: &'a str, name: &str) -> Vec<&'a str> {
    let head = mail.split("\n\n").next().unwrap_or_default();
    let lines = head.lines();
    lines
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .collect()
}

#[test]
fn a_story_arrives_and_its_change_follows_it() {
    let (mailbox, mill) = start(LOGIN);
    mill.write(&[("1", "Ferry late"), ("0", "Bridge opens")]);
    assert_eq!(mill.run(&[]), (Some(0), String::new()));
    let mails = mailbox.take();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let id = header(&mails[0], "Message-ID");
    assert_eq!(header(&mails[0], "Subject"), ["Ferry late"]);
    assert_eq!(header(&mails[0], "List-Id"), ["<team.news.example>"]);
    assert_eq!(header(&mails[0], "Archived-At"), ["<https://a.example/1>"]);
    // NUL news NUL s3cret-word
    let logins = mailbox.logins.lock().unwrap().clone();
    assert_eq!(logins, ["AUTH PLAIN AG5ld3MAczNjcmV0LXdvcmQ="]);
    mill.write(&[("1", "Ferry very late"), ("0", "Bridge opens")]);
    assert_eq!(mill.run(&[]), (Some(0), String::new()));
    let changes = mailbox.take();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(header(&changes[0], "Subject"), ["Re: Ferry very late"]);
    assert_eq!(header(&changes[0], "In-Reply-To"), id);
    assert_eq!(header(&changes[0], "References"), id);
    assert_ne!(header(&changes[0], "Message-ID"), id);
}

#[test]
fn a_busy_server_gets_the_same_mail_again() {
    let (mailbox, mill) = start(LOGIN);
    mailbox.reply("END", "451 4.7.1 try again");
    mill.write(&[("1", "Ferry late")]);
    let (code, said) = mill.run(&[]);
    assert!(
        code == Some(1) && said.contains("451 4.7.1 try again"),
        "{said}"
    );
    let (_, shown) = mill.feedmill(&["deliver", "--dry-run"]);
    assert_eq!(mill.run(&["--retry"]), (Some(0), String::new()));
    let mails = mailbox.take();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let id = header(&mails[0], "Message-ID")[0];
    assert!(shown.contains(&format!("Message-ID: {id}")), "{shown}");
    assert_eq!(shown.lines().count(), 1, "{shown}");
}

#[test]
fn one_mail_is_refused_and_the_others_arrive() {
    let (mailbox, mill) = start(LOGIN);
    // The second is the same in its shortest form.
    mailbox.reply("END", "554 5.7.1 spam");
    mailbox.reply("END", "554 5.7.1 spam");
    mill.write(&[("1", "Ferry late"), ("2", "Harbour closed")]);
    let (_, said) = mill.feedmill(&["run"]);
    assert!(said.contains("554 5.7.1 spam"), "{said}");
    assert_eq!(mailbox.take().len(), 1);
    let (_, failed) = mill.feedmill(&["deliver", "--failed"]);
    assert_eq!(failed.lines().count(), 1, "{failed}");
}

#[test]
fn a_wrong_password_stops_and_is_named_without_being_shown() {
    let (mailbox, mill) = start(LOGIN);
    mailbox.reply("AUTH", "535 5.7.8 no such s3cret-word");
    mill.write(&[("1", "Ferry late")]);
    let (code, said) = mill.run(&[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("535") && said.contains("check env:MAIL_PASSWORD"),
        "{said}"
    );
    assert!(!said.contains("s3cret-word"), "{said}");
    // Nothing is sent until somebody asks for it.
    mill.run(&[]);
    assert_eq!(mailbox.take().len(), 0);
    assert_eq!(mill.run(&["--retry"]), (Some(0), String::new()));
    assert_eq!(mailbox.take().len(), 1);
}

#[test]
fn a_recipient_that_is_not_there_stops() {
    let (mailbox, mill) = start(LOGIN);
    mailbox.reply("RCPT", "550 5.1.1 no such user");
    mill.write(&[("1", "Ferry late")]);
    let (code, said) = mill.run(&[]);
    assert!(
        code == Some(1) && said.contains("550 5.1.1 no such user"),
        "{said}"
    );
    assert_eq!(mill.feedmill(&["deliver", "--failed"]).1, "");
}

#[test]
fn a_server_without_tls_elsewhere_gets_nothing() {
    let mill = Mill::new(
        "to = \"mail\"\nfrom = \"n@news.example\"\nchannel = \"a@b.example\"\nurl = \"smtp://u:p@mail.example\"\n",
    );
    let (code, said) = mill.feedmill(&["deliver"]);
    assert!(
        code != Some(0) && said.contains("use the keys user and token"),
        "{said}"
    );
}

#[test]
fn a_hostile_title_is_one_subject() {
    let (mailbox, mill) = start(LOGIN);
    let title = "Late&#13;&#10;Bcc: x@y.example&#13;&#10;&#13;&#10;.&#13;&#10;&#x202e;@everyone";
    mill.write(&[("1", title), ("2", &"Fähre ".repeat(900))]);
    assert_eq!(mill.run(&[]), (Some(0), String::new()));
    let mails = mailbox.take();
    assert_eq!(mails.len(), 2, "{mails:?}");
    for mail in &mails {
        assert!(header(mail, "Bcc").is_empty(), "{mail}");
        assert_eq!(header(mail, "Subject").len(), 1, "{mail}");
        assert!(mail.lines().all(|line| line.len() <= 998));
        assert!(mail.contains("text/plain") && mail.contains("text/html"));
    }
}
