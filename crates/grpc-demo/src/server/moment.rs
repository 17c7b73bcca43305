use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tokio::sync::{Notify, futures::OwnedNotified};

/// Something that happens once, and that any number of futures wait for.
#[derive(Clone, Debug, Default)]
pub struct Moment(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    has_come: AtomicBool,
    waiting: Arc<Notify>,
}

impl Moment {
    pub fn come(&self) {
        self.0.has_come.store(true, Ordering::Release);
        self.0.waiting.notify_waiters();
    }

    pub fn has_come(&self) -> bool {
        self.0.has_come.load(Ordering::Acquire)
    }

    pub fn wait(&self) -> Wait {
        Wait { moment: self.clone(), notified: None }
    }
}

pin_project! {
    /// Ready when the moment has come.
    #[derive(Debug)]
    pub struct Wait {
        moment: Moment,
        #[pin]
        notified: Option<OwnedNotified>,
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        // Listen first, then look: a moment that comes in between is not missed.
        if this.notified.is_none() {
            this.notified.set(Some(this.moment.0.waiting.clone().notified_owned()));
        }
        if this.moment.has_come() {
            return Poll::Ready(());
        }
        this.notified.as_pin_mut().map_or(Poll::Pending, |notified| notified.poll(cx))
    }
}
