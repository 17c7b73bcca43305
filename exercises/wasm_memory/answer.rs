//! Give a module 16 pages of memory at most. As it is, it gets 65,536.

use wasmtime::{Instance, Module, Result, Store, StoreLimits};

/// An instance of the module, and its store.
pub fn load(module: &Module) -> Result<(Store<StoreLimits>, Instance)> {
    let mut store = Store::new(module.engine(), StoreLimits::default());
    let instance = Instance::new(&mut store, module, &[])?;
    Ok((store, instance))
}
