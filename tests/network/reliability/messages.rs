//! Messages that do not match their five-byte prefix.

use std::net::SocketAddr;

use tonic::{Code, Status, body::Body, codegen::http::Request, transport::Endpoint};
use tower::ServiceExt;

use super::siege::Siege;

/// The bytes sent to `SayHello`, and the codes of the refusal.
const MESSAGES: [(&str, &[u8], &[Code]); 6] = [
    // The specification says RESOURCE_EXHAUSTED, tonic OUT_OF_RANGE.
    (
        "4 GiB announced",
        b"\0\xff\xff\xff\xff\x0a\x03Eve",
        &[Code::ResourceExhausted, Code::OutOfRange],
    ),
    ("compressed, with nothing said of how", b"\x01\0\0\0\x05\x0a\x03Eve", &[Code::Internal]),
    ("a flag that there is not", b"\x02\0\0\0\x05\x0a\x03Eve", &[Code::Internal]),
    ("a message that breaks off", b"\0\0\0\0\x05\x0a\x03E", &[Code::Internal]),
    ("a field that is longer than its message", b"\0\0\0\0\x05\x0a\x7fEve", &[Code::Internal]),
    ("text that is not UTF-8", b"\0\0\0\0\x05\x0a\x03\xffve", &[Code::Internal]),
];

/// Sends all messages, on one connection.
pub fn send_all(address: SocketAddr, _: &Siege) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let endpoint = Endpoint::from_shared(format!("http://{address}"));
        let channel = endpoint.map_err(|error| error.to_string())?.connect_lazy();
        for (name, bytes, codes) in MESSAGES {
            let request = Request::post(format!("http://{address}/hello.Greeter/SayHello"))
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .body(Body::new(axum::body::Body::from(bytes)))
                .map_err(|error| error.to_string())?;
            let response = channel.clone().oneshot(request).await;
            let response = response.map_err(|error| format!("{name}: {error}"))?;
            // The status of a call without a message is in its headers.
            let code = Status::from_header_map(response.headers()).map(|status| status.code());
            if !code.is_some_and(|code| codes.contains(&code)) {
                return Err(format!(
                    "{name}: it ends with {code:?}, and not with one of {codes:?}"
                ));
            }
        }
        Ok(())
    })
}
