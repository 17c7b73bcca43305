//! What a comparison found, as it is written to JSON.

use serde::{Deserialize, Serialize};

use super::{boundary::Technique, operation::Operation};

/// One run of `polyglot compare`. [`Record::SCHEMA`] changes with the meaning of a field.
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
    /// Its cores, as the system counts them.
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
    /// The bytes that a call hands over, where that is what counts.
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
    /// The samples.
    pub samples: usize,
    /// The calls of each sample.
    pub calls: u32,
    /// How many times as long as the first column's: the median of the ratios within each round.
    pub ratio: Option<f64>,
    /// The interval of the ratio.
    pub ratio_interval: Option<[f64; 2]>,
    /// Bytes handed over per second, where the row has bytes.
    pub bytes_per_second: Option<f64>,
}

impl Record {
    /// The version of this format.
    pub const SCHEMA: u32 = 1;
}
