//! The rows of the comparison: what crosses each boundary, and what has to come back.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use wasm_demo::View;

/// One of the shared operations, with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `add`, each call with the last one's sum: the bare cost of a call.
    Add,
    /// `greet("Ferris")`: text there and back.
    Greet,
    /// `checksum` of 64 bytes.
    #[serde(rename = "checksum-64b")]
    Checksum64B,
    /// `checksum` of 64 KiB.
    #[serde(rename = "checksum-64kib")]
    Checksum64KiB,
    /// `checksum` of 16 MiB.
    #[serde(rename = "checksum-16mib")]
    Checksum16MiB,
    /// `mandelbrot`, 512 by 512: real work, and a picture of 1 MiB.
    Mandelbrot,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The sum of the numbers below [`SUMMANDS`], by one `add` each.
    Sum(i32),
    /// The greeting.
    Text(String),
    /// The CRC-32C.
    Checksum(u32),
    /// The iterations of each pixel.
    Pixels(Vec<u32>),
}

/// Who is greeted.
pub const NAME: &str = "Ferris";

/// How many numbers are added for [`Answer::Sum`].
pub const SUMMANDS: i32 = 1000;

/// The size of the picture, in pixels.
pub const WIDTH: u32 = 512;
/// The size of the picture, in pixels.
pub const HEIGHT: u32 = 512;
/// The whole set.
pub const VIEW: View = View { center_re: -0.75, center_im: 0.0, width: 3.0 };
/// The most iterations of a pixel.
pub const MAX_ITERATIONS: u32 = 200;

/// What is summed up, or the start of it.
static DATA: LazyLock<Vec<u8>> =
    LazyLock::new(|| (0..16 << 20).map(|i: usize| (i * 31 % 251) as u8).collect());

impl Operation {
    /// All rows, in the order of the table.
    pub const ALL: [Self; 6] = [
        Self::Add,
        Self::Greet,
        Self::Checksum64B,
        Self::Checksum64KiB,
        Self::Checksum16MiB,
        Self::Mandelbrot,
    ];

    /// What it is called in JSON and in `--filter`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Greet => "greet",
            Self::Checksum64B => "checksum-64b",
            Self::Checksum64KiB => "checksum-64kib",
            Self::Checksum16MiB => "checksum-16mib",
            Self::Mandelbrot => "mandelbrot",
        }
    }

    /// What it is called in the table and in `--filter`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Greet => "greet",
            Self::Checksum64B => "checksum 64 B",
            Self::Checksum64KiB => "checksum 64 KiB",
            Self::Checksum16MiB => "checksum 16 MiB",
            Self::Mandelbrot => "mandelbrot 512²",
        }
    }

    /// What a `checksum` is of.
    pub fn data(self) -> Option<&'static [u8]> {
        let length = match self {
            Self::Checksum64B => 64,
            Self::Checksum64KiB => 64 << 10,
            Self::Checksum16MiB => 16 << 20,
            Self::Add | Self::Greet | Self::Mandelbrot => return None,
        };
        Some(&DATA[..length])
    }

    /// What every side has to answer. Computed here and now, in Rust.
    pub fn expected(self) -> Answer {
        match (self, self.data()) {
            (Self::Add, _) => Answer::Sum((0..SUMMANDS).fold(0, wasm_demo::add)),
            (Self::Greet, _) => Answer::Text(wasm_demo::greet(NAME)),
            (_, Some(data)) => Answer::Checksum(wasm_demo::checksum(data)),
            (_, None) => Answer::Pixels(
                wasm_demo::mandelbrot(WIDTH, HEIGHT, VIEW, MAX_ITERATIONS)
                    .expect("512 x 512 pixels of the whole set can be drawn"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_json() {
        for operation in Operation::ALL {
            assert_eq!(serde_json::to_value(operation).unwrap(), operation.id());
        }
    }
}
