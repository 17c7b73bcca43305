//! Safe Rust over the C library in `c_src`.
//!
//! [`sys`] declares what the C header declares. Everything else here is the safe side: functions
//! that cannot be called wrongly, because they turn Rust's types into what the header asks for
//! and C's answers into [`Error`]s.

mod arithmetic;
mod checksum;
mod error;
mod mandelbrot;
pub mod sys;
mod text;

pub use arithmetic::{add, my_c_function};
pub use checksum::checksum;
pub use error::Error;
pub use mandelbrot::{
    MAX_ITERATIONS, MAX_PIXELS, View, mandelbrot, mandelbrot_check, mandelbrot_row,
};
pub use text::{greet, greet_into};
