//! The result of a comparison, in the form that is written to JSON.

use std::error::Error;

use serde::{Deserialize, Serialize};

use super::{boundaries::Technique, operation::Operation};
use crate::last_run;

/// One run of `polyglot compare`. [`Record::SCHEMA`] changes when the meaning of a field does.
///
/// Times are in nanoseconds, sizes in bytes. No number is infinite or missing, and a zero is a real
/// zero: what was not measured has a reason instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`Record::SCHEMA`].
    pub schema: u32,
    /// The command that was typed, such as `polyglot compare --quick`.
    pub command: String,
    /// The time of its start, in seconds since the Unix epoch.
    pub unix_time: u64,
    /// The machine it ran on.
    pub machine: Machine,
    /// Names and versions of compilers, engines and languages, such as `rustc` and `1.95.0`.
    pub versions: Vec<Version>,
    /// `release`, or `debug`, whose numbers mean little.
    pub profile: String,
    /// Reasons to trust these numbers less: a debug build, a busy machine, a run that took longer
    /// than it should or was ended early.
    pub warnings: Vec<String>,
    /// The columns, in order; ratios are to the first.
    pub boundaries: Vec<Column>,
    /// The rows, in order.
    pub operations: Vec<Row>,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The processor's own name.
    pub cpu: String,
    /// Its logical cores, as the system counts them.
    pub cores: usize,
    /// The system and its version.
    pub os: String,
    /// rustc's name of the architecture, such as `x86_64`.
    pub arch: String,
}

/// A name and a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Such as `wasmtime`.
    pub name: String,
    /// Such as `48.0.8`.
    pub version: String,
}

/// A boundary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its id.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its technique.
    pub technique: Technique,
}

/// An operation, over every boundary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The operation.
    pub id: Operation,
    /// Its name, for people.
    pub name: String,
    /// The bytes that a call of `checksum` passes.
    pub bytes: Option<u64>,
    /// One cell for each column, in their order.
    pub cells: Vec<Cell>,
}

/// One operation over one boundary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A measured time.
    Time(Time),
    /// No time.
    Absent {
        /// The reason why, and what to do about it.
        absent: String,
    },
}

/// The time of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The median of the samples, in nanoseconds per call.
    pub median_ns: f64,
    /// The interval that contains the true median with 95 % confidence; with fewer than six samples,
    /// the lowest and the highest of them.
    pub interval_ns: [f64; 2],
    /// Number of samples.
    pub samples: usize,
    /// The number of calls in each sample; a sample is the mean of its calls.
    pub calls: u32,
    /// The time as a multiple of the first column's: the median of the ratios within each round.
    /// `None` if no round has both.
    pub ratio: Option<f64>,
    /// The interval that contains the true ratio with 95 % confidence.
    pub ratio_interval: Option<[f64; 2]>,
    /// Bytes passed per second, where the row has bytes.
    pub bytes_per_second: Option<f64>,
}

impl Record {
    /// The version of this format.
    pub const SCHEMA: u32 = last_run::SCHEMA;

    /// The record as JSON, for a file.
    ///
    /// # Errors
    ///
    /// None for a record that can be read back.
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Reads the record that [`Record::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// When `json` is something else, has another version, or is incomplete.
    pub fn from_json(json: &[u8]) -> Result<Self, Box<dyn Error>> {
        let record: Self = serde_json::from_slice(json)?;
        if record.schema != Self::SCHEMA {
            let (found, known) = (record.schema, Self::SCHEMA);
            return Err(
                format!("it has schema {found}, but this program reads schema {known}").into()
            );
        }
        let columns = record.boundaries.len();
        match record.operations.iter().find(|row| row.cells.len() != columns) {
            Some(row) => {
                let cells = row.cells.len();
                Err(format!("{} has {cells} cells for {columns} columns", row.name).into())
            }
            None => Ok(record),
        }
    }

    /// The time of an operation over a boundary, if it was measured.
    pub fn time(&self, operation: Operation, boundary: &str) -> Option<&Time> {
        let column = self.boundaries.iter().position(|column| column.id == boundary)?;
        self.operations.iter().find(|row| row.id == operation)?.cells.get(column)?.time()
    }

    /// The names and versions, on one line.
    pub fn versions(&self) -> String {
        let versions = self.versions.iter().map(|part| format!("{} {}", part.name, part.version));
        versions.collect::<Vec<_>>().join(", ")
    }

    /// The cells that were measured.
    pub fn times(&self) -> impl Iterator<Item = &Time> {
        self.operations.iter().flat_map(|row| &row.cells).filter_map(Cell::time)
    }

    /// Made-up numbers for tests: every technique, and reasons for dashes.
    #[cfg(test)]
    pub fn sample() -> Self {
        let json = include_bytes!("../tests/data/sample.json");
        Self::from_json(json).expect("the sample is a record")
    }
}

impl Cell {
    /// The time, if it was measured.
    pub fn time(&self) -> Option<&Time> {
        match self {
            Self::Time(time) => Some(time),
            Self::Absent { .. } => None,
        }
    }
}

#[cfg(test)]
impl Time {
    /// A time of one sample, for tests.
    pub fn of(ns: f64) -> Self {
        let json =
            format!("{{\"median_ns\":{ns},\"interval_ns\":[{ns},{ns}],\"samples\":1,\"calls\":1}}");
        serde_json::from_str(&json).expect("nothing else is required")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_anything_else_is_refused_with_the_reason() {
        let record = Record::sample();
        let json = record.to_json().unwrap();
        assert_eq!(Record::from_json(json.as_bytes()).unwrap(), record);
        let [mut later, mut short] = [record.clone(), record];
        later.schema += 1;
        short.operations[1].cells.pop();
        for (json, reason) in [
            (later.to_json().unwrap(), "it has schema 2, but this program reads schema 1"),
            (short.to_json().unwrap(), "greet has 17 cells for 18 columns"),
            (json.replacen("\"cpu\"", "\"host\"", 1), "unknown field `host`"),
        ] {
            let error = Record::from_json(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
