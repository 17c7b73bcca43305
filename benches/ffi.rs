//! The cost of a call from Rust to C: `cargo bench --manifest-path benches/Cargo.toml`.
//!
//! Each bench of the first group adds the numbers below 1000 with one call per number, and the time
//! is divided by 1000. The reference is C calling C, with the same loop.

use std::{
    error::Error,
    ffi::{CString, c_void},
    hint::black_box,
    ptr::null_mut,
};

use criterion::{Criterion, Throughput};
use ffi_demo::{bench, greet_into, sys};

const CALLS: i32 = 1000;
const SUM: i32 = 499_500;

fn sum_by(add: impl Fn(i32, i32) -> i32) -> i32 {
    (0..black_box(CALLS)).fold(0, add)
}

#[inline(never)]
fn rust_add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

extern "C" fn callback_add(a: i32, b: i32, _: *mut c_void) -> i32 {
    a.wrapping_add(b)
}

/// C calls a Rust function.
fn sum_by_function() -> i32 {
    // SAFETY: the function takes any user data, because it does not use it, and never unwinds.
    unsafe { bench::pg_bench_sum_by(black_box(CALLS), callback_add, null_mut()) }
}

/// C calls a closure, through a trampoline that also catches panics.
fn sum_by_closure() -> i32 {
    bench::sum_by(black_box(CALLS), |a, b| a.wrapping_add(b))
}

fn calls(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    // SAFETY: the library has no initialisers, and ffi-demo's build script has just built it.
    let library = unsafe { libloading::Library::new(bench::SHARED_LIBRARY)? };
    // SAFETY: polyglot.h: int32_t pg_add(int32_t, int32_t); the library outlives the function.
    let loaded: libloading::Symbol<'_, extern "C" fn(i32, i32) -> i32> =
        unsafe { library.get(b"pg_add")? };

    let mut group = criterion.benchmark_group("1000 calls of add");
    group.throughput(Throughput::Elements(CALLS.unsigned_abs().into()));
    let mut bench = |name: &str, sum: &dyn Fn() -> i32| {
        assert_eq!(sum(), SUM, "{name}");
        group.bench_function(name, |bencher| bencher.iter(sum));
    };
    bench("C to C", &|| bench::pg_bench_sum(black_box(CALLS)));
    bench("Rust to C, static", &|| sum_by(|a, b| sys::pg_add(a, b)));
    bench("Rust to C, dlopen", &|| sum_by(|a, b| loaded(a, b)));
    bench("C to Rust, callback", &sum_by_function);
    bench("C to Rust, closure", &sum_by_closure);
    bench("Rust to Rust, inline(never)", &|| sum_by(rust_add));
    group.finish();
    Ok(())
}

fn strings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("greet");
    let mut buffer = [0; 32];
    group.bench_function("c\"…\" literal", |bencher| {
        bencher.iter(|| greet_into(black_box(c"Ferris"), &mut buffer).map(str::len));
    });
    group.bench_function("CString::new", |bencher| {
        bencher.iter(|| {
            let name = CString::new(black_box("Ferris")).expect("no NUL in it");
            greet_into(&name, &mut buffer).map(str::len)
        });
    });
    group.bench_function("a String each way", |bencher| {
        bencher.iter(|| ffi_demo::greet(black_box("Ferris")));
    });
    group.finish();
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    calls(&mut criterion)?;
    strings(&mut criterion);
    criterion.final_summary();
    Ok(())
}
