//! Conway's Game of Life, drawn in linear memory, where JavaScript reads the pixels without a
//! copy.

#[path = "life/torus.rs"]
mod torus;

use torus::{SIZE, Torus};
use wasm_bindgen::prelude::*;

/// A living and a dead cell: red, green, blue and opacity, as a canvas wants them.
const LIVING: u32 = u32::from_le_bytes([0x7a, 0x66, 0xf0, 0xff]);
const DEAD: u32 = u32::from_le_bytes([0x12, 0x15, 0x18, 0xff]);

/// Gosper's glider gun: every 30 generations it sends a glider down to the right.
const GUN: [&str; 9] = [
    "........................#...........",
    "......................#.#...........",
    "............##......##............##",
    "...........#...#....##............##",
    "##........#.....#...##..............",
    "##........#...#.##....#.#...........",
    "..........#.....#.......#...........",
    "...........#...#....................",
    "............##......................",
];

/// The game, and its picture.
#[wasm_bindgen]
pub struct Life {
    torus: Torus,
    pixels: Vec<u32>,
}

#[wasm_bindgen]
impl Life {
    /// A board with a third of the cells alive; the same seed gives the same board.
    pub fn random(seed: u32) -> Life {
        // Marsaglia's xorshift, which may start from anything but 0.
        let mut state = u64::from(seed) << 1 | 1;
        let mut life = Life::empty();
        for y in 0..SIZE {
            for x in 0..SIZE {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                if (state >> 32).is_multiple_of(3) {
                    life.torus.set(x, y);
                }
            }
        }
        life
    }

    /// A glider gun on an empty board, until its gliders come back around the edges.
    #[wasm_bindgen(js_name = gliderGun)]
    pub fn glider_gun() -> Life {
        let mut life = Life::empty();
        for (y, row) in GUN.iter().enumerate() {
            for (x, _) in row.match_indices('#') {
                life.torus.set(SIZE / 4 + x, SIZE / 4 + y);
            }
        }
        life
    }

    fn empty() -> Life {
        Life { torus: Torus::new(), pixels: vec![DEAD; SIZE * SIZE] }
    }

    /// Advances by one generation.
    pub fn step(&mut self) {
        self.torus.step();
    }

    /// Colours the pixels, and returns their address in linear memory: `size * size` pixels of four
    /// bytes, row by row from the top.
    pub fn draw(&mut self) -> *const u32 {
        for (pixel, lives) in self.pixels.iter_mut().zip(self.torus.cells()) {
            *pixel = if lives { LIVING } else { DEAD };
        }
        self.pixels.as_ptr()
    }

    /// Cells in each direction.
    #[wasm_bindgen(getter)]
    pub fn size(&self) -> usize {
        SIZE
    }

    /// The number of living cells.
    #[wasm_bindgen(getter)]
    pub fn population(&self) -> u32 {
        self.torus.population()
    }
}
