//! C makes a string, and its caller has to free it. Return it as a Rust `String`, and leak nothing:
//! label.c has the rules.
//!
//! NULL means that there is no label. Otherwise copy the bytes, with `CStr::from_ptr`, before
//! `label_free` gets the pointer back; Rust's allocator must not free it. `to_string_lossy` also
//! takes bytes that are not UTF-8.

use anyhow::ensure;

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

#[link(name = "ffi_string_label", kind = "static")]
unsafe extern "C" {
    safe fn label_alive() -> usize;
}

fn main() -> anyhow::Result<()> {
    for (sensor, expected) in
        [(0, Some("cellar")), (1, Some("Zoë's attic")), (2, Some("caf\u{fffd}")), (3, None)]
    {
        let found = answer::label(sensor);
        ensure!(
            found.as_deref() == expected,
            "the label of sensor {sensor} is {found:?}, and should be {expected:?}"
        );
        let alive = label_alive();
        ensure!(
            alive == 0,
            "after the call for sensor {sensor}, {alive} string(s) of C are not freed"
        );
    }
    Ok(())
}
