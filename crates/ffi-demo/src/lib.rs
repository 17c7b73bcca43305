//! Safe Rust over the C library in `c_src`.
//!
//! [`sys`] declares what the C headers declare. Everything else here is the safe side: functions
//! that cannot be called wrongly, because they turn Rust's types into what the headers ask for
//! and C's answers into [`Error`]s.

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
