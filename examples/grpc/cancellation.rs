//! Cancel a call: drop it, and the server stops working on it.
//!
//! Why you would: the user has typed on, or left the page. What was asked for is of no use any
//! more, and a server that finishes it all the same is slower for those who still wait.
//!
//! ```console
//! $ cargo run --example grpc_cancellation
//! the call is dropped
//! the handler has stopped
//! the task in a JoinSet has stopped
//! the task on its own has done its work for nobody
//! the thread that looks up has stopped
//! the stream is dropped
//! the iterator has stopped
//! ```

use std::{iter::repeat_with, sync::Arc, thread, time::Duration};

use grpc_demo::{
    cellar::{
        Reading, Summary, Warning, WatchRequest,
        thermometer_client::ThermometerClient,
        thermometer_server::{Thermometer, ThermometerServer},
    },
    hello::{
        HelloReply, HelloRequest,
        greeter_client::GreeterClient,
        greeter_server::{Greeter, GreeterServer},
    },
};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    task::{JoinSet, spawn_blocking},
    time::sleep,
};
use tonic::{
    Request, Response, Status, Streaming,
    transport::{Endpoint, Server, server::TcpIncoming},
};

const HOUR: Duration = Duration::from_secs(3600);

/// Says when it is dropped, which is when the work that owns it stops.
struct Work(&'static str, UnboundedSender<String>);

impl Drop for Work {
    fn drop(&mut self) {
        let _ = self.1.send(format!("{} has stopped", self.0));
    }
}

type Readings = Box<dyn Iterator<Item = Result<Reading, Status>> + Send>;

struct Service(UnboundedSender<String>);

#[tonic::async_trait]
impl Greeter for Service {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let work = |name| Work(name, self.0.clone());

        // A task of its own knows nothing of the call.
        let reports = self.0.clone();
        tokio::spawn(async move {
            sleep(Duration::from_millis(300)).await;
            let _ = reports.send("the task on its own has done its work for nobody".into());
        });

        // A JoinSet is dropped with the handler, and aborts its tasks.
        let mut tasks = JoinSet::new();
        let in_task = work("the task in a JoinSet");
        tasks.spawn(async move {
            sleep(HOUR).await;
            drop(in_task)
        });

        // Nothing stops a thread from outside. This one looks up whether the handler is there.
        let handler = Arc::new(());
        let alive = Arc::downgrade(&handler);
        let in_thread = work("the thread that looks up");
        spawn_blocking(move || {
            while alive.strong_count() > 0 {
                thread::sleep(Duration::from_millis(10)); // A small step of the work.
            }
            drop(in_thread);
        });

        // The handler itself is dropped where it waits. What must be undone goes into a `Drop`: a
        // line after this `await` never runs.
        let _in_handler = work("the handler");
        self.0.send("started".into()).map_err(|error| Status::internal(error.to_string()))?;
        sleep(HOUR).await;
        Ok(Response::new(HelloReply::default()))
    }
}

#[tonic::async_trait]
impl Thermometer for Service {
    type WatchStream = tokio_stream::Iter<Readings>;

    async fn watch(&self, _: Request<WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let work = Work("the iterator", self.0.clone());
        let readings: Readings = Box::new(repeat_with(move || {
            let _owned_by_the_stream = &work;
            Ok(Reading { celsius: 12.0 })
        }));
        Ok(Response::new(tokio_stream::iter(readings)))
    }

    async fn record(&self, _: Request<Streaming<Reading>>) -> Result<Response<Summary>, Status> {
        Err(Status::unimplemented("only Watch is shown"))
    }

    type WarnStream = tokio_stream::Empty<Result<Warning, Status>>;

    async fn warn(
        &self,
        _: Request<Streaming<Reading>>,
    ) -> Result<Response<Self::WarnStream>, Status> {
        Err(Status::unimplemented("only Watch is shown"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (report, mut reports) = unbounded_channel();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
    let endpoint = Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let server = Server::builder()
        .add_service(GreeterServer::new(Service(report.clone())))
        .add_service(ThermometerServer::new(Service(report)));
    let mut servers = JoinSet::new();
    servers.spawn(server.serve_with_incoming(incoming));
    let channel = endpoint.connect().await?;

    // `select!` drops what has not won: here the call, as soon as the handler waits.
    let mut client = GreeterClient::new(channel.clone());
    tokio::select! {
        _ = client.say_hello(HelloRequest::default()) => return Err("the call has ended".into()),
        _started = reports.recv() => println!("the call is dropped"),
    }
    let mut stopped = Vec::new();
    while stopped.len() < 4 {
        stopped.push(reports.recv().await.ok_or("the server is gone")?);
    }
    stopped.sort();
    for line in stopped {
        println!("{line}");
    }

    let mut client = ThermometerClient::new(channel);
    let mut readings = client.watch(WatchRequest::default()).await?.into_inner();
    assert!(readings.message().await?.is_some());
    drop(readings);
    println!("the stream is dropped");
    println!("{}", reports.recv().await.ok_or("the server is gone")?);
    Ok(())
}
