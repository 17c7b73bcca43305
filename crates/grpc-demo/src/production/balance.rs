//! Calls spread over several servers, of which only the healthy ones get any.
//!
//! tonic's `Channel::balance_channel` picks between two servers at random, and keeps picking one
//! that is dead: after one of two was killed, every third call fails (`tests/balance.rs` counts
//! them). [`Balance`]
//!
//! - takes the servers in turn, and only those that report SERVING: it watches their
//!   `grpc.health.v1.Health`, or polls it where it cannot be watched;
//! - leaves a server out as soon as its health, its connection or a call says so, and tries to
//!   reach it again, at once and then less and less often;
//! - lets servers join and leave while calls continue.
//!
//! A call that was in flight when its server died still fails, with UNAVAILABLE. With a
//! [`retry`](super::retry) layer on top it is made again, to the next server in turn.
//!
//! ```
//! use std::time::Duration;
//!
//! use grpc_demo::{
//!     hello::{HelloRequest, greeter_client::GreeterClient},
//!     production::{
//!         balance::{Balance, Settings},
//!         deadline::DeadlineLayer,
//!         retry::{RetryLayer, RetryPolicy},
//!         server::listen,
//!     },
//!     services,
//! };
//! use tonic::transport::Endpoint;
//! use tower::ServiceBuilder;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let balance = Balance::new(Settings::default());
//! for _ in 0..2 {
//!     let incoming = listen("127.0.0.1:0".parse()?)?;
//!     balance.add(Endpoint::from_shared(format!("http://{}", incoming.local_addr()?))?);
//!     tokio::spawn(services::serve(incoming, std::future::pending()));
//! }
//! balance.ready(2).await;
//!
//! let channel = ServiceBuilder::new()
//!     .layer(DeadlineLayer::new().default_timeout(Duration::from_secs(10)))
//!     .layer(RetryLayer::new(RetryPolicy::new(["hello.Greeter"])))
//!     .service(balance.clone());
//! let mut greeter = GreeterClient::new(channel);
//! greeter.say_hello(HelloRequest { name: "Ferris".into() }).await?;
//!
//! // One leaves. Calls go to the other.
//! let (uri, _) = balance.servers().remove(0);
//! assert!(balance.remove(&uri));
//! greeter.say_hello(HelloRequest { name: "Ferris".into() }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! It needs the feature `production`.

mod health;
mod settings;

use std::{
    error::Error,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use http::Uri;
use http_body_util::BodyExt;
use tokio::{
    sync::{Notify, watch},
    task::AbortHandle,
};
use tonic::{
    ConnectError, Status,
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::{Service, ServiceExt};

pub use self::settings::Settings;
use super::retry::{check_backoff, lost_connection};

/// The state of a server, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not answered yet, or not since its connection was lost.
    Connecting,
    /// It gets calls.
    Ready,
    /// It gets none, for this reason.
    Down(String),
}

/// A channel to several servers.
///
/// A clone is cheap, and is the same balancer: keep one to [`add`](Self::add) and
/// [`remove`](Self::remove) servers while clients use another. With the last one, and the last
/// call, its tasks end.
#[derive(Clone, Debug)]
pub struct Balance(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: Arc<Settings>,
    servers: watch::Sender<Vec<Server>>,
    turn: AtomicUsize,
}

/// A server as calls see it.
#[derive(Clone, Debug)]
struct Server {
    uri: Uri,
    channel: Channel,
    state: State,
    /// Tells the task that a call has found the connection broken.
    lost: Arc<Notify>,
    task: AbortHandle,
}

impl Balance {
    /// A balancer without servers.
    ///
    /// # Panics
    ///
    /// When the first wait of [`Settings::reconnect`] is longer than the longest, or that is zero.
    pub fn new(settings: Settings) -> Self {
        check_backoff(settings.reconnect);
        Self(Arc::new(Shared {
            settings: Arc::new(settings),
            servers: watch::Sender::default(),
            turn: AtomicUsize::default(),
        }))
    }

    /// Lets a server join. It gets calls as soon as it says that it is SERVING. One that is there
    /// already stays as it is.
    ///
    /// The connection timeout of `endpoint` is that of the [`Settings`], and so is the keepalive if
    /// they set one.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn add(&self, endpoint: Endpoint) {
        let settings = &self.0.settings;
        let uri = endpoint.uri().clone();
        self.0.servers.send_if_modified(|servers| {
            if servers.iter().any(|server| server.uri == uri) {
                return false;
            }
            let mut endpoint = endpoint.connect_timeout(settings.connect_timeout);
            if let Some(interval) = settings.keepalive {
                endpoint = endpoint
                    .http2_keep_alive_interval(interval)
                    .keep_alive_timeout(settings.keepalive_timeout)
                    .keep_alive_while_idle(true);
            }
            let channel = endpoint.connect_lazy();
            let lost = Arc::new(Notify::new());
            let watcher = health::Watcher {
                channel: channel.clone(),
                lost: lost.clone(),
                settings: settings.clone(),
                servers: self.0.servers.clone(),
            };
            let task = tokio::spawn(watcher.run()).abort_handle();
            servers.push(Server { uri, channel, state: State::Connecting, lost, task });
            true
        });
    }

    /// Lets a server leave: it gets no new calls, and finishes those it has. Says whether it was
    /// there.
    pub fn remove(&self, uri: &Uri) -> bool {
        self.0.servers.send_if_modified(|servers| {
            let before = servers.len();
            servers.extract_if(.., |server| server.uri == *uri).for_each(|left| left.task.abort());
            servers.len() < before
        })
    }

    /// The servers, and what is known of each.
    pub fn servers(&self) -> Vec<(Uri, State)> {
        let servers = self.0.servers.borrow();
        servers.iter().map(|server| (server.uri.clone(), server.state.clone())).collect()
    }

    /// Waits until at least `count` servers are ready.
    pub async fn ready(&self, count: usize) {
        // Fails only when the sender is gone, and it is ours.
        let _ = self
            .0
            .servers
            .subscribe()
            .wait_for(|servers| servers.iter().filter(|server| server.is_ready()).count() >= count)
            .await;
    }
}

