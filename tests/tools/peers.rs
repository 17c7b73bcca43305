//! Other languages. [`ffi`]: the programs in examples/ffi call Rust as a library. [`grpc`]: those in
//! examples/grpc call Rust, and are called by it.

pub mod ffi;
// They are stopped by SIGTERM, which Windows does not have.
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
