//! E-mail: RFC 5322, for lists RFC 2369, RFC 2919 and RFC 5064.

use crate::deliver::{
    self, Answer, Letter, Mailer, Missing, Needs, Outcome, Platform, Security, Sending,
};
use crate::message::{self, Form, Kind};
use crate::model::Destination;
use lettre::message::header::{self, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

/// What takes mails on most systems, unless `command` or `url` names something else. Cron has no folder of its own
/// for it in `PATH`.
const SENDMAIL: [&str; 3] = ["/usr/sbin/sendmail", "-i", "-t"];
/// Graphemes of a subject: Outlook shows 255 characters.
const SUBJECT: usize = 250;
/// Bytes of an address in a header, whose lines have 998 and cannot be folded in it.
const MAX_URL: usize = 900;
// What is asked for where it is missing.
const SENDER: &str = "the sender, news@example.org or News <news@example.org>";
const RECIPIENTS: &str = "the recipients, with commas between them";
const SERVER: &str = "smtp://HOST:PORT or smtps://HOST:PORT; without one, sendmail is used";

#[derive(Debug)]
pub(super) struct Mail {
    by: Mailer,
    from: Mailbox,
    to: Vec<Mailbox>,
    name: String,
}

impl Mail {
    pub(super) fn new(to: &Destination) -> Result<Self, Missing> {
        let needs = Needs(to);
        let from = to.from.as_ref().and_then(|text| text.parse().ok());
        let from = from.ok_or_else(|| needs.missing("from", SENDER))?;
        let listed = needs.channel(RECIPIENTS)?;
        let recipients: Result<Vec<Mailbox>, _> =
            listed.split(',').map(|text| text.trim().parse()).collect();
        let recipients = recipients.map_err(|_| needs.missing("channel", RECIPIENTS))?;
        Ok(Self {
            by: mailer(to)?,
            from,
            to: recipients,
            name: to.name.clone(),
        })
    }

    fn domain(&self) -> &str {
        self.from.email.domain()
    }

    fn mail(&self, letter: &Letter, replied_to: Option<&str>) -> Sending {
        let id = format!("<{}@{}>", letter.key, self.domain());
        let text = self
            .headers(letter, &id, replied_to)
            .multipart(parts(letter))
            .map(|message| String::from_utf8_lossy(&message.formatted()).into_owned());
        Sending::Mail(deliver::Mail {
            by: self.by.clone(),
            from: self.from.email.to_string(),
            to: self.to.iter().map(|to| to.email.to_string()).collect(),
            id,
            // There is always a sender and a recipient, which is all that can be missing.
            text: text.unwrap_or_default(),
        })
    }

    fn headers(&self, letter: &Letter, id: &str, replied_to: Option<&str>) -> MessageBuilder {
        let sent = Duration::from_secs(letter.now.max(0).unsigned_abs());
        let mut builder = lettre::Message::builder()
            .from(self.from.clone())
            .subject(subject(letter, replied_to.is_some()))
            .date(UNIX_EPOCH + sent)
            .message_id(Some(id.to_owned()));
        for to in &self.to {
            builder = builder.to(to.clone());
        }
        if let Some(first) = replied_to {
            builder = builder
                .in_reply_to(first.to_owned())
                .references(first.to_owned());
        }
        let (name, from, domain) = (&self.name, &self.from.email, self.domain());
        // Only by mail: there is no server that would take the one click of RFC 8058.
        let unsubscribe = format!("<mailto:{from}?subject=unsubscribe%20{name}>");
        let archived = letter.url.as_ref();
        let archived = archived.filter(|url| url.len() <= MAX_URL && url.is_ascii());
        let archived = archived.filter(|url| !url.contains(['<', '>', ' ']));
        let headers = [
            ("List-Id", Some(format!("<{name}.{domain}>"))),
            ("List-Unsubscribe", Some(unsubscribe)),
            ("Precedence", Some("list".to_owned())),
            ("Auto-Submitted", Some("auto-generated".to_owned())),
            ("Archived-At", archived.map(|url| format!("<{url}>"))),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                let name = HeaderName::new_from_ascii_str(name);
                // Short enough for a line, or one word: there is nothing to be encoded.
                let value = HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value);
                builder = builder.raw_header(value);
            }
        }
        builder
    }
}

