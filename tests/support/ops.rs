//! The operations of `web/pkg/ops.wasm`, in the engines that Rust runs, and what to ask them for.

use std::path::Path;

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
        let &Self { width, height, center_re, center_im, view_width, max_iterations } = self;
        let view = wasm_demo::View { center_re, center_im, width: view_width };
        wasm_demo::mandelbrot(width, height, view, max_iterations)
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

/// The operations of a module that is loaded.
pub trait Operations {
    fn load(module: &[u8]) -> Self;
    fn add(&mut self, a: i32, b: i32) -> i32;
    fn greet(&mut self, name: &str) -> String;
    fn checksum(&mut self, data: &[u8]) -> u32;
    fn mandelbrot(&mut self, picture: &Picture) -> Option<Vec<u32>>;
}

/// The host's half of the module's interface. Wasmi offers what wasmtime offers, by the same names, so
/// it is written once.
macro_rules! host {
    ($(#[$doc:meta])* $Name:ident, $engine:ident) => {
        $(#[$doc])*
        pub struct $Name {
            store: $engine::Store<()>,
            instance: $engine::Instance,
            memory: $engine::Memory,
        }

        impl Operations for $Name {
            fn load(module: &[u8]) -> Self {
                let engine = $engine::Engine::default();
                let module = $engine::Module::new(&engine, module).unwrap();
                let mut store = $engine::Store::new(&engine, ());
                let instance = $engine::Instance::new(&mut store, &module, &[]).unwrap();
                let memory = instance.get_memory(&mut store, "memory").unwrap();
                Self { store, instance, memory }
            }

            fn add(&mut self, a: i32, b: i32) -> i32 {
                self.call("add", (a, b))
            }

            fn greet(&mut self, name: &str) -> String {
                let (pointer, length) = self.copy_in(name.as_bytes());
                let answer = self.call("greet", (pointer, length));
                self.free(pointer, length);
                String::from_utf8(self.take_answer(answer).unwrap()).unwrap()
            }

            fn checksum(&mut self, data: &[u8]) -> u32 {
                let (pointer, length) = self.copy_in(data);
                let checksum = self.call("checksum", (pointer, length));
                self.free(pointer, length);
                checksum
            }

            fn mandelbrot(&mut self, picture: &Picture) -> Option<Vec<u32>> {
                let &Picture { width, height, center_re, center_im, view_width, max_iterations } =
                    picture;
                let picture = (width, height, center_re, center_im, view_width, max_iterations);
                let answer = self.call("mandelbrot", picture);
                let bytes = self.take_answer(answer)?;
                let (pixels, _) = bytes.as_chunks();
                Some(pixels.iter().map(|pixel| u32::from_le_bytes(*pixel)).collect())
            }
        }

        impl $Name {
            fn copy_in(&mut self, bytes: &[u8]) -> (u32, u32) {
                let length = bytes.len() as u32;
                let pointer = self.call("alloc", length);
                self.memory.write(&mut self.store, pointer as usize, bytes).unwrap();
                (pointer, length)
            }

            fn take_answer(&mut self, answer: u64) -> Option<Vec<u8>> {
                if answer == 0 {
                    return None;
                }
                let (pointer, length) = ((answer >> 32) as u32, answer as u32);
                let mut bytes = vec![0; length as usize];
                self.memory.read(&self.store, pointer as usize, &mut bytes).unwrap();
                self.free(pointer, length);
                Some(bytes)
            }

            fn free(&mut self, pointer: u32, length: u32) {
                self.call::<_, ()>("dealloc", (pointer, length));
            }

            fn call<P, R>(&mut self, name: &str, arguments: P) -> R
            where
                P: $engine::WasmParams,
                R: $engine::WasmResults,
            {
                let function = self.instance.get_typed_func::<P, R>(&mut self.store, name).unwrap();
                function.call(&mut self.store, arguments).unwrap()
            }
        }
    };
}

host!(
    /// The module in wasmtime, which compiles it.
    Wasmtime,
    wasmtime
);

host!(
    /// The module in wasmi, which interprets it.
    Wasmi,
    wasmi
);
