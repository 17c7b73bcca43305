//! Calls the export `area`, with its type checked first.

use wasmtime::{Instance, Result, Store};

/// The result of the export `area`.
pub fn area(store: &mut Store<()>, instance: Instance, width: i32, height: i32) -> Result<i32> {
    let area = instance.get_typed_func::<(i32, i32), i32>(&mut *store, "area")?;
    area.call(store, (width, height))
}
