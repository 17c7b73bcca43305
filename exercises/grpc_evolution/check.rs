//! Add the field `humidity`, a `double` with the number 2, to a message. Old bytes must still decode,
//! and a humidity of 0 % must differ from none.
//!
//! A number, once used, belongs to its field: `celsius` keeps 1. In prost a field that may be absent
//! is an `Option`, with `optional` in its attribute: `#[prost(double, optional, tag = "2")]`.

use anyhow::{Context, ensure};
use prost::Message;

#[cfg_attr(feature = "solutions", path = "solution.rs")]
mod answer;

/// A field's number and its wire type, which is 1 for 8 bytes; then the bytes.
fn field(number: u8, value: f64) -> Vec<u8> {
    [&[number << 3 | 1][..], &value.to_le_bytes()].concat()
}

fn main() -> anyhow::Result<()> {
    for (what, bytes) in [
        ("an old message", field(1, 11.5)),
        ("a message with a humidity of 45 %", [field(1, 11.5), field(2, 45.0)].concat()),
        ("a message with a humidity of 0 %", [field(1, 11.5), field(2, 0.0)].concat()),
    ] {
        let reading =
            answer::Reading::decode(&*bytes).with_context(|| format!("{what} is refused"))?;
        ensure!(reading.celsius == 11.5, "{what} has {} °C, and should have 11.5", reading.celsius);
        let again = reading.encode_to_vec();
        ensure!(
            again == bytes,
            "{what}, decoded and encoded again, has {} bytes, and should have {}: {reading:?}",
            again.len(),
            bytes.len()
        );
    }
    Ok(())
}
