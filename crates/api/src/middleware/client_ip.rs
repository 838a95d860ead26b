//! Whose address a request comes from, behind proxies too.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// The client's address: the peer's, or where the peer is a trusted proxy the last address in `X-Forwarded-For` that is
/// none. Entries before that one were written by the client itself and prove nothing.
pub fn client_ip<'a>(
    peer: IpAddr,
    forwarded_for: impl Iterator<Item = &'a str>,
    trusted: &[IpNet],
) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    if !is_trusted(peer) {
        return peer;
    }
    let entries: Vec<&str> = forwarded_for.flat_map(|header| header.split(',')).collect();
    let mut client = peer;
    for entry in entries.iter().rev() {
        let Ok(address) = entry.trim().parse::<IpAddr>() else {
            return client;
        };
        client = address.to_canonical();
        if !is_trusted(client) {
            return client;
        }
    }
    client
}

/// What is limited as one: an IPv4 address, or the /64 that one customer of an IPv6 provider has to himself.
pub fn limited_as(address: IpAddr) -> IpAddr {
    const UPPER_HALF: u128 = !0 << 64;
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & UPPER_HALF)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(peer: &str, header: &str) -> IpAddr {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client_ip(ip(peer), [header].into_iter(), &trusted)
    }

    #[test]
    fn a_stranger_cannot_choose_his_address() {
        assert_eq!(client("203.0.113.5", "198.51.100.1"), ip("203.0.113.5"));
    }

    #[test]
    fn behind_trusted_proxies_the_last_foreign_address_counts() {
        assert_eq!(
            client("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2"),
            ip("198.51.100.1")
        );
        assert_eq!(client("10.0.0.1", ""), ip("10.0.0.1"));
        assert_eq!(client("10.0.0.1", "198.51.100.1, rubbish"), ip("10.0.0.1"));
    }

    #[test]
    fn one_ipv6_customer_is_one_client() {
        assert_eq!(limited_as(ip("2001:db8::1")), limited_as(ip("2001:db8::ffff:1")));
        assert_ne!(limited_as(ip("2001:db8::1")), limited_as(ip("2001:db8:0:1::1")));
        assert_eq!(limited_as(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }
}
