//! Calls made again when that is safe, after gRPC's retry design (gRFC A6).
//!
//! - Only methods that are named. By naming a method the caller declares it idempotent, because a
//!   server that answered UNAVAILABLE, or whose connection broke, may have done the work.
//! - Only after UNAVAILABLE, the one code that means "try again". RESOURCE_EXHAUSTED asks for fewer
//!   calls, not for more; after ABORTED the caller has to start further back; INTERNAL and UNKNOWN
//!   would repeat; and after DEADLINE_EXCEEDED there is no time left.
//! - Any method, if the call was never sent: the connection was refused, or the server said that
//!   it did not look at the call.
//! - Never once the response has begun, and never past the deadline.
//! - Up to a number of attempts, further and further apart, and all calls together within a budget,
//!   so that retries do not keep an overloaded server down.
//!
//! It differs from A6 in a few ways. The budget is tower's, made after Finagle's, and not a bucket
//! of tokens that failures empty. A call that was never sent waits, counts as an attempt and takes
//! from the budget like any other, where A6 makes the next attempt at once and without charge. The
//! random part of a wait only adds to it. And the codes that are tried again cannot be set.
//!
//! ```
//! use std::sync::atomic::{AtomicBool, Ordering};
//!
//! use grpc_demo::{
//!     hello::{
//!         HelloReply, HelloRequest,
//!         greeter_client::GreeterClient,
//!         greeter_server::{Greeter, GreeterServer},
//!     },
//!     production::{
//!         deadline::DeadlineLayer,
//!         retry::{RetryLayer, RetryPolicy},
//!         server::listen,
//!     },
//! };
//! use tonic::{
//!     Request, Response, Status,
//!     transport::{Endpoint, Server},
//! };
//! use tower::ServiceBuilder;
//!
//! /// A server whose first answer is that it is not ready.
//! struct Late(AtomicBool);
//!
//! #[tonic::async_trait]
//! impl Greeter for Late {
//!     async fn say_hello(
//!         &self,
//!         _: Request<HelloRequest>,
//!     ) -> Result<Response<HelloReply>, Status> {
//!         match self.0.swap(true, Ordering::Relaxed) {
//!             true => Ok(Response::new(HelloReply { message: "Here I am".into() })),
//!             false => Err(Status::unavailable("still starting")),
//!         }
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let incoming = listen("127.0.0.1:0".parse()?)?;
//! let uri = format!("http://{}", incoming.local_addr()?);
//! let server = Server::builder().add_service(GreeterServer::new(Late(AtomicBool::new(false))));
//! tokio::spawn(server.serve_with_incoming(incoming));
//!
//! let channel = ServiceBuilder::new()
//!     // Outermost: one deadline for all attempts.
//!     .layer(DeadlineLayer::new())
//!     .layer(RetryLayer::new(RetryPolicy::new(["hello.Greeter/SayHello"])))
//!     .service(Endpoint::from_shared(uri)?.connect().await?);
//! let mut greeter = GreeterClient::new(channel);
//! let reply = greeter.say_hello(HelloRequest { name: "Ferris".into() }).await?.into_inner();
//! assert_eq!(reply.message, "Here I am");
//! # Ok(())
//! # }
//! ```
//!
//! It needs the feature `production`.

mod outcome;
mod policy;
mod replay;

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use http::HeaderName;
use tokio::time::{Sleep, sleep};
use tonic::body::Body;
use tower::{
    Layer, Service,
    retry::{
        Policy, Retry,
        backoff::{Backoff, ExponentialBackoff},
        budget::Budget,
    },
    util::MapRequest,
};

pub use self::policy::RetryPolicy;
pub(super) use self::{
    outcome::lost_connection,
    policy::{check_backoff, new_backoff},
};
use self::{
    outcome::{Outcome, Pushback},
    replay::Replay,
};
use super::deadline::Deadline;

/// The number of attempts before this one. The name is from the specification.
const PREVIOUS_ATTEMPTS: HeaderName = HeaderName::from_static("grpc-previous-rpc-attempts");

/// Puts [`Retries`] around a channel.
#[derive(Clone, Debug)]
pub struct RetryLayer(RetryPolicy);

