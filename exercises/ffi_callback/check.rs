//! Have C call a Rust closure for each reading: `readings_each` of readings.c takes a function and a
//! `void *`, which it passes on to each call.
//!
//! The `void *` can be the address of the closure, and the function a generic one, which makes a
//! `&mut F` of that address and calls it. `trampoline::<F>` is the one for this type of closure.

use anyhow::ensure;

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

fn main() -> anyhow::Result<()> {
    let mut seen = Vec::new();
    answer::each(|celsius| seen.push(celsius));
    let expected = [11.5, 12.0, 14.5];
    ensure!(seen == expected, "the closure saw {seen:?}, and should see {expected:?}");

    // A closure of another type, with larger data.
    let (mut sum, unit) = (0.0, String::from("°C"));
    answer::each(|celsius| sum += celsius * unit.chars().count() as f64);
    ensure!(sum == 76.0, "a second closure computes {sum}, and should compute 76");
    Ok(())
}
