//! Which addresses a request may connect to. A feed or a redirect must not reach into the network that
//! feedmill runs in (SSRF). A name is judged by the addresses it resolves to, at the moment of the
//! connection. An IP literal, which the resolver never gets, is judged by itself.

use super::Error;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use url::{Host, Url};

/// A private host or network that requests may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allow {
    /// A host by name.
    Host(String),
    /// A network, e.g. `127.0.0.0/8`.
    Network(IpNet),
}

impl Allow {
    /// Reads `"feeds.lan"`, `"10.1.2.3"` or `"127.0.0.0/8"`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let network = match text.split_once('/') {
            Some((address, bits)) => network(address, bits),
            None => text.parse::<IpAddr>().ok().map(IpNet::from),
        };
        match network {
            Some(network) => Ok(Self::Network(network)),
            None if Host::parse(text).is_ok() => Ok(Self::Host(text.to_lowercase())),
            None => Err(format!(
                "\"{text}\" is neither a host nor a network; write for example \"feeds.lan\" or \"127.0.0.0/8\""
            )),
        }
    }

    /// The host of an address that a person typed: it is meant, whether it is private or not.
    pub fn host_of(url: &Url) -> Option<Self> {
        Self::parse(url.host_str()?.trim_matches(['[', ']'])).ok()
    }

    fn covers(&self, candidate: IpAddr) -> bool {
        match self {
            Self::Host(_) => false,
            Self::Network(network) => network.contains(&candidate),
        }
    }
}

/// The standard library reads the address, not ipnet, to which `010.0.0.1` is `10.0.0.1`; to others
/// it is `8.0.0.1`.
fn network(address: &str, bits: &str) -> Option<IpNet> {
    IpNet::new(address.parse().ok()?, bits.parse().ok()?).ok()
}

/// Judges addresses. As reqwest's resolver it also judges those that names resolve to.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    allow: Vec<Allow>,
    lookup: Lookup,
}

/// Resolves a name. Tests use their own names.
type Lookup = fn(String) -> Found;
type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

fn look_up(host: String) -> Found {
    Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
}

/// An address that is refused.
#[derive(Debug, thiserror::Error)]
#[error("{host} leads to the private address {address}")]
struct Refused {
    host: String,
    address: IpAddr,
}

/// Why a name cannot be dialled; the resolver returns it through reqwest.
#[derive(Debug, thiserror::Error)]
enum Undialled {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Unknown(#[from] std::io::Error),
}

impl From<&Undialled> for Error {
    fn from(error: &Undialled) -> Self {
        match error {
            Undialled::Refused(Refused { host, address }) => Self::Private {
                host: host.clone(),
                address: *address,
            },
            Undialled::Unknown(_) => Self::UnknownHost,
        }
    }
}

impl Guard {
    pub(super) fn new(allow: Vec<Allow>) -> Self {
        Self {
            allow,
            lookup: look_up,
        }
    }

    /// Judges what can be judged before a connection: the scheme and IP literals in any spelling (the
    /// URL parser has already turned `2130706433` and `0x7f.1` into addresses).
    pub(super) fn check(&self, url: &Url) -> Result<(), Error> {
        check(url, &self.allow)
    }

    /// The addresses of a host, if all of them are allowed: the client chooses one of them.
    async fn dialled(&self, host: &str) -> Result<Vec<SocketAddr>, Undialled> {
        let host = host.to_lowercase();
        let found = (self.lookup)(host.clone()).await?;
        for address in &found {
            judge(&host, address.ip(), &self.allow)?;
        }
        Ok(found)
    }

    /// The addresses that the host of a URL resolves to.
    pub(super) async fn addresses(&self, url: &Url) -> Result<Vec<IpAddr>, Error> {
        self.check(url)?;
        match url.host() {
            Some(Host::Ipv4(v4)) => Ok(vec![IpAddr::V4(v4)]),
            Some(Host::Ipv6(v6)) => Ok(vec![IpAddr::V6(v6)]),
            Some(Host::Domain(name)) => match self.dialled(name).await {
                Ok(found) => Ok(found.iter().map(SocketAddr::ip).collect()),
                Err(error) => Err((&error).into()),
            },
            None => Err(Error::UnknownHost),
        }
    }
}

fn check(url: &Url, allow: &[Allow]) -> Result<(), Error> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::Scheme(url.scheme().to_owned()));
    }
    let address = match url.host() {
        Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
        Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        _ => return Ok(()),
    };
    // Without its name, which takes longer to write than all of this.
    if is_open(address, allow) {
        return Ok(());
    }
    judge(&address.to_string(), address, allow).map_err(|refused| Error::Private {
        host: refused.host,
        address,
    })
}

fn judge(host: &str, address: IpAddr, allow: &[Allow]) -> Result<(), Refused> {
    let is_named = |allow: &Allow| matches!(allow, Allow::Host(name) if name == host);
    if is_open(address, allow) || allow.iter().any(is_named) {
        Ok(())
    } else {
        Err(Refused {
            host: host.to_owned(),
            address,
        })
    }
}

/// Whether requests may go to an address, whatever the name is that leads to it.
fn is_open(address: IpAddr, allow: &[Allow]) -> bool {
    let canonical = address.to_canonical();
    !is_private(canonical) || allow.iter().any(|allow| allow.covers(canonical))
}

