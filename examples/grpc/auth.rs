//! Let callers in by a bearer token.
//!
//! Why you would: a service must know who calls, and what they may do. The check is one layer in
//! front of all methods, so that none can forget it.
//!
//! ```console
//! $ cargo run --example grpc_auth
//! no token: Unauthenticated, a valid bearer token is required
//! wrong token: Unauthenticated, a valid bearer token is required
//! expired token: Unauthenticated, a valid bearer token is required
//! guest's token: PermissionDenied, guest may not call SayHello
//! ferris's token: Hello, Ferris! (from ferris)
//! ```

use std::time::{Duration, SystemTime};

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use tonic::{
    Code, Request, Response, Status,
    body::Body,
    metadata::AsciiMetadataValue,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tower::filter::AsyncFilterLayer;

/// Who calls: the layer finds it, and the handler reads it.
#[derive(Clone)]
struct Caller {
    name: &'static str,
    may_greet: bool,
}

/// Stands for an identity provider, or a database that holds hashes of tokens and not the tokens:
/// who has this one, and until when.
async fn look_up(token: &[u8]) -> Option<(Caller, SystemTime)> {
    let (now, hour) = (SystemTime::now(), Duration::from_secs(3600));
    let ferris = Caller { name: "ferris", may_greet: true };
    let guest = Caller { name: "guest", may_greet: false };
    let tokens = [
        ("9f2e", ferris.clone(), now + hour),
        ("b7c1", ferris, now - hour),
        ("04aa", guest, now + hour),
    ];
    // `==` stops at the first byte that differs: its time tells how much of a guess was right.
    let found = tokens.into_iter().find(|(known, ..)| known.as_bytes().ct_eq(token).into());
    found.map(|(_, caller, expires)| (caller, expires))
}

/// It may `.await`, which an interceptor of tonic cannot.
async fn authenticate(mut request: http::Request<Body>) -> Result<http::Request<Body>, Status> {
    // One answer for all: "expired" would tell a thief that what they found was once a token.
    let refusal = || Status::unauthenticated("a valid bearer token is required");
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = header.and_then(|value| value.split_once(' ')).ok_or_else(refusal)?;
    let (caller, expires) = look_up(token.as_bytes()).await.ok_or_else(refusal)?;
    if !scheme.eq_ignore_ascii_case("bearer") || expires <= SystemTime::now() {
        return Err(refusal());
    }
    request.extensions_mut().insert(caller);
    Ok(request)
}

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        // Served without the layer by mistake, it refuses everybody instead of letting them in.
        let caller = request.extensions().get().cloned();
        let Caller { name, may_greet } = caller.ok_or(Status::internal("nobody authenticates"))?;
        // UNAUTHENTICATED: sign in, and try again. PERMISSION_DENIED: we know you, and still no.
        if !may_greet {
            return Err(Status::permission_denied(format!("{name} may not call SayHello")));
        }
        let message = format!("Hello, {}! (from {name})", request.into_inner().name);
        Ok(Response::new(HelloReply { message }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(
        Server::builder()
            .layer(AsyncFilterLayer::new(authenticate)) // For every service added below.
            .add_service(GreeterServer::new(MyGreeter))
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );

    // Whoever reads a token on its way can use it. grpc-go refuses to send one without TLS; tonic
    // does not. So: http:// only here, inside one program, and https:// elsewhere (see grpc_tls).
    let channel = Endpoint::from_shared(uri)?.connect().await?;
    for (whose, token, code) in [
        ("no", "", Code::Unauthenticated),
        ("wrong", "9f2f", Code::Unauthenticated),
        ("expired", "b7c1", Code::Unauthenticated),
        ("guest's", "04aa", Code::PermissionDenied),
        ("ferris's", "9f2e", Code::Ok),
    ] {
        let mut header: AsciiMetadataValue = format!("Bearer {token}").parse()?;
        header.set_sensitive(true); // Not in debug output, nor in HTTP/2's table for repetitions.
        let add_token = |mut request: Request<()>| {
            if !token.is_empty() {
                request.metadata_mut().insert("authorization", header.clone());
            }
            Ok(request)
        };
        let mut client = GreeterClient::with_interceptor(channel.clone(), add_token);
        match client.say_hello(HelloRequest { name: "Ferris".into() }).await {
            Ok(reply) => {
                println!("{whose} token: {}", reply.into_inner().message);
                assert_eq!(code, Code::Ok, "{whose} token");
            }
            Err(status) => {
                println!("{whose} token: {:?}, {}", status.code(), status.message());
                assert_eq!(status.code(), code, "{whose} token");
            }
        }
    }

    drop(channel);
    drop(stop);
    server.await??;
    Ok(())
}
