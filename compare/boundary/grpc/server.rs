//! A server with a thread and a runtime of its own, as another program would have.

use std::{
    future::Future,
    io,
    thread::{self, JoinHandle},
};

use tokio::{
    runtime::{self, Runtime},
    sync::oneshot,
};

/// A runtime whose tasks run on the thread that blocks on it.
pub fn runtime() -> io::Result<Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}

/// Calls `make` in `runtime`, which is then the one that the sockets it makes wake up.
pub fn within<T>(runtime: &Runtime, make: impl FnOnce() -> T) -> T {
    let _entered = runtime.enter();
    make()
}

/// A running server. Dropping it ends its calls, closes its sockets and waits for its thread.
pub struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Runs `serving`, and what it spawns.
    ///
    /// # Errors
    ///
    /// When the system has no thread to spare.
    pub fn start<S>(runtime: Runtime, serving: S) -> io::Result<Self>
    where
        S: Future<Output: Send> + Send + 'static,
    {
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("grpc server".into()).spawn(move || {
            // Should it end by itself, then the callers' connections do, too, and tell them.
            runtime.spawn(serving);
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // If it panicked, it has said so.
            let _ = thread.join();
        }
    }
}
