//! The work or data with which the cost of a crossing disappears, computed from the times.

use super::{
    boundaries::BASELINE,
    operation::Operation,
    record::{Record, Time},
    units,
};

/// A crossing counts as gone when it is at most this share of a call's time.
pub const NOISE: f64 = 0.05;

/// The point at which the crossing of one boundary disappears.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakEven {
    /// The id of the boundary.
    pub boundary: String,
    /// The time that the far side has to work in each call, in nanoseconds. `None` when the call
    /// cannot be told from a call of Rust.
    pub work_ns: Option<f64>,
    /// The data that a call has to pass, if processing it takes as long as a checksum. `None` when
    /// the checksums were not measured.
    pub bytes: Option<Bytes>,
}

impl BreakEven {
    /// [`BreakEven::work_ns`] as text for people.
    pub fn work(&self) -> String {
        self.work_ns.map_or_else(|| "none".to_owned(), units::time)
    }

    /// [`BreakEven::bytes`] as text for people.
    pub fn data(&self) -> String {
        match self.bytes {
            None => "–".to_owned(),
            Some(Bytes::Below(least)) => format!("under {least} B"),
            Some(Bytes::From(bytes)) => units::size(bytes),
            Some(Bytes::Never(ratio)) => format!("never: {}", units::ratio(ratio)),
        }
    }
}

/// The size from which the crossing is gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bytes {
    /// Fewer bytes than the smallest checksum passes.
    Below(u64),
    /// About this many bytes.
    From(f64),
    /// More bytes than were measured: the largest size takes this many times as long as in Rust.
    Never(f64),
}

/// Columns that are not boundaries: C calling C crosses none.
const REFERENCES: [&str; 2] = [BASELINE, "c-c"];

/// The break-even of each boundary whose `add` was measured, in the order of the record.
pub fn of(record: &Record) -> Vec<BreakEven> {
    let ids = record.boundaries.iter().map(|column| &column.id);
    let found = ids.filter(|id| !REFERENCES.contains(&id.as_str())).filter_map(|id| {
        let add = record.time(Operation::Add, id)?;
        let work_ns = work(add, record.time(Operation::Add, BASELINE)?);
        Some(BreakEven { boundary: id.clone(), work_ns, bytes: bytes(record, id) })
    });
    found.collect()
}

/// The work in a call at which the extra cost of the crossing is the share [`NOISE`].
fn work(add: &Time, rust: &Time) -> Option<f64> {
    // Where the intervals overlap, the difference cannot be told from zero.
    (add.interval_ns[0] > rust.interval_ns[1])
        .then(|| (add.median_ns - rust.median_ns) * (1.0 - NOISE) / NOISE)
}

/// Between two measured sizes, both times are taken to grow evenly, so the size at which the
/// difference is the share [`NOISE`] is found on straight lines.
fn bytes(record: &Record, boundary: &str) -> Option<Bytes> {
    let mut points = Vec::new();
    for operation in Operation::ALL {
        let Some(data) = operation.data() else { continue };
        let rust = record.time(operation, BASELINE)?.median_ns;
        let here = record.time(operation, boundary)?;
        // The ratio is taken within each round, so it is more reliable than the ratio of the
        // medians.
        let ratio = here.ratio.unwrap_or(here.median_ns / rust);
        // The part above the limit, in nanoseconds.
        let above = (ratio * (1.0 - NOISE) - 1.0) * rust;
        points.push((data.len() as f64, above, ratio));
    }
    let (&(least, ..), &(_, above, ratio)) = (points.first()?, points.last()?);
    if above > 0.0 {
        return Some(Bytes::Never(ratio));
    }
    // The last size at which it falls below the limit: small data that is not copied yet may cost
    // less.
    let crossing = points.windows(2).rev().find_map(|pair| {
        let [(size, above, _), (next_size, next_above, _)] = *pair else { return None };
        (above > 0.0).then(|| size + (next_size - size) * above / (above - next_above))
    });
    Some(crossing.map_or(Bytes::Below(least as u64), Bytes::From))
}

#[cfg(test)]
mod tests {
    use super::{super::record::Cell, *};

    /// A twentieth of the whole is noise. The times are `call + byte * length`; `add` is the call
    /// alone, and Rust's `call` and `byte` are 2 and 1.
    #[test]
    fn work_and_data_for_the_crossing_to_be_a_twentieth() {
        let large = Operation::Checksum16MiB;
        for (call, byte, slower, work, data) in [
            // 100 ns are 5 % of 2000 ns, of which 1900 are work; 100 = 0.05 (102 + n), so n = 1898.
            (102.0, 1.0, 1.0, "1.90 µs", "1.85 KiB"),
            // Copying adds time for every byte.
            (102.0, 1.5, 1.0, "1.90 µs", "never: 1.50×"),
            // It falls below the limit, and rises again.
            (2.0, 1.0, 1.2, "none", "never: 1.20×"),
            // It costs no more than Rust.
            (2.01, 1.0, 1.0, "none", "under 64 B"),
        ] {
            let mut record = Record::sample();
            let times = record.operations.iter_mut().filter(|row| row.id != Operation::Mandelbrot);
            for row in times {
                let length = row.bytes.unwrap_or(0) as f64;
                let slower = if row.id == large { slower } else { 1.0 };
                let (rust, other) = (2.0 + length, (call + byte * length) * slower);
                for (cell, ns) in row.cells.iter_mut().zip([rust, rust, rust, other]) {
                    *cell =
                        Cell::Time(Time { interval_ns: [0.99 * ns, 1.01 * ns], ..Time::of(ns) });
                }
            }
            record.boundaries.truncate(4);
            record.operations.iter_mut().for_each(|row| row.cells.truncate(4));
            let found = of(&record);
            let ids: Vec<_> = found.iter().map(|found| &*found.boundary).collect();
            assert_eq!(ids, ["rust-crc", "c-static"], "C that calls C crosses no boundary");
            assert_eq!([found[1].work(), found[1].data()], [work, data], "{found:?}");

            // A size that was not measured is left out.
            record.operations[2].cells[3] = Cell::Absent { absent: "no".to_owned() };
            assert_eq!(of(&record)[1].data(), "–");
            record.operations[0].cells[3] = Cell::Absent { absent: "no".to_owned() };
            assert_eq!(of(&record).len(), 1);
        }
    }
}
