//! A component: a series of measurements, for any host that has `examples/wasm/component/series.wit`.
//!
//! `polyglot bundle` compiles it to `web/pkg/component.wasm`. `series.js`, beside the interface, is
//! the same guest in JavaScript.

#![allow(missing_docs, reason = "what generate! generates has none")]

use std::cell::RefCell;

// The types and traits of the world, generated from its text. If a function is missing below, or has
// another type, the crate does not compile.
wit_bindgen::generate!({ path: "../../examples/wasm/component/series.wit" });

use exports::polyglot::series::measurements::{Error, Guest, GuestSeries, Sample, Unit};
use polyglot::series::journal;

struct Component;

impl Guest for Component {
    type Series = Series;
}

export!(Component);

/// The object behind a handle. Its methods take `&self`, because a handle can be lent more than once.
struct Series {
    name: String,
    unit: Unit,
    samples: RefCell<Vec<Sample>>,
}

impl GuestSeries for Series {
    fn new(name: String, unit: Unit) -> Self {
        Self { name, unit, samples: RefCell::default() }
    }

    fn push(&self, sample: Sample) -> Result<(), Error> {
        let mut samples = self.samples.borrow_mut();
        match samples.last() {
            Some(&last) if sample.time_ms < last.time_ms => {
                journal::write(&format!("{}: refused {} ms", self.name, sample.time_ms));
                Err(Error::OutOfOrder(last))
            }
            _ => {
                samples.push(sample);
                Ok(())
            }
        }
    }

    fn samples(&self) -> Vec<Sample> {
        self.samples.borrow().clone()
    }

    fn mean(&self) -> Result<f64, Error> {
        let samples = self.samples.borrow();
        if samples.is_empty() {
            return Err(Error::NoSamples);
        }
        let sum: f64 = samples.iter().map(|sample| sample.value).sum();
        Ok(sum / samples.len() as f64)
    }

    fn describe(&self) -> String {
        let unit = match self.unit {
            Unit::None => "",
            Unit::Celsius => " in °C",
            Unit::Percent => " in %",
            Unit::Hectopascal => " in hPa",
        };
        format!("{}: {} samples{unit}", self.name, self.samples.borrow().len())
    }
}

/// Runs when the host drops the handle.
impl Drop for Series {
    fn drop(&mut self) {
        journal::write(&format!("{}: freed", self.name));
    }
}
