//! Call a gRPC service, server and client in one process.
//!
//! Why you would: the code you need runs in another process, on another machine or in a language
//! that shares nothing with yours but a .proto file.
//!
//! ```console
//! $ cargo run --example grpc_hello
//! Hello, Ferris!
//! ```

// Generated from proto/hello.proto: see crates/grpc-demo/build.rs.
use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::sync::oneshot;
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let name = request.into_inner().name;
        // proto3 has no required fields: what a client left out arrives as an empty string.
        if name.is_empty() {
            return Err(Status::invalid_argument("name is empty"));
        }
        Ok(Response::new(HelloReply { message: format!("Hello, {name}!") }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Port 0 is any free one. The port is ours from here on, so the client cannot come too early.
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);

    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(
        Server::builder()
            .add_service(GreeterServer::new(MyGreeter))
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );

    let mut client = GreeterClient::connect(uri).await?;
    let reply = client.say_hello(HelloRequest { name: "Ferris".into() }).await?.into_inner();
    println!("{}", reply.message);
    assert_eq!(reply.message, "Hello, Ferris!");

    // An error crosses as a status: a code that every language has, and a message.
    let status = client.say_hello(HelloRequest { name: String::new() }).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);

    // The server finishes the calls it has; a client that stays connected would keep it waiting.
    drop(client);
    drop(stop);
    server.await??;
    Ok(())
}
