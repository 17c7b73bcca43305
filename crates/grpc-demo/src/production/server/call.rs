//! The layer around every call: it is bounded, counted, logged, and ended when the server stops.
//! A request that is not a call is refused.

use std::{
    net::SocketAddr,
    ops::ControlFlow,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body, transport::server::TcpConnectInfo};
use tower::{BoxError, Layer, Service};

use super::{REQUEST_ID, Settings, drain::Drain, metrics::Metrics, outgoing};
use crate::{
    code_name,
    production::{body::watched, deadline::is_grpc},
};

/// Calls to this service have places of their own, and its streams do not delay a server that is
/// stopping.
const HEALTH: &str = "/grpc.health.v1.Health/";

/// A longer ID is neither logged nor sent back: it would take the place of the status.
const MAX_REQUEST_ID_BYTES: usize = 256;

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
    S::Future: Send + 'static,
    ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    ResponseBody::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        if !is_grpc(request.headers()) {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Box::pin(async move { Ok(answer) });
        }
        let call = Call::begin(&request, self.shared.clone());
        if !call.is_admitted {
            let limit = self.shared.max_in_flight;
            let status = Status::resource_exhausted(format!(
                "{limit} calls are in flight: try again later, or another server"
            ));
            return Box::pin(async move { Ok(call.refuse(status)) });
        }
        let answer = self.inner.call(request);
        Box::pin(async move {
            let timeout = call.shared.answer_timeout;
            let end = call.end().clone();
            // The handler's future is dropped before the call is refused: that stops its work.
            tokio::select! {
                biased;
                answer = answer => Ok(call.answer(answer?)),
                () = end.cancelled() => Ok(call.refuse(Call::stopped())),
                () = sleep(timeout) => Ok(call.refuse(Status::deadline_exceeded(format!(
                    "no answer began within {timeout:?}"
                )))),
            }
        })
    }
}

/// A call. It is counted and logged when this is dropped, whichever way it ended.
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
        let request_id = request.headers().get(REQUEST_ID);
        let call = Self {
            uri: request.uri().clone(),
            peer: peer.and_then(TcpConnectInfo::remote_addr),
            request_id: request_id.filter(|id| id.len() <= MAX_REQUEST_ID_BYTES).cloned(),
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

    /// The signal that ends this call when the server stops.
    fn end(&self) -> &CancellationToken {
        match self.is_health {
            true => &self.shared.drain.going,
            false => &self.shared.drain.cut,
        }
    }

    /// True if the server has stopped waiting for it, even if its stream has more. A stream of
    /// health may still send its last message, that the server is stopping.
    fn is_cut(&self) -> bool {
        !self.is_health && self.end().is_cancelled()
    }

    /// The status that ends it now, even if its stream has more.
    fn over(&self) -> Option<Status> {
        if self.is_cut() {
            return Some(Self::stopped());
        }
        (self.time_left() == Some(Duration::ZERO)).then(Self::overdue)
    }

    /// Waits for the status that ends it.
    fn wait_over(&self) -> impl Future<Output = Status> + use<> {
        let (end, time_left) = (self.end().clone(), self.time_left());
        async move {
            tokio::select! {
                biased;
                () = end.cancelled() => Self::stopped(),
                () = sleep(time_left.unwrap_or_default()), if time_left.is_some() => Self::overdue(),
            }
        }
    }

    /// The time that is left to it, where time is limited.
    fn time_left(&self) -> Option<Duration> {
        Some(self.shared.max_call?.saturating_sub(self.began.elapsed()))
    }

    fn stopped() -> Status {
        Status::unavailable("the server is stopping: call another, or this one later")
    }

    fn overdue() -> Status {
        Status::deadline_exceeded("the call took longer than any may: begin another")
    }

    /// Looks for the status in headers, where it is when there is nothing else, or in trailers.
    fn read_code(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get(Status::GRPC_STATUS) {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }

    /// Shortens the trailers, if they are too long, and looks for the status in them.
    fn last(&mut self, trailers: &mut HeaderMap) -> Result<(), Status> {
        outgoing::bound(trailers)?;
        self.read_code(trailers);
        Ok(())
    }

    /// A response that consists of `status` alone.
    fn refuse(mut self, status: Status) -> Response<Body> {
        self.code = Some(status.code());
        self.name(status.into_http())
    }

    /// `response` with the ID of its request.
    fn name<B>(&self, mut response: Response<B>) -> Response<B> {
        if let Some(id) = &self.request_id {
            response.headers_mut().insert(REQUEST_ID, id.clone());
        }
        response
    }

    /// `response`, whose body ends with UNAVAILABLE when the server cannot wait longer, and with
    /// DEADLINE_EXCEEDED when the call has had all the time that any call gets.
    fn answer<B>(mut self, response: Response<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let mut response = response;
        if let Err(status) = outgoing::bound(response.headers_mut()) {
            return self.refuse(status);
        }
        let response = self.name(response);
        self.read_code(response.headers());
        response.map(|body| {
            // Made when the body has to wait, which most do not.
            let mut end = None;
            watched(body, move |body, cx| {
                // A stream that always has more is never pending, so the ends are checked first.
                let status = match self.over() {
                    Some(status) => status,
                    None => match body.poll_frame(cx) {
                        Poll::Ready(mut frame) => {
                            let trailers = match &mut frame {
                                Some(Ok(frame)) => frame.trailers_mut(),
                                _ => None,
                            };
                            match trailers.map_or(Ok(()), |trailers| self.last(trailers)) {
                                Ok(()) => return Poll::Ready(ControlFlow::Continue(frame)),
                                Err(status) => status,
                            }
                        }
                        Poll::Pending => {
                            let end = end.get_or_insert_with(|| Box::pin(self.wait_over()));
                            ready!(end.as_mut().poll(cx))
                        }
                    },
                };
                self.code = Some(status.code());
                Poll::Ready(ControlFlow::Break(status))
            })
        })
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
