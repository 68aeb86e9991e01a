//! A server on a port of its own that says exactly the bytes it is told to, and remembers what it
//! was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Answers = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// The server; it ends with the test.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    answers: Answers,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let answers = Answers::default();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (all, log) = (Arc::clone(&answers), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&all), Arc::clone(&log)));
            }
        });
        Self {
            address,
            answers,
            asked,
        }
    }

    /// What it says when asked for a path: status line and headers, then the body. The connection
    /// is closed after it.
    pub(crate) fn says(&self, path: &str, head: &str, body: &[u8]) {
        let mut bytes = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").into_bytes();
        bytes.extend_from_slice(body);
        self.answers.lock().unwrap().insert(path.to_owned(), bytes);
    }

    /// A whole document with an `ETag`; a request that names it gets 304.
    pub(crate) fn serves(&self, path: &str, etag: &str, body: &str) {
        let head = format!(
            "200 OK\r\nContent-Type: application/rss+xml\r\nETag: {etag}\r\nContent-Length: {}",
            body.len()
        );
        self.says(path, &head, body.as_bytes());
    }

    /// The requests so far, as they came.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, answers: Answers, asked: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(n) => request.extend_from_slice(&buffer[..n]),
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let bytes = answers.lock().unwrap().get(&path).cloned();
    let mut bytes =
        bytes.unwrap_or_else(|| b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n".to_vec());
    let validator = request
        .lines()
        .find_map(|line| line.strip_prefix("if-none-match: "));
    if validator
        .is_some_and(|v| String::from_utf8_lossy(&bytes).contains(&format!("ETag: {v}\r\n")))
    {
        bytes = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec();
    }
    asked.lock().unwrap().push(request);
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}
