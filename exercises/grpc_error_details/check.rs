//! Refuse an empty name with INVALID_ARGUMENT, and say in the status's details that the field is
//! `name`, so that a form can mark it.
//!
//! `ErrorDetails::with_bad_request_violation` of tonic-types takes the field and what is wrong with it.
//! The trait `StatusExt` adds `Status::with_error_details`, which puts them into a status.

use anyhow::{Context, bail, ensure};
use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};
use tonic_types::StatusExt;

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        answer::validate(call.get_ref())?;
        Ok(Response::new(HelloReply { message: "Hello!".into() }))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(MyGreeter));
    servers.spawn(server.serve_with_incoming(incoming));

    let mut client = GreeterClient::connect(uri).await?;
    let good = client.say_hello(HelloRequest { name: "Ferris".into() }).await;
    good.context("a call with a name should be answered")?;
    let Err(status) = client.say_hello(HelloRequest::default()).await else {
        bail!("a call without a name is answered, and should be refused");
    };
    let code = status.code();
    ensure!(code == Code::InvalidArgument, "the code is {code:?}, and should be InvalidArgument");
    let details = status.get_details_bad_request();
    let violations =
        details.context("the status has no BadRequest in its details")?.field_violations;
    let fields: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    ensure!(fields == ["name"], "the fields are {fields:?}, and should be [\"name\"]");
    ensure!(!violations[0].description.is_empty(), "the violation does not say what is wrong");
    Ok(())
}
