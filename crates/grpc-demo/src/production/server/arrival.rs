//! The first thing that happens to a request.

use std::{
    ops::ControlFlow,
    task::{Poll, ready},
};

use http::{Request, Version};
use http_body::Body as _;
use tonic::{Code, Status, body::Body};

use crate::production::{body::watched, deadline::Deadline};

/// `request` with its deadline, and with a body that fails with ABORTED when the caller breaks off.
///
/// tonic and hyper treat a stream that was reset (CANCEL, NO_ERROR) as one that has ended. A method
/// that adds up or stores what it received would then do so with half of it.
pub fn arrive(mut request: Request<Body>) -> Request<Body> {
    // tonic's own timer starts now as well. A deadline that was read later, behind a router, would
    // be after it, and the call would end with CANCELLED. `Deadlines` refuses a malformed one.
    if let Ok(Some(deadline)) = Deadline::read(&request) {
        request.extensions_mut().insert(deadline);
    }
    let is_http2 = request.version() == Version::HTTP_2;
    request.map(|body| {
        watched(body, move |mut body, cx| {
            let frame = ready!(body.as_mut().poll_frame(cx));
            let is_broken_off = match &frame {
                Some(Ok(_)) => false,
                Some(Err(status)) => status.code() == Code::Cancelled,
                // Only over HTTP/2 does hyper know of each body whether its end has come.
                None => is_http2 && !body.is_end_stream(),
            };
            Poll::Ready(ControlFlow::Continue(match is_broken_off {
                // Not CANCELLED: that is the code for which tonic ends the stream without an error.
                true => {
                    Some(Err(Status::aborted("the caller broke off before the end of its request")))
                }
                false => frame,
            }))
        })
    })
}
