//! Deadlines as the gRPC specification defines them, at both ends of a call.
//!
//! tonic reads `grpc-timeout`, but it ends such a call with CANCELLED, ignores the deadline once the
//! response has begun, so that a stream runs past it, and does not tell the handler.
//! [`DeadlineLayer`] fixes all three, in a server and in a client:
//!
//! - A call whose deadline has passed ends with DEADLINE_EXCEEDED, before its response or in the
//!   middle of it. The handler's future, or its stream, is dropped: that stops the work.
//! - The handler finds its [`Deadline`] in the request, and passes what remains to the next server.
//! - A client sends its deadline along, and keeps to it even when the server does not.
//!
//! ```
//! use std::time::Duration;
//!
//! use grpc_demo::{
//!     cellar::{WatchRequest, thermometer_client::ThermometerClient},
//!     production::deadline::DeadlineLayer,
//!     services,
//! };
//! use tonic::{
//!     Code,
//!     transport::{Endpoint, Server, server::TcpIncoming},
//! };
//! use tower::Layer;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A server that gives a call a minute at most, whatever it asks for.
//! let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?.with_nodelay(Some(true));
//! let uri = format!("http://{}", incoming.local_addr()?);
//! let deadlines = DeadlineLayer::new().max_timeout(Duration::from_secs(60));
//! let server = Server::builder().layer(deadlines).add_routes(services::routes());
//! tokio::spawn(server.serve_with_incoming(incoming));
//!
//! // A client whose calls have 200 ms unless they set a timeout of their own.
//! let channel = Endpoint::from_shared(uri)?.connect().await?;
//! let deadlines = DeadlineLayer::new().default_timeout(Duration::from_millis(200));
//! let mut thermometer = ThermometerClient::new(deadlines.layer(channel));
//!
//! let endless = WatchRequest { count: 0, interval_ms: 50 };
//! let mut readings = thermometer.watch(endless).await?.into_inner();
//! let status = loop {
//!     if let Err(status) = readings.message().await {
//!         break status;
//!     }
//! };
//! assert_eq!(status.code(), Code::DeadlineExceeded);
//! # Ok(())
//! # }
//! ```

mod timeout;

use std::{
    error::Error,
    future::poll_fn,
    ops::ControlFlow,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap,
    header::{CONTENT_TYPE, HeaderName},
};
use tokio::time::{Instant, sleep_until};
use tonic::{Status, TimeoutExpired, body::Body};
use tower::{BoxError, Layer, Service};

use self::timeout::{MAX_DIGITS, encode, parse};
use super::body::watched;

const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The instant at which a call ends, whatever its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline that is `timeout` from now; none if the clock does not reach that far.
    pub fn after(timeout: Duration) -> Option<Self> {
        Instant::now().checked_add(timeout).map(Self)
    }

    /// The deadline of the call that `request` belongs to. Known only behind a [`DeadlineLayer`].
    pub fn of<T>(request: &tonic::Request<T>) -> Option<Self> {
        request.extensions().get().copied()
    }

    /// The remaining time: zero once the deadline has passed.
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }

    /// The instant itself, for `tokio::time::timeout_at`.
    pub fn instant(self) -> Instant {
        self.0
    }

    /// Gives `request`, which is about to go to the next server, what remains of this deadline.
    ///
    /// Without this, that server keeps working for a caller that has given up.
    pub fn pass_on<T>(self, request: &mut tonic::Request<T>) {
        request.extensions_mut().insert(self);
        request.set_timeout(self.remaining());
    }

    /// Says in the headers of an attempt what remains now.
    pub(super) fn write(self, headers: &mut HeaderMap) {
        headers.insert(GRPC_TIMEOUT, encode(self.remaining()));
    }

    /// The deadline of a call: what its `grpc-timeout` says, or another layer has put with it.
    ///
    /// # Errors
    ///
    /// INTERNAL when the header is malformed. The specification does not cover that case; grpc-go
    /// answers so, while tonic treats the call as one without a deadline.
    pub(super) fn read<B>(request: &http::Request<B>) -> Result<Option<Self>, Status> {
        let inherited = request.extensions().get().copied();
        let Some(value) = request.headers().get(GRPC_TIMEOUT) else { return Ok(inherited) };
        let timeout = parse(value).ok_or_else(|| {
            Status::internal(format!(
                "grpc-timeout is {value:?}: it must be 1 to {MAX_DIGITS} digits and one of H, M, \
                 S, m, u, n"
            ))
        })?;
        Ok([inherited, Self::after(timeout)].into_iter().flatten().min())
    }
}

