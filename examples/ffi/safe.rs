//! Use a C library through a safe wrapper, without one `unsafe`.
//!
//! Why you would: the other examples call C directly, and each has a contract to keep. Written once
//! in a crate of their own, the same calls cannot be made wrongly: what the contract forbids does
//! not compile, or is an error that names the input.
//!
//! ```console
//! $ cargo run --example ffi_safe
//! cellar: 5 samples in °C
//! 0 to 4, mean 2
//! the first from 3: 3
//! refused: the name or path has a NUL byte at position 3, and a C string would end there: remove it
//! refused: cannot load "no-such-file.txt": [..]
//! the panic came across: no third sample
//! ```

// The compiler rejects any `unsafe` in this program. All of it is in crates/ffi-demo.
#![forbid(unsafe_code)]

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
};

use anyhow::bail;
use ffi_demo::{Error, Sampler, Series, Unit};

fn main() -> anyhow::Result<()> {
    // ffi_handle: the owner frees it once. ffi_strings: the name is a `&str`, and gets its NUL.
    let mut series = Series::new("cellar", Unit::Celsius)?;

    // ffi_threads: C calls the closure from a thread of its own. That thread may not change a
    // `Series` that this thread has, so the samples come over a channel.
    let (sender, samples) = mpsc::channel();
    let sampler = Sampler::start(5, move |sample| {
        // An error means that the receiver is gone, and then the sample is not needed.
        let _ = sender.send(sample);
    })?;
    sampler.stop()?; // Waits for C's thread, and drops the closure, which ends the channel.
    for sample in samples {
        series.push(sample)?;
    }
    println!("{}", series.describe()?);

    // ffi_structs and ffi_slices: you borrow C's samples as a `&[Sample]`. While you do, a
    // `series.push(…)`, which may move them, does not compile.
    let summary = series.summary()?;
    println!("{} to {}, mean {}", summary.lowest.value, summary.highest.value, summary.mean);
    assert_eq!(series.samples().len(), summary.count);

    // ffi_callback: C calls any closure, which may stop early with a result.
    let found = series.each(|sample| match sample.value {
        value if value >= 3.0 => ControlFlow::Break(value),
        _ => ControlFlow::Continue(()),
    });
    assert_eq!(found, ControlFlow::Break(3.0));
    println!("the first from 3: {}", found.break_value().unwrap_or_default());

    // ffi_errors: a status or an errno is an `Error`, which says what was wrong with which input.
    let Err(error) = Series::new("cel\0lar", Unit::Celsius) else { bail!("a NUL was accepted") };
    println!("refused: {error}");
    assert_eq!(error, Error::InteriorNul { position: 3 });
    let error = series.load("no-such-file.txt").expect_err("there is no such file");
    println!("refused: {error}");
    assert_eq!(series.samples().len(), 5, "what fails changes nothing");

    // ffi_panic: a panic in a callback waits until C has returned, and then continues.
    std::panic::set_hook(Box::new(|_| {})); // It is expected: no report on stderr.
    let visit = AssertUnwindSafe(|| {
        series.each(|sample| match sample.value {
            2.0 => panic!("no third sample"),
            _ => ControlFlow::<()>::Continue(()),
        })
    });
    let panic = catch_unwind(visit).expect_err("the third sample is 2");
    let message = panic.downcast_ref::<&str>().expect("a panic with a plain text");
    println!("the panic came across: {message}");
    assert_eq!(*message, "no third sample");
    Ok(())
}
