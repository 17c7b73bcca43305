//! Runs modules that nobody has vouched for.
//!
//! A [`Sandbox`] holds the [`Limits`], and what the host offers. It compiles bytes to a [`Guest`],
//! whose exports can be called. Whatever the bytes are, each step ends within its limits, with an
//! answer or with one [`Error`] that names the cause. The host, and every other guest, goes on.
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
//! assert_eq!(missing, Err(Error::NoSuchExport { name: "open_file".into() }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it defends against
//!
//! - **Powers**: a module can import what [`Sandbox::offer`] was given, and nothing else. Out of the
//!   box that is nothing: no file, no clock, no network, no randomness.
//! - **Time**: fuel stops a loop at the same instruction on every machine, whatever that takes there;
//!   the deadline stops it at the same time, whatever it has done by then.
//! - **Memory**: what a guest keeps resident is at most `memory_bytes`, 8 bytes for each table
//!   element, its machine code and what the engine notes about the module (a few dozen bytes for
//!   each of its bytes), and `stack_bytes` of the calling thread's stack while it runs.
//!   Address space is reserved for `memory_bytes` and two guards of 64 KiB, so that many guests
//!   fit; untouched pages of it cost no memory.
//! - **The compiler**: modules of the most used proposals only, of at most `module_bytes`, and what
//!   a few bytes can make it work hard for is limited: parameters, results, locals and tables.
//!
//! # What it does not
//!
//! - Compiling has no deadline and no fuel. Its time and its memory are bounded by `module_bytes`
//!   alone: measure, and choose it accordingly.
//! - A host function is trusted. No limit stops it, and the deadline waits for it to return.
//! - A guest shares the processor's caches and the host's address space. Against side channels, and
//!   against a bug in Wasmtime, put guests in a process of their own as well.
//! - The calling thread's stack must have room for `stack_bytes`, and for the host's own functions.

mod check;
mod deadline;
mod error;
mod guest;
mod limits;

use std::sync::Arc;

use wasmtime::{Config, Engine, IntoFunc, Linker, Module, WasmFeatures};

use deadline::Timer;
pub use error::Error;
pub use guest::Guest;
pub use limits::{Limits, Usage};

/// What a guest may be made of: WebAssembly 2.0, which is what compilers emit unless told otherwise,
/// without `externref`. A list of what is allowed stays true when the engine learns new proposals.
const FEATURES: WasmFeatures = WasmFeatures::WASM2.difference(WasmFeatures::GC_TYPES);

/// Lets one bounds check serve neighbouring accesses; the default of 32 MiB is for reservations
/// that need no checks at all.
const GUARD_BYTES: u64 = 64 * 1024;

/// The limits, what the host offers, and the timer of all calls.
pub struct Sandbox {
    limits: Limits,
    engine: Engine,
    linker: Linker<Usage>,
    timer: Arc<Timer>,
}

impl Sandbox {
    /// A sandbox that offers nothing yet. It has a thread of its own, which sleeps until a deadline,
    /// and ends with the sandbox and the last of its guests.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`], when a limit is one that the engine cannot keep, such as a stack of 0.
    pub fn new(limits: Limits) -> Result<Self, Error> {
        let mut config = Config::new();
        config
            .wasm_features(WasmFeatures::all(), false)
            .wasm_features(FEATURES, true)
            .consume_fuel(true)
            .epoch_interruption(true)
            .max_wasm_stack(limits.stack_bytes)
            // A memory gets its largest size at once, as addresses, and so never moves.
            .memory_reservation(limits.memory_bytes as u64)
            .memory_reservation_for_growth(0)
            .memory_may_move(false)
            .memory_guard_size(GUARD_BYTES)
            // An image of the data segments would share them between instances. There is only one.
            .memory_init_cow(false)
            // An error names the cause; where in the guest it was is the guest's business.
            .wasm_backtrace_max_frames(None)
            .generate_address_map(false);
        let engine = Engine::new(&config).map_err(Error::setup)?;
        let timer = Timer::start(&engine).map_err(Error::setup)?;
        Ok(Self { limits, linker: Linker::new(&engine), timer: Arc::new(timer), engine })
    }

    /// Lets every guest that is loaded from now on import `function`, as `name` of `module`.
    ///
    /// An error that it returns ends the call of the guest, as [`Error::Host`].
    ///
    /// # Errors
    ///
    /// [`Error::Setup`], when something of that name is offered already.
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
        check::module(&self.engine, bytes, &self.limits)?;
        let module = Module::from_binary(&self.engine, bytes).map_err(Error::compile)?;
        Guest::start(&self.engine, &self.linker, &module, self.limits, Arc::clone(&self.timer))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sandbox() -> Sandbox {
        Sandbox::new(Limits::default()).unwrap()
    }

    fn load(text: &str) -> Result<Guest, Error> {
        sandbox().load(&wat::parse_str(text).unwrap())
    }

