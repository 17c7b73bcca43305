//! `Sampler`: each sample arrives once and in order, and a panic on C's thread arrives on this thread.
#![no_main]

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex},
};

use ffi_demo::Sampler;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, Option<u8>, bool)| {
    let (count, panics_at, stops) = input;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&seen);
    let sampler = Sampler::start(count.into(), move |sample| {
        shared.lock().expect("no thread panics while it holds the lock").push(sample.value);
        // Panics without a message: the fuzzer ends at the first message.
        if panics_at.is_some_and(|at| sample.value == f64::from(at)) {
            resume_unwind(Box::new(()))
        }
    })
    .expect("there is a thread");

    let panics = panics_at.filter(|&at| at < count);
    if stops {
        let ended = catch_unwind(AssertUnwindSafe(|| sampler.stop()));
        assert_eq!(ended.is_err(), panics.is_some());
    } else {
        drop(sampler);
    }
    // The closure, which owned the other reference, is freed, and C's thread has ended.
    let seen = Arc::into_inner(seen).expect("the only owner").into_inner().expect("no panic");
    let expected = panics.map_or(u32::from(count), |at| u32::from(at) + 1);
    assert!(seen.iter().copied().eq((0..expected).map(f64::from)));
});
