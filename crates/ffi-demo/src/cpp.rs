//! The C++ class of `c_src/include/gauge.h`, twice.
//!
//! [`Gauge`] is the class itself, through cxx: you write only the bridge below. From it cxx makes
//! both halves, and the C++ compiler checks its lines against the class.
//!
//! [`by_hand`] shows the work that cxx saves: a C interface (`gauge_c.h` and `gauge_c.cc`), its
//! declarations in [`sys`], and a safe wrapper. In return it tells you which exception was thrown;
//! cxx carries only the message.
//!
//! Needs a C++ compiler, so it exists only with the feature `cpp`.

pub mod by_hand;
pub mod sys;

pub use bridge::{Gauge, make_gauge};

// Only C++ knows the fields of `Gauge`. Rust sees a type of unknown size, behind a reference, a
// `Pin<&mut _>` (it may not be moved) or a `UniquePtr`, whose drop calls the destructor.
#[cxx::bridge(namespace = "pg")]
mod bridge {
    unsafe extern "C++" {
        include!("gauge.h");

        /// `pg::Gauge`: records readings on a scale.
        type Gauge;

        /// `pg::make_gauge`: makes a gauge, which Rust owns.
        ///
        /// # Errors
        ///
        /// `std::invalid_argument`, unless `lowest` is below `highest`.
        fn make_gauge(name: &CxxString, lowest: f64, highest: f64) -> Result<UniquePtr<Gauge>>;

        /// `Gauge::name`: the `std::string` inside the gauge, borrowed.
        fn name(&self) -> &CxxString;

        /// `Gauge::readings`: the `std::vector` inside the gauge. While it is borrowed, nothing can
        /// be recorded.
        fn readings(&self) -> &CxxVector<f64>;

        /// `Gauge::record`: records a reading.
        ///
        /// # Errors
        ///
        /// `std::out_of_range`, when the reading is off the scale. The gauge is unchanged then.
        fn record(self: Pin<&mut Gauge>, reading: f64) -> Result<()>;
    }
}

#[cfg(test)]
mod tests {
    use super::make_gauge;

    #[test]
    fn exceptions_are_errors() {
        cxx::let_cxx_string!(name = "g");
        let error = make_gauge(&name, 1.0, 1.0).err().expect("a scale from 1 to 1");
        assert_eq!(error.what(), "no scale goes from 1 to 1");

        let mut gauge = make_gauge(&name, 0.0, 1.0).unwrap();
        assert!(gauge.pin_mut().record(1.5).is_err());
        assert!(gauge.pin_mut().record(f64::NAN).is_err());
        assert!(gauge.readings().is_empty(), "what was refused is not recorded");
    }

    #[test]
    fn a_name_may_hold_any_bytes() {
        cxx::let_cxx_string!(name = b"a\0\xFF");
        let gauge = make_gauge(&name, 0.0, 1.0).unwrap();
        assert_eq!(gauge.name().as_bytes(), b"a\0\xFF");
        assert!(gauge.name().to_str().is_err());
    }
}
