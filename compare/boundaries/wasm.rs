//! `web/pkg/ops.wasm` in the engines that run inside this process. `examples/wasm/guests/ops.rs`
//! describes its interface.

pub use super::component::Component;
use super::{Boundary, Opened, Technique};
use crate::compare::{
    operation::{Operation, Picture},
    side::{Failure, Operations, Side},
};

pub(super) const WASMTIME: Boundary =
    Boundary::new("wasmtime", "wasmtime", Technique::Wasm, |_| {
        loaded("ops.wasm", Wasmtime::load(OPS))
    });

pub(super) const WASMTIME_FUEL: Boundary =
    Boundary::new("wasmtime-fuel", "wasmtime, fuel", Technique::Wasm, |_| {
        loaded("ops.wasm", Wasmtime::load_with_fuel(OPS))
    });

pub(super) const WASMI: Boundary =
    Boundary::new("wasmi", "wasmi", Technique::Wasm, |_| loaded("ops.wasm", Wasmi::load(OPS)));

/// What any engine runs.
const OPS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ops.wasm"));
/// What an engine with the component model runs.
pub(super) const OPS_COMPONENT: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/ops_component.wasm"));

/// A side, or why `file` cannot be run, and what makes it again.
pub(super) fn loaded<S: Side + 'static>(file: &str, side: Result<S, Failure>) -> Opened {
    super::opened(side).map_err(|causes| {
        format!("web/pkg/{file} is missing or damaged ({causes}): run `cargo bundle`")
    })
}

/// The picture cannot be drawn. The module says no more than that.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the module refuses to draw this picture: ask native Rust, which names the reason")]
pub struct Refused;

/// The host's half of the module's interface. Wasmi offers what wasmtime offers, by the same names,
/// so it is written once.
macro_rules! host {
    ($(#[$doc:meta])* $Name:ident, $engine:ident, $too_slow:expr) => {
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
            /// When it is not a module, or not one with this interface.
            pub fn load(module: &[u8]) -> Result<Self, Failure> {
                Self::instantiate($engine::Store::new(&$engine::Engine::default(), ()), module)
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

            /// The bytes at `pointer << 32 | length in bytes`, which are given back.
            fn take<T>(
                &mut self,
                answer: u64,
                decode: impl FnOnce(&[u8]) -> T,
            ) -> Result<T, Failure> {
                let (pointer, length) = ((answer >> 32) as u32, answer as u32);
                let rest = self.memory.data(&self.store).get(pointer as usize..);
                let bytes = rest.and_then(|rest| rest.get(..length as usize)).ok_or_else(|| {
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
                (large && $too_slow).then_some("takes minutes in a debug build: cargo compare")
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

            fn mandelbrot(&mut self, picture: Picture) -> Result<Vec<u32>, Failure> {
                let Picture { width, height, view, max_iterations } = picture;
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
    wasmtime,
    false
);

host!(
    /// The module in wasmi, which interprets it. An interpreter that is not optimised leaves the
    /// largest rows out.
    Wasmi,
    wasmi,
    cfg!(debug_assertions)
);

impl Wasmtime {
    /// As [`Wasmtime::load`], but counted: one unit of fuel for an instruction.
    ///
    /// # Errors
    ///
    /// As for [`Wasmtime::load`].
    pub fn load_with_fuel(module: &[u8]) -> Result<Self, Failure> {
        let mut config = wasmtime::Config::new();
        config.consume_fuel(true);
        let mut store = wasmtime::Store::new(&wasmtime::Engine::new(&config)?, ());
        // Enough for centuries, so that no call has to look at the tank.
        store.set_fuel(u64::MAX)?;
        Self::instantiate(store, module)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::operation::{NAME, PICTURE};

    #[test]
    fn fuel_is_counted_and_lasts() {
        let mut side = Wasmtime::load_with_fuel(OPS).unwrap();
        side.answer(Operation::Checksum64KiB).unwrap();
        let burnt = u64::MAX - side.store.get_fuel().unwrap();
        // At least one for a byte; and enough is left for more calls than a run makes.
        assert!((64 << 10..64 << 20).contains(&burnt), "{burnt}");
        assert!(Wasmtime::load(OPS).unwrap().store.get_fuel().is_err());
    }

    /// So many calls that the memory would not hold what they leave behind.
    #[test]
    fn memory_does_not_grow_with_the_calls() {
        let picture = Picture { width: 128, height: 64, max_iterations: 1, ..PICTURE };
        let mut side = Wasmtime::load(OPS).unwrap();
        let mut sizes = Vec::new();
        for calls in [1, 10] {
            for _ in 0..calls {
                (0..1000).for_each(|_| drop(side.greet(NAME).unwrap()));
                side.checksum(&[1; 64 << 10]).unwrap();
                side.mandelbrot(picture).unwrap();
                side.mandelbrot(Picture { width: 0, ..picture }).unwrap_err();
            }
            sizes.push(side.memory.data_size(&side.store));
        }
        assert_eq!(sizes[0], sizes[1]);
    }

    #[test]
    fn a_module_that_cannot_be_run_is_an_absent_column() {
        let half = &OPS[..OPS.len() / 2];
        for module in [half, OPS_COMPONENT] {
            assert!(Wasmtime::load(module).is_err() && Wasmi::load(module).is_err());
        }
        assert!(Component::load(OPS).is_err());
        for (module, cause) in [(half, "unexpected end"), (b"\0asm\x01\0\0\0", "it has no memory")]
        {
            let reason = loaded("ops.wasm", Wasmtime::load(module)).err().unwrap();
            let parts =
                ["web/pkg/ops.wasm is missing or damaged (", cause, "): run `cargo bundle`"];
            assert!(parts.iter().all(|part| reason.contains(part)), "{reason}");
        }
    }
}
