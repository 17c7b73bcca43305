//! The limits on a connection, applied before HTTP/2 sees it.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::{Connected, TcpConnectInfo};

use super::{Settings, metrics::Metrics};

/// The length of `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`; no request of HTTP/1 that names its host is
/// shorter.
const PREFACE_BYTES: usize = 24;

/// The connections from `incoming`, within the limits of `settings`, until `close` ends them all.
pub fn admit(
    incoming: impl Stream<Item = io::Result<TcpStream>>,
    settings: &Settings,
    metrics: Metrics,
    close: CancellationToken,
) -> impl Stream<Item = io::Result<Connection>> {
    let Settings { max_connections, first_bytes_timeout, .. } = *settings;
    incoming.then(accepted).filter_map(move |stream| {
        let stream = stream?;
        let slot = Slot::take(&metrics, max_connections)?;
        Some(Ok(Connection {
            stream,
            close: close.clone(),
            closed: Box::pin(close.clone().cancelled_owned()),
            silence: Some(Silence { time: Box::pin(sleep(first_bytes_timeout)), read: 0 }),
            gathered: false,
            _slot: slot,
        }))
    })
}

async fn accepted(stream: io::Result<TcpStream>) -> Option<TcpStream> {
    match stream {
        Ok(stream) => Some(stream),
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            // When files have run out, the next attempt fails as well, and the one after it: not
            // waiting here would keep a core busy with that.
            sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// One of the connections that may be open.
#[derive(Debug)]
struct Slot(Metrics);

impl Slot {
    fn take(metrics: &Metrics, limit: usize) -> Option<Self> {
        let slot = Self(metrics.clone());
        if metrics.connection_opened() < limit {
            return Some(slot);
        }
        metrics.connection_refused();
        None
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.connection_closed();
    }
}

/// An accepted connection, which ends when its server says so, whatever the peer does.
///
/// tonic gives each connection a task of its own, which continues when the server's future is
/// dropped. So what that task reads from and writes to has to fail.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    close: CancellationToken,
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
    silence: Option<Silence>,
    /// True if the other tasks have had their turn since the last flush.
    gathered: bool,
    _slot: Slot,
}

/// The time for which a new connection may be silent, and the bytes read so far.
#[derive(Debug)]
struct Silence {
    time: Pin<Box<Sleep>>,
    read: usize,
}

impl Connection {
    /// The outcome of reading or writing, unless the server has closed all connections.
    fn unless_closed<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.close.is_cancelled()
            || outcome.is_pending() && self.closed.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        outcome
    }

    /// Lets the other tasks run once before anything is written. tokio polls the connection right
    /// after the first handler that has answered; without this each response would be a system call
    /// and a packet of its own, where those of all calls that are ready can leave together.
    fn poll_gathered(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.gathered, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Some(silence) = &mut self.silence {
            silence.read += buffer.filled().len() - before;
            if silence.read >= PREFACE_BYTES {
                self.silence = None;
            } else if outcome.is_pending() && silence.time.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        self.unless_closed(cx, outcome)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_gathered(cx));
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.unless_closed(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_gathered(cx));
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.unless_closed(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.gathered = false;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.stream.connect_info()
    }
}
