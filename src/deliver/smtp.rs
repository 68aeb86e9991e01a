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

/// A server that is silent for so long is down. RFC 5321 wants minutes after the text; a pass does not wait so long.
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
            speak(mail, server.map_err(|e| Outcome::Stopped(e.to_string()))?).await?
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

async fn speak(mail: &Mail, server: Transport) -> Result<(u16, String), Outcome> {
    let address = |text: &str| text.parse::<Address>();
    let to: Result<Vec<_>, _> = mail.to.iter().map(|to| address(to)).collect();
    let envelope = to.and_then(|to| Ok((Some(address(&mail.from)?), to)));
    let envelope = envelope.map_err(|error| Outcome::Stopped(error.to_string()))?;
    let envelope = Envelope::new(envelope.0, envelope.1);
    let envelope = envelope.map_err(|error| Outcome::Stopped(error.to_string()))?;
    match server.send_raw(&envelope, mail.text.as_bytes()).await {
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
