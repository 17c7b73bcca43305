//! What it costs to time anything at all.

use std::{sync::LazyLock, time::Instant};

use super::estimate;

/// How often the clock is read to learn what that costs.
const READINGS: usize = 1001;

/// What an empty batch seems to take: two readings of the clock, in nanoseconds. Measured once.
pub fn clock_ns() -> f64 {
    static COST: LazyLock<f64> = LazyLock::new(|| {
        // Each reading is the mean of many, because one may be shorter than the clock's own step.
        let readings: Vec<f64> = (0..READINGS).map(|_| pairs()).collect();
        estimate(&readings).map_or(0.0, |cost| cost.median)
    });
    *COST
}

/// Nanoseconds of one pair of readings.
fn pairs() -> f64 {
    const PAIRS: u32 = 16;
    let start = Instant::now();
    for _ in 0..PAIRS {
        std::hint::black_box(Instant::now().elapsed());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(PAIRS)
}
