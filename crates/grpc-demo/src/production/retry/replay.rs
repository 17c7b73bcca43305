//! A request body that can be sent again.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame};
use tonic::Status;

/// One attempt's view of a request body: what earlier attempts have read of it, then the rest.
///
/// Nothing is waited for in advance, so that a caller may stream its messages.
#[derive(Debug)]
pub struct Replay {
    recording: Arc<Mutex<Recording>>,
    position: usize,
    attempt: u32,
}

#[derive(Debug)]
struct Recording {
    source: tonic::body::Body,
    read: Vec<Bytes>,
    /// The number of bytes that may still be kept. `None`: nothing is kept any longer.
    room: Option<usize>,
    ended: bool,
    /// The attempt that may read. A connection may still hold the body of the one before.
    attempt: u32,
}

impl Replay {
    /// The first attempt's view of `source`. At most `room` bytes are kept for later ones.
    pub fn new(source: tonic::body::Body, room: usize) -> Self {
        let room = Some(room);
        let recording = Recording { source, read: Vec::new(), room, ended: false, attempt: 0 };
        Self { recording: Arc::new(Mutex::new(recording)), position: 0, attempt: 0 }
    }

    /// The view of the attempt after this one.
    pub fn next(&self) -> Self {
        Self { recording: self.recording.clone(), position: 0, attempt: self.attempt + 1 }
    }

    /// True if another attempt could send all that was sent before.
    pub fn is_complete(&self) -> bool {
        self.recording().room.is_some()
    }

    /// Makes this attempt the one that may read, if it could send all that was sent before.
    ///
    /// In one step, and before the backoff: the connection may still read for the attempt
    /// before, and past the room. This attempt would then send what is left, as if it were whole.
    pub fn claim(&self) -> bool {
        let mut recording = self.recording();
        if recording.room.is_some() {
            recording.attempt = self.attempt;
        }
        recording.room.is_some()
    }

    /// Forgets what was kept: there will be no other attempt.
    pub fn commit(&self) {
        self.recording().forget();
    }

    fn recording(&self) -> MutexGuard<'_, Recording> {
        // Nothing in here is left half done by a panic.
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recording {
    fn forget(&mut self) {
        self.room = None;
        self.read = Vec::new();
    }

    fn keep(&mut self, data: &Bytes) {
        match self.room.map(|room| room.checked_sub(data.len())) {
            Some(Some(room)) => {
                self.room = Some(room);
                self.read.push(data.clone());
            }
            Some(None) => self.forget(),
            None => {}
        }
    }
}

impl Body for Replay {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        let mut recording = this.recording.lock().unwrap_or_else(PoisonError::into_inner);
        if recording.attempt != this.attempt {
            return Poll::Ready(Some(Err(Status::cancelled("a later attempt sends the body"))));
        }
        if let Some(data) = recording.read.get(this.position) {
            this.position += 1;
            return Poll::Ready(Some(Ok(Frame::data(data.clone()))));
        }
        if recording.ended {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut recording.source).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    recording.keep(data);
                    this.position = recording.read.len();
                }
            }
            Some(Err(_)) => recording.forget(),
            None => recording.ended = true,
        }
        Poll::Ready(frame)
    }
}
