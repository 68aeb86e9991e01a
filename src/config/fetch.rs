//! The table `[fetch]` -> limits of fetching; and addresses of the proxy and the heartbeat.

use super::check::Check;
use super::raw::{self, Word};
use super::secret::{is_reference, resolve};
use super::units;
use super::values::{open_url, proxy_url, web_url, without_password};
use crate::model::Secret;
use crate::net::{Allow, Authorities, Limits};
use std::path::Path;
use std::time::Duration;
use toml::Spanned;
use url::Url;

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
        let proxy = self.proxy(raw.proxy.as_ref());
        let folder = self.folder.clone();
        let authorities = self.value(raw.ca.as_ref(), |name| {
            let path = folder.join(name);
            let pem =
                std::fs::read(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
            Authorities::parse(&pem).map_err(|e| format!("{}: {e}", path.display()))
        });
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
            authorities: authorities.unwrap_or_default(),
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

    /// The address of the heartbeat, which may be a secret.
    pub(super) fn address(&mut self, word: Option<&Word>) -> Option<Secret> {
        self.secret_address(word, web_url, open_url)
    }

    /// The address of a proxy, which may be, or contain, a secret.
    pub(super) fn proxy(&mut self, word: Option<&Word>) -> Option<Secret> {
        self.secret_address(word, proxy_url, |text| without_password(proxy_url(text)?))
    }

    /// An address by reference, or as it is.
    fn secret_address(
        &mut self,
        word: Option<&Word>,
        secret: fn(&str) -> Result<Url, String>,
        open: fn(&str) -> Result<Url, String>,
    ) -> Option<Secret> {
        let folder = self.folder.clone();
        self.value(word, |text| {
            let url = if is_reference(text) {
                secret(resolve(text, &folder)?.reveal())
                    .map_err(|_| "the secret is not a valid address for this".to_owned())
            } else {
                open(text)
            };
            url.map(|url| Secret::new(url.into()))
        })
    }
}
