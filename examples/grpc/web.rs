//! Let a page from another origin call a gRPC-web server.
//!
//! Why you would: the page comes from a bundler's development server, or from another host than the
//! service. Then the browser asks the server first, and hides from the page what it does not name.
//!
//! ```console
//! $ cargo run --example grpc_web
//! http://localhost:5173: may call
//! http://elsewhere.example: may not call
//! ```

use std::net::SocketAddr;

use grpc_demo::{hello::greeter_server::GreeterServer, services::GreeterService};
use http::{HeaderName, HeaderValue, Method};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};
use tonic::transport::{Server, server::TcpIncoming};
use tonic_web::GrpcWebLayer;
use tower_http::cors::CorsLayer;

const PAGE: &str = "http://localhost:5173";

/// The headers that a client sends. One that has a token sends `authorization` as well.
const SENT: [&str; 4] = ["content-type", "grpc-timeout", "x-grpc-web", "x-user-agent"];

/// The headers of an error. A page that may not read these sees a call that failed, and not why.
const READ: [&str; 3] = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cors = CorsLayer::new()
        // Named one by one. `Any` would let every website call, from inside its visitors' network.
        .allow_origin([HeaderValue::from_static(PAGE)])
        .allow_methods([Method::POST])
        .allow_headers(SENT.map(HeaderName::from_static))
        .expose_headers(READ.map(HeaderName::from_static));

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let address = incoming.local_addr()?;
    let mut servers = JoinSet::new();
    servers.spawn(
        Server::builder()
            .accept_http1(true)
            // The first is the outermost. A preflight is not gRPC-web: that layer answers it with 400.
            .layer(cors)
            .layer(GrpcWebLayer::new())
            .add_service(GreeterServer::new(GreeterService))
            .serve_with_incoming(incoming),
    );

    let post = "POST /hello.Greeter/SayHello HTTP/1.1\r\nContent-Type: application/grpc-web+proto";
    let preflight = "OPTIONS /hello.Greeter/SayHello HTTP/1.1\r\n\
                     Access-Control-Request-Method: POST\r\n\
                     Access-Control-Request-Headers: content-type,x-grpc-web";
    for (origin, allowed) in [(PAGE, true), ("http://elsewhere.example", false)] {
        let permission = format!("access-control-allow-origin: {origin}\r\n");
        let asked = ask(address, preflight, origin, "").await?;
        let greeting = ask(address, post, origin, "\0\0\0\0\x08\x0a\x06Ferris").await?;
        let error = ask(address, post, origin, "\0\0\0\0\0").await?;
        for answer in [&asked, &greeting, &error] {
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            assert_eq!(answer.contains(&permission), allowed, "{answer}");
            assert_eq!(answer.contains("access-control-allow-origin"), allowed, "{answer}");
        }
        // CORS protects the users of browsers, and not the server, which answers anyone, such as curl.
        assert!(greeting.contains("Hello, Ferris!"));
        assert!(error.contains("grpc-status: 3\r\n"));
        assert!(error.contains("access-control-expose-headers: grpc-status,grpc-message,"));
        println!("{origin}: {}", if allowed { "may call" } else { "may not call" });
    }
    Ok(())
}

/// Sends what a browser would for a page of `origin`, and returns the answer.
async fn ask(to: SocketAddr, head: &str, origin: &str, body: &str) -> anyhow::Result<String> {
    let mut connection = TcpStream::connect(to).await?;
    let fields = format!("Host: {to}\r\nOrigin: {origin}\r\nContent-Length: {}", body.len());
    let request = format!("{head}\r\n{fields}\r\nConnection: close\r\n\r\n{body}");
    connection.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
