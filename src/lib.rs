//! The `polyglot` command as a library, so that benches and tests reach what it is made of.
//!
//! - [`tour`], [`serve`], [`bundle`], [`compare`] and [`doctor`] are its subcommands;
//! - the rest is what they share.

pub mod bundle;
mod cargo;
pub mod compare;
pub mod doctor;
mod report;
pub mod serve;
mod toolchain;
pub mod tour;
mod workspace;

pub use report::{Severity, report};
