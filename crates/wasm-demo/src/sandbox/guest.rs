use wasmtime::{
    Engine, Instance, Linker, Memory, Module, Store, TypedFunc, UnknownImportError, WasmParams,
    WasmResults,
};

use super::{Error, Limits, Usage, clock, error::chain};

/// An instance of a module, within its limits.
///
/// A guest can be called again after an error in one of its calls, but its memory stays as that call
/// left it, perhaps half changed: unless you know the guest, drop it and load it again.
pub struct Guest {
    store: Store<Usage>,
    instance: Instance,
    memory: Option<Memory>,
}

/// An exported function of one guest, whose name and type have been checked: see
/// [`Guest::function`].
pub struct Function<P, R> {
    name: String,
    function: TypedFunc<P, R>,
}

impl Guest {
    pub(super) fn start(
        engine: &Engine,
        linker: &Linker<Usage>,
        module: &Module,
        starts: bool,
        limits: Limits,
    ) -> Result<Self, Error> {
        let linked = linker.instantiate_pre(module).map_err(|error| {
            match error.downcast_ref::<UnknownImportError>() {
                Some(unknown) => Error::ForbiddenImport {
                    module: unknown.module().into(),
                    name: unknown.name().into(),
                },
                None => Error::WrongImport(chain(&error)),
            }
        })?;
        let mut store = Store::new(engine, Usage { limits, table_elements: 0 });
        store.limiter(|usage| usage);
        // The engine's own errors and those of host functions have the same type. Before a start
        // function calls the host, only memory can be missing.
        let calls_host = starts && module.imports().len() > 0;
        let instance = run(&mut store, "start", |store| linked.instantiate(store));
        let instance = instance.map_err(|error| match error {
            Error::Host { reason, .. } if !calls_host => Error::NoMemory(reason),
            error => error,
        })?;
        let memory = instance.get_memory(&mut store, "memory");
        Ok(Self { store, instance, memory })
    }

    /// Calls the export `name` with numbers: `guest.call::<(i32, i32), i32>("add", (2, 3))`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchExport`] and [`Error::WrongType`] before it runs; while it runs, the limit that
    /// it exceeds, [`Error::Trap`], or [`Error::Host`].
    pub fn call<P: WasmParams, R: WasmResults>(
        &mut self,
        name: &str,
        parameters: P,
    ) -> Result<R, Error> {
        let function = self.function(name)?;
        self.run(&function, parameters)
    }

    /// Looks up the export `name` once, for many calls by [`Guest::run`].
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchExport`] and [`Error::WrongType`].
    pub fn function<P: WasmParams, R: WasmResults>(
        &mut self,
        name: &str,
    ) -> Result<Function<P, R>, Error> {
        let name = name.to_owned();
        let Some(function) = self.instance.get_func(&mut self.store, &name) else {
            return Err(Error::NoSuchExport(name));
        };
        match function.typed(&self.store) {
            Ok(function) => Ok(Function { name, function }),
            Err(error) => Err(Error::WrongType { name, reason: chain(&error) }),
        }
    }

    /// Calls a function of this guest, with fuel and a deadline of its own.
    ///
    /// # Errors
    ///
    /// The limit that it exceeds, [`Error::Trap`], or [`Error::Host`].
    ///
    /// # Panics
    ///
    /// If the function belongs to another guest.
    pub fn run<P: WasmParams, R: WasmResults>(
        &mut self,
        function: &Function<P, R>,
        parameters: P,
    ) -> Result<R, Error> {
        let Function { name, function } = function;
        run(&mut self.store, name, |store| function.call(store, parameters))
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
    /// Those of [`Guest::call`], for `alloc` and `dealloc` as well, and [`Error::OutOfBounds`] when
    /// the guest points outside its memory.
    pub fn call_bytes(&mut self, name: &str, input: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        // A length over 32 bits does not fit into the guest either: `write` returns the error.
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

    /// A copy of the `length` bytes at `pointer` in the exported `memory`.
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

    /// Copies `bytes` to `pointer` in the exported `memory`.
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

    fn memory(&self) -> Result<Memory, Error> {
        self.memory.ok_or_else(|| Error::NoSuchExport("memory".into()))
    }
}

/// Gives the guest fuel and a deadline for `work`, and runs it.
fn run<T>(
    store: &mut Store<Usage>,
    call: &str,
    work: impl FnOnce(&mut Store<Usage>) -> wasmtime::Result<T>,
) -> Result<T, Error> {
    let limits = store.data().limits;
    if limits.counts_fuel() {
        store.set_fuel(limits.fuel).map_err(Error::setup)?;
    }
    if limits.has_deadline() {
        store.set_epoch_deadline(clock::ticks(limits.deadline));
    }
    work(store).map_err(|error| Error::of_call(call, &limits, error))
}
