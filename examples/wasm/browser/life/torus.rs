//! Conway's Game of Life where the right edge meets the left, and the top the bottom.
//!
//! It does not use a browser, so `cargo test` runs it natively.

/// Cells in each direction.
pub const SIZE: usize = 512;

/// A row, 64 cells to a word; bit 0 of word 0 is the leftmost cell.
type Row = [u64; SIZE / 64];

/// The cells, and room for the next generation of them.
pub struct Torus {
    rows: Vec<Row>,
    next: Vec<Row>,
}

impl Torus {
    /// All cells dead.
    pub fn new() -> Self {
        Self { rows: vec![Row::default(); SIZE], next: vec![Row::default(); SIZE] }
    }

    /// Brings a cell to life, counted around the edges.
    pub fn set(&mut self, x: usize, y: usize) {
        self.rows[y % SIZE][x % SIZE / 64] |= 1 << (x % 64);
    }

    /// For each cell, row by row from the top: true if it lives.
    pub fn cells(&self) -> impl Iterator<Item = bool> {
        self.rows.iter().flatten().flat_map(|word| (0..64).map(move |bit| word >> bit & 1 == 1))
    }

    /// The number of living cells.
    pub fn population(&self) -> u32 {
        self.rows.iter().flatten().map(|word| word.count_ones()).sum()
    }

    /// Advances by one generation. The neighbours of 64 cells are counted at once, by the bitwise
    /// operations that an adder is made of.
    pub fn step(&mut self) {
        for y in 0..SIZE {
            let above = &self.rows[(y + SIZE - 1) % SIZE];
            let here = &self.rows[y];
            let below = &self.rows[(y + 1) % SIZE];
            for (i, cells) in self.next[y].iter_mut().enumerate() {
                let (above_1, above_2) = add(west(above, i), above[i], east(above, i));
                let (below_1, below_2) = add(west(below, i), below[i], east(below, i));
                let (west, east) = (west(here, i), east(here, i));
                let (here_1, here_2) = (west ^ east, west & east);

                // Neighbours = ones + 2 × (two + twos) + 4 × four. A cell lives on
                // with 2 or 3 of them and is born with 3: that takes exactly one 2.
                let (ones, two) = add(above_1, here_1, below_1);
                let (twos, four) = add(above_2, here_2, below_2);
                *cells = (twos ^ two) & !four & (ones | here[i]);
            }
        }
        std::mem::swap(&mut self.rows, &mut self.next);
    }
}

/// The sum of three bits, 64 times over: its ones and its twos.
fn add(a: u64, b: u64, c: u64) -> (u64, u64) {
    (a ^ b ^ c, a & b | c & (a ^ b))
}

/// The left neighbours of a word's cells; the first one's is in the word before.
fn west(row: &Row, i: usize) -> u64 {
    row[i] << 1 | row[(i + row.len() - 1) % row.len()] >> 63
}

/// The right neighbours of a word's cells; the last one's is in the word after.
fn east(row: &Row, i: usize) -> u64 {
    row[i] >> 1 | row[(i + 1) % row.len()] << 63
}
