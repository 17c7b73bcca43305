//! Take an enum from C as the integer it is, and check it.
//!
//! Why you would: C's enums are integers, and a newer library may return one that your program does
//! not know. In a Rust `enum` that is undefined behaviour; in a `Result` it is an error.
//!
//! ```console
//! $ cargo run --example ffi_enums
//! from C:           Celsius
//! from a later C:   99 is not a unit of ours
//! unknown, into C:  refused with status 8
//! ```

use std::{
    ffi::c_int,
    ptr::{null, null_mut},
};

use ffi_demo::sys::{self, PG_OK, PG_UNKNOWN_UNIT};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    None,
    Celsius,
    Percent,
    Hectopascal,
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{0} is not a unit of ours")]
struct UnknownUnit(c_int);

impl TryFrom<c_int> for Unit {
    type Error = UnknownUnit;

    // The compiler turns this into a table look-up, so it costs next to nothing. The mistake is to
    // declare the C function `-> Unit`, or to transmute: that works until the first unknown value,
    // and then a `match` may take any branch, or none.
    fn try_from(unit: c_int) -> Result<Self, UnknownUnit> {
        match unit {
            sys::PG_UNIT_NONE => Ok(Self::None),
            sys::PG_UNIT_CELSIUS => Ok(Self::Celsius),
            sys::PG_UNIT_PERCENT => Ok(Self::Percent),
            sys::PG_UNIT_HECTOPASCAL => Ok(Self::Hectopascal),
            unknown => Err(UnknownUnit(unknown)),
        }
    }
}

fn main() -> anyhow::Result<()> {
    let mut series = null_mut();
    // SAFETY: series.h: a NUL-terminated name and a place for the handle.
    let status =
        unsafe { sys::pg_series_new(c"cellar".as_ptr(), sys::PG_UNIT_CELSIUS, &mut series) };
    assert_eq!(status, PG_OK);
    // SAFETY: series.h: this is a series; main owns it and frees it once.
    let unit = unsafe {
        let unit = sys::pg_series_unit(series);
        sys::pg_series_free(series);
        Unit::try_from(unit)?
    };
    println!("from C:           {unit:?}");
    assert_eq!(unit, Unit::Celsius);

    // The header announces it: a caller has to expect values that it does not list.
    let unknown = Unit::try_from(99).expect_err("series.h lists four");
    println!("from a later C:   {unknown}");

    // C has the same duty: its parameter is an int, which it checks before it treats it as a pg_unit.
    let mut series = null_mut();
    // SAFETY: series.h: a NUL-terminated name, a writable handle; an unknown unit returns a status.
    let status = unsafe { sys::pg_series_new(c"cellar".as_ptr(), 99, &mut series) };
    println!("unknown, into C:  refused with status {status}");
    assert_eq!((status, series.cast_const()), (PG_UNKNOWN_UNIT, null()));
    Ok(())
}
