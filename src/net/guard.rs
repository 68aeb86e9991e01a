//! Which addresses may be dialled. A feed or a redirect must not reach into the network that
//! feedmill runs in (SSRF). Names are judged by the addresses they resolve to, at the moment of
//! dialling; IP literals, which never meet the resolver, by themselves.

use super::Error;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use url::{Host, Url};

/// A private place that may be asked all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allow {
    /// A host by name.
    Host(String),
    /// A network, e.g. `127.0.0.0/8`.
    Network {
        /// Its first address.
        address: IpAddr,
        /// Leading bits that count.
        bits: u32,
    },
}

impl Allow {
    /// Reads `"feeds.lan"`, `"10.1.2.3"` or `"127.0.0.0/8"`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        match (address.parse::<IpAddr>(), bits.map(str::parse::<u32>)) {
            (Ok(address), None) => Ok(Self::Network {
                address,
                bits: width(address),
            }),
            (Ok(address), Some(Ok(bits))) if bits <= width(address) => {
                Ok(Self::Network { address, bits })
            }
            (Err(_), None) if Host::parse(text).is_ok() => Ok(Self::Host(text.to_lowercase())),
            _ => Err(format!(
                "\"{text}\" is no host and no network; write e.g. \"feeds.lan\" or \"127.0.0.0/8\""
            )),
        }
    }

    /// The host of an address that somebody typed: he means it, be it private or not.
    pub fn host_of(url: &Url) -> Option<Self> {
        Self::parse(url.host_str()?.trim_matches(['[', ']'])).ok()
    }

    fn covers(&self, candidate: IpAddr) -> bool {
        match self {
            Self::Host(_) => false,
            Self::Network { address, bits } => match (number(*address), number(candidate)) {
                ((a, width), (b, other)) if width == other => {
                    *bits == 0 || a >> (width - bits) == b >> (width - bits)
                }
                _ => false,
            },
        }
    }
}

fn width(address: IpAddr) -> u32 {
    number(address).1
}

/// An address as a number, and how many bits it has.
fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    }
}

/// Judges addresses; as reqwest's resolver, also those that names lead to.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    allow: Vec<Allow>,
    lookup: Lookup,
}

/// Where a name leads; tests have names of their own.
type Lookup = fn(String) -> Found;
type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

fn look_up(host: String) -> Found {
    Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
}

/// What the resolver hands back through reqwest when an address is refused.
#[derive(Debug, thiserror::Error)]
#[error("{host} leads to the private address {address}")]
struct Refused {
    host: String,
    address: IpAddr,
}

/// Why a name cannot be dialled.
#[derive(Debug, thiserror::Error)]
enum Undialled {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Unknown(#[from] std::io::Error),
}

impl Guard {
    pub(super) fn new(allow: Vec<Allow>) -> Self {
        Self {
            allow,
            lookup: look_up,
        }
    }

    /// Judges what can be judged before dialling: the scheme and IP literals in any spelling (the
    /// URL parser has already turned `2130706433` and `0x7f.1` into addresses).
    pub(super) fn check(&self, url: &Url) -> Result<(), Error> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Scheme(url.scheme().to_owned()));
        }
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            _ => return Ok(()),
        };
        self.judge(address.to_string().as_str(), address)
            .map_err(|refused| Error::Private {
                host: refused.host,
                address,
            })
    }

    fn judge(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        let canonical = address.to_canonical();
        let allowed = self
            .allow
            .iter()
            .any(|a| a.covers(canonical) || matches!(a, Allow::Host(h) if h == host));
        if allowed || !is_private(canonical) {
            Ok(())
        } else {
            Err(Refused {
                host: host.to_owned(),
                address,
            })
        }
    }

    /// Where a host leads, if every address that it has may be dialled: which of them it will be is
    /// not ours to say.
    async fn dialled(&self, host: &str) -> Result<Vec<SocketAddr>, Undialled> {
        let host = host.to_lowercase();
        let found = (self.lookup)(host.clone()).await?;
        for address in &found {
            self.judge(&host, address.ip())?;
        }
        Ok(found)
    }

    /// The addresses that a URL leads to.
    pub(super) async fn addresses(&self, url: &Url) -> Result<Vec<IpAddr>, Error> {
        self.check(url)?;
        match url.host() {
            Some(Host::Ipv4(v4)) => Ok(vec![IpAddr::V4(v4)]),
            Some(Host::Ipv6(v6)) => Ok(vec![IpAddr::V6(v6)]),
            Some(Host::Domain(name)) => match self.dialled(name).await {
                Ok(found) => Ok(found.iter().map(SocketAddr::ip).collect()),
                Err(Undialled::Refused(Refused { host, address })) => {
                    Err(Error::Private { host, address })
                }
                Err(Undialled::Unknown(_)) => Err(Error::UnknownHost),
            },
            None => Err(Error::UnknownHost),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            match guard.dialled(name.as_str()).await {
                Ok(found) => Ok(Box::new(found.into_iter()) as Addrs),
                Err(Undialled::Refused(refused)) => Err(refused.into()),
                Err(Undialled::Unknown(error)) => Err(error.into()),
            }
        })
    }
}

