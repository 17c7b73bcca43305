//! Give the call a deadline. As it is, it waits for an hour.

use grpc_demo::hello::{HelloRequest, greeter_client::GreeterClient};
use tonic::{Status, transport::Channel};

/// The server's greeting.
pub async fn greet(mut client: GreeterClient<Channel>, name: &str) -> Result<String, Status> {
    let reply = client.say_hello(HelloRequest { name: name.into() }).await?;
    Ok(reply.into_inner().message)
}
