//! What every call passes through: it is bounded, counted, logged, and ended when the server stops.

mod body;

use std::{
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use http::{HeaderMap, HeaderValue, Request, Response, Uri};
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned as Wait};
use tonic::{Code, Status, transport::server::TcpConnectInfo};
use tower::{Layer, Service};

pub use self::body::CallBody;
use super::{REQUEST_ID, Settings, drain::Drain, metrics::Metrics};
use crate::code_name;

/// Calls to this service have places of their own, and its streams hold up no server that wants to
/// stop.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// Puts [`Calls`] around services.
#[derive(Clone, Debug)]
pub struct CallLayer(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    max_in_flight: usize,
    health_in_flight: AtomicUsize,
    answer_timeout: Duration,
    max_call: Option<Duration>,
    metrics: Metrics,
    drain: Drain,
}

impl CallLayer {
    pub fn new(settings: &Settings, metrics: Metrics, drain: Drain) -> Self {
        let Settings { max_in_flight, answer_timeout, max_call, .. } = *settings;
        Self(Arc::new(Shared {
            max_in_flight,
            health_in_flight: AtomicUsize::new(0),
            answer_timeout: max_call.map_or(answer_timeout, |max| max.min(answer_timeout)),
            max_call,
            metrics,
            drain,
        }))
    }
}

impl<S> Layer<S> for CallLayer {
    type Service = Calls<S>;

    fn layer(&self, inner: S) -> Calls<S> {
        Calls { inner, shared: self.0.clone() }
    }
}

/// Services whose calls are bounded, counted and logged, and end when their server stops.
#[derive(Clone, Debug)]
pub struct Calls<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for Calls<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
{
    type Response = Response<CallBody<ResponseBody>>;
    type Error = S::Error;
    type Future = CallFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let call = Call::begin(&request, self.shared.clone());
        let inner = call.is_admitted.then(|| self.inner.call(request));
        CallFuture { inner, call: Some(call), end: None, overdue: None }
    }
}

/// A call. Whichever way it ends, this is dropped then, and counts and logs it.
#[derive(Debug)]
struct Call {
    shared: Arc<Shared>,
    uri: Uri,
    peer: Option<SocketAddr>,
    request_id: Option<HeaderValue>,
    began: Instant,
    is_health: bool,
    is_admitted: bool,
    /// None until it is known; the caller may be gone before that.
    code: Option<Code>,
}

impl Call {
    fn begin<B>(request: &Request<B>, shared: Arc<Shared>) -> Self {
        let is_health = request.uri().path().starts_with(HEALTH);
        let before = match is_health {
            true => shared.health_in_flight.fetch_add(1, Ordering::Relaxed),
            false => shared.metrics.call_began(),
        };
        let is_admitted = before < shared.max_in_flight;
        let peer = request.extensions().get::<TcpConnectInfo>();
        let call = Self {
            uri: request.uri().clone(),
            peer: peer.and_then(TcpConnectInfo::remote_addr),
            request_id: request.headers().get(REQUEST_ID).cloned(),
            began: Instant::now(),
            is_health,
            is_admitted,
            code: None,
            shared,
        };
        if !is_admitted {
            // Now, and not when the peer has taken its refusal: else refusals fill the places.
            call.leave_place();
            call.shared.metrics.call_refused();
        }
        call
    }

    fn leave_place(&self) {
        match self.is_health {
            true => drop(self.shared.health_in_flight.fetch_sub(1, Ordering::Relaxed)),
            false => self.shared.metrics.call_ended(),
        }
    }

    /// What ends this call when the server stops.
    fn end(&self) -> &CancellationToken {
        match self.is_health {
            true => &self.shared.drain.going,
            false => &self.shared.drain.cut,
        }
    }

    /// Whether it is over already, however much its stream still has to say. A stream of health
    /// may end with its news, that the server is stopping.
    fn is_cut(&self) -> bool {
        !self.is_health && self.end().is_cancelled()
    }

    /// The time that is left to it, where time is limited.
    fn time_left(&self) -> Option<Duration> {
        Some(self.shared.max_call?.saturating_sub(self.began.elapsed()))
    }

    fn stopped() -> Status {
        Status::unavailable("the server is stopping: call another, or this one later")
    }

    /// Looks for the status in headers, where it is when there is nothing else, or in trailers.
    fn read_code(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get(Status::GRPC_STATUS) {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }

    /// A response that is nothing but `status`.
    fn refuse<B>(self, status: Status) -> Response<CallBody<B>> {
        self.answer(status.into_http::<()>().map(|()| None))
    }

    /// `response`, which carries the name of the request.
    fn answer<B>(mut self, mut response: Response<Option<B>>) -> Response<CallBody<B>> {
        self.read_code(response.headers());
        if let Some(id) = &self.request_id {
            response.headers_mut().insert(REQUEST_ID, id.clone());
        }
        response.map(|inner| CallBody::new(inner, self))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let Self { shared, uri, peer, request_id, .. } = &*self;
        // Without a code either side has gone: the server, if the time for calls is over.
        let gone = if self.is_cut() { Code::Unavailable } else { Code::Cancelled };
        let code = self.code.unwrap_or(gone);
        let took = self.began.elapsed();
        shared.metrics.call_handled(uri.path(), code, took);
        if self.is_admitted {
            self.leave_place();
        }
        tracing::info!(
            method = uri.path(),
            code = code_name(code),
            duration_ms = took.as_secs_f64() * 1_000.0,
            peer = peer.map(tracing::field::display),
            request_id = request_id.as_ref().and_then(|id| id.to_str().ok()),
            "call"
        );
    }
}

pin_project! {
    /// The future of [`Calls`].
    #[derive(Debug)]
    pub struct CallFuture<F> {
        #[pin]
        inner: Option<F>,
        call: Option<Call>,
        // Made when the call has to wait, which most have not.
        #[pin]
        end: Option<Wait>,
        overdue: Option<Pin<Box<Sleep>>>,
    }
}

impl<F, B, E> Future for CallFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<CallBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let call = this.call.take().expect("not polled after it was ready");
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            let limit = call.shared.max_in_flight;
            let status = Status::resource_exhausted(format!(
                "{limit} calls are in flight: try again later, or another server"
            ));
            return Poll::Ready(Ok(call.refuse(status)));
        };
        if let Poll::Ready(outcome) = inner.poll(cx) {
            return Poll::Ready(outcome.map(|response| call.answer(response.map(Some))));
        }
        if poll_end(this.end, call.end(), cx).is_ready() {
            // Dropping the handler's future is what stops its work.
            this.inner.set(None);
            return Poll::Ready(Ok(call.refuse(Call::stopped())));
        }
        let timeout = call.shared.answer_timeout;
        let overdue = this.overdue.get_or_insert_with(|| Box::pin(sleep(timeout)));
        if overdue.as_mut().poll(cx).is_ready() {
            this.inner.set(None);
            let status = Status::deadline_exceeded(format!("no answer began within {timeout:?}"));
            return Poll::Ready(Ok(call.refuse(status)));
        }
        *this.call = Some(call);
        Poll::Pending
    }
}

/// Waits for `end`, from the first time this is called.
fn poll_end(
    mut wait: Pin<&mut Option<Wait>>,
    end: &CancellationToken,
    cx: &mut Context<'_>,
) -> Poll<()> {
    if wait.is_none() {
        wait.set(Some(end.clone().cancelled_owned()));
    }
    wait.as_pin_mut().map_or(Poll::Pending, |wait| wait.poll(cx))
}
