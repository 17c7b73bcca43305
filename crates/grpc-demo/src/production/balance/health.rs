//! The task that follows one server.

use std::{future::ready, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, timeout},
};
use tonic::{Code, Request, Status, transport::Channel};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus,
    health_client::HealthClient,
};
use tower::retry::backoff::Backoff;

use super::{Server, Settings, State};
use crate::production::retry::new_backoff;

/// The time for the channel to notice that its connection has ended. A task of its own tells it,
/// and until then it sends calls over that connection.
const SETTLE: Duration = Duration::from_millis(5);

/// Keeps the state of one server up to date.
pub struct Watcher {
    pub channel: Channel,
    /// The server's own: an earlier server with the same URI had another.
    pub lost: Arc<Notify>,
    pub settings: Arc<Settings>,
    pub servers: watch::Sender<Vec<Server>>,
}

impl Watcher {
    pub async fn run(self) {
        let (first, max) = self.settings.reconnect;
        let mut backoff = new_backoff(first, max);
        loop {
            // Drops the news of a lost connection if it is of an earlier one.
            tokio::select! { biased; () = self.lost.notified() => {}, () = ready(()) => {} }
            let begun = Instant::now();
            let mut was_ready = false;
            tokio::select! {
                status = self.follow(&mut was_ready) => self.set_lost(was_ready, &status),
                () = self.lost.notified() => {}
            }
            if was_ready {
                // A connection that ends says nothing against the server: it may have reached an
                // age, or a proxy found it idle. But one that is lost at once may be so again.
                backoff = new_backoff(first, max);
                sleep(first.saturating_sub(begun.elapsed()).max(SETTLE)).await;
            } else {
                backoff.next_backoff().await;
            }
        }
    }

    /// Follows the server's health for as long as it can be reached.
    async fn follow(&self, was_ready: &mut bool) -> Status {
        let status = self.watch(was_ready).await;
        // An older server, which has Check only; or one without a health service, which answers.
        if status.code() == Code::Unimplemented { self.check(was_ready).await } else { status }
    }

    async fn watch(&self, was_ready: &mut bool) -> Status {
        let mut client = HealthClient::new(self.channel.clone());
        let first = async {
            let mut answers = client.watch(self.request()).await?.into_inner();
            let first = answers.message().await?;
            Ok((answers, first))
        };
        let (mut answers, mut answer) = match self.in_time(first).await {
            Ok(first) => first,
            Err(status) => return status,
        };
        loop {
            match answer {
                Some(health) => *was_ready |= self.set_health(health),
                None => return Status::unavailable("the server has ended the watch of its health"),
            }
            answer = match answers.message().await {
                Ok(answer) => answer,
                Err(status) => return status,
            };
        }
    }

    async fn check(&self, was_ready: &mut bool) -> Status {
        let mut client = HealthClient::new(self.channel.clone());
        loop {
            match self.in_time(client.check(self.request())).await {
                Ok(health) => *was_ready |= self.set_health(health.into_inner()),
                Err(status) if status.code() == Code::Unimplemented => {
                    self.set(State::Ready);
                    *was_ready = true;
                }
                Err(status) => return status,
            }
            sleep(self.settings.check_interval).await;
        }
    }

    fn request(&self) -> Request<HealthCheckRequest> {
        Request::new(HealthCheckRequest { service: self.settings.service.clone() })
    }

    /// A server that takes connections and says nothing is as good as gone.
    async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, Status>>,
    ) -> Result<T, Status> {
        let limit: Duration = self.settings.connect_timeout;
        let silent = || Status::deadline_exceeded(format!("no word of its health in {limit:?}"));
        timeout(limit, answer).await.unwrap_or_else(|_| Err(silent()))
    }

    /// Says whether the server is ready.
    fn set_health(&self, health: HealthCheckResponse) -> bool {
        let status = health.status();
        let ready = status == ServingStatus::Serving;
        self.set(if ready { State::Ready } else { State::Down(status.as_str_name().into()) });
        ready
    }

    /// Calls wait for a server that was well; the others have to do when it was not.
    fn set_lost(&self, was_ready: bool, status: &Status) {
        self.change(|state| match state {
            State::Ready | State::Connecting if was_ready => State::Connecting,
            _ => State::Down(format!("{:?}: {}", status.code(), status.message())),
        });
    }

    fn set(&self, state: State) {
        self.change(|_| state);
    }

    fn change(&self, change: impl FnOnce(&State) -> State) {
        self.servers.send_if_modified(|servers| {
            let server = servers.iter_mut().find(|server| Arc::ptr_eq(&server.lost, &self.lost));
            let Some(server) = server else { return false };
            let state = change(&server.state);
            let changed = server.state != state;
            server.state = state;
            changed
        });
    }
}