impl RetryLayer {
    /// A layer with this policy. All channels under it share the budget.
    pub fn new(policy: RetryPolicy) -> Self {
        Self(policy)
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retries<S>;

    fn layer(&self, inner: S) -> Retries<S> {
        let attempts = Attempts { policy: self.0.clone(), made: 1, backoff: None };
        Retries {
            inner: Retry::new(attempts, MapRequest::new(inner, send as SendFn)),
            max_buffer: self.0.max_buffer,
        }
    }
}

/// A channel whose calls are made again when that is safe. See [`RetryLayer`].
#[derive(Clone)]
pub struct Retries<S> {
    inner: Retry<Attempts, MapRequest<S, SendFn>>,
    max_buffer: usize,
}

type SendFn = fn(http::Request<Replay>) -> http::Request<Body>;

/// The request that goes to the connection, with the time that remains at this moment.
fn send(mut request: http::Request<Replay>) -> http::Request<Body> {
    if let Some(deadline) = request.extensions().get().copied() {
        Deadline::write(deadline, request.headers_mut());
    }
    request.map(Body::new)
}

impl<S, B> Service<http::Request<Body>> for Retries<S>
where
    S: Service<http::Request<Body>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Error: Error + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = http::Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<B>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        // Without a deadline layer outside, the time is reckoned from here. What is malformed is
        // for the server to refuse.
        if let Ok(Some(deadline)) = Deadline::read(&request) {
            request.extensions_mut().insert(deadline);
        }
        let request = request.map(|body| Replay::new(body, self.max_buffer));
        Box::pin(self.inner.call(request))
    }
}

/// The attempts of one call.
#[derive(Clone, Debug)]
struct Attempts {
    policy: RetryPolicy,
    made: u32,
    /// `None`: the next backoff is the first, or the first since the server said how long to wait.
    backoff: Option<ExponentialBackoff>,
}

impl Attempts {
    /// The wait before the next attempt, if there is to be one.
    fn wait(&mut self, request: &http::Request<Replay>, outcome: Outcome) -> Option<Sleep> {
        let pushback = match outcome {
            Outcome::Final => {
                self.policy.budget.deposit();
                return None;
            }
            Outcome::NotSent => Pushback::Unsaid,
            Outcome::Unavailable(pushback) if self.policy.is_idempotent(request.uri().path()) => {
                pushback
            }
            Outcome::Unavailable(_) => return None,
        };
        if self.made >= self.policy.max_attempts || !request.body().is_complete() {
            return None;
        }
        let wait = match pushback {
            Pushback::Unsaid => {
                let (first, max) = (self.policy.first_backoff, self.policy.max_backoff);
                self.backoff.get_or_insert_with(|| new_backoff(first, max)).next_backoff()
            }
            Pushback::After(time) => {
                self.backoff = None;
                sleep(time)
            }
            Pushback::Never => return None,
        };
        // The failure at hand says more than DEADLINE_EXCEEDED would after an idle wait.
        let deadline = request.extensions().get().map(|deadline: &Deadline| deadline.instant());
        if deadline.is_some_and(|deadline| deadline <= wait.deadline()) {
            return None;
        }
        (self.policy.budget.withdraw() && request.body().claim()).then_some(wait)
    }
}

impl<B, E: Error + 'static> Policy<http::Request<Replay>, http::Response<B>, E> for Attempts {
    type Future = Sleep;

    fn retry(
        &mut self,
        request: &mut http::Request<Replay>,
        result: &mut Result<http::Response<B>, E>,
    ) -> Option<Sleep> {
        let wait = self.wait(request, Outcome::of(result));
        match wait {
            Some(_) => {
                request.headers_mut().insert(PREVIOUS_ATTEMPTS, self.made.into());
                self.made += 1;
            }
            None => request.body().commit(),
        }
        wait
    }

    fn clone_request(&mut self, request: &http::Request<Replay>) -> Option<http::Request<Replay>> {
        let mut next = http::Request::new(request.body().next());
        *next.method_mut() = request.method().clone();
        *next.uri_mut() = request.uri().clone();
        *next.version_mut() = request.version();
        *next.headers_mut() = request.headers().clone();
        *next.extensions_mut() = request.extensions().clone();
        Some(next)
    }
}
