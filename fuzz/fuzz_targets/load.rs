//! `Series::load`: a file of any bytes is loaded whole or not at all.
#![no_main]

use std::{fs, path::PathBuf, sync::LazyLock};

use ffi_demo::{Sample, Series, Unit};
use libfuzzer_sys::fuzz_target;

static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("polyglot-fuzz-{}", std::process::id())));

fuzz_target!(|bytes: &[u8]| {
    fs::write(&*FILE, bytes).expect("the folder for temporary files is writable");
    let mut series = Series::new("loaded", Unit::None).expect("there is memory");
    series.push(Sample { time_ms: -1, value: 0.5 }).expect("there is memory");
    let outcome = series.load(&*FILE);
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
    match outcome {
        Ok(()) => assert!(series.samples().len() <= lines + 1),
        Err(_) => assert_eq!(series.samples().len(), 1),
    }
    assert_eq!(series.samples()[0].time_ms, -1);
    fs::remove_file(&*FILE).expect("it was just written");
});
