//! A mail -> a mail server, or a program that takes mails -> a reply as SMTP has it.

use super::{Answer, Mail, Mailer, Outcome, Run, Security, program};
use crate::model::Secret;
use crate::net::Authorities;
use chrono::Utc;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport, Tokio1Executor};
use std::error::Error as _;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

/// A conversation that takes so long is given up. RFC 5321 wants minutes after the text; a pass does not wait so long.
const TIME: Duration = Duration::from_secs(60);

/// Sends a mail. The answer has its `Message-ID` as a header.
pub(super) async fn send(mail: &Mail, authorities: &Authorities) -> Result<Answer, Outcome> {
    let (status, text) = match &mail.by {
        Mailer::Smtp {
            host,
            port,
            security,
            login,
        } => {
            let to = (host.as_str(), *port);
            let server = transport(to, *security, login.as_ref(), authorities);
            let server = server.map_err(|e| Outcome::Stopped(e.to_string()))?;
            speak(mail, server, TIME).await?
        }
        Mailer::Program { command, folder } => hand_over(mail, command, folder).await?,
    };
    Ok(Answer {
        status,
        headers: vec![("message-id".to_owned(), mail.id.clone())],
        body: text.into_bytes(),
        now: Utc::now(),
    })
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

fn transport(
    (host, port): (&str, u16),
    security: Security,
    login: Option<&(String, Secret)>,
    authorities: &Authorities,
) -> Result<Transport, smtp::Error> {
    let parameters = || {
        let mut tls = TlsParameters::builder(host.to_owned());
        if !authorities.pem().is_empty() {
            tls = tls.add_root_certificate(Certificate::from_pem(authorities.pem().as_bytes())?);
        }
        tls.build()
    };
    let tls = match security {
        Security::Tls => Tls::Wrapper(parameters()?),
        Security::StartTls => Tls::Required(parameters()?),
        Security::None => Tls::None,
    };
    let mut builder = Transport::builder_dangerous(host)
        .port(port)
        .timeout(Some(TIME))
        .tls(tls);
    if let Some((user, password)) = login {
        builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
    }
    Ok(builder.build())
}

async fn speak(mail: &Mail, server: Transport, time: Duration) -> Result<(u16, String), Outcome> {
    let address = |text: &str| text.parse::<Address>();
    let to: Result<Vec<_>, _> = mail.to.iter().map(|to| address(to)).collect();
    let envelope = to.and_then(|to| Ok((Some(address(&mail.from)?), to)));
    let envelope = envelope.map_err(|error| Outcome::Stopped(error.to_string()))?;
    let envelope = Envelope::new(envelope.0, envelope.1);
    let envelope = envelope.map_err(|error| Outcome::Stopped(error.to_string()))?;
    // The transport bounds only the connection.
    let sent = timeout(time, server.send_raw(&envelope, mail.text.as_bytes()));
    let Ok(sent) = sent.await else {
        let why = format!("no end of the conversation within {} s", time.as_secs());
        return Err(Outcome::Later(why, None));
    };
    match sent {
        Ok(response) => Ok((response.code().into(), String::new())),
        Err(error) => match error.status() {
            Some(code) => {
                let said = error.source().map(ToString::to_string);
                Ok((code.into(), said.unwrap_or_default()))
            }
            // The server cannot do what is needed: STARTTLS, or a way to log in.
            None if error.is_client() => Err(Outcome::Stopped(error.to_string())),
            None => Err(Outcome::Later(error.to_string(), None)),
        },
    }
}

/// Gives a mail to a program, with the line ends of this system. Its exit status (`sysexits.h`) is read as a reply.
async fn hand_over(
    mail: &Mail,
    command: &[String],
    folder: &Path,
) -> Result<(u16, String), Outcome> {
    let run = Run {
        command: command.to_vec(),
        folder: folder.to_owned(),
        variables: Vec::new(),
        input: mail.text.replace("\r\n", "\n"),
    };
    let answer = program::run(&run).await?;
    let said = String::from_utf8_lossy(&answer.body);
    let reply = match answer.status {
        0 => 250,
        // The data of the message: EX_DATAERR.
        65 => 554,
        // EX_UNAVAILABLE to EX_TEMPFAIL, without EX_NOHOST.
        69..=75 => 451,
        _ => 550,
    };
    Ok((reply, format!("exit status {} {said}", answer.status)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::thread;

    /// A server that answers until it gets this command, and then says nothing, like at the end of the text.
    fn silent_at(command: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            stream.write_all(b"220 mail.example ESMTP\r\n").unwrap();
            // A line of silence ends when the client hangs up.
            let mut is_silent = false;
            for line in lines.map_while(Result::ok) {
                is_silent |= line.starts_with(command);
                let reply: &[u8] = match line.get(..4) {
                    _ if is_silent => continue,
                    Some("EHLO") => b"250-mail.example\r\n250 AUTH PLAIN\r\n",
                    Some("AUTH") => b"235 welcome\r\n",
                    Some("DATA") => b"354 go on\r\n",
                    Some("MAIL" | "RCPT") => b"250 fine\r\n",
                    // A line of the text, or its end.
                    _ => continue,
                };
                stream.write_all(reply).unwrap();
            }
        });
        port
    }

    #[tokio::test]
    async fn a_server_that_falls_silent_is_tried_later() {
        for command in ["EHLO", "AUTH", "MAIL", "DATA", "end"] {
            let login = ("news".to_owned(), Secret::new("word".to_owned()));
            let port = silent_at(command);
            let mail = Mail {
                from: "news@example.org".to_owned(),
                to: vec!["reader@example.org".to_owned()],
                id: "<1@example.org>".to_owned(),
                text: "Subject: news\r\n\r\nnews\r\n".to_owned(),
                by: Mailer::Smtp {
                    host: "127.0.0.1".to_owned(),
                    port,
                    security: Security::None,
                    login: None,
                },
            };
            let to = ("127.0.0.1", port);
            let server = transport(to, Security::None, Some(&login), &Authorities::default());
            let said = speak(&mail, server.unwrap(), Duration::from_millis(300)).await;
            assert!(
                matches!(said, Err(Outcome::Later(_, None))),
                "silent at {command}: {said:?}"
            );
        }
    }
}
