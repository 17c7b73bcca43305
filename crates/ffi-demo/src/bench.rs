//! What `benches/ffi` needs and nobody else: the feature "bench".

/// Where the shared library is that the build script links.
pub const SHARED_LIBRARY: &str = env!("POLYGLOT_SHARED_LIBRARY");

unsafe extern "C" {
    /// `int32_t pg_bench_sum(int32_t)`: C calls C. `safe`, because `pg_add` wraps.
    pub safe fn pg_bench_sum(end: i32) -> i32;

    /// `int32_t pg_bench_sum_by(int32_t, int32_t (*)(int32_t, int32_t))`: C calls what it is
    /// handed. `safe`, because a function pointer of Rust's is never NULL.
    pub safe fn pg_bench_sum_by(end: i32, add: extern "C" fn(i32, i32) -> i32) -> i32;
}
