//! Load plugins that are written in different languages.
//!
//! Why you would: your program's users extend it in the language they know. A plugin that crashes or
//! hangs is unloaded, where one in a shared library would take the program with it.
//!
//! ```console
//! $ cargo run --example wasm_plugins
//! download.wasm: not a plain WebAssembly module, but a page of HTML or XML: did the server answer with an error page?
//! single.wasm: "convert" has another type than it was called with: type mismatch with parameters: type mismatch: expected f32, found f64
//! curious.wasm: the module imports "read_file" of "host", which this host does not offer
//! 25 degrees Celsius:
//! fahrenheit, in Rust: 77
//! kelvin, in C: 298.15
//! endless, unloaded: "convert" has used up its 10000 units of fuel: is it an endless loop?
//! réaumur, in WAT: 20
//! ```

use wasm_demo::sandbox::{Error, Function, Guest, Limits, Sandbox};

/// A module that exports `convert`: from degrees Celsius to its own unit.
struct Plugin {
    name: &'static str,
    /// Its own memory: nothing is shared with other plugins, and dropping this frees all of it.
    guest: Guest,
    convert: Function<f64, f64>,
}

impl Plugin {
    fn load(sandbox: &Sandbox, name: &'static str, module: &[u8]) -> Result<Self, Error> {
        // Its start function, if it has one, runs here, within the same limits.
        let mut guest = sandbox.load(module)?;
        // A module brings its types with it, so a wrong one is found before the first call.
        let convert = guest.function("convert")?;
        Ok(Self { name, guest, convert })
    }

    fn convert(&mut self, celsius: f64) -> Result<f64, Error> {
        self.guest.run(&self.convert, celsius)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A plugin can use at most this much, and more ends in an error that names the limit. The fuel
    // is enough for any correct conversion, at about one unit for each instruction.
    let limits = Limits { memory_bytes: 2 << 20, fuel: 10_000, ..Limits::default() };
    let sandbox = Sandbox::new(limits)?; // offers no function, so a plugin can only compute

    let endless = r#"(module
        (func (export "convert") (param f64) (result f64) (loop (br 0)) (unreachable)))"#;
    let single = r#"(module (func (export "convert") (param f32) (result f32) (local.get 0)))"#;
    let curious = r#"(module (import "host" "read_file" (func)))"#;
    let files: [(_, &[u8]); 7] = [
        ("download.wasm", b"<!DOCTYPE html><title>404 Not Found</title>"),
        ("single.wasm", &wat::parse_str(single)?),
        ("curious.wasm", &wat::parse_str(curious)?),
        ("fahrenheit, in Rust", include_bytes!("../../web/pkg/plugin.wasm")),
        ("kelvin, in C", include_bytes!("../../web/pkg/c_plugin.wasm")),
        ("endless", &wat::parse_str(endless)?),
        ("réaumur, in WAT", &wat::parse_bytes(include_bytes!("wat/plugin.wat"))?),
    ];
    let mut plugins = Vec::new();
    for (name, module) in files {
        match Plugin::load(&sandbox, name, module) {
            Ok(plugin) => plugins.push(plugin),
            Err(error) => println!("{name}: {error}"),
        }
    }
    assert_eq!(plugins.len(), 4, "all but the first three");

    println!("25 degrees Celsius:");
    let mut converted = Vec::new();
    plugins.retain_mut(|plugin| match plugin.convert(25.0) {
        Ok(value) => {
            println!("{}: {value}", plugin.name);
            converted.push(value);
            true
        }
        Err(error) => {
            println!("{}, unloaded: {error}", plugin.name);
            false
        }
    });
    assert_eq!(converted, [77.0, 298.15, 20.0]);

    // The others continue to work.
    assert_eq!((plugins.len(), plugins[0].convert(100.0)?), (3, 212.0));
    Ok(())
}
