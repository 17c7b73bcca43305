use std::time::Duration;

use wasmtime::ResourceLimiter;

use super::Error;

/// The resources a guest may use. The default suits a plugin of some hundred kilobytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The size of a module, in bytes; it bounds what compiling the module costs.
    pub module_bytes: usize,
    /// The size of its linear memory, in bytes.
    pub memory_bytes: usize,
    /// The number of its tables.
    pub tables: usize,
    /// The number of elements in all its tables together.
    pub table_elements: usize,
    /// The fuel for each call, and for the start function: about one unit per instruction.
    /// `u64::MAX` means no limit: the code then runs without counting.
    pub fuel: u64,
    /// The time for each call, and for the start function. The clock moves every 10 ms.
    /// `Duration::MAX` means no limit: the code then runs without reading the clock.
    pub deadline: Duration,
    /// The part of the calling thread's stack that a guest may use, in bytes; at most 2 MiB.
    pub stack_bytes: usize,
}

impl Limits {
    pub(super) fn counts_fuel(&self) -> bool {
        self.fuel != u64::MAX
    }

    pub(super) fn has_deadline(&self) -> bool {
        self.deadline != Duration::MAX
    }
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

/// The state of a guest's store, which the `Caller` of a host function carries: the limits, and what
/// has been used of them.
pub struct Usage {
    pub(super) limits: Limits,
    /// The number of elements in all tables.
    pub(super) table_elements: usize,
}

// Wasmtime's own StoreLimits either answers -1 to the guest, which may continue as if nothing had
// happened, or ends the call with an error that has no type. This error names the limit.
impl ResourceLimiter for Usage {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false); // over the module's own maximum, for which -1 is the right answer
        }
        Error::check("bytes of memory", desired as u64, self.limits.memory_bytes)?;
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
        let wanted = (self.table_elements - current).saturating_add(desired);
        Error::check("table elements", wanted as u64, self.limits.table_elements)?;
        self.table_elements = wanted;
        Ok(true)
    }
}
