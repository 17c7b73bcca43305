//! The rows of the comparison: the input of each call, and the right answer.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use wasm_demo::View;

/// One of the shared operations, with its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `add`, each call with the sum from the call before: the bare cost of a call.
    Add,
    /// `greet("Ferris")`: text in both directions.
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

/// The answer of an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The sum of the numbers below the number of calls, with one `add` for each.
    Sum(i32),
    /// The greeting.
    Text(String),
    /// The CRC-32C.
    Checksum(u32),
    /// The iterations of each pixel.
    Pixels(Vec<u32>),
}

/// The name to greet.
pub const NAME: &str = "Ferris";

/// The count of numbers that [`Operation::expected`] adds up.
pub const SUMMANDS: u32 = 1000;

/// A picture to draw.
#[derive(Clone, Copy, Debug)]
pub struct Picture {
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
    /// The part of the plane that it shows.
    pub view: View,
    /// The most iterations of a pixel.
    pub max_iterations: u32,
}

/// The whole set.
pub const PICTURE: Picture = Picture {
    width: 512,
    height: 512,
    view: View { center_re: -0.75, center_im: 0.0, width: 3.0 },
    max_iterations: 200,
};

impl Picture {
    /// The picture as Rust draws it.
    ///
    /// # Errors
    ///
    /// When the picture cannot be drawn.
    pub fn draw(self) -> Result<Vec<u32>, wasm_demo::Error> {
        wasm_demo::mandelbrot(self.width, self.height, self.view, self.max_iterations)
    }

    /// The view in C's type.
    pub fn c_view(self) -> ffi_demo::View {
        let View { center_re, center_im, width } = self.view;
        ffi_demo::View { center_re, center_im, width }
    }
}

/// The data of the longest checksum; the others use its start.
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

    /// Its id, its name, and the number of bytes that a checksum reads.
    const fn facts(self) -> (&'static str, &'static str, Option<usize>) {
        match self {
            Self::Add => ("add", "add", None),
            Self::Greet => ("greet", "greet", None),
            Self::Checksum64B => ("checksum-64b", "checksum 64 B", Some(64)),
            Self::Checksum64KiB => ("checksum-64kib", "checksum 64 KiB", Some(64 << 10)),
            Self::Checksum16MiB => ("checksum-16mib", "checksum 16 MiB", Some(16 << 20)),
            Self::Mandelbrot => ("mandelbrot", "mandelbrot 512²", None),
        }
    }

    /// Its name in JSON and in `--filter`.
    pub const fn id(self) -> &'static str {
        self.facts().0
    }

    /// Its name in the table and in `--filter`.
    pub const fn name(self) -> &'static str {
        self.facts().1
    }

    /// The data of a `checksum`.
    pub fn data(self) -> Option<&'static [u8]> {
        self.facts().2.map(|length| &DATA[..length])
    }

    /// The number of calls that lead to the expected answer.
    pub const fn calls(self) -> u32 {
        if matches!(self, Self::Add) { SUMMANDS } else { 1 }
    }

    /// The right answer, computed by Rust.
    pub fn expected(self) -> Answer {
        match (self, self.data()) {
            (Self::Add, _) => Answer::Sum((0..SUMMANDS.cast_signed()).fold(0, wasm_demo::add)),
            (Self::Greet, _) => Answer::Text(wasm_demo::greet(NAME)),
            (_, Some(data)) => Answer::Checksum(wasm_demo::checksum(data)),
            (_, None) => {
                Answer::Pixels(PICTURE.draw().expect("512 x 512 pixels of the set can be drawn"))
            }
        }
    }
}
