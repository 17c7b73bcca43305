//! Other languages. [`ffi`]: the programs in examples/ffi call Rust as a library. [`grpc`]: the
//! programs in examples/grpc call Rust, and Rust calls them.

pub mod ffi;
// SIGTERM stops these programs, and Windows does not have it.
#[cfg(unix)]
pub mod grpc;
mod tools;

use libtest_mimic::Trial;

pub fn trials() -> Vec<Trial> {
    let mut trials = ffi::trials();
    #[cfg(unix)]
    trials.extend(grpc::trials());
    trials
}
