//! Declarations of the class's C interface. The contracts are in `c_src/include/gauge_c.h`.

use core::{
    ffi::{c_char, c_double, c_int},
    marker::{PhantomData, PhantomPinned},
};

/// `pg_gauge`: a gauge whose contents only C++ knows. Used only behind a pointer.
#[repr(C)]
pub struct PgGauge {
    _data: (),
    // Not Send, not Sync, not Unpin: Rust does not know what is inside.
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `pg_gauge_status`. An integer, because C may return a value that this file does not list.
pub type PgGaugeStatus = c_int;

/// `PG_GAUGE_OK`
pub const PG_GAUGE_OK: PgGaugeStatus = 0;
/// `PG_GAUGE_NULL_POINTER`
pub const PG_GAUGE_NULL_POINTER: PgGaugeStatus = 1;
/// `PG_GAUGE_INVALID_ARGUMENT`
pub const PG_GAUGE_INVALID_ARGUMENT: PgGaugeStatus = 2;
/// `PG_GAUGE_OUT_OF_RANGE`
pub const PG_GAUGE_OUT_OF_RANGE: PgGaugeStatus = 3;
/// `PG_GAUGE_EXCEPTION`
pub const PG_GAUGE_EXCEPTION: PgGaugeStatus = 4;

unsafe extern "C" {
    /// `pg_gauge_status pg_gauge_new(const char *, double, double, pg_gauge **)`
    ///
    /// # Safety
    ///
    /// `name` is NULL or NUL-terminated, `out` is NULL or writable.
    pub fn pg_gauge_new(
        name: *const c_char,
        lowest: c_double,
        highest: c_double,
        out: *mut *mut PgGauge,
    ) -> PgGaugeStatus;

    /// `void pg_gauge_free(pg_gauge *)`
    ///
    /// # Safety
    ///
    /// `gauge` is NULL, or from [`pg_gauge_new`] and not freed before.
    pub fn pg_gauge_free(gauge: *mut PgGauge);

    /// `const char *pg_gauge_name(const pg_gauge *)`
    ///
    /// # Safety
    ///
    /// `gauge` is NULL or a gauge.
    pub fn pg_gauge_name(gauge: *const PgGauge) -> *const c_char;

    /// `pg_gauge_status pg_gauge_record(pg_gauge *, double)`
    ///
    /// # Safety
    ///
    /// `gauge` is NULL or a gauge that nothing else uses at the same time.
    pub fn pg_gauge_record(gauge: *mut PgGauge, reading: c_double) -> PgGaugeStatus;

    /// `const double *pg_gauge_readings(const pg_gauge *, size_t *)`
    ///
    /// # Safety
    ///
    /// `gauge` is NULL or a gauge, `count` is NULL or writable.
    pub fn pg_gauge_readings(gauge: *const PgGauge, count: *mut usize) -> *const c_double;

    /// `const char *pg_gauge_error(void)`; `safe`, because the result is never NULL; only reading
    /// through it too late is unsafe.
    pub safe fn pg_gauge_error() -> *const c_char;
}
