//! `web/pkg/ops.wasm` in the engines that run inside this process. `examples/wasm/guests/ops.rs`
//! describes its interface.

use std::time::Duration;

use wasm_demo::sandbox::{self, Limits, Sandbox};

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
        loaded("ops.wasm", Fuel::load(OPS))
    });

pub(super) const WASMI: Boundary =
    Boundary::new("wasmi", "wasmi", Technique::Wasm, |_| loaded("ops.wasm", Wasmi::load(OPS)));

/// The fuel of a call: more than any row burns, so that only the counting is measured.
const FUEL: u64 = u64::MAX / 2;

/// The module that every engine runs.
const OPS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ops.wasm"));
/// The component, for engines that have the component model.
pub(super) const OPS_COMPONENT: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/ops_component.wasm"));

/// A side, or the reason why `file` cannot be run and the command that makes it again.
pub(super) fn loaded<S: Side + 'static>(file: &str, side: Result<S, Failure>) -> Opened {
    super::opened(side).map_err(|causes| {
        format!("web/pkg/{file} is missing or damaged ({causes}): run `cargo bundle`")
    })
}

/// The module refused to draw the picture. It gives no reason.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the module refused to draw this picture: native Rust names the reason")]
pub struct Refused;

/// A guest with the methods of [`sandbox::Guest`] that the host's half of the interface needs.
/// Wasmi has the same methods as wasmtime, by the same names, so one macro serves both.
macro_rules! guest {
    ($name:ident, $engine:ident) => {
        mod $name {
            use $engine::{Engine, Instance, Memory, Module, Store, WasmParams, WasmResults};

            use super::Failure;

            pub type Function<P, R> = $engine::TypedFunc<P, R>;

            pub struct Guest {
                pub store: Store<()>,
                instance: Instance,
                pub memory: Memory,
            }

            impl Guest {
                /// Makes an instance of a module, in an engine with default settings.
                pub fn load(module: &[u8]) -> Result<Self, Failure> {
                    let mut store = Store::new(&Engine::default(), ());
                    let module = Module::new(store.engine(), module)?;
                    let instance = Instance::new(&mut store, &module, &[])?;
                    let memory = instance
                        .get_memory(&mut store, "memory")
                        .ok_or("the module exports no memory")?;
                    Ok(Self { store, instance, memory })
                }

                pub fn function<P: WasmParams, R: WasmResults>(
                    &mut self,
                    name: &str,
                ) -> Result<Function<P, R>, Failure> {
                    Ok(self.instance.get_typed_func(&mut self.store, name)?)
                }

                pub fn run<P: WasmParams, R: WasmResults>(
                    &mut self,
                    function: &Function<P, R>,
                    parameters: P,
                ) -> Result<R, $engine::Error> {
                    function.call(&mut self.store, parameters)
                }

                pub fn read(&mut self, pointer: u32, length: u32) -> Result<Vec<u8>, Failure> {
                    let rest = self.memory.data(&self.store).get(pointer as usize..);
                    let bytes = rest.and_then(|rest| rest.get(..length as usize));
                    bytes.map(<[u8]>::to_vec).ok_or_else(|| {
                        format!("{length} bytes at {pointer} are outside the module's memory")
                            .into()
                    })
                }

                pub fn write(&mut self, pointer: u32, bytes: &[u8]) -> Result<(), Failure> {
                    Ok(self.memory.write(&mut self.store, pointer as usize, bytes)?)
                }
            }
        }
    };
}

guest!(in_wasmtime, wasmtime);
guest!(in_wasmi, wasmi);

