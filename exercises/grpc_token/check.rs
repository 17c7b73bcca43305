//! Refuse each call with UNAUTHENTICATED, unless its metadata has `authorization: Bearer 9f2e`.
//!
//! `check_token` is an interceptor, which sees each call before its handler does. Read
//! `request.metadata()`, whose `get` returns an `Option`: any caller may leave the token out, or send
//! one that is not text.

use anyhow::{bail, ensure};
use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    metadata::MetadataValue,
    transport::{Server, server::TcpIncoming},
};

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        Ok(Response::new(HelloReply { message: "Hello!".into() }))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let greeter = GreeterServer::with_interceptor(MyGreeter, answer::check_token);
    servers.spawn(Server::builder().add_service(greeter).serve_with_incoming(incoming));

    let mut client = GreeterClient::connect(uri).await?;
    for (what, value, welcome) in [
        ("without a token", None, false),
        ("with the token", Some(&b"Bearer 9f2e"[..]), true),
        ("with another token", Some(b"Bearer 9f2f"), false),
        ("with more than the token", Some(b"Bearer 9f2e1"), false),
        ("with another scheme", Some(b"Basic 9f2e"), false),
        ("with bytes that are not text", Some(b"Bearer \xff"), false),
    ] {
        let mut call = Request::new(HelloRequest::default());
        if let Some(value) = value {
            call.metadata_mut().insert("authorization", MetadataValue::try_from(value)?);
        }
        match client.say_hello(call).await {
            Ok(_) => ensure!(welcome, "a call {what} is answered, and should be refused"),
            Err(status) if welcome => bail!("a call {what} should be answered, but: {status}"),
            Err(status) => ensure!(
                status.code() == Code::Unauthenticated,
                "a call {what} ends with {:?}, and should with Unauthenticated",
                status.code()
            ),
        }
    }
    Ok(())
}
