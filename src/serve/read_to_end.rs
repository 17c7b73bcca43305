use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
};
use http_body::{Frame, SizeHint};
use tokio::{runtime::Handle, time::timeout};

/// Limits on the unwanted data that is read: its size, and the time.
const MAX_BYTES: usize = 64 * 1024 * 1024;
const MAX_TIME: Duration = Duration::from_secs(10);

/// The body of a request over HTTP/1, read to its end even when it is dropped early.
///
/// HTTP/1 cannot say "I have heard enough". A server that answers early and leaves the rest unread
/// resets the connection, and a browser reports that instead of the answer: a message over the
/// limit would be a network error and not a status.
pub struct ReadToEnd(Body);

impl ReadToEnd {
    pub fn new(body: Body) -> Self {
        Self(body)
    }
}

impl HttpBody for ReadToEnd {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl Drop for ReadToEnd {
    fn drop(&mut self) {
        if self.is_end_stream() {
            return;
        }
        let mut body = std::mem::take(&mut self.0);
        let rest = async move {
            let mut left = MAX_BYTES;
            while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                match left.checked_sub(bytes) {
                    Some(fewer) => left = fewer,
                    None => break,
                }
            }
        };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(MAX_TIME, rest));
        }
    }
}
