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
use tokio::task::JoinSet;
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
async fn main() -> anyhow::Result<()> {
    // Port 0 is any free one. It is bound from this line on, so the client cannot come too early.
    // Nodelay sends small answers at once. They wait for more to send otherwise: Nagle's algorithm.
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);

    // The server is a task of the set, which aborts its tasks when it is dropped: at the end of
    // `main`, and also where a `?` leaves it. grpc_shutdown lets the calls in flight finish first.
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(MyGreeter));
    servers.spawn(server.serve_with_incoming(incoming));

    let mut client = GreeterClient::connect(uri).await?;
    let reply = client.say_hello(HelloRequest { name: "Ferris".into() }).await?.into_inner();
    println!("{}", reply.message);
    assert_eq!(reply.message, "Hello, Ferris!");

    // An error crosses as a status: a code that every language has, and a message.
    let status = client.say_hello(HelloRequest { name: String::new() }).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    Ok(())
}
