//! The C face of the class, as C sees it; see `c_src/include/gauge_c.h` for the contracts.

use core::{
    ffi::{c_char, c_double, c_int},
    marker::{PhantomData, PhantomPinned},
};

/// `pg_gauge`: a gauge that C++ owns the inside of. Only ever behind a pointer.
#[repr(C)]
pub struct PgGauge {
    _data: (),
    // Not Send, not Sync, not Unpin: what is inside is unknown here.
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `pg_gauge_status`. An integer, because C may return a value that this file has not heard of.
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
    /// `gauge` is NULL or a gauge that nobody else uses.
    pub fn pg_gauge_record(gauge: *mut PgGauge, reading: c_double) -> PgGaugeStatus;

    /// `const double *pg_gauge_readings(const pg_gauge *, size_t *)`
    ///
    /// # Safety
    ///
    /// `gauge` is NULL or a gauge, `count` is NULL or writable.
    pub fn pg_gauge_readings(gauge: *const PgGauge, count: *mut usize) -> *const c_double;

    /// `const char *pg_gauge_error(void)`; `safe`, because the answer is never NULL, and what is
    /// unsafe is to follow it too late.
    pub safe fn pg_gauge_error() -> *const c_char;
}