/// Puts [`Deadlines`] around a service: the handlers of a server, or the channel of a client.
///
/// Beside a `GrpcWebLayer`, it belongs on the inside, where calls are plain gRPC.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeadlineLayer {
    default: Option<Duration>,
    max: Option<Duration>,
}

impl DeadlineLayer {
    /// A layer that gives no call a deadline of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time for calls that bring none. It holds for the whole of a stream, too.
    pub fn default_timeout(mut self, timeout: Duration) -> Self {
        self.default = Some(timeout);
        self
    }

    /// The longest time that any call gets, whatever it asks for.
    pub fn max_timeout(mut self, timeout: Duration) -> Self {
        self.max = Some(timeout);
        self
    }

    fn deadline<B>(&self, request: &http::Request<B>) -> Result<Option<Deadline>, Status> {
        let asked = Deadline::read(request)?;
        let given = asked.or_else(|| self.default.and_then(Deadline::after));
        Ok([given, self.max.and_then(Deadline::after)].into_iter().flatten().min())
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadlines<S>;

    fn layer(&self, inner: S) -> Deadlines<S> {
        Deadlines { inner, settings: *self }
    }
}

/// A service whose calls end at their deadline. See [`DeadlineLayer`].
///
/// Requests that are not gRPC, such as those for a page on the same port, pass unchanged.
#[derive(Clone, Debug)]
pub struct Deadlines<S> {
    inner: S,
    settings: DeadlineLayer,
}

impl<S, RequestBody, ResponseBody> Service<http::Request<RequestBody>> for Deadlines<S>
where
    S: Service<http::Request<RequestBody>, Response = http::Response<ResponseBody>>,
    S::Future: Send + 'static,
    S::Error: Error + 'static,
    ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    ResponseBody::Error: Into<BoxError>,
{
    type Response = http::Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<RequestBody>) -> Self::Future {
        let deadline = match is_grpc(request.headers()) {
            true => self.settings.deadline(&request),
            false => Ok(None),
        };
        let deadline = match deadline {
            Ok(deadline) => deadline,
            Err(malformed) => return Box::pin(async move { Ok(malformed.into_http()) }),
        };
        if let Some(deadline) = deadline {
            request.extensions_mut().insert(deadline);
            deadline.write(request.headers_mut());
        }
        let response = self.inner.call(request);
        Box::pin(async move {
            let outcome = match deadline {
                Some(deadline) => in_time(deadline, response).await,
                None => Some(response.await),
            };
            match outcome {
                Some(Ok(response)) => Ok(response.map(|body| match deadline {
                    Some(deadline) => end_at(deadline, body),
                    None => Body::new(body),
                })),
                // None: the deadline has passed. A timeout: `Endpoint::timeout` has passed.
                Some(Err(error)) if !is_timeout(&error) => Err(error),
                _ => Ok(exceeded("before the response began").into_http()),
            }
        })
    }
}

/// The output of `response`, or `None` if `deadline` passes first.
async fn in_time<F: Future>(deadline: Deadline, response: F) -> Option<F::Output> {
    let (mut response, mut passed) = (pin!(response), pin!(sleep_until(deadline.0)));
    poll_fn(|cx| {
        // The clock comes first. tonic's own timer, on the outside, was started a little later and
        // wakes this same future before it answers, so the answer is always that of this layer.
        if deadline.has_passed() {
            return Poll::Ready(None);
        }
        match response.as_mut().poll(cx) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            Poll::Pending => passed.as_mut().poll(cx).map(|()| None),
        }
    })
    .await
}

/// `body`, which ends with DEADLINE_EXCEEDED when `deadline` passes first.
fn end_at<B>(deadline: Deadline, body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    // Made when the body has to wait, which most do not.
    let mut passed = None;
    watched(body, move |body, cx| {
        // The clock comes first here as well: a stream that always has more is never pending.
        if !deadline.has_passed() {
            match body.poll_frame(cx) {
                Poll::Ready(frame) => return Poll::Ready(ControlFlow::Continue(frame)),
                Poll::Pending => {
                    let passed = passed.get_or_insert_with(|| Box::pin(sleep_until(deadline.0)));
                    ready!(passed.as_mut().poll(cx));
                }
            }
        }
        Poll::Ready(ControlFlow::Break(exceeded("before the response ended")))
    })
}

fn exceeded(when: &str) -> Status {
    Status::deadline_exceeded(format!("the deadline passed {when}"))
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source())
        .any(|error| error.is::<TimeoutExpired>())
}

/// True for plain gRPC, in any format. gRPC-web is different: its trailers are part of the body.
pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    let format = content_type.and_then(|value| value.strip_prefix(b"application/grpc"));
    matches!(format, Some([] | [b'+' | b';', ..]))
}
