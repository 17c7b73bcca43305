//! From which size on a crossing no longer shows: computed from what was measured.

use super::{
    boundary::BASELINE,
    operation::Operation,
    record::{Cell, Record, Time},
    units,
};

/// A crossing that costs less than this share of the whole is lost in the noise of most machines.
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
    /// Not even with the most that was handed over; it is still so many times as long as in Rust.
    Never(f64),
}

/// The break-even of each boundary whose `add` was measured, in the order of the record.
pub fn of(record: &Record) -> Vec<BreakEven> {
    let boundaries = record.boundaries.iter().filter(|boundary| boundary.id != BASELINE);
    boundaries
        .filter_map(|boundary| {
            let of = |operation| record.time(operation, &boundary.id);
            let (add, rust) = (of(Operation::Add)?, record.time(Operation::Add, BASELINE)?);
            Some(BreakEven {
                boundary: boundary.id.clone(),
                work_ns: work(add, rust),
                bytes: bytes(record, &boundary.id),
            })
        })
        .collect()
}

/// What a call costs more than one of Rust's, as the noise's share of the whole.
fn work(add: &Time, rust: &Time) -> Option<f64> {
    // Where the intervals overlap, there is no difference that could be told from none.
    (add.interval_ns[0] > rust.interval_ns[1])
        .then(|| (add.median_ns - rust.median_ns) * (1.0 - NOISE) / NOISE)
}

/// Between two sizes that were measured, both times grow evenly, so the size at which one is 5 %
/// above the other lies on straight lines.
fn bytes(record: &Record, boundary: &str) -> Option<Bytes> {
    let mut points = Vec::new();
    for operation in Operation::ALL {
        let Some(data) = operation.data() else { continue };
        let (here, rust) = (record.time(operation, boundary)?, record.time(operation, BASELINE)?);
        // What is left above the limit, in nanoseconds.
        let above = here.median_ns - (1.0 + NOISE) * rust.median_ns;
        points.push((data.len() as f64, above, here.median_ns / rust.median_ns));
    }
    let (&(least, above, _), &(_, _, last_ratio)) = (points.first()?, points.last()?);
    if above <= 0.0 {
        return Some(Bytes::Below(least as u64));
    }
    let crossing = points.windows(2).find_map(|pair| {
        let [(size, above, _), (next_size, next_above, _)] = *pair else { return None };
        (next_above <= 0.0)
            .then(|| Bytes::From(size + (next_size - size) * above / (above - next_above)))
    });
    Some(crossing.unwrap_or(Bytes::Never(last_ratio)))
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
        record::{Column, Machine, Row},
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
        // 102 + n = 1.05 (2 + n), so n = 1998.
        let Some(Bytes::From(bytes)) = found[0].bytes else { panic!("{:?}", found[0]) };
        assert!((bytes - 1998.0).abs() < 1e-3, "{bytes}");
    }

    #[test]
    fn bytes_that_are_copied_never_disappear() {
        let found = of(&record(&[(BASELINE, 2.0, 1.0), ("x", 102.0, 1.5)]));
        let Some(Bytes::Never(ratio)) = found[0].bytes else { panic!("{:?}", found[0]) };
        assert!((ratio - 1.5).abs() < 1e-3, "{ratio}");
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