/// Finds our own refusal among the causes of a client's error.
pub(super) fn refusal(error: &reqwest::Error) -> Option<Error> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<Refused>() {
            return Some(Error::Private {
                host: refused.host.clone(),
                address: refused.address,
            });
        }
        cause = error.source();
    }
    None
}

/// Whether an address is nobody's on the public internet (the IANA special-purpose registries).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18)
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = || {
        let [.., high, low] = segments;
        Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))
    };
    address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || matches!(segments, [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..])
        // Addresses to throw away, those of segment routing, and those of a site, as was once meant.
        || matches!(segments, [0x100, 0, 0, 0, ..] | [0x5f00 | 0xfec0..=0xfeff, ..])
        // Teredo hides an IPv4 address.
        || matches!(segments, [0x2001, 0, ..])
        // NAT64 and the old v4-compatible form carry an IPv4 address; 6to4 carries one further up.
        || (matches!(segments, [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0, 0, ..]) && is_private_v4(embedded()))
        || matches!(segments, [0x64, 0xff9b, 1, ..])
        || (segments[0] == 0x2002
            && is_private_v4(Ipv4Addr::from((u32::from(segments[1]) << 16) | u32::from(segments[2]))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(url: &str, allow: &[&str]) -> bool {
        let allow = allow.iter().map(|a| Allow::parse(a).unwrap()).collect();
        Guard::new(allow).check(&Url::parse(url).unwrap()).is_err()
    }

    #[test]
    fn private_literals_are_refused_in_any_spelling() {
        for host in [
            "127.0.0.1",
            "127.0.0.2",
            "2130706434",
            "0x7f.0.0.2",
            "0177.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.1",
            "198.18.0.1",
            "240.0.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.2]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[fc00::1]",
            "[fe80::1]",
            "[ff02::1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::1]",
            "[3fff:fff::1]",
            "[100::1]",
            "[5f00::1]",
            "[fec0::1]",
        ] {
            assert!(refuses(&format!("http://{host}/"), &[]), "{host}");
        }
    }

    #[test]
    fn public_literals_and_names_pass() {
        for host in [
            "93.184.215.14",
            "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]",
            "example.org",
        ] {
            assert!(!refuses(&format!("https://{host}/"), &[]), "{host}");
        }
    }

    /// Names of our own.
    #[expect(clippy::needless_pass_by_value, reason = "a Lookup owns its name")]
    fn led_by(host: String) -> Found {
        let addresses = match host.as_str() {
            "mixed.example" => vec!["93.184.215.14", "10.0.0.1"],
            "mapped.example" => vec!["::ffff:192.168.0.1"],
            "nat64.example" => vec!["64:ff9b::7f00:1"],
            "home.example" => vec!["127.0.0.1"],
            _ => vec!["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
        };
        let addresses = addresses
            .into_iter()
            .map(|a| SocketAddr::new(a.parse().unwrap(), 0));
        let addresses = addresses.collect();
        Box::pin(async move { Ok(addresses) })
    }

    async fn leads_to(name: &str, allow: &[&str]) -> Result<usize, String> {
        let guard = Guard {
            allow: allow.iter().map(|a| Allow::parse(a).unwrap()).collect(),
            lookup: led_by,
        };
        let found = guard.resolve(name.parse().unwrap()).await;
        found.map(Iterator::count).map_err(|e| e.to_string())
    }

    #[tokio::test]
    async fn a_name_is_judged_by_every_address_it_leads_to() {
        assert_eq!(leads_to("public.example", &[]).await, Ok(2));
        for name in [
            "home.example",
            "mixed.example",
            "mapped.example",
            "nat64.example",
        ] {
            let error = leads_to(name, &[]).await.unwrap_err();
            assert!(error.contains("private address"), "{name}: {error}");
        }
    }

    #[tokio::test]
    async fn an_allowed_name_or_network_is_let_through() {
        assert_eq!(leads_to("Mixed.example", &["mixed.example"]).await, Ok(2));
        assert_eq!(leads_to("mixed.example", &["10.0.0.0/8"]).await, Ok(2));
        assert_eq!(leads_to("mapped.example", &["192.168.0.0/16"]).await, Ok(1));
        assert!(leads_to("home.example", &["mixed.example"]).await.is_err());
    }

    #[test]
    fn an_allowed_network_passes_and_others_do_not() {
        assert!(!refuses("http://127.0.1.9/", &["127.0.0.0/8"]));
        assert!(!refuses("http://[::ffff:127.0.0.2]/", &["127.0.0.0/8"]));
        assert!(refuses("http://10.0.0.1/", &["127.0.0.0/8"]));
    }

    #[test]
    fn only_web_schemes_are_asked() {
        assert!(refuses("file:///etc/passwd", &[]));
        assert!(refuses("gopher://example.org/", &[]));
    }

    #[test]
    fn what_may_be_allowed_is_a_host_or_a_network() {
        assert!(Allow::parse("feeds.lan").is_ok());
        assert!(Allow::parse("10.0.0.0/33").is_err());
        assert!(Allow::parse("10.0.0.0/x").is_err());
        assert!(Allow::parse("a b").is_err());
    }
}
