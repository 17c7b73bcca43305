//! Gives a module 16 pages of memory at most.

use wasmtime::{Instance, Module, Result, Store, StoreLimits, StoreLimitsBuilder};

/// An instance of the module, and its store.
pub fn load(module: &Module) -> Result<(Store<StoreLimits>, Instance)> {
    let limits = StoreLimitsBuilder::new()
        .memory_size(16 * 64 * 1024)
        // Most modules do not check for -1, and fail later for another reason.
        .trap_on_grow_failure(true)
        .build();
    let mut store = Store::new(module.engine(), limits);
    // Before the instance, whose first pages count, too.
    store.limiter(|limits| limits);
    let instance = Instance::new(&mut store, module, &[])?;
    Ok((store, instance))
}
