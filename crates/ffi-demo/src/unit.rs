use core::ffi::c_int;

use crate::{Error, sys};

/// `pg_unit`: the unit of a series.
///
/// C passes it as an integer, and a later header may list more units. So convert from the integer
/// with `try_from`, never by transmuting: an `enum` with a value that it does not list is undefined
/// behaviour.
///
/// ```
/// use ffi_demo::{Error, Unit};
///
/// assert_eq!(Unit::try_from(1), Ok(Unit::Celsius));
/// assert_eq!(Unit::try_from(99), Err(Error::UnknownUnit { unit: 99 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[repr(i32)]
pub enum Unit {
    /// `PG_UNIT_NONE`: a bare number.
    None = sys::PG_UNIT_NONE,
    /// `PG_UNIT_CELSIUS`: °C.
    Celsius = sys::PG_UNIT_CELSIUS,
    /// `PG_UNIT_PERCENT`: %.
    Percent = sys::PG_UNIT_PERCENT,
    /// `PG_UNIT_HECTOPASCAL`: hPa.
    Hectopascal = sys::PG_UNIT_HECTOPASCAL,
}

impl TryFrom<c_int> for Unit {
    type Error = Error;

    fn try_from(unit: c_int) -> Result<Self, Error> {
        match unit {
            sys::PG_UNIT_NONE => Ok(Self::None),
            sys::PG_UNIT_CELSIUS => Ok(Self::Celsius),
            sys::PG_UNIT_PERCENT => Ok(Self::Percent),
            sys::PG_UNIT_HECTOPASCAL => Ok(Self::Hectopascal),
            unit => Err(Error::UnknownUnit { unit }),
        }
    }
}

impl From<Unit> for c_int {
    fn from(unit: Unit) -> Self {
        unit as Self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_survives_the_way_through_c_and_nothing_else_does() {
        for unit in -2..=200 {
            match Unit::try_from(unit) {
                Ok(known) => assert_eq!(c_int::from(known), unit),
                Err(error) => assert_eq!(error, Error::UnknownUnit { unit }),
            }
        }
        assert!(Unit::try_from(c_int::MIN).is_err());
        assert!(Unit::try_from(c_int::MAX).is_err());
    }
}
