//! What a guest may use, and the account of what it does use.

use std::time::{Duration, Instant};

use wasmtime::ResourceLimiter;

use super::Error;

/// What a guest may use. The default suits a plugin of some hundred kilobytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The size of a module, in bytes, and so what compiling it costs.
    pub module_bytes: usize,
    /// The size of its linear memory, in bytes.
    pub memory_bytes: usize,
    /// The number of its tables.
    pub tables: usize,
    /// The number of elements in all its tables together.
    pub table_elements: usize,
    /// The fuel of each call, and of the start function: about one for an instruction.
    pub fuel: u64,
    /// How long each call may take, and the start function.
    pub deadline: Duration,
    /// How much of the calling thread's stack a guest may use, in bytes; at most 2 MiB.
    pub stack_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            module_bytes: 1 << 20,
            memory_bytes: 16 << 20,
            tables: 8,
            table_elements: 10_000,
            fuel: 100_000_000,
            deadline: Duration::from_secs(1),
            stack_bytes: 256 << 10,
        }
    }
}

/// What a guest has used so far: the state of its store, which a host function's `Caller` carries.
pub struct Usage {
    pub(super) limits: Limits,
    /// When the current call has to end; `None` is never.
    pub(super) deadline: Option<Instant>,
    /// In all tables.
    elements: usize,
}

impl Usage {
    pub(super) fn none(limits: Limits) -> Self {
        Self { limits, deadline: None, elements: 0 }
    }
}

// Wasmtime's own StoreLimits either says no to the guest, which may go on as if nothing had been, or
// traps without a type to match. Here the error is ours, and names the limit.
impl ResourceLimiter for Usage {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let limit = self.limits.memory_bytes;
        if desired > limit {
            return Err(Error::MemoryLimit { wanted: desired as u64, limit }.into());
        }
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let wanted = (self.elements - current).saturating_add(desired);
        let limit = self.limits.table_elements;
        if wanted > limit {
            return Err(Error::TableLimit { wanted, limit }.into());
        }
        self.elements = wanted;
        Ok(true)
    }

    fn instances(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        self.limits.tables
    }
}
