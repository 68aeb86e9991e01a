//! A request -> an answer.

use super::{Answer, Outcome, Request, Sending, program, smtp};
use crate::model::Redaction;
use crate::net::{self, Authorities, Client, Outgoing};
use chrono::Utc;

/// Bytes of an answer that are read: receipts and errors are short.
const MAX_ANSWER: usize = 64 << 10;

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Courier {
    client: Client,
    authorities: Authorities,
    secrets: Redaction,
}

impl Courier {
    /// One that uses this client, trusts these authorities for mail, too, and gives no answer with one of these secrets.
    pub fn new(client: Client, authorities: Authorities, secrets: Redaction) -> Self {
        Self {
            client,
            authorities,
            secrets,
        }
    }

    /// Sends something; without an answer, what that means.
    pub async fn send(&self, what: &Sending) -> Result<Answer, Outcome> {
        let answer = match what {
            Sending::Http(request) => self.ask(request).await,
            Sending::Mail(mail) => smtp::send(mail, &self.authorities).await,
            Sending::Program(run) => program::run(run).await,
        };
        // Some servers repeat in an error what they were given, and errors are kept.
        match answer {
            Ok(answer) => Ok(Answer {
                body: self.secrets.hide_in(answer.body),
                ..answer
            }),
            Err(outcome) => Err(outcome.map(|why| self.secrets.hide(&why).into_owned())),
        }
    }

    async fn ask(&self, request: &Request) -> Result<Answer, Outcome> {
        let headers = request
            .headers
            .iter()
            .map(|(name, value)| (*name, value.reveal()));
        let of_body = (!request.body.is_empty()).then_some(("Content-Type", request.content_type));
        let outgoing = Outgoing {
            method: request.method,
            url: request.url.reveal(),
            headers: headers.chain(of_body).collect(),
            body: &request.body,
        };
        match self.client.send(outgoing, MAX_ANSWER).await {
            Ok(incoming) => Ok(Answer {
                status: incoming.status,
                headers: incoming.headers,
                body: incoming.body,
                now: Utc::now(),
            }),
            Err(net::Error::Private { host, address }) => Err(Outcome::Stopped(format!(
                "{host} is the private address {address}"
            ))),
            Err(error @ (net::Error::Scheme(_) | net::Error::Request(_))) => {
                Err(Outcome::Stopped(error.to_string()))
            }
            Err(error) => Err(Outcome::Later(error.to_string(), None)),
        }
    }
}
