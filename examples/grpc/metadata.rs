//! Send metadata with a call, and read what comes back before and after the answer.
//!
//! Why you would: what belongs to every call and to no message, such as a trace, a tenant or a
//! quota, travels beside the message. The .proto does not mention it, and proxies can read it.
//!
//! ```console
//! $ cargo run --example grpc_metadata
//! to tenant blue, trace b"\0\xff": Hello!
//! served by cellar-1
//! ResourceExhausted, in the trailers: quota-resets-in 30s
//! ```

use anyhow::Context;
use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::task::JoinSet;
use tonic::{
    Code, Request, Response, Status,
    metadata::{AsciiMetadataKey, AsciiMetadataValue, MetadataMap, MetadataValue},
    transport::{Server, server::TcpIncoming},
};

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        // Metadata is the caller's word, like the message: it can be absent, or anything.
        let tenant = call.metadata().get("tenant").and_then(|value| value.to_str().ok());
        let tenant = tenant.ok_or(Status::invalid_argument("add metadata `tenant`: who calls?"))?;
        if tenant == "red" {
            // An error has no message, but its status can carry metadata, in the trailers.
            let mut trailers = MetadataMap::new();
            trailers.insert("quota-resets-in", AsciiMetadataValue::from_static("30s"));
            let message = "the quota of this tenant is used up";
            return Err(Status::with_metadata(Code::ResourceExhausted, message, trailers));
        }
        let trace = call.metadata().get_bin("trace-bin").and_then(|value| value.to_bytes().ok());
        let message = format!("to tenant {tenant}, trace {:?}: Hello!", trace.unwrap_or_default());

        // These are sent ahead of the message. tonic gives a unary method no way to send any after
        // it: the trailers of a call that succeeds hold the status alone.
        let mut response = Response::new(HelloReply { message });
        response.metadata_mut().insert("served-by", AsciiMetadataValue::from_static("cellar-1"));
        Ok(response)
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

    let mut request = Request::new(HelloRequest::default());
    request.metadata_mut().insert("tenant", "blue".parse()?);
    // Bytes go under a name that ends in `-bin`, and travel as base64.
    request.metadata_mut().insert_bin("trace-bin", MetadataValue::from_bytes(&[0, 255]));
    let response = client.say_hello(request).await?;
    println!("{}", response.get_ref().message);
    assert_eq!(response.get_ref().message, r#"to tenant blue, trace b"\0\xff": Hello!"#);

    let served_by = response.metadata().get("served-by").context("no served-by")?.to_str()?;
    println!("served by {served_by}");
    assert_eq!(served_by, "cellar-1");

    let mut request = Request::new(HelloRequest::default());
    request.metadata_mut().insert("tenant", "red".parse()?);
    let status = client.say_hello(request).await.unwrap_err();
    let resets = status.metadata().get("quota-resets-in").context("no trailer")?.to_str()?;
    println!("{:?}, in the trailers: quota-resets-in {resets}", status.code());
    assert_eq!((status.code(), resets), (Code::ResourceExhausted, "30s"));

    // A name is made of a-z, 0-9, `_`, `-` and `.`; names that start with `grpc-` are gRPC's own.
    // A literal that breaks this, `insert("Tenant", …)`, panics, and `parse` gives an error.
    assert_eq!("Tenant".parse::<AsciiMetadataKey>()?.as_str(), "tenant");
    assert!("two words".parse::<AsciiMetadataKey>().is_err());
    assert!("trace-bin".parse::<AsciiMetadataKey>().is_err(), "that is a name for bytes");
    // A value is printable ASCII. tonic sends other text as well, and the receiver cannot read it:
    // such text goes as bytes, too.
    assert!("Käse".parse::<AsciiMetadataValue>()?.to_str().is_err());
    Ok(())
}