/// The host of a URL, if it is private and `allow` does not name it: requests to it will be refused. No
/// name is looked up. So of names only those are known that lead into a private network everywhere: those
/// without a dot, and those below the top-level names that are kept for such networks.
pub fn refused_host(url: &Url, allow: &[Allow]) -> Option<String> {
    /// RFC 6762, RFC 8375 and ICANN's resolution on `internal`; the others were never given to anybody
    /// because so many networks use them (appendix G of RFC 6762).
    const PRIVATE: [&str; 9] = [
        "local",
        "home.arpa",
        "internal",
        "corp",
        "home",
        "intranet",
        "lan",
        "localdomain",
        "private",
    ];
    let Some(Host::Domain(name)) = url.host() else {
        return check(url, allow).is_err().then(|| {
            url.host_str()
                .unwrap_or_default()
                .trim_matches(['[', ']'])
                .to_owned()
        });
    };
    let host = name.trim_end_matches('.').to_lowercase();
    let is_below = |top: &str| {
        host.strip_suffix(top)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    let is_refused = if host == "localhost" || is_below("localhost") {
        judge(&host, Ipv4Addr::LOCALHOST.into(), allow).is_err()
    } else {
        // It may be in any of the networks that are allowed.
        let is_allowed = |allow: &Allow| match allow {
            Allow::Host(name) => *name == host,
            Allow::Network(_) => true,
        };
        (!host.contains('.') || PRIVATE.iter().any(|top| is_below(top)))
            && !allow.iter().any(is_allowed)
    };
    is_refused.then_some(host)
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.dialled(name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The error of our own resolver among the causes of a client's error.
pub(super) fn failed_lookup(error: &reqwest::Error) -> Option<Error> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(undialled) = error.downcast_ref::<Undialled>() {
            return Some(undialled.into());
        }
        cause = error.source();
    }
    None
}

/// What is not on the public internet (the IANA special-purpose registry of IPv4).
const PRIVATE_V4: [Ipv4Net; 13] = [
    v4([0, 0, 0, 0], 8),       // this network
    v4([10, 0, 0, 0], 8),      // private
    v4([100, 64, 0, 0], 10),   // shared behind a provider's NAT
    v4([127, 0, 0, 0], 8),     // loopback
    v4([169, 254, 0, 0], 16),  // link-local
    v4([172, 16, 0, 0], 12),   // private
    v4([192, 0, 0, 0], 24),    // protocol assignments
    v4([192, 0, 2, 0], 24),    // documentation
    v4([192, 168, 0, 0], 16),  // private
    v4([198, 18, 0, 0], 15),   // benchmarks
    v4([198, 51, 100, 0], 24), // documentation
    v4([203, 0, 113, 0], 24),  // documentation
    v4([224, 0, 0, 0], 3),     // multicast, reserved, broadcast
];

/// The same of IPv6.
const PRIVATE_V6: [Ipv6Net; 12] = [
    Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), // unspecified
    Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128),   // loopback
    v6([0x64, 0xff9b, 1], 48),                       // NAT64 inside a network
    v6([0x100, 0, 0], 64),                           // addresses to throw away
    v6([0x2001, 0, 0], 32),                          // Teredo, which hides an IPv4 address
    v6([0x2001, 0xdb8, 0], 32),                      // documentation
    v6([0x3fff, 0, 0], 20),                          // documentation
    v6([0x5f00, 0, 0], 16),                          // segment routing
    v6([0xfc00, 0, 0], 7),                           // unique local
    v6([0xfe80, 0, 0], 10),                          // link-local
    v6([0xfec0, 0, 0], 10),                          // of a site, as was once meant
    v6([0xff00, 0, 0], 8),                           // multicast
];

/// Networks of IPv6 whose addresses carry one of IPv4, and the octet that it begins with.
const CARRIERS: [(Ipv6Net, usize); 3] = [
    (v6([0x64, 0xff9b, 0], 96), 12), // NAT64
    (v6([0, 0, 0], 96), 12),         // the old v4-compatible form
    (v6([0x2002, 0, 0], 16), 2),     // 6to4
];

const fn v4([a, b, c, d]: [u8; 4], bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

/// A network by the first three groups of its address; the others are 0.
const fn v6([a, b, c]: [u16; 3], bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

/// Whether an address is not on the public internet.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    PRIVATE_V4.iter().any(|network| network.contains(&address))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let octets = address.octets();
    let carries_private = |&(network, at): &(Ipv6Net, usize)| {
        let carried = Ipv4Addr::new(octets[at], octets[at + 1], octets[at + 2], octets[at + 3]);
        network.contains(&address) && is_private_v4(carried)
    };
    PRIVATE_V6.iter().any(|network| network.contains(&address))
        || CARRIERS.iter().any(carries_private)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;
    use std::sync::Arc;

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
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "[2001:db8::1]",
            "[64:ff9b:1::1]",
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
            "172.32.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "[64:ff9b::5db8:d70e]",
            "[2002:5db8:d70e::1]",
            "[3fff:1000::1]",
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
    async fn what_the_resolver_says_is_found_behind_the_clients_error() {
        fn unknown(_: String) -> Found {
            Box::pin(async { Err(std::io::Error::other("no such host")) })
        }
        let _ = rustls::crypto::ring::default_provider().install_default();
        let failed = async |lookup: Lookup, url: &str| {
            let guard = Guard {
                allow: Vec::new(),
                lookup,
            };
            let client = reqwest::Client::builder().no_proxy();
            let client = client.dns_resolver(Arc::new(guard)).build().unwrap();
            Error::from(client.get(url).send().await.unwrap_err()).kind()
        };
        assert_eq!(
            failed(unknown, "http://nowhere.example/").await,
            FailureKind::Dns
        );
        assert_eq!(
            failed(led_by, "http://home.example/").await,
            FailureKind::BlockedAddress
        );
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
        assert!(Allow::parse("010.0.0.0/8").is_err());
    }
}
