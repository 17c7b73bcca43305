use tonic::{Request, Response, Status};

use crate::hello::{HelloReply, HelloRequest, greeter_server::Greeter};

/// The longest name that `SayHello` takes, in bytes.
pub const MAX_NAME_BYTES: usize = 256;

/// `hello.Greeter`.
#[derive(Debug, Default)]
pub struct GreeterService;

#[tonic::async_trait]
impl Greeter for GreeterService {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let name = request.into_inner().name;
        if name.is_empty() {
            return Err(Status::invalid_argument(format!(
                "name is empty: it must be 1 to {MAX_NAME_BYTES} bytes"
            )));
        }
        if name.len() > MAX_NAME_BYTES {
            return Err(Status::invalid_argument(format!(
                "name is {} bytes: it must be 1 to {MAX_NAME_BYTES} bytes",
                name.len()
            )));
        }
        Ok(Response::new(HelloReply { message: format!("Hello, {name}!") }))
    }
}
