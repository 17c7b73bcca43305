//! What a comparison found, as it is written to JSON.

use std::error::Error;

use serde::{Deserialize, Serialize};

use super::{boundary::Technique, operation::Operation};
use crate::last_run;

/// One run of `polyglot compare`. [`Record::SCHEMA`] changes with the meaning of a field.
///
/// Times are in nanoseconds, sizes in bytes, and no number is infinite, zero for lack of a better
/// one, or missing: what was not measured says why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`Record::SCHEMA`].
    pub schema: u32,
    /// What was typed, such as `polyglot compare --quick`.
    pub command: String,
    /// When it began, in seconds since the Unix epoch.
    pub unix_time: u64,
    /// Where it ran.
    pub machine: Machine,
    /// What ran: names and versions, such as `rustc` and `1.95.0`.
    pub versions: Vec<Version>,
    /// How this program was compiled: `release`, or `debug`, whose numbers say little.
    pub profile: String,
    /// What makes these numbers less than they could be: a debug build, a busy machine, a run that
    /// was ended early.
    pub warnings: Vec<String>,
    /// The columns, in order; the first is what the ratios are to.
    pub boundaries: Vec<Column>,
    /// The rows, in order.
    pub operations: Vec<Row>,
}

/// Where it ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The processor's own name.
    pub cpu: String,
    /// Its logical cores, as the system counts them.
    pub cores: usize,
    /// The system and its version.
    pub os: String,
    /// As rustc names it, such as `x86_64`.
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
    /// What it belongs to.
    pub technique: Technique,
}

/// An operation, over every boundary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Which one.
    pub id: Operation,
    /// Its name, for people.
    pub name: String,
    /// The bytes that a call hands over, where that is what counts: `checksum`.
    pub bytes: Option<u64>,
    /// One for each column, in their order.
    pub cells: Vec<Cell>,
}

/// One operation over one boundary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// It was measured.
    Time(Time),
    /// It was not.
    Absent {
        /// Why, and what to do about it.
        absent: String,
    },
}

/// What a call takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The median of the samples, in nanoseconds per call.
    pub median_ns: f64,
    /// The interval that contains the true median with 95 % confidence; with fewer than six samples,
    /// the lowest and the highest of them.
    pub interval_ns: [f64; 2],
    /// How many samples there are.
    pub samples: usize,
    /// The calls of each sample, which is the mean of theirs.
    pub calls: u32,
    /// How many times as long as the first column's: the median of the ratios within each round.
    /// Nothing if no round has both.
    pub ratio: Option<f64>,
    /// The interval of the ratio, as `interval_ns`.
    pub ratio_interval: Option<[f64; 2]>,
    /// Bytes handed over per second, where the row has bytes.
    pub bytes_per_second: Option<f64>,
}

impl Record {
    /// The version of this format.
    pub const SCHEMA: u32 = last_run::SCHEMA;

    /// As it is written to a file.
    ///
    /// # Errors
    ///
    /// None that a record which can be read back has.
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// What [`Record::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// When it is something else, of another version, or not whole.
    pub fn from_json(json: &[u8]) -> Result<Self, Box<dyn Error>> {
        let record: Self = serde_json::from_slice(json)?;
        if record.schema != Self::SCHEMA {
            let (found, known) = (record.schema, Self::SCHEMA);
            return Err(format!("it has schema {found}, and this program knows {known}").into());
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

    /// The cells that were measured.
    pub fn times(&self) -> impl Iterator<Item = &Time> {
        self.operations.iter().flat_map(|row| &row.cells).filter_map(Cell::time)
    }

    /// Numbers that nobody measured, for tests: every technique, and reasons for dashes.
    #[cfg(test)]
    pub fn sample() -> Self {
        let json = include_bytes!("../tests/data/sample.json");
        Self::from_json(json).expect("the sample is a record")
    }
}

impl Cell {
    /// What was measured, if it was.
    pub fn time(&self) -> Option<&Time> {
        match self {
            Self::Time(time) => Some(time),
            Self::Absent { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        let record = Record::sample();
        let json = record.to_json().unwrap();
        assert!(json.ends_with("}\n"));
        assert_eq!(Record::from_json(json.as_bytes()).unwrap(), record);
    }

    #[test]
    fn what_is_no_record_is_refused_with_the_reason() {
        let record = Record::sample();
        let mut later = record.clone();
        later.schema += 1;
        let mut short = record.clone();
        short.operations[1].cells.pop();
        let mut more = serde_json::to_value(&record).unwrap();
        more["machine"]["host"] = "somebody's".into();
        for (json, reason) in [
            ("{}".to_owned(), "missing field `schema`"),
            (later.to_json().unwrap(), "it has schema 2, and this program knows 1"),
            (short.to_json().unwrap(), "greet has 17 cells for 18 columns"),
            (more.to_string(), "unknown field `host`"),
        ] {
            let error = Record::from_json(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
