//! The address by which clients reach the server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::Url;

/// The address by which clients reach the server. Never made from a Host header, which is the client's to choose.
#[derive(Debug, Clone)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address that is configured; else that at which the server listens.
    pub fn new(configured: Option<&Url>, listening_on: SocketAddr) -> Result<Self, url::ParseError> {
        match configured {
            Some(url) => Ok(url.clone().into()),
            None => Url::parse(&format!("http://{}/", reachable(listening_on))).map(Self),
        }
    }

    /// The address of a path (and query).
    pub fn address(&self, path: &str) -> Url {
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.0.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{path}"));
        url.set_query(query);
        url
    }
}

/// What is configured.
impl From<Url> for PublicUrl {
    fn from(url: Url) -> Self {
        Self(url)
    }
}

/// Where one can connect to: "all addresses" is none of them.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
