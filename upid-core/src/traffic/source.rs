//! Monitoring sources: addresses, networks and names.

use std::net::IpAddr;

use crate::error::{Error, ErrorKind, Result};

/// A configured source of monitoring traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// Addresses whose first `prefix` bits equal those of `address`.
    Network { address: IpAddr, prefix: u8 },
    /// A name, in lower case.
    Name(String),
}

impl Source {
    /// Reads an address, a network in CIDR form or a name; digits, `.`, `:` and `/` that form no address are refused.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let (host, prefix) = match text.split_once('/') {
            Some((host, prefix)) => (host, Some(prefix)),
            None => (text, None),
        };
        if let Ok(address) = host.parse::<IpAddr>() {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            match prefix.map_or(Ok(bits), str::parse::<u8>) {
                Ok(prefix) if prefix <= bits => return Ok(Self::Network { address, prefix }),
                _ => return Err(refused(text)),
            }
        }
        let name = text.trim();
        let is_numeric =
            name.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b':' | b'/'));
        if is_numeric { Err(refused(text)) } else { Ok(Self::Name(name.to_ascii_lowercase())) }
    }

    /// Whether a source of requests is this one.
    pub(super) fn matches(&self, name: &str, address: Option<IpAddr>) -> bool {
        match self {
            Self::Name(wanted) => wanted.eq_ignore_ascii_case(name),
            Self::Network { address: network, prefix } => address
                .and_then(|address| shared_bits(*network, address))
                .is_some_and(|bits| bits >= u32::from(*prefix)),
        }
    }
}

/// The address a source text holds, if it is one; IPv4 inside IPv6 is unwrapped.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// How many leading bits agree; `None` between IPv4 and IPv6.
fn shared_bits(a: IpAddr, b: IpAddr) -> Option<u32> {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => Some((a.to_bits() ^ b.to_bits()).leading_zeros()),
        (IpAddr::V6(a), IpAddr::V6(b)) => Some((a.to_bits() ^ b.to_bits()).leading_zeros()),
        _ => None,
    }
}

fn refused(text: &str) -> Error {
    Error::new(ErrorKind::InvalidConfig, format!("{text:?} is neither an address nor a network"))
        .hint("write an IP such as 10.0.0.7, a network such as 10.0.0.0/8 or fd00::/8, or a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_networks_and_names() {
        let hit =
            |source: &str, text: &str| Source::parse(source).unwrap().matches(text, address(text));
        assert!(hit("10.1.2.3", "10.1.2.3"));
        assert!(hit("10.1.2.3", "::ffff:10.1.2.3"));
        assert!(!hit("10.1.2.3", "10.1.2.4"));
        assert!(hit("10.1.0.0/16", "10.1.200.4"));
        assert!(!hit("10.1.0.0/16", "10.2.0.4"));
        assert!(hit("fd00::/8", "fd12::1"));
        assert!(!hit("fd00::/8", "10.0.0.1"));
        assert!(hit("Kubelet", "kubelet"));
        assert!(!hit("kubelet", "kubelet-2"));
        for text in ["10.0.0.256", "10.0.0.0/33", "1.2.3", "::/129", "", "10/8"] {
            assert!(Source::parse(text).is_err(), "{text}");
        }
    }
}
