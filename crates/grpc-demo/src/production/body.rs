//! A body whose frames pass through a function.

use std::{
    ops::ControlFlow,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};
use pin_project_lite::pin_project;
use tonic::Status;
use tower::BoxError;

/// The next frame of a body, or none at its end; or the status that ends the body here.
pub type Step<E> = ControlFlow<Status, Option<Result<Frame<Bytes>, E>>>;

/// `inner` as `poll` passes it on. When `poll` breaks off with a status, `inner` is dropped, and the
/// status is sent as the trailers.
pub fn watched<B, P>(inner: B, poll: P) -> tonic::body::Body
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    P: FnMut(Pin<&mut B>, &mut Context<'_>) -> Poll<Step<B::Error>> + Send + 'static,
{
    tonic::body::Body::new(Watched { inner: Some(inner), poll })
}

pin_project! {
    struct Watched<B, P> {
        #[pin]
        inner: Option<B>,
        poll: P,
    }
}

impl<B, P> Body for Watched<B, P>
where
    B: Body<Data = Bytes>,
    P: FnMut(Pin<&mut B>, &mut Context<'_>) -> Poll<Step<B::Error>>,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let status = match ready!((this.poll)(inner, cx)) {
            ControlFlow::Continue(frame) => return Poll::Ready(frame),
            ControlFlow::Break(status) => status,
        };
        this.inner.set(None);
        let mut trailers = HeaderMap::new();
        // Cannot fail: the messages of this crate are ASCII.
        let _ = status.add_header(&mut trailers);
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(B::is_end_stream)
    }

    // Without `size_hint`: an exact size becomes a content-length, which a body that ends early does
    // not keep.
}
