//! What samples say of the thing they are samples of.

use super::Samples;

/// A median, and the interval that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// How seldom the true median may lie below the interval; above it, as seldom again.
const TAIL: f64 = 0.025;

/// The median of `values`, and the interval that contains the true one with 95 % confidence (or as
/// much as so few values allow), by order statistics. Nothing for no values.
///
/// Nothing is assumed about the distribution. Each value lies below the true median with
/// probability ½, so how many of n do is binomial, and the true median lies between the k-th lowest
/// and the k-th highest value with probability 1 − 2·P(B(n, ½) < k). The interval has the largest k
/// for which that is 95 % or more; below six values there is none, and it is all of them.
pub fn estimate(values: &[f64]) -> Option<Estimate> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let middle = f64::midpoint(values[last / 2], values[values.len() / 2]);
    let outside = outside(values.len());
    Some(Estimate { median: middle, low: values[outside], high: values[last - outside] })
}

/// How many of the lowest of `count` values lie outside the interval: k − 1.
fn outside(count: usize) -> usize {
    let n = count as f64;
    // As logarithms, because 2^-n is zero to an f64 beyond a thousand values.
    let mut log_probability = -n * std::f64::consts::LN_2;
    let mut below = 0.0;
    let mut k = 0;
    // Half of the values can never be outside on one side: the sum passes ½ there.
    loop {
        below += log_probability.exp();
        if below > TAIL {
            return usize::max(k, 1) - 1;
        }
        log_probability += ((n - k as f64) / (k as f64 + 1.0)).ln();
        k += 1;
    }
}

/// How many times as long as `baseline`: of the ratios within each round in which both took part.
/// A machine that slows down slows both, so that it does not show here. Nothing without such a
/// round.
pub fn ratio(samples: &Samples, baseline: &Samples) -> Option<Estimate> {
    let ratios: Vec<f64> = samples
        .rounds
        .iter()
        .zip(&baseline.rounds)
        .filter_map(|(time, base)| Some((*time)? / (*base)?))
        .filter(|ratio| ratio.is_finite())
        .collect();
    estimate(&ratios)
}

#[cfg(test)]
mod tests {
    use proptest::{
        collection::vec,
        prelude::{Just, ProptestConfig, Strategy},
        prop_assert, prop_assert_eq, proptest,
    };

    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(estimate(&[]), None);
        assert_eq!(estimate(&[7.0]), Some(Estimate { median: 7.0, low: 7.0, high: 7.0 }));
        // P(B(5, ½) < 1) = 3.1 %: all five are not enough, and all there is.
        let five = estimate(&[5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(five, Some(Estimate { median: 3.0, low: 1.0, high: 5.0 }));
        let even = estimate(&[4.0, 1.0, 2.0, 3.0]);
        assert_eq!(even, Some(Estimate { median: 2.5, low: 1.0, high: 4.0 }));
    }

    /// The ranks that tables of the sign test have.
    #[test]
    fn ranks() {
        for (count, rank) in
            [(6, 1), (8, 1), (9, 2), (11, 2), (12, 3), (20, 6), (50, 18), (100, 40)]
        {
            assert_eq!(outside(count) + 1, rank, "of {count}");
        }
        // Where the binomial is the normal distribution: n/2 − 1.96·√n/2.
        assert!(outside(100_000).abs_diff(49_690) < 2);
    }

    #[test]
    fn ratio_of_common_rounds() {
        let base = Samples { calls: 1, rounds: vec![Some(1.0), None, Some(10.0), Some(0.0)] };
        let slow = Samples { calls: 1, rounds: vec![Some(3.0), Some(9.0), Some(30.0), Some(3.0)] };
        assert_eq!(ratio(&slow, &base), Some(Estimate { median: 3.0, low: 3.0, high: 3.0 }));
        assert_eq!(ratio(&slow, &Samples::default()), None);
    }

    /// Of distributions whose median is known, the interval holds it as often as it says: 95 % at
    /// least, less what 2,000 trials can be off by.
    #[test]
    fn coverage() {
        type Quantile = fn(f64) -> f64;
        let mut random = fastrand::Rng::with_seed(6);
        let distributions: [(&str, f64, Quantile); 4] = [
            ("uniform", 0.5, |u| u),
            ("exponential", std::f64::consts::LN_2, |u| -(1.0 - u).ln()),
            ("heavy tail", 4.0, |u| (1.0 - u).powi(-2)),
            ("two peaks", 0.3, |u| if u < 0.5 { u / 50.0 } else { 1.0 - (1.0 - u) * 0.98 }),
        ];
        for (name, median, quantile) in distributions {
            for count in [6, 9, 15, 50, 200] {
                let holds = (0..2000).filter(|_| {
                    let values: Vec<f64> = (0..count).map(|_| quantile(random.f64())).collect();
                    let Estimate { low, high, .. } = estimate(&values).expect("there are values");
                    low <= median && median <= high
                });
                let holds = holds.count();
                assert!(holds >= 1860, "{name}, {count} values: {holds} of 2000");
            }
        }
    }

    fn values() -> impl Strategy<Value = Vec<f64>> {
        vec(1e-3..1e9, 1..200)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn order_does_not_matter(
            (sorted, shuffled) in values().prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle()))
        ) {
            prop_assert_eq!(estimate(&sorted), estimate(&shuffled));
        }

        #[test]
        fn the_median_is_inside(values in values()) {
            let Estimate { median, low, high } = estimate(&values).unwrap();
            prop_assert!(low <= median && median <= high);
            let below = values.iter().filter(|value| **value < median).count();
            let above = values.iter().filter(|value| **value > median).count();
            prop_assert!(below * 2 <= values.len() && above * 2 <= values.len());
            prop_assert!(values.contains(&low) && values.contains(&high));
        }

        /// By a power of two, which is exact.
        #[test]
        fn twice_as_slow_is_twice_as_much(values in values(), power in -8_i32..8) {
            let factor = 2_f64.powi(power);
            let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
            let Estimate { median, low, high } = estimate(&values).unwrap();
            let expected = Estimate {
                median: median * factor,
                low: low * factor,
                high: high * factor,
            };
            prop_assert_eq!(estimate(&scaled), Some(expected));
        }

        #[test]
        fn more_is_never_less(values in values(), which: proptest::sample::Index, more in 0.0..1e9) {
            let mut slower = values.clone();
            slower[which.index(values.len())] += more;
            let (before, after) = (estimate(&values).unwrap(), estimate(&slower).unwrap());
            prop_assert!(before.median <= after.median);
            prop_assert!(before.low <= after.low && before.high <= after.high);
        }
    }
}
