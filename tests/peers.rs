//! Other languages. [`ffi`]: the programs in examples/ffi call Rust as a library. [`grpc`]: those in
//! examples/grpc call Rust, and are called by it.

mod support;

mod peers {
    pub mod ffi;
    // They are stopped by SIGTERM, which Windows has not.
    #[cfg(unix)]
    pub mod grpc;
    mod tools;
}

use libtest_mimic::Arguments;
use peers::ffi;
#[cfg(unix)]
use peers::grpc;

fn main() {
    let mut trials = ffi::trials();
    #[cfg(unix)]
    trials.extend(grpc::trials());
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    #[cfg(unix)]
    grpc::print_table();
    conclusion.exit()
}
