//! Compress messages with gzip where it pays.
//!
//! Why you would: text and repeated fields shrink to a fraction, which matters where bandwidth
//! is expensive. Each message is compressed by itself, so a small one only grows, and costs time.
//!
//! ```console
//! $ cargo run --example grpc_compression
//! 7000 bytes of name, plain: 7008 there, 7016 back
//! 7000 bytes of name, gzip: [..] there, [..] back
//! 2 bytes of name, plain: 9 there, 17 back
//! 2 bytes of name, gzip: [..] there, 17 back
//! ```

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use http_body_util::BodyExt;
use tokio::task::JoinSet;
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::CompressionEncoding::Gzip,
    transport::{Channel, Server, server::TcpIncoming},
};
use tower::ServiceBuilder;

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let message = format!("Hello, {}!", call.into_inner().name);
        let mut response = Response::new(HelloReply { message });
        // Nor should you compress a secret beside text that an attacker chooses: from the length of
        // what is sent, encrypted or not, the secret can be guessed (CRIME, BREACH).
        if response.get_ref().message.len() < 1024 {
            response.disable_compression();
        }
        Ok(response)
    }
}

/// The bytes that have passed in HTTP/2's DATA frames, each way.
static THERE: AtomicUsize = AtomicUsize::new(0);
static BACK: AtomicUsize = AtomicUsize::new(0);

fn counted(body: Body, bytes: &'static AtomicUsize) -> Body {
    Body::new(body.inspect_frame(|frame| {
        bytes.fetch_add(frame.data_ref().map_or(0, |data| data.len()), Relaxed);
    }))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let count = ServiceBuilder::new()
        .map_request(|request: http::Request<Body>| request.map(|body| counted(body, &THERE)))
        .map_response(|response: http::Response<Body>| response.map(|body| counted(body, &BACK)));
    // By default a service sends nothing compressed, and answers UNIMPLEMENTED to what is. The limit
    // on a message's size is that of the unpacked message.
    let greeter = GreeterServer::new(MyGreeter).accept_compressed(Gzip).send_compressed(Gzip);
    let mut servers = JoinSet::new();
    let server = Server::builder().layer(count).add_service(greeter);
    servers.spawn(server.serve_with_incoming(incoming));

    let plain = GreeterClient::connect(uri).await?;
    // The client chooses how it sends. It offers what it accepts, and the server picks from that.
    let gzip = plain.clone().send_compressed(Gzip).accept_compressed(Gzip);
    let measure = async |what, mut client: GreeterClient<Channel>, name: &str| {
        client.say_hello(HelloRequest { name: name.into() }).await?;
        let (there, back) = (THERE.swap(0, Relaxed), BACK.swap(0, Relaxed));
        println!("{} bytes of name, {what}: {there} there, {back} back", name.len());
        anyhow::Ok((there, back))
    };

    let name = "Ferris ".repeat(1000);
    assert_eq!(measure("plain", plain.clone(), &name).await?, (7008, 7016));
    let (there, back) = measure("gzip", gzip.clone(), &name).await?;
    assert!(there < 700 && back < 700, "both halves shrink to less than a tenth");

    assert_eq!(measure("plain", plain, "Hi").await?, (9, 17));
    let (there, back) = measure("gzip", gzip, "Hi").await?;
    assert!(there > 9 && back == 17, "a short request grows; a short answer is left as it is");
    Ok(())
}
