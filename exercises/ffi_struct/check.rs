//! C returns a struct by value: `struct range` of range.c. Declare it and `range_of` in answer.rs,
//! and return the two values.
//!
//! Rust may reorder the fields of a struct unless it has `#[repr(C)]`. Then the fields need C's order
//! and C's types: `size_t` is `usize`, and C's `bool` is `bool`.

use anyhow::ensure;

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

fn main() -> anyhow::Result<()> {
    for (values, expected) in
        [(&[11.5, 14.5, 10.0][..], Some((10.0, 14.5))), (&[-2.0], Some((-2.0, -2.0))), (&[], None)]
    {
        let found = answer::range(values);
        ensure!(found == expected, "the range of {values:?} is {found:?}, and not {expected:?}");
    }
    Ok(())
}
