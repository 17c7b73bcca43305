//! Authenticate callers by a bearer token.
//!
//! Why you would: a service must know who calls, and what they may do. The check is one layer in
//! front of all methods, so that none can forget it.
//!
//! ```console
//! $ cargo run --example grpc_auth
//! no token: Err(Unauthenticated)
//! wrong token: Err(Unauthenticated)
//! guest's token: Err(PermissionDenied)
//! ferris's token: Ok("Hello, ferris!")
//! ```

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use subtle::ConstantTimeEq;
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};
use tower::filter::AsyncFilterLayer;

/// The name of the caller. The layer finds it in a table, and the handler reads it. In production
/// the table is an identity provider, or a database that holds hashes of tokens.
#[derive(Clone, Copy)]
struct Caller(&'static str);
const TOKENS: [(&str, Caller); 2] = [("9f2e", Caller("ferris")), ("04aa", Caller("guest"))];

/// It may `.await`, which an interceptor of tonic cannot.
async fn authenticate<B>(mut request: http::Request<B>) -> Result<http::Request<B>, Status> {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let (scheme, token) = header.and_then(|value| value.split_once(' ')).unwrap_or_default();
    // `==` stops at the first byte that differs: its time tells how much of a guess was right.
    let found = TOKENS.iter().find(|(known, _)| known.as_bytes().ct_eq(token.as_bytes()).into());
    let found = found.filter(|_| scheme.eq_ignore_ascii_case("bearer"));
    // One answer for all: "expired" would tell a thief that what they found was once a token.
    let (_, caller) = found.ok_or(Status::unauthenticated("a valid bearer token is required"))?;
    request.extensions_mut().insert(*caller);
    Ok(request)
}

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        // Served without the layer by mistake, it lets no caller in.
        let Caller(name) = call.extensions().get().copied().ok_or(Status::internal("no layer"))?;
        // UNAUTHENTICATED: sign in, and try again. PERMISSION_DENIED: we know you, and still no.
        if name == "guest" {
            return Err(Status::permission_denied("guest may not call SayHello"));
        }
        Ok(Response::new(HelloReply { message: format!("Hello, {name}!") }))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder()
        .layer(AsyncFilterLayer::new(authenticate)) // For every service added below.
        .add_service(GreeterServer::new(MyGreeter));
    servers.spawn(server.serve_with_incoming(incoming));

    // A token that is read on its way can be used. grpc-go refuses to send one without TLS; tonic
    // does not. So use http:// within one program only, as here, and https:// elsewhere: grpc_tls.
    let mut client = GreeterClient::connect(uri).await?;
    for (whose, token, expected) in [
        ("no", None, Err(Code::Unauthenticated)),
        ("wrong", Some("Bearer 9f2f"), Err(Code::Unauthenticated)),
        ("guest's", Some("Bearer 04aa"), Err(Code::PermissionDenied)),
        ("ferris's", Some("Bearer 9f2e"), Ok("Hello, ferris!")),
    ] {
        let mut call = Request::new(HelloRequest::default());
        if let Some(token) = token {
            call.metadata_mut().insert("authorization", token.parse()?);
        }
        let answer = client.say_hello(call).await.map(|reply| reply.into_inner().message);
        let answer = answer.map_err(|status| status.code());
        println!("{whose} token: {answer:?}");
        assert_eq!(answer, expected.map(str::to_owned));
    }
    Ok(())
}
