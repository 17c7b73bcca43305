//! Load plugins that are written in different languages.
//!
//! Why you would: your program's users extend it in the language they know. A plugin that crashes or
//! hangs is unloaded, where one in a shared library would take the program with it.
//!
//! ```console
//! $ cargo run --example wasm_plugins
//! single: not loaded: `convert` is not a func(f64) -> f64
//! 25 degrees Celsius:
//! fahrenheit, in Rust: 77
//! kelvin, in C: 298.15
//! endless: unloaded: wasm trap: all fuel consumed by WebAssembly
//! réaumur, in WAT: 20
//! ```

use wasmtime::{
    Config, Engine, Instance, Module, Store, StoreLimits, StoreLimitsBuilder, TypedFunc,
};

/// A module that imports nothing, and exports `convert`: from degrees Celsius to its own unit.
struct Plugin {
    name: &'static str,
    /// Its own, so that nothing is shared with other plugins, and all of it goes with the plugin.
    store: Store<StoreLimits>,
    convert: TypedFunc<f64, f64>,
}

/// Enough for any honest conversion.
const FUEL: u64 = 10_000;

impl Plugin {
    fn load(engine: &Engine, name: &'static str, code: &[u8]) -> wasmtime::Result<Self> {
        let module = Module::new(engine, wat::parse_bytes(code)?)?;
        let limits = StoreLimitsBuilder::new()
            .memories(1)
            .memory_size(1 << 20)
            .tables(1)
            .table_elements(1000)
            .build();
        let mut store = Store::new(engine, limits);
        store.limiter(|limits| limits);
        store.set_fuel(FUEL)?; // a start function would run in the next line
        let instance = Instance::new(&mut store, &module, &[])?;
        let convert = instance
            .get_typed_func(&mut store, "convert")
            .map_err(|error| error.context("`convert` is not a func(f64) -> f64"))?;
        Ok(Self { name, store, convert })
    }

    fn convert(&mut self, celsius: f64) -> wasmtime::Result<f64> {
        self.store.set_fuel(FUEL)?; // anew, whatever the last call has left
        self.convert.call(&mut self.store, celsius)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new(Config::new().consume_fuel(true))?;

    let endless = r#"(module
        (func (export "convert") (param f64) (result f64) (loop (br 0)) (unreachable)))"#;
    let single = r#"(module (func (export "convert") (param f32) (result f32) (local.get 0)))"#;
    let files: [(_, &[u8]); 5] = [
        ("fahrenheit, in Rust", include_bytes!("../../web/pkg/plugin.wasm")),
        ("kelvin, in C", include_bytes!("../../web/pkg/c_plugin.wasm")),
        ("endless", endless.as_bytes()),
        ("single", single.as_bytes()),
        ("réaumur, in WAT", include_bytes!("wat/plugin.wat")),
    ];

    let mut plugins = Vec::new();
    for (name, code) in files {
        match Plugin::load(&engine, name, code) {
            Ok(plugin) => plugins.push(plugin),
            // Before the first call, because a module brings its types with it.
            Err(error) => println!("{name}: not loaded: {error}"),
        }
    }
    assert_eq!(plugins.len(), 4, "all but `single`");

    println!("25 degrees Celsius:");
    let mut converted = Vec::new();
    plugins.retain_mut(|plugin| match plugin.convert(25.0) {
        Ok(value) => {
            println!("{}: {value}", plugin.name);
            converted.push(value);
            true
        }
        Err(error) => {
            println!("{}: unloaded: {}", plugin.name, error.root_cause());
            false
        }
    });
    assert_eq!(converted, [77.0, 298.15, 20.0]);

    // Whoever is left is as well as before.
    assert_eq!((plugins.len(), plugins[0].convert(100.0)?), (3, 212.0));
    Ok(())
}