/// Plain text first, as the least that readers have.
fn parts(letter: &Letter) -> MultiPart {
    let message = &letter.message;
    let plain = message.plain.as_ref().unwrap_or(&message.text);
    let html = format!(
        "<!DOCTYPE html>\n<html>\n<body dir=\"auto\">\n{}\n</body>\n</html>\n",
        message.text
    );
    let part = |content_type, text: String| SinglePart::builder().header(content_type).body(text);
    MultiPart::alternative()
        .singlepart(part(header::ContentType::TEXT_PLAIN, format!("{plain}\n")))
        .singlepart(part(header::ContentType::TEXT_HTML, html))
}

/// The title; of a story without one, what the message begins with.
fn subject(letter: &Letter, is_reply: bool) -> String {
    let plain = letter.message.plain.as_deref().unwrap_or_default();
    let first = plain.lines().next().unwrap_or_default();
    let titles = [letter.title.as_str(), first].map(message::line);
    let title = titles.into_iter().find(|title| !title.is_empty());
    let title = title.unwrap_or_default();
    let mut graphemes = title.graphemes(true);
    let mut short: String = graphemes.by_ref().take(SUBJECT).collect();
    if graphemes.next().is_some() {
        short.push('…');
    }
    if is_reply {
        format!("Re: {short}")
    } else {
        short
    }
}

