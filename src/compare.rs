//! `polyglot compare`: the same operations over every boundary, measured here and now.
//!
//! - [`operation`]: the rows, with the input and the right answer of each;
//! - [`boundary`]: the columns, one file for each technique; [`side`] is what they have in common;
//! - [`measure`]: batches, rounds, medians;
//! - [`record`]: what was found, as JSON; [`break_even`]: what follows from it;
//! - `table`, [`chart`], [`units`] and `machine`: how it is shown.

pub mod boundary;
pub mod break_even;
pub mod chart;
mod machine;
pub mod measure;
pub mod operation;
pub mod record;
pub mod side;
mod table;
pub mod units;

use std::{error::Error, path::PathBuf};

use clap::Args;

/// What to measure, and where to write it.
#[derive(Args, Debug)]
pub struct Options {
    /// Fewer samples: the whole table in under 10 seconds
    #[arg(long)]
    quick: bool,

    /// Measure only rows and columns whose name or id contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Also write what was measured to a file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Also draw it, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Measures, and prints the table.
///
/// # Errors
///
/// When nothing matches the filter, two sides disagree on an answer, or a file cannot be written.
pub fn run(_options: &Options) -> Result<(), Box<dyn Error>> {
    Ok(())
}
