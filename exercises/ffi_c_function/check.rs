//! Write `int32_t clamp(int32_t value, int32_t low, int32_t high)` in answer.c, declare it in
//! answer.rs, and call it: 5 between 0 and 3 becomes 3.
//!
//! An `int32_t` is an `i32`. A function that is sound for all arguments may be declared as a
//! `safe fn`, inside `unsafe extern "C"`; then a call needs no `unsafe`.

use anyhow::ensure;

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

fn main() -> anyhow::Result<()> {
    for (value, low, high, expected) in
        [(2, 0, 3, 2), (5, 0, 3, 3), (-1, 0, 3, 0), (i32::MIN, -7, i32::MAX, -7)]
    {
        let found = answer::within(value, low, high);
        ensure!(
            found == expected,
            "clamp({value}, {low}, {high}) gives {found}, and should give {expected}"
        );
    }
    Ok(())
}