/// What takes the mails of a destination: the server of `url`, or a program.
fn mailer(to: &Destination) -> Result<Mailer, Missing> {
    let Some(url) = &to.url else {
        let usual = || SENDMAIL.map(str::to_owned).to_vec();
        return Ok(Mailer::Program {
            command: Needs(to)
                .command("a program that reads mails")
                .unwrap_or_else(|_| usual()),
            folder: to.folder.clone(),
        });
    };
    let missing = || Needs(to).missing("url", SERVER);
    let url = Url::parse(url.reveal()).map_err(|_| missing())?;
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let (security, port) = match url.scheme() {
        "smtps" => (Security::Tls, 465),
        "smtp" if is_this_machine(host) => (Security::None, 25),
        "smtp" => (Security::StartTls, 587),
        _ => return Err(missing()),
    };
    if host.is_empty() || !matches!(url.path(), "" | "/") {
        return Err(missing());
    }
    let login = match (&to.user, &to.token) {
        (Some(user), Some(password)) => Some((user.clone(), password.clone())),
        (None, None) => None,
        (Some(_), None) => return Err(Needs(to).missing("token", "the password of user")),
        (None, Some(_)) => return Err(Needs(to).missing("user", "who has the password")),
    };
    Ok(Mailer::Smtp {
        host: host.to_owned(),
        port: url.port().unwrap_or(port),
        security,
        login,
    })
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

impl Platform<Sending> for Mail {
    fn form(&self) -> Form {
        Form::of(Kind::Mail)
    }

    fn post(&self, letter: &Letter) -> Sending {
        self.mail(letter, None)
    }

    /// A mail cannot be changed: another one follows it.
    fn edit(&self, letter: &Letter, receipt: &str) -> Option<Sending> {
        (!receipt.is_empty()).then(|| self.mail(letter, Some(receipt)))
    }

    /// Replies of RFC 5321, with the codes of RFC 3463. What is about the account, an address or the list stops; what is about
    /// one message does not.
    fn read(&self, answer: &Answer) -> Outcome {
        let said = answer.said();
        let body = String::from_utf8_lossy(&answer.body);
        let detail = body.split_whitespace().next().unwrap_or_default();
        match (answer.status, detail) {
            (200..=299, _) => {
                Outcome::Done(answer.header("message-id").unwrap_or_default().to_owned())
            }
            // A mailbox is full.
            (500..=599, "5.2.2") | (400..=499, _) => Outcome::Later(said, None),
            (552 | 554, _) => Outcome::Refused(said),
            (550, code) if code.starts_with("5.") && !code.starts_with("5.1.") => {
                Outcome::Refused(said)
            }
            _ => Outcome::Stopped(said),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::platform::tests::{answer, letter, to};
    use crate::model::{self, Secret};

    fn mail() -> Mail {
        Mail::new(&to(model::Platform::Mail)).unwrap()
    }

    fn sent(sending: &Sending) -> &deliver::Mail {
        match sending {
            Sending::Mail(mail) => mail,
            other => panic!("{other:?}"),
        }
    }

    /// The lines of the head, unfolded.
    fn head(text: &str) -> Vec<String> {
        let head = text.split("\r\n\r\n").next().unwrap();
        let head = head.replace("\r\n ", " ");
        head.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_mail_has_the_headers_of_a_list() {
        let mail = mail();
        let post = mail.post(&letter(Kind::Mail));
        let post = sent(&post);
        assert_eq!(post.to, ["a@b.example", "c@d.example"]);
        assert_eq!(post.id, "<key-1@chat.example>");
        let head = head(&post.text);
        for line in [
            "From: News <news@chat.example>",
            "To: a@b.example, \"C D\" <c@d.example>",
            "Subject: Ferry late & slow",
            "Date: Tue, 14 Nov 2023 22:13:20 +0000",
            "Message-ID: <key-1@chat.example>",
            "List-Id: <team.chat.example>",
            "List-Unsubscribe: <mailto:news@chat.example?subject=unsubscribe%20team>",
            "Auto-Submitted: auto-generated",
            "Archived-At: <https://a.example/1>",
        ] {
            assert!(head.iter().any(|known| known == line), "{line}: {head:#?}");
        }
        assert!(!post.text.contains("List-Unsubscribe-Post"));
        let (text, html) = post.text.split_once("Content-Type: text/html").unwrap();
        assert!(text.contains("multipart/alternative"));
        assert!(text.contains("\r\nFerry late & slow <https://a.example/1>\r\n"));
        assert!(html.contains("Ferry late &amp; slow"), "{html}");
    }

    #[test]
    fn a_change_is_a_reply_to_the_first_mail() {
        let edit = mail()
            .edit(&letter(Kind::Mail), "<1@chat.example>")
            .unwrap();
        let head = head(&sent(&edit).text);
        for line in [
            "Subject: Re: Ferry late & slow",
            "In-Reply-To: <1@chat.example>",
            "References: <1@chat.example>",
        ] {
            assert!(head.iter().any(|known| known == line), "{line}: {head:#?}");
        }
        assert_eq!(mail().edit(&letter(Kind::Mail), ""), None);
    }

    #[test]
    fn no_title_makes_a_header_of_its_own_or_a_long_line() {
        let title = "Late\r\nBcc: all@b.example\r\n\r\nbody\0\u{202e} äöü ".to_owned();
        for title in [title.clone(), title.repeat(200), "\u{202e}\0".to_owned()] {
            let mut letter = letter(Kind::Mail);
            letter.title.clone_from(&title);
            letter.url = Some(format!("https://a.example/{}", "x".repeat(5_000)));
            let post = mail().post(&letter);
            let text = &sent(&post).text;
            assert!(text.split("\r\n").all(|line| line.len() <= 998));
            assert!(!text.split("\r\n").any(|line| line.starts_with("Bcc")));
            assert!(
                !text
                    .replace("\r\n", "")
                    .contains(['\r', '\n', '\0', '\u{202e}'])
            );
            let subject = head(text);
            let mut subject = subject.iter().filter_map(|l| l.strip_prefix("Subject: "));
            assert!(subject.next().is_some_and(|subject| !subject.is_empty()));
            assert_eq!(subject.next(), None);
        }
    }

    #[test]
    fn a_connection_is_protected_unless_it_stays_here() {
        let security = |url: &str| {
            let mut to = to(model::Platform::Mail);
            to.url = Some(Secret::new(url.to_owned()));
            match mailer(&to) {
                Ok(Mailer::Smtp { port, security, .. }) => Some((port, security)),
                _ => None,
            }
        };
        for (url, expected) in [
            ("smtps://mail.example", Some((465, Security::Tls))),
            ("smtp://mail.example", Some((587, Security::StartTls))),
            ("smtp://mail.example:25", Some((25, Security::StartTls))),
            ("smtp://localhost:2525", Some((2525, Security::None))),
            ("smtp://127.0.0.1", Some((25, Security::None))),
            ("smtp://[::1]", Some((25, Security::None))),
            (
                "smtp://localhost.evil.example",
                Some((587, Security::StartTls)),
            ),
            ("http://mail.example", None),
            ("smtp:mail.example", None),
        ] {
            assert_eq!(security(url), expected, "{url}");
        }
    }

    #[test]
    fn a_reply_is_about_now_this_mail_or_all() {
        let read = |status, body: &str| mail().read(&answer(status, body));
        for (status, body) in [
            (421, "busy"),
            (451, "4.7.1 greylisted"),
            (552, "5.2.2 full"),
        ] {
            assert!(matches!(read(status, body), Outcome::Later(..)), "{body}");
        }
        for (status, body) in [(554, "spam"), (550, "5.7.1 spam"), (552, "5.3.4 too big")] {
            assert!(matches!(read(status, body), Outcome::Refused(_)), "{body}");
        }
        for (status, body) in [
            (535, "5.7.8 bad password"),
            (550, "5.1.1 no such user"),
            (550, "no such user"),
            (553, "not your address"),
        ] {
            assert!(matches!(read(status, body), Outcome::Stopped(_)), "{body}");
        }
    }
}
