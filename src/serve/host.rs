//! The host names that the server accepts.
//!
//! A website can point its own name at 127.0.0.1 (DNS rebinding). For the browser, this server is then
//! part of that site, whose scripts may read every answer. The name is in each request, so requests
//! for a name that is not this server's are refused.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{StatusCode, Version, header, uri::Authority},
    response::{IntoResponse, Response},
};
use tonic::Status;

use super::is_grpc;

/// The names of a server.
#[derive(Clone, Debug)]
pub struct Names {
    /// The address that it listens on.
    address: IpAddr,
    /// The names that `--host` adds.
    added: Vec<String>,
}

impl Names {
    pub fn new(address: IpAddr, added: &[String]) -> Self {
        Self { address, added: added.to_vec() }
    }

    /// Accepts a request that is meant for this server.
    ///
    /// # Errors
    ///
    /// The response to any other request.
    #[expect(clippy::result_large_err, reason = "it is sent at once")]
    pub fn check(&self, request: &Request) -> Result<(), Response> {
        let authority = request.uri().authority().cloned();
        let host = request.headers().get(header::HOST);
        let authority = match (authority, host) {
            (Some(authority), _) => authority,
            (None, Some(host)) => Authority::try_from(host.as_bytes()).map_err(|_| {
                (StatusCode::BAD_REQUEST, "The Host header is not a host name.\n").into_response()
            })?,
            // Only HTTP/1.1 requires a host. Browsers always send it; a proxy's health check may
            // not.
            (None, None) if request.version() != Version::HTTP_11 => return Ok(()),
            (None, None) => {
                let what = "The request has no Host header, which HTTP/1.1 requires.\n";
                return Err((StatusCode::BAD_REQUEST, what).into_response());
            }
        };
        if self.includes(authority.host()) {
            return Ok(());
        }
        // No more of it than a name can have: a status travels as headers, which have to be short.
        let host = &authority.host()[..authority.host().floor_char_boundary(255)];
        let what = format!(
            "This server does not answer to {host:?}. If that is its name, start it with --host {host}"
        );
        if is_grpc(request.headers()) {
            // Plain HTTP clients read the HTTP status, gRPC clients the gRPC code.
            let mut answer = Status::permission_denied(what).into_http::<axum::body::Body>();
            *answer.status_mut() = StatusCode::FORBIDDEN;
            return Err(answer);
        }
        Err((StatusCode::FORBIDDEN, what + "\n").into_response())
    }

    fn includes(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
        match bare.parse::<IpAddr>() {
            // An address is not a name, so it cannot be registered.
            Ok(address) => {
                address.is_loopback() || address == self.address || self.address.is_unspecified()
            }
            Err(_) => {
                bare.eq_ignore_ascii_case("localhost")
                    || self.added.iter().any(|name| bare.eq_ignore_ascii_case(name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn names(address: &str) -> Names {
        Names::new(address.parse().unwrap(), &["box.example".to_owned()])
    }

    #[test]
    fn its_own_names_are_answered_and_no_others() {
        let loopback = names("127.0.0.1");
        for host in ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "[::1]", "Box.Example"] {
            assert!(loopback.includes(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "192.0.2.1", "", "127.0.0.1.nip.io"]
        {
            assert!(!loopback.includes(host), "{host}");
        }
        assert!(names("192.0.2.1").includes("192.0.2.1"));
        assert!(!names("192.0.2.1").includes("192.0.2.2"));
        assert!(names("0.0.0.0").includes("192.0.2.2"));
        assert!(!names("0.0.0.0").includes("evil.example"));
    }

    #[test]
    fn refusals_say_why() {
        let refused = |request: axum::http::request::Builder| {
            names("127.0.0.1").check(&request.body(Body::empty()).unwrap()).unwrap_err().status()
        };
        let get = || Request::get("/");
        assert_eq!(refused(get()), StatusCode::BAD_REQUEST);
        let http2 = get().version(Version::HTTP_2).body(Body::empty()).unwrap();
        assert!(names("127.0.0.1").check(&http2).is_ok());
        assert_eq!(refused(get().header("host", "a b")), StatusCode::BAD_REQUEST);
        assert_eq!(refused(get().header("host", "evil.example:80")), StatusCode::FORBIDDEN);
        // HTTP/2 has the name in the request's line, even if there is a host header too.
        let both = Request::get("http://evil.example/").header("host", "localhost");
        assert_eq!(refused(both), StatusCode::FORBIDDEN);

        for host in ["evil.example".to_owned(), "evil.".repeat(2_000)] {
            let grpc = Request::post(format!("http://{host}/hello.Greeter/SayHello"))
                .header("content-type", "application/grpc");
            let answer = names("::1").check(&grpc.body(Body::empty()).unwrap()).unwrap_err();
            assert_eq!(answer.headers()["grpc-status"], "7");
            assert!(answer.headers()["grpc-message"].len() < 1_000);
        }
    }
}
