//! Who takes part in which round.

use super::Plan;

/// A slow side takes part in every second, fourth, eighth … round only: always a power of two, so
/// that of any two sides, the slower takes part only in rounds in which the faster does, too, and
/// the two can be compared in each of them.
#[derive(Debug, PartialEq)]
pub struct Schedule {
    /// By side: it takes part in every so many rounds.
    strides: Vec<usize>,
    /// What all of it is expected to take, in nanoseconds.
    pub total_ns: f64,
}

impl Schedule {
    /// For sides whose batches cost so much; zero for those that are out. `time_ns` is for all.
    pub fn new(costs: &[f64], plan: Plan, time_ns: f64) -> Self {
        let least = plan.least.max(1);
        let most = plan.most.max(least);
        let running: Vec<f64> = costs.iter().copied().filter(|cost| *cost > 0.0).collect();
        let share = time_ns / running.len().max(1) as f64;
        let cheapest = running.iter().copied().fold(f64::INFINITY, f64::min);
        // What a side spends in a round: as much as the fastest, or more where there is more time
        // than `most` rounds of the fastest need.
        let unit = cheapest.max(share / most as f64);

        let affordable = |cost: f64| cost * least as f64 <= share;
        let stride = |cost: f64, rounds: usize| {
            let widest = power_below(rounds as f64 / least as f64);
            if affordable(cost) { power_below(cost / unit).min(widest) } else { widest }
        };
        let total = |rounds: usize, counts: &dyn Fn(f64) -> bool| -> f64 {
            let counted = running.iter().copied().filter(|cost| counts(*cost));
            counted.map(|cost| cost * rounds.div_ceil(stride(cost, rounds)) as f64).sum()
        };

        // Those that exceed their share anyway do not take away from what the others have.
        let time_ns = share * running.iter().filter(|cost| affordable(**cost)).count() as f64;
        let mut rounds = most;
        while rounds > least && total(rounds, &affordable) > time_ns {
            rounds = least.max(rounds - rounds.div_ceil(20));
        }
        Self {
            strides: costs.iter().map(|cost| stride(*cost, rounds)).collect(),
            total_ns: total(rounds, &|_| true),
        }
    }

    /// Whether a side takes part in a round. In the first, all do.
    pub fn has(&self, side: usize, round: usize) -> bool {
        round.is_multiple_of(self.strides[side])
    }
}

/// The largest power of two that is not above `value`; at least one.
fn power_below(value: f64) -> usize {
    1 << (value.max(1.0) as usize).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan { batch_ns: 1.0, row_ns: 0.0, least: 5, most: 500 };

    #[test]
    fn equals_take_part_in_every_round() {
        let schedule = Schedule::new(&[1.0, 1.9, 1.0], PLAN, 300.0);
        assert_eq!(schedule.strides, [1, 1, 1]);
        assert!(schedule.total_ns > 280.0 && schedule.total_ns <= 300.0, "{schedule:?}");
    }

    #[test]
    fn a_slow_side_gets_its_share() {
        let schedule = Schedule::new(&[1.0, 20.0, 1.0], PLAN, 3000.0);
        // 1000 for each; for the fast ones, `most` is less. 50 samples can be paid.
        assert!([8, 16].contains(&schedule.strides[1]), "{schedule:?}");
        assert_eq!([schedule.strides[0], schedule.strides[2]], [1, 1]);
        assert!(schedule.total_ns <= 3000.0);
    }

    #[test]
    fn a_side_beyond_its_share_takes_nothing_from_the_others() {
        let alone = Schedule::new(&[1.0, 1.0], PLAN, 200.0);
        let schedule = Schedule::new(&[1.0, 1.0, 1000.0], PLAN, 300.0);
        let samples = |stride: usize| (0..100).filter(|round| round % stride == 0).count();
        assert!((PLAN.least..2 * PLAN.least).contains(&samples(schedule.strides[2])));
        assert!(schedule.total_ns >= alone.total_ns + 1000.0 * PLAN.least as f64);
        assert_eq!(schedule.strides[..2], alone.strides);
    }

    #[test]
    fn who_is_out_counts_for_nothing() {
        let schedule = Schedule::new(&[0.0, 1.0], PLAN, 100.0);
        assert!(schedule.total_ns > 90.0 && schedule.total_ns <= 100.0, "{schedule:?}");
        assert_eq!(Schedule::new(&[0.0], PLAN, 100.0).total_ns, 0.0);
    }

    #[test]
    fn strides_are_powers_of_two() {
        assert_eq!(
            [0.0, 1.0, 1.9, 2.0, 3.9, 4.0, 1000.0].map(power_below),
            [1, 1, 1, 2, 2, 4, 512]
        );
    }
}
