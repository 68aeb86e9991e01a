//! A server on a port of its own that does exactly what it is told to, good or evil, and remembers
//! what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One thing that a server does with a connection. After the last one it closes it.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sends these bytes.
    Say(Vec<u8>),
    /// Sends these bytes so often.
    Repeat(Vec<u8>, usize),
    /// Sends these bytes one by one, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Says no more and waits until the other side goes away; the log then says `gone: PATH`.
    Hang,
    /// Breaks the connection off.
    Reset,
}

type Scripts = Arc<Mutex<HashMap<String, Vec<Act>>>>;
type Log = Arc<Mutex<Vec<String>>>;

/// The server; it ends with the test.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    scripts: Scripts,
    asked: Log,
}

impl Server {
    /// Starts it.
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1:0").await.expect("a free port")
    }

    /// Starts it on another address, if this machine has it.
    pub(crate) async fn start_at(address: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let scripts = Scripts::default();
        let asked = Log::default();
        let (all, log) = (Arc::clone(&scripts), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&all), Arc::clone(&log)));
            }
        });
        Ok(Self {
            address,
            scripts,
            asked,
        })
    }

    /// What it does when asked for a path.
    pub(crate) fn does(&self, path: &str, acts: Vec<Act>) {
        self.scripts.lock().unwrap().insert(path.to_owned(), acts);
    }

    /// What it says when asked for a path: status line and headers, then the body.
    pub(crate) fn says(&self, path: &str, head: &str, body: &[u8]) {
        self.does(path, vec![says(head, body)]);
    }

    /// A whole document with an `ETag`; a request that names it gets 304.
    pub(crate) fn serves(&self, path: &str, etag: &str, body: &str) {
        let head = format!(
            "200 OK\r\nContent-Type: application/rss+xml\r\nETag: {etag}\r\nContent-Length: {}",
            body.len()
        );
        self.says(path, &head, body.as_bytes());
    }

    /// The requests so far, as they came, one character a byte.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// An answer: status line and headers, then the body.
pub(crate) fn says(head: &str, body: &[u8]) -> Act {
    let mut bytes = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    Act::Say(bytes)
}

async fn answer(mut stream: TcpStream, scripts: Scripts, asked: Log) {
    let mut request = String::new();
    let mut buffer = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(n) => request.extend(buffer[..n].iter().copied().map(char::from)),
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let script = scripts.lock().unwrap().get(&path).cloned();
    let mut script = script.unwrap_or_else(|| vec![says("404 Not Found", b"")]);
    if has_what_we_say(&request, &script) {
        script = vec![says("304 Not Modified", b"")];
    }
    asked.lock().unwrap().push(request);
    for act in script {
        // Whoever went away needs no more.
        if perform(act, &mut stream, &path, &asked).await.is_err() {
            return;
        }
    }
    let _ = stream.shutdown().await;
}

/// Whether the request names the `ETag` of the answer.
fn has_what_we_say(request: &str, script: &[Act]) -> bool {
    let validator = request
        .lines()
        .find_map(|line| line.strip_prefix("if-none-match: "));
    let (Some(validator), Some(Act::Say(bytes))) = (validator, script.first()) else {
        return false;
    };
    String::from_utf8_lossy(bytes).contains(&format!("ETag: {validator}\r\n"))
}

async fn perform(act: Act, stream: &mut TcpStream, path: &str, log: &Log) -> std::io::Result<()> {
    match act {
        Act::Say(bytes) => stream.write_all(&bytes).await,
        Act::Repeat(bytes, times) => {
            for _ in 0..times {
                stream.write_all(&bytes).await?;
            }
            Ok(())
        }
        Act::Drip(bytes, pause) => {
            for byte in bytes {
                tokio::time::sleep(pause).await;
                stream.write_all(&[byte]).await?;
            }
            Ok(())
        }
        Act::Hang => {
            while stream.read(&mut [0; 64]).await? > 0 {}
            log.lock().unwrap().push(format!("gone: {path}"));
            Err(std::io::ErrorKind::ConnectionAborted.into())
        }
        Act::Reset => {
            stream.set_zero_linger()?;
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }
}

/// Whether the head of a request is there, and the body that it announces.
fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
