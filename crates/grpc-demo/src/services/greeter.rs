use tonic::{Request, Response, Status};

use crate::{
    hello::{HelloReply, HelloRequest, greeter_server::Greeter},
    services::invalid::invalid_field,
};

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
        if (1..=MAX_NAME_BYTES).contains(&name.len()) {
            return Ok(Response::new(HelloReply { message: format!("Hello, {name}!") }));
        }
        let size = match name.len() {
            0 => "empty".to_owned(),
            bytes => format!("{bytes} bytes"),
        };
        let rule = format!("must be 1 to {MAX_NAME_BYTES} bytes");
        let message = format!("name is {size}: it {rule}");
        Err(invalid_field("name", rule, message))
    }
}
