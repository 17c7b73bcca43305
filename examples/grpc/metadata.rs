//! Send metadata with a call, and read what comes back before and after the answer.
//!
//! Why you would: what belongs to every call and to no message, such as a trace, a tenant or a
//! quota, travels beside the message. The .proto does not mention it, and proxies can read it.
//!
//! ```console
//! $ cargo run --example grpc_metadata
//! to tenant blue, trace 2a2a2a2a: Hello, Ferris!
//! served by cellar-1
//! ResourceExhausted, in the trailers: quota-resets-in 30s
//! ```

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::sync::oneshot;
use tonic::{
    Code, Request, Response, Status,
    metadata::{AsciiMetadataKey, AsciiMetadataValue, MetadataMap, MetadataValue},
    transport::{Server, server::TcpIncoming},
};

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        // Metadata is the caller's word, like the message: it can be absent, or anything.
        let tenant = request.metadata().get("tenant").and_then(|value| value.to_str().ok());
        let Some(tenant) = tenant else {
            return Err(Status::invalid_argument("the metadata lack `tenant`: say who calls"));
        };
        if tenant == "red" {
            // An error has no message, but its status can carry metadata. They are in the trailers.
            let mut trailers = MetadataMap::new();
            trailers.insert("quota-resets-in", AsciiMetadataValue::from_static("30s"));
            let message = "the quota of this tenant is used up";
            return Err(Status::with_metadata(Code::ResourceExhausted, message, trailers));
        }
        let trace = request.metadata().get_bin("trace-bin").and_then(|value| value.to_bytes().ok());
        let trace: String =
            trace.unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect();
        let name = &request.get_ref().name;
        let message = format!("to tenant {tenant}, trace {trace}: Hello, {name}!");

        // These are sent ahead of the message. tonic gives a unary method no way to send any after
        // it: the trailers of a call that succeeds hold the status alone.
        let mut response = Response::new(HelloReply { message });
        response.metadata_mut().insert("served-by", AsciiMetadataValue::from_static("cellar-1"));
        Ok(response)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(
        Server::builder()
            .add_service(GreeterServer::new(MyGreeter))
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );
    let mut client = GreeterClient::connect(uri).await?;

    let mut request = Request::new(HelloRequest { name: "Ferris".into() });
    request.metadata_mut().insert("tenant", "blue".parse()?);
    // Bytes go under a name that ends in `-bin`, and travel as base64.
    request.metadata_mut().insert_bin("trace-bin", MetadataValue::from_bytes(&[42; 4]));
    let response = client.say_hello(request).await?;
    println!("{}", response.get_ref().message);
    assert_eq!(response.get_ref().message, "to tenant blue, trace 2a2a2a2a: Hello, Ferris!");

    let served_by = response.metadata().get("served-by").ok_or("no served-by")?.to_str()?;
    println!("served by {served_by}");
    assert_eq!(served_by, "cellar-1");

    let mut request = Request::new(HelloRequest { name: "Ferris".into() });
    request.metadata_mut().insert("tenant", "red".parse()?);
    let status = client.say_hello(request).await.unwrap_err();
    let resets = status.metadata().get("quota-resets-in").ok_or("no quota-resets-in")?.to_str()?;
    println!("{:?}, in the trailers: quota-resets-in {resets}", status.code());
    assert_eq!((status.code(), resets), (Code::ResourceExhausted, "30s"));

    // A name is made of a-z, 0-9, `_`, `-` and `.`; names that start with `grpc-` are gRPC's own.
    // A literal that is none, `insert("Tenant", …)`, panics: parse what you do not know by heart.
    assert_eq!("Tenant".parse::<AsciiMetadataKey>()?.as_str(), "tenant");
    assert!("two words".parse::<AsciiMetadataKey>().is_err());
    assert!("trace-bin".parse::<AsciiMetadataKey>().is_err(), "that is a name for bytes");
    // A value is printable ASCII. tonic sends other text all the same, and the far side cannot read
    // it: such text goes as bytes, too.
    assert!("Käse".parse::<AsciiMetadataValue>()?.to_str().is_err());

    drop((client, stop));
    server.await??;
    Ok(())
}
