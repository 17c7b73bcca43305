//! Why a module was refused, or a call ended without an answer.

use std::{fmt, time::Duration};

use wasmtime::Trap;

use super::Limits;

/// Why a module was refused, or a call ended without an answer.
///
/// Names come from the module, so they are shown with what could upset a terminal escaped.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The sandbox cannot be made as asked.
    #[error("cannot set up the sandbox: {reason}")]
    Setup {
        /// The engine's words.
        reason: String,
    },

    /// A module over [`Limits::module_bytes`].
    #[error("the module has {size} bytes, over the limit of {limit}: make it smaller")]
    TooLarge {
        /// Its size, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },

    /// A module that is small, but not for the compiler.
    #[error("the module has {count} {what}, over the limit of {limit}: use fewer")]
    TooComplex {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        count: u64,
        /// How much there may be.
        limit: u64,
    },

    /// Bytes that are no module, or one that uses a proposal which is turned off.
    #[error("not a valid module at byte {offset}: {reason}")]
    Malformed {
        /// Where reading stopped, in bytes from the start.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },

    /// A valid module that the compiler does not take.
    #[error("the module cannot be compiled: {reason}")]
    Compile {
        /// The compiler's words.
        reason: String,
    },

    /// An import that the host does not offer.
    #[error("the module imports {name:?} of {module:?}, which this host does not offer")]
    ForbiddenImport {
        /// The first name of the import.
        module: String,
        /// The second name.
        name: String,
    },

    /// An import that the host offers with another type.
    #[error("the module imports something of another type than this host offers: {reason}")]
    WrongImport {
        /// Which, and how the types differ.
        reason: String,
    },

    /// A linear memory over [`Limits::memory_bytes`].
    #[error("the guest wants {wanted} bytes of memory, over the limit of {limit}")]
    MemoryLimit {
        /// What it would have come to, in bytes.
        wanted: u64,
        /// The limit, in bytes.
        limit: usize,
    },

    /// Tables over [`Limits::table_elements`].
    #[error("the guest wants {wanted} elements in its tables, over the limit of {limit}")]
    TableLimit {
        /// What it would have come to.
        wanted: usize,
        /// The limit.
        limit: usize,
    },

    /// All of [`Limits::fuel`] is used up.
    #[error("{call:?} has used up its {limit} units of fuel: is it an endless loop?")]
    OutOfFuel {
        /// The export that was called; `start` while loading.
        call: String,
        /// The limit.
        limit: u64,
    },

    /// [`Limits::deadline`] has passed.
    #[error("{call:?} was stopped at its deadline, after {limit:?}")]
    Deadline {
        /// The export that was called; `start` while loading.
        call: String,
        /// The limit.
        limit: Duration,
    },

    /// Calls nested beyond [`Limits::stack_bytes`].
    #[error("{call:?} has used up its {limit} bytes of stack: does it call itself without end?")]
    StackOverflow {
        /// The export that was called; `start` while loading.
        call: String,
        /// The limit, in bytes.
        limit: usize,
    },

    /// Any other trap: the guest's own mistake, or its `unreachable`, which is how Rust's panics end.
    #[error("{call:?} has failed: {trap}")]
    Trap {
        /// The export that was called; `start` while loading.
        call: String,
        /// What it did.
        trap: Trap,
    },

    /// A host function that returned an error.
    #[error("{call:?} was ended by a function of the host: {reason}")]
    Host {
        /// The export that was called; `start` while loading.
        call: String,
        /// That error.
        reason: String,
    },

    /// A name that the guest does not export, or not as a function, or as a memory.
    #[error("the guest does not export {name:?} as what it is used for: look at its exports")]
    NoSuchExport {
        /// The name asked for.
        name: String,
    },

    /// A function of other parameters or results than it was called with.
    #[error("the type of {name:?} is another: {reason}")]
    WrongType {
        /// The export that was called.
        name: String,
        /// How the types differ.
        reason: String,
    },

    /// A pointer and a length that reach outside the guest's memory.
    #[error("{length} bytes at {pointer} are not in the guest's memory of {memory} bytes")]
    OutOfBounds {
        /// The address in linear memory.
        pointer: u32,
        /// How many bytes from there.
        length: u32,
        /// The size of the memory, in bytes.
        memory: usize,
    },
}

impl Error {
    pub(super) fn setup(error: impl fmt::Display) -> Self {
        Self::Setup { reason: error.to_string() }
    }

    pub(super) fn compile(error: wasmtime::Error) -> Self {
        Self::Compile { reason: chain(&error) }
    }

    pub(super) fn wrong_type(name: &str, error: wasmtime::Error) -> Self {
        Self::WrongType { name: name.into(), reason: chain(&error) }
    }

    pub(super) fn wrong_import(error: wasmtime::Error) -> Self {
        Self::WrongImport { reason: chain(&error) }
    }

    pub(super) fn malformed(error: &wasmparser::BinaryReaderError) -> Self {
        Self::Malformed { offset: error.offset(), reason: escaped(error.message()) }
    }

    /// Why `call` ended: one of our own errors that came through the engine, a trap, or what a host
    /// function returned.
    pub(super) fn of_call(call: &str, limits: &Limits, error: wasmtime::Error) -> Self {
        let call = call.to_owned();
        let error = match error.downcast::<Self>() {
            Ok(ours) => return ours,
            Err(error) => error,
        };
        match error.downcast_ref() {
            Some(Trap::OutOfFuel) => Self::OutOfFuel { call, limit: limits.fuel },
            Some(Trap::Interrupt) => Self::Deadline { call, limit: limits.deadline },
            Some(Trap::StackOverflow) => Self::StackOverflow { call, limit: limits.stack_bytes },
            Some(&trap) => Self::Trap { call, trap },
            None => Self::Host { call, reason: chain(&error) },
        }
    }
}

/// The error and its causes, on one line.
fn chain(error: &wasmtime::Error) -> String {
    escaped(&format!("{error:#}"))
}

/// The engine's words, which may quote a name of the module's.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_control() { escaped.extend(c.escape_debug()) } else { escaped.push(c) }
    }
    escaped
}
