//! From which size on a crossing no longer shows: computed from what was measured.

use super::{
    boundary::BASELINE,
    operation::Operation,
    record::{Cell, Column, Record, Time},
    units,
};

/// A crossing that is at most this share of what a call takes is called gone.
pub const NOISE: f64 = 0.05;

/// When the crossing of one boundary disappears.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEven {
    /// The id of the boundary.
    pub boundary: String,
    /// How long the far side has to work in each call, in nanoseconds. Nothing when the call itself
    /// could not be told from one of Rust's.
    pub work_ns: Option<f64>,
    /// How much data a call has to hand over, if what is done with it takes as long as a checksum.
    /// Nothing when the checksums were not measured.
    pub bytes: Option<Bytes>,
}

impl BreakEven {
    /// [`BreakEven::work_ns`] for people.
    pub fn work(&self) -> String {
        self.work_ns.map_or_else(|| "none".to_owned(), units::time)
    }

    /// [`BreakEven::bytes`] for people.
    pub fn data(&self) -> String {
        match self.bytes {
            None => "–".to_owned(),
            Some(Bytes::Below(least)) => format!("under {least} B"),
            Some(Bytes::From(bytes)) => units::size(bytes),
            Some(Bytes::Never(ratio)) => format!("never: {}", units::ratio(ratio)),
        }
    }
}

/// From how many bytes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bytes {
    /// From fewer than the smallest checksum hands over.
    Below(u64),
    /// From about so many.
    From(f64),
    /// Not even with the most that was handed over, which takes so many times as long as in Rust.
    Never(f64),
}

/// What is measured beside the boundaries: C that calls C crosses none.
const REFERENCES: [&str; 2] = [BASELINE, "c-c"];

/// The break-even of each boundary whose `add` was measured, in the order of the record.
pub fn of(record: &Record) -> Vec<BreakEven> {
    let mut found = Vec::new();
    for Column { id, .. } in &record.boundaries {
        let times = (record.time(Operation::Add, id), record.time(Operation::Add, BASELINE));
        if let (Some(add), Some(rust)) = times
            && !REFERENCES.contains(&id.as_str())
        {
            let (work_ns, bytes) = (work(add, rust), bytes(record, id));
            found.push(BreakEven { boundary: id.clone(), work_ns, bytes });
        }
    }
    found
}

/// The work beside which what a call costs more than one of Rust's is the noise's share.
fn work(add: &Time, rust: &Time) -> Option<f64> {
    // Where the intervals overlap, there is no difference that could be told from none.
    (add.interval_ns[0] > rust.interval_ns[1])
        .then(|| (add.median_ns - rust.median_ns) * (1.0 - NOISE) / NOISE)
}

/// Between two sizes that were measured both times are taken to grow evenly, so the size at which
/// the difference is the noise's share lies on straight lines.
fn bytes(record: &Record, boundary: &str) -> Option<Bytes> {
    let mut points = Vec::new();
    for operation in Operation::ALL {
        let Some(data) = operation.data() else { continue };
        let rust = record.time(operation, BASELINE)?.median_ns;
        let here = record.time(operation, boundary)?;
        // Taken within each round, it is surer than the ratio of the medians.
        let ratio = here.ratio.unwrap_or(here.median_ns / rust);
        // What is left above the limit, in nanoseconds.
        let above = (ratio * (1.0 - NOISE) - 1.0) * rust;
        points.push((data.len() as f64, above, ratio));
    }
    let (&(least, ..), &(_, above, ratio)) = (points.first()?, points.last()?);
    if above > 0.0 {
        return Some(Bytes::Never(ratio));
    }
    // The last time that it falls below: what has not been copied yet may cost less.
    let crossing = points.windows(2).rev().find_map(|pair| {
        let [(size, above, _), (next_size, next_above, _)] = *pair else { return None };
        (above > 0.0).then(|| size + (next_size - size) * above / (above - next_above))
    });
    Some(crossing.map_or(Bytes::Below(least as u64), Bytes::From))
}

