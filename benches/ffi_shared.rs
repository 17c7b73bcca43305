//! The cost of a call into a shared library that was linked at build time.
//!
//! A program of its own, because ffi.rs already has a `pg_add`, the static one.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

#[link(name = "polyglot_shared", kind = "dylib")]
unsafe extern "C" {
    safe fn pg_add(a: i32, b: i32) -> i32;
}

fn calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("1000 calls of add");
    group.throughput(Throughput::Elements(1000));
    group.bench_function("Rust to C, shared", |bencher| {
        bencher.iter(|| (0..black_box(1000)).fold(0, |sum, number| pg_add(sum, number)));
    });
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
