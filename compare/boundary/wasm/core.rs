//! `web/pkg/ops.wasm`, whose interface `examples/wasm/guests/ops.rs` describes.

use crate::compare::{
    operation::Operation,
    side::{Failure, Operations},
};

/// There is no such picture. The module says no more than that.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the module refuses to draw this picture: ask native Rust, which names the reason")]
pub struct Refused;

/// The host's half of the module's interface. Wasmi offers what wasmtime offers, by the same names,
/// so it is written once.
macro_rules! host {
    ($(#[$doc:meta])* $Name:ident, $engine:ident) => {
        $(#[$doc])*
        pub struct $Name {
            store: $engine::Store<()>,
            memory: $engine::Memory,
            // Looked up once: that takes longer than a call of `add`.
            alloc: $engine::TypedFunc<u32, u32>,
            dealloc: $engine::TypedFunc<(u32, u32), ()>,
            add: $engine::TypedFunc<(i32, i32), i32>,
            greet: $engine::TypedFunc<(u32, u32), u64>,
            checksum: $engine::TypedFunc<(u32, u32), u32>,
            mandelbrot: $engine::TypedFunc<(u32, u32, f64, f64, f64, u32), u64>,
        }

        impl $Name {
            /// An instance of a module, as the engine runs it by default.
            ///
            /// # Errors
            ///
            /// When it is no module, or not one with this interface.
            pub fn load(module: &[u8]) -> Result<Self, Failure> {
                let engine = $engine::Engine::default();
                Self::instantiate($engine::Store::new(&engine, ()), module)
            }

            fn instantiate(
                mut store: $engine::Store<()>,
                module: &[u8],
            ) -> Result<Self, Failure> {
                let module = $engine::Module::new(store.engine(), module)?;
                let instance = $engine::Instance::new(&mut store, &module, &[])?;
                Ok(Self {
                    memory: instance.get_memory(&mut store, "memory").ok_or("it has no memory")?,
                    alloc: instance.get_typed_func(&mut store, "alloc")?,
                    dealloc: instance.get_typed_func(&mut store, "dealloc")?,
                    add: instance.get_typed_func(&mut store, "add")?,
                    greet: instance.get_typed_func(&mut store, "greet")?,
                    checksum: instance.get_typed_func(&mut store, "checksum")?,
                    mandelbrot: instance.get_typed_func(&mut store, "mandelbrot")?,
                    store,
                })
            }

            #[cfg(test)]
            pub(super) fn memory_bytes(&self) -> usize {
                self.memory.data_size(&self.store)
            }

            /// Each call gets room of its own, as in the code that wasm-bindgen and the component
            /// model generate. To keep one buffer would save `alloc`'s zeroing.
            fn copy_in(&mut self, bytes: &[u8]) -> Result<(u32, u32), Failure> {
                let length = u32::try_from(bytes.len()).map_err(|_| {
                    format!("{} bytes are more than a 32-bit memory holds", bytes.len())
                })?;
                let pointer = self.alloc.call(&mut self.store, length)?;
                self.memory.write(&mut self.store, pointer as usize, bytes)?;
                Ok((pointer, length))
            }

            /// What lies at `pointer << 32 | length in bytes`, which is given back.
            fn take<T>(
                &mut self,
                answer: u64,
                decode: impl FnOnce(&[u8]) -> T,
            ) -> Result<T, Failure> {
                let (pointer, length) = ((answer >> 32) as u32, answer as u32);
                let memory = self.memory.data(&self.store);
                let bytes = memory
                    .get(pointer as usize..)
                    .and_then(|rest| rest.get(..length as usize))
                    .ok_or_else(|| {
                        format!("an answer of {length} bytes at {pointer} is not in its memory")
                    })?;
                let taken = decode(bytes);
                self.dealloc.call(&mut self.store, (pointer, length))?;
                Ok(taken)
            }
        }

        impl Operations for $Name {
            fn leaves_out(&self, operation: Operation) -> Option<&'static str> {
                let large = matches!(operation, Operation::Checksum16MiB | Operation::Mandelbrot);
                Self::TOO_SLOW.filter(|_| large)
            }

            fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
                Ok(self.add.call(&mut self.store, (a, b))?)
            }

            fn greet(&mut self, name: &str) -> Result<String, Failure> {
                let name = self.copy_in(name.as_bytes())?;
                let answer = self.greet.call(&mut self.store, name)?;
                self.dealloc.call(&mut self.store, name)?;
                Ok(self.take(answer, |bytes| String::from_utf8(bytes.to_vec()))??)
            }

            fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
                let data = self.copy_in(data)?;
                let checksum = self.checksum.call(&mut self.store, data)?;
                self.dealloc.call(&mut self.store, data)?;
                Ok(checksum)
            }

            fn mandelbrot(
                &mut self,
                width: u32,
                height: u32,
                view: wasm_demo::View,
                max_iterations: u32,
            ) -> Result<Vec<u32>, Failure> {
                let wasm_demo::View { center_re, center_im, width: view_width } = view;
                let picture = (width, height, center_re, center_im, view_width, max_iterations);
                match self.mandelbrot.call(&mut self.store, picture)? {
                    0 => Err(Refused.into()),
                    answer => self.take(answer, |bytes| {
                        let (pixels, _) = bytes.as_chunks();
                        pixels.iter().map(|pixel| u32::from_le_bytes(*pixel)).collect()
                    }),
                }
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

impl Wasmi {
    /// Why the largest rows are left out: an interpreter that is not optimised.
    const TOO_SLOW: Option<&'static str> = if cfg!(debug_assertions) {
        Some("takes minutes in a debug build: cargo compare")
    } else {
        None
    };
}

impl Wasmtime {
    const TOO_SLOW: Option<&'static str> = None;

    /// As [`Wasmtime::load`], but counted: one unit of fuel for an instruction.
    ///
    /// # Errors
    ///
    /// As for [`Wasmtime::load`].
    pub fn load_with_fuel(module: &[u8]) -> Result<Self, Failure> {
        let mut config = wasmtime::Config::new();
        config.consume_fuel(true);
        let mut store = wasmtime::Store::new(&wasmtime::Engine::new(&config)?, ());
        // Enough for centuries, so that the tank need not be looked at between the calls.
        store.set_fuel(u64::MAX)?;
        Self::instantiate(store, module)
    }

    /// What is left of it, if it is counted.
    #[cfg(test)]
    pub(super) fn fuel(&self) -> Option<u64> {
        self.store.get_fuel().ok()
    }
}
