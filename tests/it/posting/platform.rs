//! A stand-in for platforms of chats: it answers as it is told, and keeps what it was sent.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) path: String,
    /// Names in small letters, with values.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Sent {
    /// A header, by its name in small letters; empty if it is not there.
    pub(super) fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as JSON; null if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The path without its query.
    pub(super) fn place(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    /// A part of the query, as it stands there; empty if it is not there.
    pub(super) fn query(&self, name: &str) -> &str {
        let query = self.path.split_once('?').map_or("", |(_, query)| query);
        let mut parts = query.split('&').filter_map(|part| part.split_once('='));
        let found = parts.find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Status line, further headers, body.
pub(super) type Said = (&'static str, &'static str, String);

/// The same with headers that are made.
pub(super) struct Reply {
    pub(super) status: &'static str,
    pub(super) headers: String,
    pub(super) body: String,
}

impl From<Said> for Reply {
    fn from((status, headers, body): Said) -> Self {
        Self {
            status,
            headers: headers.to_owned(),
            body,
        }
    }
}

/// Decides what is answered, from the request and the number of requests before it.
type Rule = Box<dyn FnMut(&Sent, usize) -> Reply + Send>;

/// The stand-in. It stops when the process does.
pub(super) struct Standin {
    pub(super) address: String,
    sent: Arc<Mutex<Vec<Sent>>>,
    rule: Arc<Mutex<Rule>>,
}

/// `200 OK` with a body.
pub(super) fn good(body: &str) -> Said {
    ("200 OK", "", body.to_owned())
}

impl Standin {
    pub(super) fn new<R: Into<Reply>>(
        rule: impl FnMut(&Sent, usize) -> R + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let standin = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            sent: Arc::default(),
            rule: Arc::new(Mutex::new(boxed(rule))),
        };
        let (sent, rule) = (Arc::clone(&standin.sent), Arc::clone(&standin.rule));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (sent, rule) = (Arc::clone(&sent), Arc::clone(&rule));
                // A client that was killed is no fault of the stand-in.
                std::thread::spawn(move || stream.ok().map(|stream| serve(stream, &sent, &rule)));
            }
        });
        standin
    }

    /// From now on it answers otherwise.
    pub(super) fn now<R: Into<Reply>>(&self, rule: impl FnMut(&Sent, usize) -> R + Send + 'static) {
        *self.rule.lock().unwrap() = boxed(rule);
    }

    /// What it was sent since this was last asked.
    pub(super) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    /// Texts in the JSON of what it was sent since this was last asked.
    pub(super) fn texts(&self, field: &str) -> Vec<String> {
        let text = |sent: &Sent| {
            let body: Value = serde_json::from_str(&sent.body).unwrap();
            body[field].as_str().unwrap_or_default().to_owned()
        };
        self.take().iter().map(text).collect()
    }
}

fn boxed<R: Into<Reply>>(mut rule: impl FnMut(&Sent, usize) -> R + Send + 'static) -> Rule {
    Box::new(move |sent, before| rule(sent, before).into())
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Sent>>, rule: &Mutex<Rule>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let sent = read(&mut reader)?;
        let mut log = log.lock().unwrap();
        let Reply {
            status,
            headers,
            body,
        } = rule.lock().unwrap()(&sent, log.len());
        log.push(sent);
        drop(log);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).ok()?;
    }
}

fn read(reader: &mut impl BufRead) -> Option<Sent> {
    let mut sent = Sent::default();
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split(' ').map(str::to_owned);
    (sent.method, sent.path) = (words.next()?, words.next()?);
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        if name == "content-length" {
            length = value.parse().ok()?;
        }
        sent.headers.push((name, value));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    sent.body = String::from_utf8(body).ok()?;
    Some(sent)
}
