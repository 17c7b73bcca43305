use std::{collections::HashSet, sync::Arc, time::Duration};

use tower::{
    retry::{
        backoff::{ExponentialBackoff, ExponentialBackoffMaker, MakeBackoff},
        budget::TpsBudget,
    },
    util::rng::HasherRng,
};

/// The time that a budget covers.
const BUDGET_WINDOW: Duration = Duration::from_secs(10);

/// The rules for retries: the calls that are made again, how often and how soon.
///
/// Clones share the budget. The default names no method, so that only calls which were never sent
/// are made again.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    idempotent: Arc<HashSet<String>>,
    pub(super) max_attempts: u32,
    pub(super) first_backoff: Duration,
    pub(super) max_backoff: Duration,
    pub(super) budget: Arc<TpsBudget>,
    pub(super) max_buffer: usize,
}

impl RetryPolicy {
    /// A policy for methods that are `idempotent`: doing them twice has the same effect as once.
    /// Each is named as in gRPC's service configuration, `package.Service/Method`, or
    /// `package.Service` for all of its methods.
    ///
    /// A call gets 4 attempts, the second after 50 to 100 ms, the next after twice as long, up to
    /// 2 s. The budget is one retry for five calls that were answered, and 10 a second more.
    pub fn new<N: Into<String>>(idempotent: impl IntoIterator<Item = N>) -> Self {
        Self {
            idempotent: Arc::new(idempotent.into_iter().map(Into::into).collect()),
            max_attempts: 4,
            first_backoff: Duration::from_millis(50),
            max_backoff: Duration::from_secs(2),
            budget: Arc::new(TpsBudget::new(BUDGET_WINDOW, 10, 0.2)),
            max_buffer: 256 << 10,
        }
    }

    /// The most attempts of a call, the first one included.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The time before the second attempt, which doubles with each later one. A random part, up to
    /// as much again, keeps clients that failed together from coming back together. Both together
    /// are at most `max`: a time that has grown to `max` has no random part any more.
    ///
    /// # Panics
    ///
    /// When `first` is longer than `max`, or `max` is zero.
    pub fn backoff(mut self, first: Duration, max: Duration) -> Self {
        check_backoff((first, max));
        (self.first_backoff, self.max_backoff) = (first, max);
        self
    }

    /// The retries that all calls have together, over ten seconds: `per_second`, and
    /// `per_call` of the calls that were answered, such as 0.2 for a fifth.
    ///
    /// Up to 1, only fractions 1/n are exact, as tower counts how many whole calls make up for one
    /// retry: 0.4 becomes 1/2, and 0.7 becomes 1.
    ///
    /// # Panics
    ///
    /// When `per_call` is negative or over 1000, or `per_second` is not below [`i32::MAX`].
    pub fn budget(mut self, per_second: u32, per_call: f32) -> Self {
        self.budget = Arc::new(TpsBudget::new(BUDGET_WINDOW, per_second, per_call));
        self
    }

    /// The bytes of a request that are kept for another attempt. A call that has sent more is not
    /// retried.
    pub fn max_buffer(mut self, bytes: usize) -> Self {
        self.max_buffer = bytes;
        self
    }

    pub(super) fn is_idempotent(&self, path: &str) -> bool {
        let method = path.trim_start_matches('/');
        let service = method.split('/').next().unwrap_or_default();
        self.idempotent.contains(method) || self.idempotent.contains(service)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new([""; 0])
    }
}

/// Panics when [`new_backoff`] would, where the caller sees it.
pub fn check_backoff((first, max): (Duration, Duration)) {
    assert!(first <= max && !max.is_zero(), "no backoff goes from {first:?} to {max:?}");
}

/// A new one for each call: all backoffs of one maker start with a copy of its generator, and so
/// with the same random numbers.
pub fn new_backoff(first: Duration, max: Duration) -> ExponentialBackoff {
    ExponentialBackoffMaker::new(first, max, 1.0, HasherRng::default())
        .expect("check_backoff has passed these times, and this jitter is valid")
        .make_backoff()
}
