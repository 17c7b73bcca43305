//! Cancel a call: drop it, and the server stops working on it.
//!
//! Why you would: the user has typed another letter, or left the page. The answer is of no use any
//! more, and a server that still works on it is slower for everyone else.
//!
//! ```console
//! $ cargo run --example grpc_cancellation
//! the call is dropped
//! the handler has stopped
//! the task in a JoinSet has stopped
//! the thread that asks has stopped
//! ```

use std::{thread, time::Duration};

use grpc_demo::hello::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

/// Tells `main` that the handler has started, and that it, its task and its thread have stopped.
#[derive(Clone, Default)]
struct MyGreeter([CancellationToken; 4]);

#[tonic::async_trait]
impl Greeter for MyGreeter {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let [started, handler, task, thread] = self.0.clone();
        // The handler itself is dropped where it waits. What must be undone goes into a `Drop`, as
        // this guard's, which cancels the token: a line after the last `await` never runs.
        let _guard = handler.clone().drop_guard();

        // A JoinSet is dropped with the handler, and aborts its tasks. A task that `tokio::spawn`
        // starts does not know of the call, and works on for no caller.
        let mut tasks = JoinSet::new();
        let guard = task.drop_guard();
        tasks.spawn(async move {
            sleep(Duration::from_secs(3600)).await;
            drop(guard);
        });

        // A thread cannot be stopped from outside, nor can one of `spawn_blocking`. It has to ask,
        // between two steps of its work.
        thread::spawn(move || {
            while !handler.is_cancelled() {
                thread::sleep(Duration::from_millis(10));
            }
            thread.cancel();
        });

        started.cancel();
        tasks.join_next().await;
        Ok(Response::new(HelloReply::default()))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let uri = format!("http://{}", incoming.local_addr()?);
    let greeter = MyGreeter::default();
    let [started, stopped @ ..] = greeter.0.clone();
    let mut servers = JoinSet::new();
    let server = Server::builder().add_service(GreeterServer::new(greeter));
    servers.spawn(server.serve_with_incoming(incoming));
    let mut client = GreeterClient::connect(uri).await?;

    // `select!` drops what has not won: here the call, as soon as the handler waits.
    tokio::select! {
        answer = client.say_hello(HelloRequest::default()) => panic!("it has ended: {answer:?}"),
        () = started.cancelled() => println!("the call is dropped"),
    }
    for (what, token) in ["handler", "task in a JoinSet", "thread that asks"].iter().zip(stopped) {
        timeout(Duration::from_secs(10), token.cancelled()).await?;
        println!("the {what} has stopped");
    }
    Ok(())
}
