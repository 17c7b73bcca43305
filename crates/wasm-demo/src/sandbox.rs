//! A host for modules that you do not trust, on wasmtime.
//!
//! A [`Sandbox`] holds the [`Limits`], and the functions that the host offers. It compiles bytes to a
//! [`Guest`], whose exports can be called. Whatever the bytes are, each step ends within its limits,
//! with an answer or with one [`Error`] that names the cause. The host and the other guests continue.
//!
//! ```
//! use wasm_demo::sandbox::{Error, Limits, Sandbox};
//!
//! let sandbox = Sandbox::new(Limits::default())?;
//! let mut guest = sandbox.load(&std::fs::read("../../web/pkg/ops.wasm")?)?;
//!
//! assert_eq!(guest.call::<(i32, i32), i32>("add", (2, 3))?, 5);
//! let greeting = guest.call_bytes("greet", "Ferris".as_bytes())?;
//! assert_eq!(greeting.as_deref(), Some("Hello, Ferris!".as_bytes()));
//!
//! let missing = guest.call::<(), ()>("open_file", ());
//! assert_eq!(missing, Err(Error::NoSuchExport("open_file".into())));
//!
//! let page = b"<!DOCTYPE html><title>404 Not Found</title>";
//! assert!(matches!(sandbox.load(page), Err(Error::NotAModule(_))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Guest::call`] looks its function up by name each time. For many calls, [`Guest::function`] does
//! so once, and [`Guest::run`] then costs a call in wasmtime and the setting of two numbers.
//!
//! # What it defends against
//!
//! - **Powers**: a module can import the functions that [`Sandbox::offer`] was given, and nothing
//!   else. Without offers, a guest has no file, no clock, no network and no randomness.
//! - **Time**: fuel stops a loop at the same instruction on every machine, however long that takes;
//!   the deadline stops it after the same time, however far it got.
//! - **Memory**: a guest keeps resident at most `memory_bytes`, 8 bytes for each table element, its
//!   machine code, what the engine notes about the module (a few dozen bytes for each of its bytes),
//!   and `stack_bytes` of the calling thread's stack while it runs.
//!   Address space is reserved for `memory_bytes` and two guards of 64 KiB, so that many guests
//!   fit; untouched pages of it cost no memory.
//! - **The compiler**: it gets modules of at most `module_bytes` that use the most common proposals
//!   only. Parameters, results, locals and tables are limited, because a few bytes can declare many.
//!
//! # What it does not defend against
//!
//! - Compiling has no deadline and no fuel. Only `module_bytes` bounds its time and its memory:
//!   measure, and choose it accordingly.
//! - A host function is trusted. No limit stops it, and the deadline waits for it to return.
//! - A guest shares the processor's caches and the host's address space. Against side channels, and
//!   against a bug in Wasmtime, put guests in a process of their own as well.
//! - The calling thread's stack must have room for `stack_bytes`, and for the host's own functions.

mod check;
mod clock;
mod error;
mod guest;
mod limits;

use wasmtime::{Config, Engine, IntoFunc, Linker, Module, WasmFeatures};

pub use error::Error;
pub use guest::{Function, Guest};
pub use limits::{Limits, Usage};

/// The proposals that a guest may use: those in WebAssembly 2.0, which compilers emit by default,
/// without `externref`. A list of what is allowed stays complete when the engine learns new ones.
const FEATURES: WasmFeatures = WasmFeatures::WASM2.difference(WasmFeatures::GC_TYPES);

/// Lets one bounds check serve neighbouring accesses; the default of 32 MiB is for reservations
/// that need no checks at all.
const GUARD_BYTES: u64 = 64 * 1024;

/// The largest memory of a module: its addresses have 32 bits.
const MAX_MEMORY: u64 = 1 << 32;

/// The most stack that the engine gives a guest.
const MAX_STACK: usize = 2 << 20;

/// The limits, and the functions that the host offers.
pub struct Sandbox {
    limits: Limits,
    engine: Engine,
    linker: Linker<Usage>,
}

impl Sandbox {
    /// A sandbox that offers nothing yet. It has a thread of its own for the deadlines, which wakes a
    /// hundred times a second until the sandbox and the last of its guests are gone.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`], when the engine cannot keep a limit, such as a stack of 0 bytes.
    pub fn new(limits: Limits) -> Result<Self, Error> {
        if !(1..=MAX_STACK).contains(&limits.stack_bytes) {
            let stack = limits.stack_bytes;
            let advice = format!("stack_bytes is {stack}: choose from 1 to {MAX_STACK}");
            return Err(Error::Setup(advice));
        }
        let mut config = Config::new();
        config
            .wasm_features(WasmFeatures::all(), false)
            .wasm_features(FEATURES, true)
            .consume_fuel(limits.counts_fuel())
            .epoch_interruption(limits.has_deadline())
            .max_wasm_stack(limits.stack_bytes)
            // A memory gets its largest size at once, as addresses, and so never moves.
            .memory_reservation(MAX_MEMORY.min(limits.memory_bytes as u64))
            .memory_reservation_for_growth(0)
            .memory_may_move(false)
            .memory_guard_size(GUARD_BYTES)
            // An image of the data segments would share them between instances. There is only one.
            .memory_init_cow(false)
            // An error names the cause, not the place in the guest's code.
            .wasm_backtrace_max_frames(None)
            .generate_address_map(false);
        let engine = Engine::new(&config).map_err(Error::setup)?;
        if limits.has_deadline() {
            clock::start(&engine).map_err(Error::setup)?;
        }
        Ok(Self { limits, linker: Linker::new(&engine), engine })
    }

    /// Lets every guest that is loaded after this import `function`, as `name` of `module`.
    ///
    /// An error that it returns ends the guest's call, as [`Error::Host`].
    ///
    /// # Errors
    ///
    /// [`Error::Setup`], when that name is taken already.
    pub fn offer<P, R>(
        &mut self,
        module: &str,
        name: &str,
        function: impl IntoFunc<Usage, P, R>,
    ) -> Result<(), Error> {
        self.linker.func_wrap(module, name, function).map(drop).map_err(Error::setup)
    }

    /// Checks and compiles a module, gives it what it imports, and runs its start function.
    ///
    /// The text format is not accepted.
    ///
    /// # Errors
    ///
    /// Any [`Error`] but [`Error::NoSuchExport`], [`Error::WrongType`] and [`Error::OutOfBounds`].
    pub fn load(&self, bytes: &[u8]) -> Result<Guest, Error> {
        let starts = check::module(&self.engine, bytes, &self.limits)?;
        let module = Module::from_binary(&self.engine, bytes)
            .map_err(|error| Error::Compile(error::chain(&error)))?;
        Guest::start(&self.engine, &self.linker, &module, starts, self.limits)
    }
}
