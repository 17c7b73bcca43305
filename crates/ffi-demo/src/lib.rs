//! Rust and C in both directions: safe Rust over the C library in `c_src`, and a Rust library that C
//! can call.
//!
//! Which part you need:
//!
//! | You want to | Use | Can a call go wrong? |
//! |---|---|---|
//! | call the C library from Rust | the functions and types of this page | no: the types hold what the headers require, and a failure is an [`Error`] |
//! | see how such a call works, or call a function that has no wrapper yet | [`sys`] | yes: most of it is `unsafe`, and the contract is in the header |
//! | call Rust from C, or from a language that can call C | [`export`], through `include/pgr_series.h` | yes, by the caller: no foreign compiler checks the *Safety* that the header states |
//! | call a C++ class | `cpp`, with the feature `cpp` | `cpp::Gauge`: no; `cpp::sys`, its C interface: yes |
//! | measure what a call costs | `bench`, with the feature `bench` | its `unsafe` functions, yes |
//!
//! The functions and types of this page are
//! - numbers, text and bytes: [`add`], [`my_c_function`], [`greet`], [`greet_into`], [`checksum`];
//! - a picture that C draws: [`mandelbrot`] and its [`View`], [`mandelbrot_row`],
//!   [`mandelbrot_check`], within [`MAX_PIXELS`] and [`MAX_ITERATIONS`];
//! - a handle whose contents only C knows: [`Series`], with its [`Sample`]s, [`Unit`] and [`Summary`];
//! - a thread that C starts: [`Sampler`];
//! - failures: [`Error`], and [`Errno`] for the system's reason.
//!
//! Two methods hand a series to other C code: [`Series::into_raw`], and [`Series::from_raw`], which
//! is `unsafe`.
//!
//! The example `ffi_safe` uses these; each of the other examples in `examples/ffi` does one part by
//! hand, with [`sys`] or with declarations of its own.

mod arithmetic;
#[cfg(feature = "bench")]
pub mod bench;
mod checksum;
#[cfg(feature = "cpp")]
pub mod cpp;
mod errno;
mod error;
pub mod export;
mod mandelbrot;
mod sampler;
mod series;
pub mod sys;
mod text;
mod unit;

pub use arithmetic::{add, my_c_function};
pub use checksum::checksum;
pub use errno::Errno;
pub use error::Error;
pub use mandelbrot::{
    MAX_ITERATIONS, MAX_PIXELS, View, mandelbrot, mandelbrot_check, mandelbrot_row,
};
pub use sampler::Sampler;
pub use series::{Sample, Series, Summary};
pub use text::{greet, greet_into};
pub use unit::Unit;