/// The host's half of the module's interface. A macro, because the three kinds of guest have no
/// trait in common: each engine has its own list of parameter types.
macro_rules! host {
    ($(#[$doc:meta])* $Name:ident, $guest:ident, $too_slow:expr) => {
        $(#[$doc])*
        pub struct $Name {
            guest: $guest::Guest,
            // Looked up once: a look-up takes longer than a call of `add`.
            alloc: $guest::Function<u32, u32>,
            dealloc: $guest::Function<(u32, u32), ()>,
            add: $guest::Function<(i32, i32), i32>,
            greet: $guest::Function<(u32, u32), u64>,
            checksum: $guest::Function<(u32, u32), u32>,
            mandelbrot: $guest::Function<(u32, u32, f64, f64, f64, u32), u64>,
        }

        impl $Name {
            fn of(mut guest: $guest::Guest) -> Result<Self, Failure> {
                Ok(Self {
                    alloc: guest.function("alloc")?,
                    dealloc: guest.function("dealloc")?,
                    add: guest.function("add")?,
                    greet: guest.function("greet")?,
                    checksum: guest.function("checksum")?,
                    mandelbrot: guest.function("mandelbrot")?,
                    guest,
                })
            }

            /// Each call gets memory of its own, as in the code that wasm-bindgen and the component
            /// model generate. Keeping one buffer would save the zeroing in `alloc`.
            fn copy_in(&mut self, bytes: &[u8]) -> Result<(u32, u32), Failure> {
                let length = u32::try_from(bytes.len()).map_err(|_| {
                    format!("{} bytes do not fit into a 32-bit memory", bytes.len())
                })?;
                let pointer = self.guest.run(&self.alloc, length)?;
                self.guest.write(pointer, bytes)?;
                Ok((pointer, length))
            }

            /// Copies the bytes at `pointer << 32 | length in bytes`, and frees them in the guest.
            fn take(&mut self, answer: u64) -> Result<Vec<u8>, Failure> {
                let (pointer, length) = ((answer >> 32) as u32, answer as u32);
                let taken = self.guest.read(pointer, length)?;
                self.guest.run(&self.dealloc, (pointer, length))?;
                Ok(taken)
            }
        }

        impl Operations for $Name {
            fn leaves_out(&self, operation: Operation) -> Option<&'static str> {
                let large = matches!(operation, Operation::Checksum16MiB | Operation::Mandelbrot);
                (large && $too_slow).then_some("takes minutes in a debug build: run `cargo compare`")
            }

            fn add(&mut self, a: i32, b: i32) -> Result<i32, Failure> {
                Ok(self.guest.run(&self.add, (a, b))?)
            }

            fn greet(&mut self, name: &str) -> Result<String, Failure> {
                let name = self.copy_in(name.as_bytes())?;
                let answer = self.guest.run(&self.greet, name)?;
                self.guest.run(&self.dealloc, name)?;
                Ok(String::from_utf8(self.take(answer)?)?)
            }

            fn checksum(&mut self, data: &[u8]) -> Result<u32, Failure> {
                let data = self.copy_in(data)?;
                let checksum = self.guest.run(&self.checksum, data)?;
                self.guest.run(&self.dealloc, data)?;
                Ok(checksum)
            }

            fn mandelbrot(&mut self, picture: Picture) -> Result<Vec<u32>, Failure> {
                let Picture { width, height, view, max_iterations } = picture;
                let wasm_demo::View { center_re, center_im, width: view_width } = view;
                let picture = (width, height, center_re, center_im, view_width, max_iterations);
                match self.guest.run(&self.mandelbrot, picture)? {
                    0 => Err(Refused.into()),
                    answer => {
                        let bytes = self.take(answer)?;
                        let (pixels, _) = bytes.as_chunks();
                        Ok(pixels.iter().map(|pixel| u32::from_le_bytes(*pixel)).collect())
                    }
                }
            }
        }
    };
}

host!(
    /// The module in wasmtime, which compiles it.
    Wasmtime,
    in_wasmtime,
    false
);

host!(
    /// The module in wasmtime with the settings of [`sandbox`], which counts its instructions.
    Fuel,
    sandbox,
    false
);

host!(
    /// The module in wasmi, which interprets it. Without optimisation it leaves out the largest
    /// rows.
    Wasmi,
    in_wasmi,
    cfg!(debug_assertions)
);

impl Wasmtime {
    /// # Errors
    ///
    /// When `module` is not a module, or lacks this interface.
    pub fn load(module: &[u8]) -> Result<Self, Failure> {
        Self::of(in_wasmtime::Guest::load(module)?)
    }
}

impl Wasmi {
    /// # Errors
    ///
    /// When `module` is not a module, or lacks this interface.
    pub fn load(module: &[u8]) -> Result<Self, Failure> {
        Self::of(in_wasmi::Guest::load(module)?)
    }
}

impl Fuel {
    /// # Errors
    ///
    /// When `module` is not a module, or lacks this interface.
    pub fn load(module: &[u8]) -> Result<Self, Failure> {
        let limits = Limits {
            // wasmtime's default: all that 32 bits can address, and 32 MiB for offsets. So no
            // access is checked, as in `Wasmtime`, and the only difference is the fuel.
            memory_bytes: usize::try_from((4_u64 << 30) + (32 << 20)).unwrap_or(usize::MAX),
            fuel: FUEL,
            deadline: Duration::MAX,
            ..Limits::default()
        };
        Self::of(Sandbox::new(limits)?.load(module)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::operation::{NAME, PICTURE};

    #[test]
    fn fuel_is_counted_and_lasts() {
        let limited = |fuel| {
            let sandbox = Sandbox::new(Limits { fuel, ..Limits::default() }).unwrap();
            Fuel::of(sandbox.load(OPS).unwrap()).unwrap().answer(Operation::Checksum64KiB)
        };
        // At least one unit of fuel for each byte.
        assert!(limited(64 << 10).unwrap_err().to_string().contains("fuel"));
        limited(64 << 20).unwrap();
    }

    /// Makes enough calls to fill the memory if each left something behind.
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
            sizes.push(side.guest.memory.data_size(&side.guest.store));
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
        for (module, cause) in
            [(half, "unexpected end"), (b"\0asm\x01\0\0\0", "the module exports no memory")]
        {
            let reason = loaded("ops.wasm", Wasmtime::load(module)).err().unwrap();
            let parts =
                ["web/pkg/ops.wasm is missing or damaged (", cause, "): run `cargo bundle`"];
            assert!(parts.iter().all(|part| reason.contains(part)), "{reason}");
        }
    }
}
