//! Which hosts may be connected to: the address that is checked is the address that is used.

use crate::Config;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use ureq::config::Config as UreqConfig;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// True for an address of the public internet: not this machine, not a private or a provider's inner network, not a group of
/// hosts, nothing reserved, and no such address inside an IPv6 address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// The networks of RFC 6890 and its successors that are not globally reachable: address, bits.
const PRIVATE_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_in = |(network, bits): &([u8; 4], u32)| {
        (u32::from(address) ^ u32::from_be_bytes(*network)).checked_shr(32 - bits) == Some(0)
    };
    !PRIVATE_V4.iter().any(is_in)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let v4 = |high: u16, low: u16| is_public_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match s {
        // An IPv4 address written as IPv6, and one behind NAT64.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        // 6to4 carries an IPv4 address too.
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo and other protocols' own, documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Only this eighth is given out.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// What may be connected to.
#[derive(Debug, Clone)]
pub(crate) struct Permit {
    all: bool,
    also: Vec<SocketAddr>,
}

impl Permit {
    pub(crate) fn new(config: &Config) -> Self {
        Permit { all: config.allow_private, also: config.allow.clone() }
    }

    fn allows(&self, address: &SocketAddr) -> bool {
        self.all || is_public(address.ip()) || self.also.contains(address)
    }
}

/// All addresses of a host are refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub IpAddr);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not public", self.0)
    }
}

impl std::error::Error for Refused {}

/// Resolves names and leaves only what is allowed. It is asked before each connection, and nothing else resolves names.
#[derive(Debug)]
pub(crate) struct Guard<R = DefaultResolver> {
    permit: Permit,
    inner: R,
}

impl Guard {
    pub(crate) fn new(permit: Permit) -> Self {
        Guard { permit, inner: DefaultResolver::default() }
    }
}

impl<R: Resolver> Resolver for Guard<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &UreqConfig,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        found.iter().filter(|a| self.permit.allows(a)).for_each(|a| allowed.push(*a));
        match (allowed.is_empty(), found.first()) {
            (false, _) => Ok(allowed),
            (true, Some(first)) => Err(ureq::Error::Other(Box::new(Refused(first.ip())))),
            (true, None) => Err(ureq::Error::HostNotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn private_addresses_are_known_in_all_dresses() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.19.0.1",
            "203.0.113.5",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:a00:1::",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    /// Answers differently each time it is asked.
    #[derive(Debug)]
    struct Changing(Mutex<Vec<Vec<&'static str>>>);

    impl Resolver for Changing {
        fn resolve(&self, _: &Uri, _: &UreqConfig, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let mut addresses = self.empty();
            self.0.lock().unwrap().remove(0).iter().for_each(|a| addresses.push(a.parse().unwrap()));
            Ok(addresses)
        }
    }

    #[test]
    fn what_is_connected_to_is_what_was_checked() {
        let answers = vec![vec!["1.1.1.1:80"], vec!["127.0.0.1:80"], vec!["10.0.0.1:80", "1.1.1.1:80"], vec![]];
        let permit = Permit { all: false, also: Vec::new() };
        let guard = Guard { permit, inner: Changing(Mutex::new(answers)) };
        let ask = || {
            let no_limit =
                NextTimeout { after: ureq::unversioned::transport::time::Duration::NotHappening, ..Default::default() };
            guard.resolve(&"http://rebinding.example/".parse().unwrap(), &UreqConfig::default(), no_limit)
        };
        assert_eq!(ask().unwrap().to_vec(), ["1.1.1.1:80".parse().unwrap()]);
        match ask().unwrap_err() {
            ureq::Error::Other(why) => assert_eq!(why.downcast_ref(), Some(&Refused("127.0.0.1".parse().unwrap()))),
            other => panic!("{other}"),
        }
        assert_eq!(ask().unwrap().to_vec(), ["1.1.1.1:80".parse().unwrap()], "of several only the public one is left");
        assert!(matches!(ask(), Err(ureq::Error::HostNotFound)));
    }
}
