//! The `polyglot` command as a library, so that benches and tests can use its parts.
//!
//! - [`tour`], [`serve`], [`doctor`] and [`exercise`] are the subcommands of every build;
//! - `compare` and `bundle` are those of the features of the same names. They are slow to compile,
//!   so they are in folders of their own beside `src/`, and `cargo compare` and `cargo bundle` turn
//!   the features on;
//! - [`pkg`] and [`last_run`] are the parts of the two that `serve` needs;
//! - the rest is shared.

#[cfg(feature = "bundle")]
#[path = "../bundle/lib.rs"]
pub mod bundle;
mod cargo;
#[cfg(feature = "compare")]
#[path = "../compare/lib.rs"]
pub mod compare;
pub mod doctor;
pub mod exercise;
#[cfg(test)]
mod ignored;
pub mod last_run;
pub mod pkg;
mod report;
pub mod serve;
pub mod toolchain;
pub mod tour;
mod workspace;

pub use report::{Severity, report};