impl Service<http::Request<Body>> for Balance {
    type Response = http::Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        // Waiting is part of the call, where its deadline holds.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let shared = self.0.clone();
        Box::pin(async move {
            let server = shared.pick().await?;
            match server.channel.clone().oneshot(request).await {
                Ok(response) => Ok(response.map(|body| {
                    Body::new(body.map_err(move |status| match lost_connection(&status) {
                        true => lost(&server.uri, status),
                        false => status,
                    }))
                })),
                Err(error) if lost_connection(&error) => {
                    let status = lost(&server.uri, error);
                    shared.lose(&server);
                    Err(status)
                }
                Err(error) => Err(Status::from_error(error.into())),
            }
        })
    }
}

/// The specification's code for a call whose connection broke, where tonic has UNKNOWN.
fn lost(uri: &Uri, error: impl Error + Send + Sync + 'static) -> Status {
    // The last cause is the operating system's or HTTP/2's; those above it only pass it on.
    let mut cause: &dyn Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    with_source(Status::unavailable(format!("the connection to {uri} broke: {cause}")), error)
}

impl Shared {
    /// The server whose turn it is.
    async fn pick(&self) -> Result<Server, Status> {
        if let Some(choice) = self.choose(&self.servers.borrow()) {
            return choice;
        }
        let mut changes = self.servers.subscribe();
        loop {
            if let Some(choice) = self.choose(&changes.borrow_and_update()) {
                return choice;
            }
            // Fails only when the sender is gone, and it is ours.
            let _ = changes.changed().await;
        }
    }

    /// `None`: wait.
    fn choose(&self, servers: &[Server]) -> Option<Result<Server, Status>> {
        let ready = || servers.iter().filter(|server| server.is_ready());
        if let Some(turn) = self.turn.fetch_add(1, Ordering::Relaxed).checked_rem(ready().count()) {
            return ready().nth(turn).cloned().map(Ok);
        }
        if self.settings.wait_for_ready {
            return None;
        }
        let reasons: Option<Vec<_>> = servers
            .iter()
            .map(|server| match &server.state {
                State::Down(reason) => Some(format!("{}: {reason}", server.uri)),
                _ => None,
            })
            .collect();
        let reasons = match reasons?.join("; ") {
            none if none.is_empty() => "none was added".into(),
            reasons => reasons,
        };
        let status = Status::unavailable(format!("no server is ready: {reasons}"));
        // The call was not sent: a retry layer may know that.
        Some(Err(with_source(status, ConnectError(reasons.into()))))
    }

    /// Leaves out a server whose connection broke under a call, until its task has reached it again.
    fn lose(&self, lost: &Server) {
        self.servers.send_if_modified(|servers| {
            // Not by its URI: the server may have left and joined again, with another channel.
            let server = servers.iter_mut().find(|server| Arc::ptr_eq(&server.lost, &lost.lost));
            let Some(server) = server.filter(|server| server.is_ready()) else { return false };
            server.state = State::Connecting;
            server.lost.notify_one();
            true
        });
    }
}

impl Server {
    fn is_ready(&self) -> bool {
        self.state == State::Ready
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        for server in self.servers.send_replace(Vec::new()) {
            server.task.abort();
        }
    }
}

fn with_source(mut status: Status, error: impl Error + Send + Sync + 'static) -> Status {
    status.set_source(Arc::new(error));
    status
}
