//! Addresses as people write them, and what is wrong with one.

use std::{io, net::Ipv6Addr, time::Duration};

use tonic::transport::Endpoint;

use crate::Error;

/// The time to look up a name.
const LOOK_UP: Duration = Duration::from_secs(5);

/// The server at `http://HOST:PORT`, or at HOST:PORT as gRPC has it in other languages.
///
/// # Errors
///
/// [`Error::Address`].
pub async fn endpoint(text: &str) -> Result<Endpoint, Error> {
    let address = |problem| Error::Address { address: text.to_owned(), problem };
    let (host, port) = to_call(text).map_err(address)?;
    let endpoint = Endpoint::from_shared(format!("http://{host}:{port}"))
        .map_err(|_| address(format!("{host:?} is not the name of a host")))?;
    // The transport's error would not tell an unknown name from a server that is gone.
    let known = tokio::time::timeout(LOOK_UP, tokio::net::lookup_host((bare(host), port))).await;
    let known = known.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    known.map(|_| endpoint).map_err(|error| address(unknown(host, &error)))
}

/// The address to listen on that HOST:PORT names. The host may be a name, such as localhost.
///
/// # Errors
///
/// [`Error::Address`], which says what is wrong with `text`.
#[cfg(feature = "production")]
pub fn resolve(text: &str) -> Result<std::net::SocketAddr, Error> {
    to_listen(text).map_err(|problem| Error::Address { address: text.to_owned(), problem })
}

fn to_call(text: &str) -> Result<(&str, u16), String> {
    let (authority, default_port) = match text.split_once("://") {
        None => (text, None),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (rest, Some(80)),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => {
            return Err(
                "https needs TLS, which is not used here: write http://HOST:PORT, or make \
                        the channel yourself, as the example grpc_tls does"
                    .into(),
            );
        }
        Some((scheme, _)) => {
            return Err(format!("{scheme}:// is not understood: write http://HOST:PORT"));
        }
    };
    let (host, port) = split(authority.strip_suffix('/').unwrap_or(authority))?;
    match port.or(default_port) {
        Some(0) => Err("port 0 is for servers, which take any free one".into()),
        Some(port) => Ok((host, port)),
        None => Err("the port is missing: write HOST:PORT".into()),
    }
}

#[cfg(feature = "production")]
fn to_listen(text: &str) -> Result<std::net::SocketAddr, String> {
    use std::net::ToSocketAddrs;

    if let Some((_, rest)) = text.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        return Err(match split(authority) {
            Ok((_, Some(_))) => format!("a server listens on HOST:PORT: write {authority:?}"),
            _ => "a server listens on HOST:PORT, without a scheme or a path".into(),
        });
    }
    let (host, port) = split(text)?;
    let port = port.ok_or("the port is missing: write HOST:PORT")?;
    let found = (bare(host), port).to_socket_addrs().map_err(|error| unknown(host, &error))?;
    let found: Vec<_> = found.collect();
    // localhost is both, and more programs look for it there.
    let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
    first.copied().ok_or_else(|| unknown(host, &io::ErrorKind::NotFound.into()))
}

/// The host, in brackets if it is an IPv6 address, and the port.
fn split(authority: &str) -> Result<(&str, Option<u16>), String> {
    if authority.is_empty() {
        return Err("it is empty: write HOST:PORT".into());
    }
    if let Some(at) = authority.find(['/', '?', '#']) {
        return Err(format!(
            "{:?} is not part of an address: a call's only path is the name of its method",
            &authority[at..]
        ));
    }
    if authority.contains('@') {
        return Err("a user is not part of an address: gRPC sends credentials as metadata".into());
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if host.is_empty() {
        return Err("the host is missing: write HOST:PORT, such as 127.0.0.1:50051".into());
    }
    if host.contains([':', '[', ']'])
        && (bare(host) == host || bare(host).parse::<Ipv6Addr>().is_err())
    {
        return Err("an IPv6 address, and nothing else, is in brackets: write [::1]:50051".into());
    }
    let port = port.map(|port| {
        port.parse()
            .map_err(|_| format!("the port is {port:?}: it has to be a number of at most 65535"))
    });
    Ok((host, port.transpose()?))
}

/// The host without the brackets of IPv6.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}

fn unknown(host: &str, error: &io::Error) -> String {
    format!("no address is known for the name {host:?}: {error}")
}
