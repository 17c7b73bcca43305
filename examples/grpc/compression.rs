//! Compress messages with gzip where it pays, and see what a server does that cannot.
//!
//! Why you would: text and repeated fields shrink to a fraction, which counts where bandwidth is
//! dear. Each message is compressed for itself, so a small one only grows, and costs time.
//!
//! ```console
//! $ cargo run --example grpc_compression
//! 7000 bytes of name, plain: 7008 there, 7016 back
//! 7000 bytes of name, gzip: [..] there, [..] back
//! 2 bytes of name, plain: 9 there, 17 back
//! 2 bytes of name, gzip: [..] there, 17 back
//! Unimplemented; the server accepts identity
//! ```

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use http_body_util::BodyExt;
use tokio::sync::oneshot;
use tonic::{
    Code, Request, Response, Status,
    body::Body,
    codec::CompressionEncoding::Gzip,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tower::ServiceBuilder;

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let message = format!("Hello, {}!", request.into_inner().name);
        let is_small = message.len() < 1024;
        let mut response = Response::new(HelloReply { message });
        // The other thing not to compress is a secret beside text that an attacker chooses: from
        // the length of what is sent, encrypted or not, the secret can be guessed (CRIME, BREACH).
        if is_small {
            response.disable_compression();
        }
        Ok(response)
    }
}

/// Adds up what passes, as it stands in HTTP/2's DATA frames.
fn counted(body: Body, bytes: &Arc<AtomicUsize>) -> Body {
    let bytes = Arc::clone(bytes);
    Body::new(body.map_frame(move |frame| {
        bytes.fetch_add(frame.data_ref().map_or(0, |data| data.len()), Relaxed);
        frame
    }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (there, back) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let count = {
        let (there, back) = (Arc::clone(&there), Arc::clone(&back));
        ServiceBuilder::new()
            .map_request(move |request: http::Request<Body>| {
                request.map(|body| counted(body, &there))
            })
            .map_response(move |response: http::Response<Body>| {
                response.map(|body| counted(body, &back))
            })
    };
    // Each service says what it accepts and what it sends; without a word, nothing is compressed.
    // The limit on a message's size, 4 MiB, is that of the unpacked message: no bomb gets through.
    let greeter = GreeterServer::new(MyGreeter).accept_compressed(Gzip).send_compressed(Gzip);
    let (_, health) = tonic_health::server::health_reporter();

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(
        Server::builder()
            .layer(count)
            .add_service(greeter)
            .add_service(health)
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );
    let channel = Endpoint::from_shared(uri)?.connect().await?;

    let plain = GreeterClient::new(channel.clone());
    // What the client sends is its choice; what it accepts, the server may use or not.
    let gzip = plain.clone().send_compressed(Gzip).accept_compressed(Gzip);
    let measure = async |title, mut client: GreeterClient<Channel>, name: &str| {
        client.say_hello(HelloRequest { name: name.into() }).await?;
        let (there, back) = (there.swap(0, Relaxed), back.swap(0, Relaxed));
        println!("{} bytes of name, {title}: {there} there, {back} back", name.len());
        Ok::<_, Status>((there, back))
    };

    let long = "Ferris ".repeat(1000);
    let (plain_there, plain_back) = measure("plain", plain.clone(), &long).await?;
    let (there, back) = measure("gzip", gzip.clone(), &long).await?;
    assert!(there < plain_there / 10 && back < plain_back / 10, "both halves shrink");

    let (plain_there, plain_back) = measure("plain", plain, "Hi").await?;
    let (there, back) = measure("gzip", gzip, "Hi").await?;
    assert!(there > plain_there, "gzip adds more than it saves");
    assert_eq!(back, plain_back, "the server left a small answer as it is");

    // A server that lacks the encoding says so, and which ones it has.
    let mut client = HealthClient::new(channel).send_compressed(Gzip);
    let status = client.check(HealthCheckRequest::default()).await.unwrap_err();
    let accepted = status.metadata().get("grpc-accept-encoding").ok_or("it names none")?;
    println!("{:?}; the server accepts {}", status.code(), accepted.to_str()?);
    assert_eq!((status.code(), accepted.to_str()?), (Code::Unimplemented, "identity"));

    drop((client, stop));
    server.await??;
    Ok(())
}
