use std::{
    convert::Infallible,
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Health, Metrics, Settings};

/// The time for the last statuses to reach their callers, before the connections are closed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The end of a server, in steps, which calls and connections wait for.
#[derive(Clone, Debug, Default)]
pub struct Drain {
    /// From this step on, new connections and calls are refused.
    pub going: CancellationToken,
    /// From this step on, the remaining calls are ended.
    pub cut: CancellationToken,
    /// From this step on, the connections are closed.
    pub close: CancellationToken,
    calls_cut: Arc<AtomicUsize>,
}

impl Drain {
    /// The number of calls that had not ended in time.
    pub fn calls_cut(&self) -> usize {
        self.calls_cut.load(Ordering::Relaxed)
    }

    /// Ready when the server is to take no more connections and calls.
    pub async fn begin(
        &self,
        shutdown: impl Future<Output = ()>,
        health: Health,
        settings: &Settings,
    ) {
        shutdown.await;
        health.stop();
        sleep(settings.lame_duck).await;
        self.going.cancel();
    }

    /// Ends what has not ended in time. Never ready: the server ends when its connections have.
    pub async fn enforce(&self, settings: &Settings, metrics: &Metrics) -> Infallible {
        self.going.cancelled().await;
        sleep(settings.drain).await;
        self.calls_cut.store(metrics.in_flight(), Ordering::Relaxed);
        self.cut.cancel();
        sleep(LAST_WORDS).await;
        self.close.cancel();
        pending().await
    }
}
