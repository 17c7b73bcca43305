//! Who takes part in which round.

use super::Plan;

/// A slow side takes part in every second, fourth, eighth … round only: a power of two, so that of
/// any two sides, the slower takes part only in rounds in which the faster does, too, and the two
/// can be compared in each of them.
#[derive(Debug, PartialEq)]
pub struct Schedule {
    sides: Vec<Turns>,
    /// What all of it is expected to take, in nanoseconds.
    pub total_ns: f64,
    /// What those that keep to their share may take together, in nanoseconds: they go on until then.
    pub shared_ns: f64,
}

/// The rounds in which a side takes part.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Turns {
    every: usize,
    /// It does not take part from this round on, even if there is time left.
    end: usize,
}

impl Schedule {
    /// For sides whose batches cost so much; zero for those that are out. `time_ns` is for all.
    pub fn new(costs: &[f64], plan: Plan, time_ns: f64) -> Self {
        let least = plan.least.max(1);
        let most = plan.most.max(least);
        let running: Vec<f64> = costs.iter().copied().filter(|cost| *cost > 0.0).collect();
        let share = time_ns / running.len().max(1) as f64;
        let (within, beyond): (Vec<f64>, Vec<f64>) =
            running.iter().partition(|cost| *cost * least as f64 <= share);

        // What a side spends in a round: as much as the fastest, or more where there is more time
        // than `most` rounds of the fastest need.
        let cheapest = running.iter().copied().fold(f64::INFINITY, f64::min);
        let unit = cheapest.max(share / most as f64);
        // So far apart, `least` samples go into all the rounds.
        let widest = |rounds: usize| (rounds - 1).checked_div(least - 1).unwrap_or(rounds);
        let every = |cost: f64, rounds: usize| {
            power_below(cost / unit).min(power_below(widest(rounds) as f64))
        };
        let total = |rounds: usize| -> f64 {
            within.iter().map(|cost| cost * rounds.div_ceil(every(*cost, rounds)) as f64).sum()
        };

        let time_ns = share * within.len() as f64;
        let mut rounds = most;
        while rounds > least && total(rounds) > time_ns {
            rounds = least.max(rounds - rounds.div_ceil(20));
        }

        // Those that exceed their share with the fewest samples have no more than these, in rounds
        // in which everybody takes part.
        let slowest = within.iter().map(|cost| every(*cost, rounds)).max().unwrap_or(1);
        let seldom = slowest * (widest(rounds) / slowest).max(1);
        let rare = Turns { every: seldom, end: rounds.min(seldom * least) };
        let turns = |cost: &f64| match *cost * least as f64 <= share {
            true => Turns { every: every(*cost, rounds), end: usize::MAX },
            false => rare,
        };
        let rarely = rare.end.div_ceil(rare.every) as f64 * beyond.iter().sum::<f64>();
        Self {
            sides: costs.iter().map(turns).collect(),
            total_ns: total(rounds) + rarely,
            shared_ns: time_ns.max(total(rounds)),
        }
    }

    /// Whether a side keeps to its share of the time. The others do not take from it.
    pub fn shares(&self, side: usize) -> bool {
        self.sides[side].end == usize::MAX
    }

    /// Whether a side takes part in a round. In the first, all do.
    pub fn has(&self, side: usize, round: usize) -> bool {
        let Turns { every, end } = self.sides[side];
        round < end && round.is_multiple_of(every)
    }
}

/// The largest power of two that is not above `value`; at least one.
fn power_below(value: f64) -> usize {
    1 << (value.max(1.0) as usize).ilog2()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan { batch_ns: 1.0, row_ns: 0.0, least: 5, most: 500, warm: false };

    fn every(schedule: &Schedule) -> Vec<usize> {
        schedule.sides.iter().map(|turns| turns.every).collect()
    }

    #[test]
    fn equals_take_part_in_every_round() {
        let schedule = Schedule::new(&[1.0, 1.9, 1.0], PLAN, 300.0);
        assert_eq!(every(&schedule), [1, 1, 1]);
        assert!(schedule.total_ns > 280.0 && schedule.total_ns <= 300.0, "{schedule:?}");
    }

    #[test]
    fn a_slow_side_gets_its_share() {
        let schedule = Schedule::new(&[1.0, 20.0, 1.0], PLAN, 3000.0);
        // 1000 for each; for the fast ones, `most` is less. 50 samples can be paid.
        let [1, slow, 1] = every(&schedule)[..] else { panic!("{schedule:?}") };
        assert!([8, 16].contains(&slow), "{schedule:?}");
        assert!(schedule.total_ns <= 3000.0);
    }

    #[test]
    fn a_side_beyond_its_share_takes_nothing_from_the_others() {
        let alone = Schedule::new(&[1.0, 1.0], PLAN, 200.0);
        let schedule = Schedule::new(&[1.0, 1.0, 1000.0], PLAN, 300.0);
        assert_eq!(schedule.total_ns, alone.total_ns + 1000.0 * PLAN.least as f64);
        assert_eq!(schedule.sides[..2], alone.sides);
        let rounds: Vec<usize> = (0..1000).filter(|round| schedule.has(2, *round)).collect();
        assert_eq!(rounds.len(), PLAN.least);
        assert!(rounds[PLAN.least - 1] > 90, "{rounds:?}");
    }

    /// Also where it has to meet a side that takes part in every eighth round only.
    #[test]
    fn a_side_beyond_its_share_has_the_fewest_samples() {
        let mut strides = Vec::new();
        for time_ns in (300..6000).step_by(50) {
            let schedule = Schedule::new(&[1.0, 20.0, 1e5], PLAN, f64::from(time_ns));
            let rounds = (0..1000).filter(|round| schedule.has(2, *round));
            assert_eq!(rounds.count(), PLAN.least, "{time_ns}: {schedule:?}");
            strides.push(schedule.sides[1].every);
        }
        assert!([4, 8, 16].iter().all(|stride| strides.contains(stride)), "{strides:?}");
    }

    #[test]
    fn whoever_is_slower_meets_whoever_is_faster() {
        let plan = Plan { most: 200, ..PLAN };
        for time_ns in [10.0, 1e3, 1e4, 1e6] {
            let costs = [1.0, 3.0, 10.0, 99.0, 1e3, 1e4];
            let schedule = Schedule::new(&costs, plan, time_ns);
            for round in 0..plan.most {
                let has = (0..costs.len()).map(|side| schedule.has(side, round));
                assert!(has.is_sorted_by(|faster, slower| faster >= slower), "{schedule:?}");
            }
            for side in 0..costs.len() {
                let turns = (0..plan.most).filter(|round| schedule.has(side, *round));
                assert!(turns.count() >= plan.least, "{side}: {schedule:?}");
            }
        }
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