impl Record {
    /// What was measured of this operation over this boundary, if it was.
    pub fn time(&self, operation: Operation, boundary: &str) -> Option<&Time> {
        let column = self.boundaries.iter().position(|column| column.id == boundary)?;
        let row = self.operations.iter().find(|row| row.id == operation)?;
        match row.cells.get(column)? {
            Cell::Time(time) => Some(time),
            Cell::Absent { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{
        boundary::Technique,
        record::{Machine, Row},
    };

    /// What calls take that cost `call` and `byte` nanoseconds, `add` being the call alone.
    fn record(boundaries: &[(&str, f64, f64)]) -> Record {
        let cell = |ns: f64| {
            Cell::Time(Time {
                median_ns: ns,
                interval_ns: [0.99 * ns, 1.01 * ns],
                samples: 10,
                calls: 1,
                ratio: None,
                ratio_interval: None,
                bytes_per_second: None,
            })
        };
        let rows = Operation::ALL.into_iter().map(|id| {
            let length = id.data().map_or(0, <[u8]>::len);
            Row {
                id,
                name: id.name().to_owned(),
                bytes: id.data().map(|data| data.len() as u64),
                cells: boundaries
                    .iter()
                    .map(|&(_, call, byte)| cell(call + byte * length as f64))
                    .collect(),
            }
        });
        Record {
            schema: Record::SCHEMA,
            command: String::new(),
            unix_time: 0,
            machine: Machine {
                cpu: String::new(),
                cores: 1,
                os: String::new(),
                arch: String::new(),
            },
            versions: Vec::new(),
            profile: String::new(),
            warnings: Vec::new(),
            boundaries: boundaries
                .iter()
                .map(|&(id, ..)| Column {
                    id: id.to_owned(),
                    name: id.to_owned(),
                    technique: Technique::Rust,
                })
                .collect(),
            operations: rows.collect(),
        }
    }

    #[test]
    fn a_twentieth_of_the_whole() {
        let found = of(&record(&[(BASELINE, 2.0, 1.0), ("x", 102.0, 1.0)]));
        // 100 ns are 5 % of 2000 ns, of which 1900 are work.
        assert_eq!(found.len(), 1);
        assert!((found[0].work_ns.unwrap() - 1900.0).abs() < 1e-6);
        // 100 = 0.05 (102 + n), so n = 1898.
        let Some(Bytes::From(bytes)) = found[0].bytes else { panic!("{:?}", found[0]) };
        assert!((bytes - 1898.0).abs() < 1e-3, "{bytes}");
    }

    #[test]
    fn bytes_that_are_copied_never_disappear() {
        let found = of(&record(&[(BASELINE, 2.0, 1.0), ("x", 102.0, 1.5)]));
        let Some(Bytes::Never(ratio)) = found[0].bytes else { panic!("{:?}", found[0]) };
        assert!((ratio - 1.5).abs() < 1e-3, "{ratio}");
    }

    #[test]
    fn what_rises_again_never_disappears() {
        let mut record = record(&[(BASELINE, 2.0, 1.0), ("x", 2.0, 1.0)]);
        let large = record.operations.iter_mut().find(|row| row.id == Operation::Checksum16MiB);
        let Cell::Time(time) = &mut large.unwrap().cells[1] else { panic!() };
        time.median_ns *= 1.2;
        let found = of(&record);
        let Some(Bytes::Never(ratio)) = found[0].bytes else { panic!("{:?}", found[0]) };
        assert!((ratio - 1.2).abs() < 1e-3, "{ratio}");
    }

    #[test]
    fn c_calling_c_crosses_nothing() {
        assert_eq!(of(&record(&[(BASELINE, 2.0, 1.0), ("c-c", 2.0, 1.0)])), []);
    }

    #[test]
    fn what_is_no_dearer_has_no_break_even() {
        let found = of(&record(&[(BASELINE, 2.0, 1.0), ("x", 2.01, 1.0)]));
        assert_eq!(found[0].work_ns, None);
        assert_eq!(found[0].bytes, Some(Bytes::Below(64)));
    }

    #[test]
    fn what_was_not_measured_is_left_out() {
        let mut record = record(&[(BASELINE, 2.0, 1.0), ("x", 102.0, 1.0), ("y", 9.0, 1.0)]);
        let absent = || Cell::Absent { absent: "no y".to_owned() };
        record.operations[0].cells[2] = absent();
        record.operations[2].cells[1] = absent();
        let found = of(&record);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].bytes, None);
    }
}
