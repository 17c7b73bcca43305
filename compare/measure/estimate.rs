//! The median and the confidence interval of a set of samples.

use std::{hint::black_box, sync::LazyLock, time::Instant};

use super::Samples;

/// A median, and its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// The probability that the true median is below the interval; it is above with the same
/// probability.
const TAIL: f64 = 0.025;

/// The median of `values`, and the interval that contains the true median with 95 % confidence (or
/// the most that few values allow), by order statistics. `None` for no values.
///
/// Nothing is assumed about the distribution. Each value is below the true median with probability
/// ½, so the number of those below is binomial, and the true median is between the k-th lowest and
/// the k-th highest value with probability 1 − 2·P(B(n, ½) < k). The interval has the largest k for
/// which that is 95 % or more. Below six values there is no such k, and the interval spans all
/// values.
pub fn estimate(values: &[f64]) -> Option<Estimate> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let median = f64::midpoint(values[last / 2], values[values.len() / 2]);
    let outside = outside(values.len());
    Some(Estimate { median, low: values[outside], high: values[last - outside] })
}

/// The number of lowest values, of `count`, that are outside the interval: k − 1.
fn outside(count: usize) -> usize {
    let n = count as f64;
    // As logarithms, because 2^-n is zero to an f64 beyond a thousand values.
    let mut log_probability = -n * std::f64::consts::LN_2;
    let (mut below, mut k) = (0.0, 0);
    // Ends at the latest when the sum passes ½.
    loop {
        below += log_probability.exp();
        if below > TAIL {
            return usize::max(k, 1) - 1;
        }
        log_probability += ((n - k as f64) / (k as f64 + 1.0)).ln();
        k += 1;
    }
}

/// The time as a multiple of `baseline`'s: the median of the ratios in the rounds in which both
/// took part. A machine that slows down slows both, so it does not affect the ratio. `None` without
/// such a round.
pub fn ratio(samples: &Samples, baseline: &Samples) -> Option<Estimate> {
    let rounds = samples.rounds.iter().zip(&baseline.rounds);
    let ratios = rounds.filter_map(|(time, base)| Some((*time)? / (*base)?));
    estimate(&ratios.filter(|ratio| ratio.is_finite()).collect::<Vec<_>>())
}

/// The time that an empty batch seems to take: two readings of the clock, in nanoseconds. Measured
/// once and kept.
pub fn clock_ns() -> f64 {
    static COST: LazyLock<f64> = LazyLock::new(|| {
        // Each reading is the mean of many, because one may be shorter than the clock's own step.
        const PAIRS: u32 = 16;
        let reading = |_| {
            let start = Instant::now();
            for _ in 0..PAIRS {
                black_box(Instant::now().elapsed());
            }
            start.elapsed().as_secs_f64() * 1e9 / f64::from(PAIRS)
        };
        estimate(&(0..1001).map(reading).collect::<Vec<_>>()).map_or(0.0, |cost| cost.median)
    });
    *COST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand_and_by_the_tables_of_the_sign_test() {
        let estimate = |values: &[f64]| estimate(values).map(|e| [e.median, e.low, e.high]);
        assert_eq!(estimate(&[]), None);
        assert_eq!(estimate(&[7.0]), Some([7.0, 7.0, 7.0]));
        // P(B(5, ½) < 1) = 3.1 %: even all five values do not reach 95 %, so the interval spans
        // them.
        assert_eq!(estimate(&[5.0, 1.0, 4.0, 2.0, 3.0]), Some([3.0, 1.0, 5.0]));
        assert_eq!(estimate(&[4.0, 1.0, 2.0, 3.0]), Some([2.5, 1.0, 4.0]));
        for (count, rank) in [(6, 1), (8, 1), (9, 2), (12, 3), (20, 6), (50, 18), (100, 40)] {
            assert_eq!(outside(count) + 1, rank, "of {count}");
        }
        // For large n the binomial is close to the normal distribution: n/2 − 1.96·√n/2.
        assert!(outside(100_000).abs_diff(49_690) < 2);
    }

    #[test]
    fn ratio_of_common_rounds() {
        let base = Samples { calls: 1, rounds: vec![Some(1.0), None, Some(10.0), Some(0.0)] };
        let slow = Samples { calls: 1, rounds: vec![Some(3.0), Some(9.0), Some(30.0), Some(3.0)] };
        assert_eq!(ratio(&slow, &base), Some(Estimate { median: 3.0, low: 3.0, high: 3.0 }));
        assert_eq!(ratio(&slow, &Samples::default()), None);
    }

    /// For distributions whose median is known, the interval contains it as often as it claims: at
    /// least 95 %, less the error of 2,000 trials.
    #[test]
    fn coverage() {
        let mut random = fastrand::Rng::with_seed(6);
        let heavy_tail = |u: f64| (1.0 - u).powi(-2);
        for (median, quantile) in [(0.5, (|u| u) as fn(f64) -> f64), (4.0, heavy_tail)] {
            for count in [6, 9, 50, 200] {
                let mut holds = 0;
                for _ in 0..2000 {
                    let values: Vec<f64> = (0..count).map(|_| quantile(random.f64())).collect();
                    let Estimate { low, high, .. } = estimate(&values).unwrap();
                    holds += usize::from(low <= median && median <= high);
                }
                assert!(holds >= 1860, "{count} values: {holds} of 2000");
            }
        }
    }
}
