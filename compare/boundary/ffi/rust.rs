//! Rust calling Rust: what all others are compared with.
//!
//! No compiler inlines C's functions into Rust, so none of these is inlined: a call is compared with
//! a call.

use wasm_demo::View;

use crate::compare::side::{Failure, Operations};

pub struct Rust;

#[inline(never)]
fn add(a: i32, b: i32) -> i32 {
    wasm_demo::add(a, b)
}

#[inline(never)]
fn greet(name: &str) -> String {
    wasm_demo::greet(name)
}

#[inline(never)]
fn checksum(data: &[u8]) -> u32 {
    wasm_demo::checksum(data)
}

#[inline(never)]
fn mandelbrot(
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
) -> Result<Vec<u32>, wasm_demo::Error> {
    wasm_demo::mandelbrot(width, height, view, max_iterations)
}

impl Operations for Rust {
    fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
        Ok(add(a, b))
    }

    fn greet(&mut self, name: &str) -> Result<String, Failure> {
        Ok(greet(name))
    }

    fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
        Ok(checksum(data))
    }

    fn mandelbrot(
        &mut self,
        width: u32,
        height: u32,
        view: View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, Failure> {
        Ok(mandelbrot(width, height, view, max_iterations)?)
    }
}
