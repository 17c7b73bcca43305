//! What to ask `web/pkg/ops.wasm` and every other side of a boundary for.

use std::path::Path;

use polyglot::compare::{
    boundary::wasm::Refused,
    side::{Failure, Operations},
};
use proptest::prelude::*;

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub center_re: f64,
    pub center_im: f64,
    pub view_width: f64,
    pub max_iterations: u32,
}

impl Picture {
    /// What native Rust draws.
    pub fn in_rust(&self) -> Result<Vec<u32>, wasm_demo::Error> {
        wasm_demo::mandelbrot(self.width, self.height, self.view(), self.max_iterations)
    }

    /// What another side draws.
    pub fn on(&self, side: &mut impl Operations) -> Result<Vec<u32>, Failure> {
        side.mandelbrot(self.width, self.height, self.view(), self.max_iterations)
    }

    /// What a module draws whose only other answer is that it does not.
    pub fn on_module(&self, side: &mut impl Operations) -> Result<Option<Vec<u32>>, Failure> {
        match self.on(side) {
            Err(failure) if failure.is::<Refused>() => Ok(None),
            drawn => drawn.map(Some),
        }
    }

    fn view(&self) -> wasm_demo::View {
        let &Self { center_re, center_im, view_width, .. } = self;
        wasm_demo::View { center_re, center_im, width: view_width }
    }
}

/// A small picture.
pub fn picture() -> impl Strategy<Value = Picture> {
    (1..48u32, 1..48u32, -2.0..1.0, -1.5..1.5, 1e-9..4.0, 1..200u32).prop_map(
        |(width, height, center_re, center_im, view_width, max_iterations)| Picture {
            width,
            height,
            center_re,
            center_im,
            view_width,
            max_iterations,
        },
    )
}

/// A picture with one thing wrong.
pub fn impossible_picture() -> impl Strategy<Value = Picture> {
    let spoil: [fn(&mut Picture, f64); 7] = [
        |picture, _| picture.width = 0,
        |picture, _| picture.height = 0,
        |picture, _| (picture.width, picture.height) = (8192, 8193),
        |picture, wrong| picture.center_re = wrong,
        |picture, wrong| picture.center_im = wrong,
        |picture, wrong| picture.view_width = -wrong.abs(),
        |picture, _| picture.max_iterations = 0,
    ];
    let wrong = prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)];
    (picture(), prop::sample::select(spoil.to_vec()), wrong).prop_map(
        |(mut picture, spoil, wrong)| {
            spoil(&mut picture, wrong);
            picture
        },
    )
}

/// The bytes that every engine runs.
pub fn module() -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/pkg/ops.wasm");
    std::fs::read(&file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()))
}
