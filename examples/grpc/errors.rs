//! Map one Rust error enum to statuses with details, and read them at the client.
//!
//! Why you would: programs go by the code, and by details such as the field that was wrong; people
//! read the message. All three reach every language, and so would what should stay inside.
//!
//! ```console
//! $ cargo run --example grpc_errors
//! InvalidArgument: the name has control characters
//!   name: control character at 0
//!   name: control character at 1
//! Internal: the greeting could not be stored
//! ```

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
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// The errors of this service, in words for its operators.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("the name has control characters")]
    Invalid(Vec<FieldViolation>),
    #[error("cannot write /srv/greetings: {0}")]
    Store(std::io::Error),
}

/// The part that the caller is told. Each arm decides once, and `?` applies it in every handler.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        tracing::warn!("{message}");
        match error {
            Error::Invalid(violations) => {
                let details = ErrorDetails::with_bad_request(violations);
                Self::with_error_details(Code::InvalidArgument, message, details)
            }
            // `Status::internal(error.to_string())` would hand out the server's paths.
            Error::Store(_) => Self::internal("the greeting could not be stored"),
        }
    }
}

struct MyGreeter;

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, call: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let name = call.into_inner().name;
        // Several mistakes at once, so that the caller need not find them call by call. But only a
        // few: a status travels as headers, and beyond 16 KiB it is lost, or the whole connection.
        let controls = name.char_indices().filter(|(_, char)| char.is_control());
        let mistake = |(at, _)| FieldViolation::new("name", format!("control character at {at}"));
        let violations: Vec<_> = controls.map(mistake).take(2).collect();
        if !violations.is_empty() {
            Err(Error::Invalid(violations))?;
        }
        Err(Error::Store(std::io::ErrorKind::StorageFull.into()))?
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

    let status = client.say_hello(HelloRequest { name: "\t".repeat(1_000) }).await.unwrap_err();
    println!("{:?}: {}", status.code(), status.message());
    let violations = status.get_details_bad_request().map_or(vec![], |it| it.field_violations);
    for violation in &violations {
        println!("  {}: {}", violation.field, violation.description);
    }
    assert_eq!((status.code(), violations.len()), (Code::InvalidArgument, 2));

    let status = client.say_hello(HelloRequest { name: "Ferris".into() }).await.unwrap_err();
    println!("{:?}: {}", status.code(), status.message());
    assert!(!format!("{status:?}").contains("/srv"), "the path crossed: {status:?}");
    Ok(())
}