    #[test]
    fn an_offer_is_used_and_its_failure_named() {
        let mut sandbox = sandbox();
        sandbox.offer("host", "double", |n: i32| n * 2).unwrap();
        sandbox
            .offer("host", "fail", || -> wasmtime::Result<()> { wasmtime::bail!("no disk") })
            .unwrap();
        let text = r#"(module
            (import "host" "double" (func $double (param i32) (result i32)))
            (import "host" "fail" (func $fail))
            (func (export "double") (result i32) (call $double (i32.const 21)))
            (func (export "fail") (call $fail)))"#;
        let mut guest = sandbox.load(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(guest.call("double", ()), Ok(42));
        let failure = Error::Host { call: "fail".into(), reason: "no disk".into() };
        assert_eq!(guest.call::<(), ()>("fail", ()), Err(failure));
        assert!(matches!(sandbox.offer("host", "double", || ()), Err(Error::Setup { .. })));
    }

    #[test]
    fn the_text_format_is_not_a_module() {
        let outcome = sandbox().load(b"(module)").map(drop);
        assert!(matches!(outcome, Err(Error::Malformed { offset: 0, .. })), "{outcome:?}");
    }

    #[test]
    fn limits_that_cannot_be_kept_are_refused() {
        let outcome = Sandbox::new(Limits { stack_bytes: 0, ..Limits::default() }).map(drop);
        assert!(matches!(outcome, Err(Error::Setup { .. })), "{outcome:?}");
    }

    #[test]
    fn a_deadline_without_end_is_no_deadline() {
        let limits = Limits { deadline: Duration::MAX, ..Limits::default() };
        let sandbox = Sandbox::new(limits).unwrap();
        let bytes = wat::parse_str(r#"(module (func (export "run")))"#).unwrap();
        assert_eq!(sandbox.load(&bytes).unwrap().call::<(), ()>("run", ()), Ok(()));
    }

    #[test]
    fn each_call_gets_its_fuel_anew() {
        let limits = Limits { fuel: 1000, ..Limits::default() };
        let text = r#"(module (func (export "run") (local i32)
            (loop $again
                (local.set 0 (i32.add (local.get 0) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get 0) (i32.const 100))))))"#;
        let mut guest = Sandbox::new(limits).unwrap().load(&wat::parse_str(text).unwrap()).unwrap();
        for _ in 0..100 {
            assert_eq!(guest.call::<(), ()>("run", ()), Ok(()));
        }
    }

    #[test]
    fn the_deadline_of_another_guest_is_not_this_ones() {
        let mut sandbox = sandbox();
        let engine = sandbox.engine.clone();
        // What the timer does at any deadline.
        sandbox.offer("host", "tick", move || engine.increment_epoch()).unwrap();
        let text = r#"(module (import "host" "tick" (func $tick))
            (func $nothing)
            (func (export "run") (call $tick) (call $nothing)))"#;
        let mut guest = sandbox.load(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(guest.call::<(), ()>("run", ()), Ok(()));
    }

    #[test]
    fn a_guest_outlives_its_sandbox_with_its_limits() {
        let mut guest = load(r#"(module (func (export "spin") (loop (br 0))))"#).unwrap();
        let outcome = guest.call::<(), ()>("spin", ());
        assert!(matches!(outcome, Err(Error::OutOfFuel { .. } | Error::Deadline { .. })));
    }

    #[test]
    fn a_smaller_stack_holds_fewer_calls() {
        let text = r#"(module (memory (export "memory") 1)
            (func $deeper (export "deeper")
                (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
                (call $deeper)))"#;
        let bytes = wat::parse_str(text).unwrap();
        let [shallow, deep] = [32 << 10, 256 << 10].map(|stack_bytes| {
            let sandbox = Sandbox::new(Limits { stack_bytes, ..Limits::default() }).unwrap();
            let mut guest = sandbox.load(&bytes).unwrap();
            let overflow = Error::StackOverflow { call: "deeper".into(), limit: stack_bytes };
            assert_eq!(guest.call::<(), ()>("deeper", ()), Err(overflow));
            u32::from_le_bytes(guest.read(0, 4).unwrap().try_into().unwrap())
        });
        assert!(0 < shallow && 4 * shallow < deep, "{shallow} and {deep} calls");
    }

    #[test]
    fn growth_up_to_the_limit_is_the_guests_right() {
        let text = r#"(module (memory (export "memory") 0 2) (table 0 funcref)
            (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
            (func (export "grow_table") (param i32) (result i32)
                (table.grow (ref.null func) (local.get 0))))"#;
        let mut guest = load(text).unwrap();
        assert_eq!(guest.call("grow", 2), Ok(0));
        // Over its own maximum, which the module may well want to notice.
        assert_eq!(guest.call("grow", 1), Ok(-1));
        let limit = Limits::default().table_elements;
        assert_eq!(guest.call("grow_table", limit as i32), Ok(0));
        let refused = Error::TableLimit { wanted: limit + 1, limit };
        assert_eq!(guest.call::<i32, i32>("grow_table", 1), Err(refused));
    }

    #[test]
    fn bytes_stay_within_memory() {
        let mut guest = load(r#"(module (memory (export "memory") 1))"#).unwrap();
        assert_eq!(guest.write(65_533, b"end"), Ok(()));
        assert_eq!(guest.read(65_533, 3), Ok(b"end".to_vec()));
        assert_eq!(guest.read(65_536, 0), Ok(vec![]));
        let outside = Error::OutOfBounds { pointer: u32::MAX, length: u32::MAX, memory: 65_536 };
        assert_eq!(guest.read(u32::MAX, u32::MAX), Err(outside));
        assert!(matches!(guest.write(65_534, b"end"), Err(Error::OutOfBounds { .. })));
    }
}
