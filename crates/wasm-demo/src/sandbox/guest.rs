use std::{sync::Arc, time::Instant};

use wasmtime::{
    Engine, Instance, Linker, Memory, Module, Store, Trap, UnknownImportError, UpdateDeadline,
    WasmParams, WasmResults,
};

use super::{Error, Limits, Usage, deadline::Timer};

/// An instance of a module, behind its limits.
///
/// After an error in one of its calls it can be called again, but what it left half done in its own
/// memory stays so: unless you know the guest, drop it and load it anew.
pub struct Guest {
    store: Store<Usage>,
    instance: Instance,
    timer: Arc<Timer>,
}

impl Guest {
    pub(super) fn start(
        engine: &Engine,
        linker: &Linker<Usage>,
        module: &Module,
        limits: Limits,
        timer: Arc<Timer>,
    ) -> Result<Self, Error> {
        let linked = linker.instantiate_pre(module).map_err(|error| {
            match error.downcast_ref::<UnknownImportError>() {
                Some(unknown) => Error::ForbiddenImport {
                    module: unknown.module().into(),
                    name: unknown.name().into(),
                },
                None => Error::wrong_import(error),
            }
        })?;

        let mut store = Store::new(engine, Usage::none(limits));
        store.limiter(|usage| usage);
        // The epoch is the engine's, so it also moves at the deadlines of other guests.
        store.epoch_deadline_callback(|store| {
            if store.data().deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                Err(Trap::Interrupt.into())
            } else {
                Ok(UpdateDeadline::Continue(1))
            }
        });
        let instance = run(&mut store, &timer, "start", |store| linked.instantiate(store))?;
        Ok(Self { store, instance, timer })
    }

    /// Calls the export `name` with numbers: `guest.call::<(i32, i32), i32>("add", (2, 3))`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchExport`] and [`Error::WrongType`] before it runs; while it runs, the limit it
    /// ran into, [`Error::Trap`], or [`Error::Host`].
    pub fn call<P, R>(&mut self, name: &str, parameters: P) -> Result<R, Error>
    where
        P: WasmParams,
        R: WasmResults,
    {
        let function = self.instance.get_func(&mut self.store, name);
        let function = function.ok_or_else(|| Error::NoSuchExport { name: name.into() })?;
        let function =
            function.typed::<P, R>(&self.store).map_err(|error| Error::wrong_type(name, error))?;
        run(&mut self.store, &self.timer, name, |store| function.call(store, parameters))
    }

    /// The names of the functions that it exports.
    pub fn functions(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        for export in self.instance.exports(&mut self.store) {
            let name = export.name().to_owned();
            names.extend(export.into_func().map(|_| name));
        }
        names
    }

    /// Calls an export that takes bytes and answers with bytes, by the convention that
    /// `examples/wasm/guests/ops.rs` describes; `None` is its "no answer".
    ///
    /// # Errors
    ///
    /// As for [`Guest::call`], for `alloc` and `dealloc` as well, and [`Error::OutOfBounds`] when the
    /// guest points outside its memory.
    pub fn call_bytes(&mut self, name: &str, input: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        // What does not fit into 32 bits does not fit into the guest either: `write` says so.
        let length = u32::try_from(input.len()).unwrap_or(u32::MAX);
        let pointer = self.call("alloc", length)?;
        self.write(pointer, input)?;
        let answer: u64 = self.call(name, (pointer, length))?;
        self.call::<_, ()>("dealloc", (pointer, length))?;
        if answer == 0 {
            return Ok(None);
        }
        let (pointer, length) = ((answer >> 32) as u32, answer as u32);
        let bytes = self.read(pointer, length)?;
        self.call::<_, ()>("dealloc", (pointer, length))?;
        Ok(Some(bytes))
    }

    /// A copy of `length` bytes of the exported `memory`, from `pointer` on.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfBounds`], before anything is allocated; [`Error::NoSuchExport`].
    pub fn read(&mut self, pointer: u32, length: u32) -> Result<Vec<u8>, Error> {
        let memory = self.memory()?.data(&self.store);
        let bytes = memory.get(pointer as usize..).and_then(|rest| rest.get(..length as usize));
        let outside = Error::OutOfBounds { pointer, length, memory: memory.len() };
        bytes.map(<[u8]>::to_vec).ok_or(outside)
    }

    /// Copies `bytes` into the exported `memory`, to `pointer`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfBounds`], before anything is written; [`Error::NoSuchExport`].
    pub fn write(&mut self, pointer: u32, bytes: &[u8]) -> Result<(), Error> {
        let memory = self.memory()?;
        memory.write(&mut self.store, pointer as usize, bytes).map_err(|_| Error::OutOfBounds {
            pointer,
            length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            memory: memory.data_size(&self.store),
        })
    }

    fn memory(&mut self) -> Result<Memory, Error> {
        let memory = self.instance.get_memory(&mut self.store, "memory");
        memory.ok_or_else(|| Error::NoSuchExport { name: "memory".into() })
    }
}

/// Lets a guest do `work`, with its fuel and its deadline.
fn run<T>(
    store: &mut Store<Usage>,
    timer: &Timer,
    call: &str,
    work: impl FnOnce(&mut Store<Usage>) -> wasmtime::Result<T>,
) -> Result<T, Error> {
    let limits = store.data().limits;
    store.set_fuel(limits.fuel).map_err(Error::setup)?;
    // From now on the next move of the epoch is looked at. Were the alarm set first, its move could
    // come before, and be missed.
    store.set_epoch_deadline(1);
    let deadline = Instant::now().checked_add(limits.deadline);
    store.data_mut().deadline = deadline;
    let _alarm = deadline.map(|at| timer.set(at));
    work(store).map_err(|error| Error::of_call(call, &limits, error))
}
