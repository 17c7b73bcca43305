//! Rust, and what it calls in C within its own process.

use super::{
    super::side::{Failure, Operations},
    Columns, Technique,
};

pub fn add_to(columns: &mut Columns<'_>) {
    columns.add("rust", "Rust", Technique::Rust, || Ok(Rust));
    columns.add("c-static", "C, static", Technique::Ffi, || Ok(Static));
}

/// Rust calling Rust: what all others are compared with.
struct Rust;

/// Never inlined, so that there is a call.
#[inline(never)]
fn add(a: i32, b: i32) -> i32 {
    wasm_demo::add(a, b)
}

impl Operations for Rust {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        Ok(add(a, b))
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        Ok(wasm_demo::greet(name))
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        Ok(wasm_demo::checksum(data))
    }

    fn mandelbrot(
        &mut self,
        width: u32,
        height: u32,
        view: wasm_demo::View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, Failure> {
        Ok(wasm_demo::mandelbrot(width, height, view, max_iterations)?)
    }
}

/// Rust calling C that is linked into this program.
struct Static;

impl Operations for Static {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        Ok(ffi_demo::add(a, b))
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        Ok(ffi_demo::greet(name)?)
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        Ok(ffi_demo::checksum(data))
    }

    fn mandelbrot(
        &mut self,
        width: u32,
        height: u32,
        view: wasm_demo::View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, Failure> {
        let wasm_demo::View { center_re, center_im, width: view_width } = view;
        let view = ffi_demo::View { center_re, center_im, width: view_width };
        Ok(ffi_demo::mandelbrot(width, height, view, max_iterations)?)
    }
}
