//! Map one Rust error enum to statuses with details, and act on them at the client.
//!
//! Why you would: the code tells programs what kind of failure it is, the message tells people, and
//! the details tell both which field was wrong or when to come back, in every language alike.
//!
//! ```console
//! $ cargo run --example grpc_errors
//! InvalidArgument: the request has 2 mistakes
//!   name: must be at most 256 bytes, and is 300
//!   name: must not hold control characters
//! Unavailable: the greeter is busy; trying again in 20ms
//! Internal: the greeting could not be written down
//! ```

use std::{
    fs::File,
    io,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::{sync::oneshot, task::spawn_blocking};
use tonic::{
    Code, Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// What can go wrong, for the server's own people.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("the request has {} mistakes", .0.len())]
    Invalid(Vec<FieldViolation>),
    #[error("the greeter is busy")]
    Busy { retry_after: Duration },
    #[error("cannot write {}: {source}", path.display())]
    GuestBook { path: PathBuf, source: io::Error },
}

/// What of it the caller is told: every arm is a decision, and the compiler misses none.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Invalid(violations) => {
                let details = ErrorDetails::with_bad_request(violations);
                Self::with_error_details(Code::InvalidArgument, message, details)
            }
            Error::Busy { retry_after } => {
                let details = ErrorDetails::with_retry_info(Some(retry_after));
                Self::with_error_details(Code::Unavailable, message, details)
            }
            // `Status::internal(error.to_string())` would hand out the server's paths.
            Error::GuestBook { .. } => {
                tracing::error!("{message}");
                Self::internal("the greeting could not be written down")
            }
        }
    }
}

struct MyGreeter {
    busy: AtomicBool,
    guest_book: PathBuf,
}

impl MyGreeter {
    async fn greet(&self, name: &str) -> Result<String, Error> {
        // All mistakes at once: the caller should not have to find them one call at a time.
        let mut violations = Vec::new();
        if name.len() > 256 {
            let description = format!("must be at most 256 bytes, and is {}", name.len());
            violations.push(FieldViolation::new("name", description));
        }
        if name.chars().any(char::is_control) {
            violations.push(FieldViolation::new("name", "must not hold control characters"));
        }
        if !violations.is_empty() {
            return Err(Error::Invalid(violations));
        }
        if self.busy.swap(false, Relaxed) {
            return Err(Error::Busy { retry_after: Duration::from_millis(20) });
        }
        let path = self.guest_book.clone();
        let opened = spawn_blocking(|| File::options().append(true).open(path)).await;
        opened
            .map_err(io::Error::from)
            .flatten()
            .map_err(|source| Error::GuestBook { path: self.guest_book.clone(), source })?;
        Ok(format!("Hello, {name}!"))
    }
}

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        // `?` turns an Error into a Status.
        let message = self.greet(&request.get_ref().name).await?;
        Ok(Response::new(HelloReply { message }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let greeter =
        MyGreeter { busy: true.into(), guest_book: "no-such-folder/guest-book.txt".into() };
    let server = tokio::spawn(
        Server::builder()
            .add_service(GreeterServer::new(greeter))
            .serve_with_incoming_shutdown(incoming, async { drop(stopped.await) }),
    );
    let mut client = GreeterClient::connect(uri).await?;

    let status = client.say_hello(HelloRequest { name: "\t".repeat(300) }).await.unwrap_err();
    println!("{:?}: {}", status.code(), status.message());
    let violations = status.get_details_bad_request().ok_or("no details")?.field_violations;
    for violation in &violations {
        println!("  {}: {}", violation.field, violation.description);
    }
    assert_eq!((status.code(), violations.len()), (Code::InvalidArgument, 2));

    let request = HelloRequest { name: "Ferris".into() };
    let status = client.say_hello(request.clone()).await.unwrap_err();
    let retry_after = status.get_details_retry_info().and_then(|info| info.retry_delay);
    let retry_after = retry_after.ok_or("no details")?;
    println!("{:?}: {}; trying again in {retry_after:?}", status.code(), status.message());
    assert_eq!((status.code(), retry_after), (Code::Unavailable, Duration::from_millis(20)));
    tokio::time::sleep(retry_after).await;

    let status = client.say_hello(request).await.unwrap_err();
    println!("{:?}: {}", status.code(), status.message());
    assert_eq!(status.code(), Code::Internal);
    assert!(!format!("{status:?}").contains("guest-book"), "the path crossed: {status:?}");

    drop((client, stop));
    server.await??;
    Ok(())
}
