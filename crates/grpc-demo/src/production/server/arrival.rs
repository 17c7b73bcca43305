//! What is done to a request before anything else sees it.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Request, Version};
use http_body::{Frame, SizeHint};
use tonic::{Code, Status, body::Body};

use crate::production::deadline::Deadline;

/// `request` with its deadline, and with a body that ends only where its caller ended it.
pub fn arrive(mut request: Request<Body>) -> Request<Body> {
    // tonic's own timer starts now as well. A deadline that is read later, behind a router, would
    // come after it, and the call would end with CANCELLED. A malformed one is refused in there.
    if let Ok(Some(deadline)) = Deadline::read(&request) {
        request.extensions_mut().insert(deadline);
    }
    let is_http2 = request.version() == Version::HTTP_2;
    request.map(|body| Body::new(WholeBody { body, is_http2 }))
}

/// The body of a request, which ends with ABORTED when the caller breaks off.
///
/// tonic and hyper take a stream that was reset (CANCEL, NO_ERROR) for one that has ended: a method
/// that sums up or stores what came would do so with half of it.
struct WholeBody {
    body: Body,
    is_http2: bool,
}

impl http_body::Body for WholeBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let is_broken_off = match &frame {
            Some(Ok(_)) => false,
            Some(Err(status)) => status.code() == Code::Cancelled,
            // Only over HTTP/2 does hyper know of each body whether its end has come.
            None => self.is_http2 && !self.body.is_end_stream(),
        };
        Poll::Ready(match is_broken_off {
            // Not CANCELLED: that is the code for which tonic ends the stream without an error.
            true => {
                Some(Err(Status::aborted("the caller broke off before the end of its request")))
            }
            false => frame,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
