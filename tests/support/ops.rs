//! Questions for `web/pkg/ops.wasm` and every other side of a boundary.

use polyglot::compare::operation::Picture;
use proptest::prelude::*;

use super::root;

pub fn picture() -> impl Strategy<Value = Picture> {
    (1..48u32, 1..48u32, -2.0..1.0, -1.5..1.5, 1e-9..4.0, 1..200u32).prop_map(
        |(width, height, center_re, center_im, view_width, max_iterations)| Picture {
            width,
            height,
            view: wasm_demo::View { center_re, center_im, width: view_width },
            max_iterations,
        },
    )
}

/// A picture with one invalid property.
pub fn impossible_picture() -> impl Strategy<Value = Picture> {
    let spoil: [fn(&mut Picture, f64); 7] = [
        |picture, _| picture.width = 0,
        |picture, _| picture.height = 0,
        |picture, _| (picture.width, picture.height) = (8192, 8193),
        |picture, wrong| picture.view.center_re = wrong,
        |picture, wrong| picture.view.center_im = wrong,
        |picture, wrong| picture.view.width = -wrong.abs(),
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
    let file = root().join("web/pkg/ops.wasm");
    std::fs::read(&file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()))
}
