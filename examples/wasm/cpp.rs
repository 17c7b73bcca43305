//! Use a C++ class that is compiled to WebAssembly.
//!
//! Why you would: the class has what you need, and as a module it runs in a page, on a server and in
//! your Rust program, none of which then needs a C++ compiler.
//!
//! ```console
//! $ cargo run --example wasm_cpp
//! cellar: mean 10, variance 3
//! far away: mean 1000000010, variance 30
//! ```

use wasmtime::{Engine, Instance, Module, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // examples/wasm/cpp/statistics.cc: a class, and a C function for each of its methods. Names and
    // types are C's, because no engine knows what a class is.
    let engine = Engine::default();
    let module = Module::new(&engine, include_bytes!("../../web/pkg/cpp_statistics.wasm"))?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;
    let size = instance.get_typed_func::<(), u32>(&mut store, "statistics_size")?;
    let new = instance.get_typed_func::<u32, u32>(&mut store, "statistics_new")?;
    let add = instance.get_typed_func::<(u32, u32, u32), ()>(&mut store, "statistics_add")?;
    let mean = instance.get_typed_func::<u32, f64>(&mut store, "statistics_mean")?;
    let variance = instance.get_typed_func::<u32, f64>(&mut store, "statistics_variance")?;

    // The module has no heap. A page that the host adds to the memory is the host's to use, and
    // begins where the memory ended.
    let memory = instance.get_memory(&mut store, "memory").ok_or("it exports no memory")?;
    let page = u32::try_from(memory.data_size(&store))?;
    memory.grow(&mut store, 1)?;

    // Two objects side by side. Only the C++ compiler knows their size, so the module returns it.
    let size = size.call(&mut store, ())?;
    let cellar = new.call(&mut store, page)?;
    let far_away = new.call(&mut store, page + size)?;
    let buffer = page + 2 * size;

    for (name, statistics, values, expected) in [
        ("cellar", cellar, [8.5, 11.5, 8.5, 11.5], (10.0, 3.0)),
        // For these, a sum of squares, which the class avoids, has no digits left for differences.
        ("far away", far_away, [4.0, 7.0, 13.0, 16.0].map(|value| 1e9 + value), (1e9 + 10.0, 30.0)),
    ] {
        let bytes = values.map(f64::to_le_bytes);
        memory.write(&mut store, buffer as usize, bytes.as_flattened())?;
        add.call(&mut store, (statistics, buffer, values.len() as u32))?;

        let mean = mean.call(&mut store, statistics)?;
        let variance = variance.call(&mut store, statistics)?;
        println!("{name}: mean {mean}, variance {variance}");
        assert_eq!((mean, variance), expected);
    }
    Ok(())
}
