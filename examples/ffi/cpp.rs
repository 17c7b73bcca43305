//! Call a C++ class from Rust: through cxx, and through a C interface written by hand.
//!
//! Why you would: the code you need is a C++ class, and `extern "C"` cannot express its strings,
//! vectors, destructors and exceptions. cxx writes the glue code of both sides, and the C++
//! compiler checks it.
//!
//! ```console
//! $ cargo run --example ffi_cpp --features cpp
//! cellar took [11.5, 12.25]
//! through cxx: 99 is off the scale of cellar, -20 to 60
//! by hand:     99 is off the scale of cellar, -20 to 60
//! ```

use ffi_demo::cpp::{by_hand, make_gauge};

fn main() -> anyhow::Result<()> {
    // The bridge is 20 lines in crates/ffi-demo/src/cpp.rs. It names `pg::Gauge` exactly as its
    // header does, which C++ programs include too. A line that does not fit the class does not
    // compile.
    //
    // A std::string may point into itself, and Rust moves values, so this one is pinned to the
    // stack. C++ reads it where it is.
    cxx::let_cxx_string!(name = "cellar");

    // std::unique_ptr: Rust owns the object, and calls its destructor when it drops it.
    let mut gauge = make_gauge(&name, -20.0, 60.0)?;
    gauge.pin_mut().record(11.5)?;
    gauge.pin_mut().record(12.25)?;

    // std::string and std::vector, borrowed in place. Text from C++ need not be UTF-8, so reading
    // it as UTF-8 can fail. While `readings` lives, `record` does not compile: in C++ it would
    // leave the slice pointing into freed memory.
    let readings = gauge.readings().as_slice();
    println!("{} took {readings:?}", gauge.name().to_str()?);
    assert_eq!(readings, [11.5, 12.25]);

    // `-> Result<()>` in the bridge makes a C++ exception an `Err` with its message. Without it, an
    // exception ends the process: unwinding through Rust would be undefined.
    let refused = gauge.pin_mut().record(99.0).expect_err("60 is the end of its scale");
    println!("through cxx: {refused}");
    assert!(make_gauge(&name, 60.0, f64::NAN).is_err(), "the constructor throws, too");

    // The same without cxx takes four more files: c_src/include/gauge_c.h (the interface for C),
    // c_src/gauge_c.cc (a handle, and a `catch` in every function), and in crates/ffi-demo/src/cpp/
    // the declarations (sys.rs) and a safe wrapper (by_hand.rs).
    let mut by_hand = by_hand::Gauge::new("cellar", -20.0, 60.0)?;
    by_hand.record(11.5)?;
    by_hand.record(12.25)?;
    assert_eq!(by_hand.readings(), gauge.readings().as_slice());

    let error = by_hand.record(99.0).expect_err("60 is the end of its scale");
    println!("by hand:     {error}");
    assert_eq!(error.to_string(), refused.what());

    // The gain: cxx carries only an exception's message; your own interface also tells which one
    // it was.
    assert!(matches!(error, by_hand::GaugeError::OutOfRange(_)));
    Ok(())
}
