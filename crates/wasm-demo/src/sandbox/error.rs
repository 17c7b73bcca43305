//! The reasons why a module is refused, or a call ends without an answer.

use std::{fmt, time::Duration};

use wasmtime::Trap;

use super::Limits;

/// The advice for a module that uses a proposal which is turned off.
const WITHOUT: &str = "; build the module without it";

/// The reason why a module is refused, or a call ends without an answer.
///
/// Names come from the module, so control characters in them are escaped when they are shown.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A limit or an offer that the engine refuses, with its message.
    #[error("cannot set up the sandbox: {0}")]
    Setup(String),

    /// Bytes that are not a module: a description of them, and what to do.
    #[error("not a plain WebAssembly module, but {0}")]
    NotAModule(&'static str),

    /// A module whose end is missing.
    #[error(
        "the module is cut short: it ends at byte {size}, inside a section; copy or download it again"
    )]
    CutShort {
        /// Its size, in bytes.
        size: usize,
    },

    /// A module that breaks a rule of the format, or uses a proposal which is turned off.
    #[error("not a valid module at byte {offset}: {reason}")]
    Malformed {
        /// The place where reading stopped, in bytes from the start.
        offset: usize,
        /// The rule that is broken there.
        reason: String,
    },

    /// A valid module that the compiler does not take, with its reason.
    #[error("the module cannot be compiled: {0}")]
    Compile(String),

    /// Address space or memory that the system does not give, with its message. A guest reserves its
    /// [`Limits::memory_bytes`] at once.
    #[error(
        "no memory is left for another guest: {0}; drop a guest, or choose a lower memory_bytes"
    )]
    NoMemory(String),

    /// More than one of [`Limits`] allows, or more than the compiler is trusted with.
    #[error("the module wants {wanted} {what}, over the limit of {limit}: make it smaller")]
    OverLimit {
        /// The resource that is over its limit: `bytes`, `bytes of memory`, `tables`, `table elements`,
        /// `locals`, or `parameters or results`.
        what: &'static str,
        /// The number of them.
        wanted: u64,
        /// The limit.
        limit: u64,
    },

    /// An import that the host does not offer.
    #[error("the module imports {name:?} of {module:?}, which this host does not offer")]
    ForbiddenImport {
        /// The first name of the import.
        module: String,
        /// The second name.
        name: String,
    },

    /// An import that the host offers with another type: which, and how the types differ.
    #[error("the module imports something of another type than this host offers: {0}")]
    WrongImport(String),

    /// A call that used up [`Limits::fuel`].
    #[error("{call:?} has used up its {limit} units of fuel: is it an endless loop?")]
    OutOfFuel {
        /// The export that was called; `start` while loading.
        call: String,
        /// The limit.
        limit: u64,
    },

    /// A call that was still running after [`Limits::deadline`].
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
        /// The kind of trap.
        trap: Trap,
    },

    /// A host function that returned an error.
    #[error("{call:?} was ended by a function of the host: {reason}")]
    Host {
        /// The export that was called; `start` while loading.
        call: String,
        /// The message of that error.
        reason: String,
    },

    /// A name that the guest does not export, or not as a function, or as a memory.
    #[error("the guest does not export {0:?} as what it is used for: look at its exports")]
    NoSuchExport(String),

    /// A function of other parameters or results than it was called with.
    #[error("{name:?} has another type than it was called with: {reason}")]
    WrongType {
        /// The export that was called.
        name: String,
        /// The difference between the types.
        reason: String,
    },

    /// A pointer and a length that reach outside the guest's memory.
    #[error("{length} bytes at {pointer} are not in the guest's memory of {memory} bytes")]
    OutOfBounds {
        /// The address in linear memory.
        pointer: u32,
        /// The number of bytes from that address.
        length: u32,
        /// The size of the memory, in bytes.
        memory: usize,
    },
}

impl Error {
    pub(super) fn setup(error: impl fmt::Display) -> Self {
        Self::Setup(error.to_string())
    }

    /// Returns [`Error::OverLimit`] if `wanted` is over `limit`.
    pub(super) fn check(what: &'static str, wanted: u64, limit: usize) -> Result<(), Self> {
        let limit = limit as u64;
        if wanted > limit { Err(Self::OverLimit { what, wanted, limit }) } else { Ok(()) }
    }

    pub(super) fn malformed(error: &wasmparser::BinaryReaderError) -> Self {
        // The engine's message asks for a setting, which the user of a sandbox does not have.
        let advice = match error.message() {
            text if text.contains("not enabled") || text.contains("must be enabled") => WITHOUT,
            text if text.contains("disallowed") => WITHOUT,
            _ => "",
        };
        let reason = escaped(error.message()) + advice;
        Self::Malformed { offset: error.offset(), reason }
    }

    /// The reason why `call` ended: an error of this type that came through the engine, a trap, or the
    /// error of a host function.
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
pub(super) fn chain(error: &wasmtime::Error) -> String {
    escaped(&format!("{error:#}"))
}

/// The engine's message with control characters escaped: it may quote a name from the module.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_control() { escaped.extend(c.escape_debug()) } else { escaped.push(c) }
    }
    escaped
}
