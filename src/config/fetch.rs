//! The table `[fetch]` -> limits of fetching; and addresses of the proxy and the heartbeat.

use super::check::Check;
use super::raw::{self, Word};
use super::values::{open_url, web_url};
use super::{secret, units};
use crate::model::Secret;
use crate::net::{Allow, Limits};
use std::path::Path;
use std::time::Duration;
use toml::Spanned;

/// The shortest `timeout` and `max_pass`: with less, every request would time out.
const LEAST_TIME: Duration = Duration::from_millis(1);

/// Reads the time that all requests of a pass may take.
pub fn max_pass(text: &str) -> Result<Duration, String> {
    units::duration_from(LEAST_TIME, text)
}

impl Check<'_> {
    pub(super) fn fetch(&mut self, raw: &raw::Fetch, state: &Path) -> Limits {
        let usual = Limits::default();
        let contact = self.value(raw.contact.as_ref(), |text| {
            web_url(text).map(|u| u.to_string())
        });
        let gap = self.value(raw.gap.as_ref(), |text| {
            units::duration_from(Duration::ZERO, text)
        });
        let timeout = self.value(raw.timeout.as_ref(), |text| {
            units::duration_from(LEAST_TIME, text)
        });
        let max_pass = self.value(raw.max_pass.as_ref(), max_pass);
        let max_body = self.value(raw.max_body.as_ref(), units::size);
        let allow = raw
            .allow
            .iter()
            .filter_map(|word| self.value(Some(word), Allow::parse))
            .collect();
        let proxy = self.address(raw.proxy.as_ref());
        Limits {
            contact,
            in_flight: self
                .at_least_one(raw.in_flight.as_ref())
                .unwrap_or(usual.in_flight),
            per_host: self
                .at_least_one(raw.per_host.as_ref())
                .unwrap_or(usual.per_host),
            gap: gap.unwrap_or(usual.gap),
            timeout: timeout.unwrap_or(usual.timeout),
            max_pass: max_pass.unwrap_or(usual.max_pass),
            max_body: max_body.unwrap_or(usual.max_body),
            allow,
            proxy,
            scratch: state.to_owned(),
        }
    }

    fn at_least_one(&mut self, number: Option<&Spanned<usize>>) -> Option<usize> {
        let number = number?;
        if *number.get_ref() == 0 {
            self.error(number.span(), "must be at least 1");
            return None;
        }
        Some(*number.get_ref())
    }

    /// An address that may be, or contain, a secret.
    pub(super) fn address(&mut self, word: Option<&Word>) -> Option<Secret> {
        let folder = self.folder.clone();
        self.value(word, |text| {
            if secret::is_reference(text) {
                let secret = secret::resolve(text, &folder)?;
                return match web_url(secret.reveal()) {
                    Ok(_) => Ok(secret),
                    Err(_) => Err("the secret is not a valid http(s) address".to_owned()),
                };
            }
            open_url(text).map(|url| Secret::new(url.into()))
        })
    }
}
