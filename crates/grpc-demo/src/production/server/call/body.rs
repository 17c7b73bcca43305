//! The second half of a call, in which its answer goes out.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};
use tonic::Status;

use super::{Call, Wait, poll_end};

pin_project! {
    /// The body of an answer. It ends with UNAVAILABLE when its server cannot wait longer, and with
    /// DEADLINE_EXCEEDED when its call has had all the time that any call gets.
    #[derive(Debug)]
    pub struct CallBody<B> {
        #[pin]
        inner: Option<B>,
        call: Call,
        // Made when the stream has to wait.
        #[pin]
        end: Option<Wait>,
        overdue: Option<Pin<Box<Sleep>>>,
    }
}

impl<B> CallBody<B> {
    pub(super) fn new(inner: Option<B>, call: Call) -> Self {
        Self { inner, call, end: None, overdue: None }
    }
}

impl<B: Body> Body for CallBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let mut is_cut = this.call.is_cut();
        let time_left = this.call.time_left();
        // A stream that always has more is never pending, so both are looked at first.
        if !is_cut && time_left != Some(Duration::ZERO) {
            match inner.poll_frame(cx) {
                Poll::Ready(frame) => {
                    if let Some(Ok(frame)) = &frame
                        && let Some(trailers) = frame.trailers_ref()
                    {
                        this.call.read_code(trailers);
                    }
                    return Poll::Ready(frame);
                }
                Poll::Pending => is_cut = poll_end(this.end, this.call.end(), cx).is_ready(),
            }
            if !is_cut {
                let Some(time_left) = time_left else { return Poll::Pending };
                let overdue = this.overdue.get_or_insert_with(|| Box::pin(sleep(time_left)));
                ready!(overdue.as_mut().poll(cx));
            }
        }
        this.inner.set(None);
        let status = match is_cut {
            true => Call::stopped(),
            false => Status::deadline_exceeded("the call took longer than any may: begin another"),
        };
        this.call.code = Some(status.code());
        let mut trailers = HeaderMap::new();
        // Cannot fail: the message is ASCII.
        let _ = status.add_header(&mut trailers);
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        // An exact size would become a content-length, which a server that stops may not keep.
        SizeHint::default()
    }
}
