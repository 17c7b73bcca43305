use core::{
    ffi::{c_char, c_double, c_int, c_void},
    marker::{PhantomData, PhantomPinned},
};

use super::PgStatus;

/// `pg_unit`. An integer, because the header announces that it may list more units: see
/// [`PgStatus`].
pub type PgUnit = c_int;

/// `PG_UNIT_NONE`
pub const PG_UNIT_NONE: PgUnit = 0;
/// `PG_UNIT_CELSIUS`
pub const PG_UNIT_CELSIUS: PgUnit = 1;
/// `PG_UNIT_PERCENT`
pub const PG_UNIT_PERCENT: PgUnit = 2;
/// `PG_UNIT_HECTOPASCAL`
pub const PG_UNIT_HECTOPASCAL: PgUnit = 3;

/// `pg_sample`: one measurement.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PgSample {
    /// Time of the measurement, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The measured value, in the series' unit.
    pub value: c_double,
}

/// `pg_summary`: lowest, highest and mean of a series.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PgSummary {
    /// The lowest sample; the first of them, when several are equal.
    pub lowest: PgSample,
    /// The highest sample; the first of them, when several are equal.
    pub highest: PgSample,
    /// The mean of all values.
    pub mean: c_double,
    /// Number of samples.
    pub count: usize,
    /// Unit of the values.
    pub unit: PgUnit,
}

/// `pg_series`: a type that only C looks into. Rust cannot make, move or copy one. The marker keeps
/// a pointer to one from being sent or shared between threads without `unsafe`.
#[repr(C)]
pub struct PgSeries {
    _data: (),
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `pg_sampler`: a type that only C looks into. Rust cannot make, move or copy one.
#[repr(C)]
pub struct PgSampler {
    _data: (),
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// `pg_visit`. `None` is NULL.
pub type PgVisit = Option<unsafe extern "C" fn(*const PgSample, *mut c_void) -> c_int>;

/// `pg_on_sample`. `None` is NULL.
pub type PgOnSample = Option<unsafe extern "C" fn(PgSample, *mut c_void)>;

// Every `series` below is NULL or a series from pg_series_new that has not been passed to
// pg_series_free. No other thread uses it at the same time, unless both take it as `*const`.
unsafe extern "C" {
    /// `pg_status pg_series_new(const char *, int, pg_series **)`
    ///
    /// # Safety
    ///
    /// `name` is NULL or NUL-terminated, `out` is NULL or writable.
    pub fn pg_series_new(name: *const c_char, unit: c_int, out: *mut *mut PgSeries) -> PgStatus;

    /// `void pg_series_free(pg_series *)`
    ///
    /// # Safety
    ///
    /// Nothing borrowed from `series` is used afterwards.
    pub fn pg_series_free(series: *mut PgSeries);

    /// `const char *pg_series_name(const pg_series *)`
    ///
    /// # Safety
    ///
    /// The result is borrowed until `series` is freed.
    pub fn pg_series_name(series: *const PgSeries) -> *const c_char;

    /// `pg_unit pg_series_unit(const pg_series *)`
    ///
    /// # Safety
    ///
    /// `series` is NULL or a series.
    pub fn pg_series_unit(series: *const PgSeries) -> PgUnit;

    /// `pg_status pg_series_push(pg_series *, pg_sample)`
    ///
    /// # Safety
    ///
    /// Samples borrowed from [`pg_series_samples`] are not used afterwards.
    pub fn pg_series_push(series: *mut PgSeries, sample: PgSample) -> PgStatus;

    /// `pg_status pg_series_extend(pg_series *, const pg_sample *, size_t)`
    ///
    /// # Safety
    ///
    /// `samples` points to `count` readable elements, none of them the series' own; NULL is allowed
    /// when `count` is 0. Samples borrowed from [`pg_series_samples`] are not used afterwards.
    pub fn pg_series_extend(
        series: *mut PgSeries,
        samples: *const PgSample,
        count: usize,
    ) -> PgStatus;

    /// `const pg_sample *pg_series_samples(const pg_series *, size_t *)`
    ///
    /// # Safety
    ///
    /// `count` is NULL or writable. The result is borrowed until `series` is changed or freed.
    pub fn pg_series_samples(series: *const PgSeries, count: *mut usize) -> *const PgSample;

    /// `pg_status pg_series_summary(const pg_series *, pg_summary *)`
    ///
    /// # Safety
    ///
    /// `out` is NULL or writable.
    pub fn pg_series_summary(series: *const PgSeries, out: *mut PgSummary) -> PgStatus;

    /// `char *pg_series_describe(const pg_series *)`
    ///
    /// # Safety
    ///
    /// The result belongs to the caller, and only [`pg_string_free`] can free it.
    pub fn pg_series_describe(series: *const PgSeries) -> *mut c_char;

    /// `void pg_string_free(char *)`
    ///
    /// # Safety
    ///
    /// `string` is NULL or was made by this library, and is not used afterwards.
    pub fn pg_string_free(string: *mut c_char);

    /// `int pg_series_each(const pg_series *, pg_visit, void *)`
    ///
    /// # Safety
    ///
    /// `visit` accepts `user_data`, does not change or free the series, and does not unwind.
    pub fn pg_series_each(series: *const PgSeries, visit: PgVisit, user_data: *mut c_void)
    -> c_int;

    /// `int pg_series_load(pg_series *, const char *)`
    ///
    /// # Safety
    ///
    /// `path` is NULL or NUL-terminated. Samples borrowed from [`pg_series_samples`] are not used
    /// afterwards.
    pub fn pg_series_load(series: *mut PgSeries, path: *const c_char) -> c_int;

    /// `pg_status pg_sampler_start(uint32_t, pg_on_sample, void *, pg_sampler **)`
    ///
    /// # Safety
    ///
    /// `on_sample` accepts `user_data`, on another thread, until [`pg_sampler_stop`] has returned,
    /// and does not unwind. `out` is NULL or writable.
    pub fn pg_sampler_start(
        count: u32,
        on_sample: PgOnSample,
        user_data: *mut c_void,
        out: *mut *mut PgSampler,
    ) -> PgStatus;

    /// `void pg_sampler_stop(pg_sampler *)`
    ///
    /// # Safety
    ///
    /// `sampler` is NULL or was made by [`pg_sampler_start`], and is not used afterwards. The call
    /// does not come from its `on_sample`.
    pub fn pg_sampler_stop(sampler: *mut PgSampler);
}
