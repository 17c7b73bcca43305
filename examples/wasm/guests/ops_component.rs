//! The shared operations as a component, for any host that has `ops.wit`, from this folder.
//!
//! That text also generates the code that `ops.rs` has by hand, for pointers, lengths and freeing.
//! `polyglot bundle` compiles it to `web/pkg/ops_component.wasm`.

#![allow(missing_docs, reason = "what generate! generates has none")]

wit_bindgen::generate!({ path: "../../examples/wasm/guests/ops.wit" });

struct Component;

export!(Component);

impl Guest for Component {
    fn add(a: i32, b: i32) -> i32 {
        wasm_demo::add(a, b)
    }

    fn greet(name: String) -> String {
        wasm_demo::greet(&name)
    }

    fn checksum(data: Vec<u8>) -> u32 {
        wasm_demo::checksum(&data)
    }

    fn mandelbrot(
        width: u32,
        height: u32,
        view: View,
        max_iterations: u32,
    ) -> Result<Vec<u32>, String> {
        let View { center_re, center_im, width: view_width } = view;
        let view = wasm_demo::View { center_re, center_im, width: view_width };
        wasm_demo::mandelbrot(width, height, view, max_iterations)
            .map_err(|error| error.to_string())
    }
}
