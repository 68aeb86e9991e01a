//! A file of certificates -> the authorities that are trusted besides those of the system.

use reqwest::Certificate;

/// Certificate authorities, such as that of an intranet.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    pub(super) certificates: Vec<Certificate>,
    pem: String,
}

impl Authorities {
    /// The file they were read from, empty without one.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Reads a file in PEM: one certificate or several.
    pub fn parse(pem: &[u8]) -> Result<Self, String> {
        match Certificate::from_pem_bundle(pem) {
            Ok(certificates) if !certificates.is_empty() => Ok(Self {
                certificates,
                pem: String::from_utf8_lossy(pem).into_owned(),
            }),
            _ => Err("no certificate is in it; write a file in PEM, which has a line \"-----BEGIN CERTIFICATE-----\"".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_certificate_is_refused() {
        for pem in [
            "",
            "no certificate",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        ] {
            assert!(Authorities::parse(pem.as_bytes()).is_err(), "{pem}");
        }
    }
}
