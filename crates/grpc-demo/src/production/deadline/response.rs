//! A response that ends at its deadline.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::{Status, TimeoutExpired, body::Body};
use tower::BoxError;

use super::Deadline;

/// Ends at a deadline; on the heap, so that it can move from the response to its body.
#[derive(Debug)]
struct Timer {
    deadline: Deadline,
    sleep: Pin<Box<Sleep>>,
}

impl Timer {
    fn new(deadline: Deadline) -> Self {
        Self { deadline, sleep: Box::pin(sleep_until(deadline.0)) }
    }

    fn has_passed(&self) -> bool {
        Instant::now() >= self.deadline.0
    }

    /// Ready when the deadline has passed.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().poll(cx)
    }
}

pin_project! {
    /// The future of [`Deadlines`](super::Deadlines).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: Option<F>,
        timer: Option<Timer>,
        refusal: Option<Status>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, deadline: Option<Deadline>) -> Self {
        Self { inner: Some(inner), timer: deadline.map(Timer::new), refusal: None }
    }

    pub(super) fn refused(status: Status) -> Self {
        Self { inner: None, timer: None, refusal: Some(status) }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<http::Response<B>, E>>,
    E: Error + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Output = Result<http::Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(status) = this.refusal.take() {
            return Poll::Ready(Ok(status.into_http()));
        }
        // The clock comes first. tonic's own timer, on the outside, was started a little later and
        // wakes this same future before it speaks: so the answer is always the one from here.
        if !this.timer.as_ref().is_some_and(Timer::has_passed) {
            let inner = this.inner.as_mut().as_pin_mut().expect("polled after it was ready");
            match inner.poll(cx) {
                Poll::Ready(Ok(response)) => {
                    return Poll::Ready(Ok(response.map(|body| match this.timer.take() {
                        Some(timer) => Body::new(TimedBody { inner: Some(body), timer }),
                        None => Body::new(body),
                    })));
                }
                // `Endpoint::timeout` has struck.
                Poll::Ready(Err(error)) if is_timeout(&error) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => match this.timer {
                    Some(timer) => ready!(timer.poll(cx)),
                    None => return Poll::Pending,
                },
            }
        }
        this.inner.set(None);
        Poll::Ready(Ok(exceeded("before the response began").into_http()))
    }
}

pin_project! {
    /// The body of a response, which ends at the deadline.
    struct TimedBody<B> {
        #[pin]
        inner: Option<B>,
        timer: Timer,
    }
}

impl<B: http_body::Body> http_body::Body for TimedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        // The clock comes first here as well: a stream that always has more is never pending.
        if !this.timer.has_passed() {
            match inner.poll_frame(cx) {
                Poll::Pending => ready!(this.timer.poll(cx)),
                frame => return frame,
            }
        }
        this.inner.set(None);
        let mut trailers = HeaderMap::new();
        // Cannot fail: the message is ASCII.
        let _ = exceeded("before the response ended").add_header(&mut trailers);
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(B::is_end_stream)
    }

    // Without `size_hint`: an exact size becomes a content-length, which a deadline may not keep.
}

fn exceeded(when: &str) -> Status {
    Status::deadline_exceeded(format!("the deadline passed {when}"))
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source())
        .any(|error| error.is::<TimeoutExpired>())
}
