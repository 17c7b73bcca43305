//! Gives the call a deadline.

use std::time::Duration;

use grpc_demo::hello::{HelloRequest, greeter_client::GreeterClient};
use tonic::{Request, Status, transport::Channel};

/// The server's greeting.
pub async fn greet(mut client: GreeterClient<Channel>, name: &str) -> Result<String, Status> {
    let mut call = Request::new(HelloRequest { name: name.into() });
    // Sent as the metadata `grpc-timeout`. The channel keeps to it too, even if the server does not.
    call.set_timeout(Duration::from_millis(200));
    let reply = client.say_hello(call).await?;
    Ok(reply.into_inner().message)
}
