//! A small HTTP server for benches, in a process of its own, so that its processor time is not counted.
//! It knows `ETag` and keeps connections open.

use std::io::{BufRead, BufReader, Read, Write};
use std::net;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, io};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What is served at an address.
#[derive(Clone)]
pub(crate) struct Document {
    /// Its validator, with its quotes.
    pub(crate) etag: String,
    /// Its bytes.
    pub(crate) body: Arc<[u8]>,
    /// How long a client waits for it.
    pub(crate) delay: Duration,
}

/// Serves what is found for a path until it is killed; prints its address. At `/sent` it says how many
/// bytes it has sent.
pub(crate) fn serve(find: impl Fn(&str) -> Document + Send + Sync + 'static) {
    serve_at(find, |address| println!("{address}"));
}

/// The same within a program: the address is handed on.
pub(crate) fn serve_at(
    find: impl Fn(&str) -> Document + Send + Sync + 'static,
    announce: impl FnOnce(String),
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let socket = TcpSocket::new_v4().expect("a socket");
        let address = "127.0.0.1:0".parse().expect("an address");
        socket.bind(address).expect("a free port");
        let listener: TcpListener = socket.listen(1024).expect("it listens");
        let (find, sent) = (Arc::new(find), Arc::new(AtomicU64::new(0)));
        announce(format!("http://{}", listener.local_addr().expect("bound")));
        while let Ok((stream, _)) = listener.accept().await {
            let (find, sent) = (Arc::clone(&find), Arc::clone(&sent));
            // A client that went away needs no more.
            tokio::spawn(async move { answer(stream, &*find, &sent).await.ok() });
        }
    });
}

async fn answer(
    mut stream: TcpStream,
    find: &(impl Fn(&str) -> Document + Sync),
    sent: &AtomicU64,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    loop {
        let Some(end) = request.windows(4).position(|w| w == b"\r\n\r\n") else {
            let mut more = [0; 2048];
            match stream.read(&mut more).await? {
                0 => return Ok(()),
                read => request.extend_from_slice(&more[..read]),
            }
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]).into_owned();
        request.drain(..end + 4);
        let path = head.split(' ').nth(1).unwrap_or("/");
        let document = if path == "/sent" {
            let sent = sent.load(Ordering::Relaxed).to_string();
            Document {
                etag: "\"none\"".to_owned(),
                body: sent.into_bytes().into(),
                delay: Duration::ZERO,
            }
        } else {
            find(path)
        };
        if !document.delay.is_zero() {
            tokio::time::sleep(document.delay).await;
        }
        let etag = &document.etag;
        let is_known = head.contains(&format!("if-none-match: {etag}"));
        let (status, body) = if is_known {
            ("304 Not Modified", &[][..])
        } else {
            ("200 OK", &*document.body)
        };
        // RFC 9110, 15.4.5: a 304 has no body, and says nothing of the length of one.
        let length = if is_known {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nETag: {etag}\r\n{length}\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        sent.fetch_add((head.len() + body.len()) as u64, Ordering::Relaxed);
    }
}

/// The server, seen from the bench. It ends with this value.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
}

impl Server {
    /// Starts this program with arguments that make it serve.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let program = env::current_exe().expect("this program has a path");
        let mut child = Command::new(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut address = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout)
            .read_line(&mut address)
            .expect("its address");
        Self {
            child,
            address: address.trim().to_owned(),
        }
    }

    /// What it answers at a path.
    pub(crate) fn ask(&self, path: &str) -> String {
        let host = self.address.trim_start_matches("http://");
        let mut stream = net::TcpStream::connect(host).expect("the server is there");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").expect("it listens");
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).expect("a head");
            if let Some(bytes) = line.strip_prefix("Content-Length: ") {
                length = bytes.trim().parse().expect("a number");
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).expect("a body");
        String::from_utf8(body).expect("text")
    }

    /// How many bytes it has sent so far.
    pub(crate) fn sent(&self) -> u64 {
        self.ask("/sent").parse().expect("a number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
