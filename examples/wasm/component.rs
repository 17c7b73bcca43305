//! Run a component: a WebAssembly module whose functions take strings, records, lists and objects.
//!
//! Why you would: no pointer crosses and no byte is laid out by hand, and the host need not know in
//! which language the guest is written.
//!
//! ```console
//! $ cargo run --example wasm_component --features component
//! described: cellar: 3 samples in °C
//! journal:   cellar: refused 1000 ms
//! refused:   Err(Error::OutOfOrder(Sample { time-ms: 4000, value: 13.5 }))
//! foreign:   mismatched resource types
//! journal:   cellar: freed
//! dropped:   unknown handle index 1
//! ```

#![allow(missing_docs, reason = "what bindgen! generates has none")]

use std::env;

use wasmtime::component::{Component, HasSelf, Linker, bindgen};
use wasmtime::{Engine, Result, Store};

// The world as Rust types and functions, generated from the same text as the guest's.
bindgen!({ path: "../../examples/wasm/component/series.wit", additional_derives: [PartialEq] });

use exports::polyglot::series::measurements::{Error, Sample, Unit};
use polyglot::series::journal;

/// The imports of the guest's world: all that it can reach outside itself.
#[derive(Default)]
struct Journal(Vec<String>);

impl journal::Host for Journal {
    fn write(&mut self, line: String) {
        println!("journal:   {line}");
        self.0.push(line);
    }
}

fn main() -> Result<()> {
    let engine = Engine::default();
    // Another guest of this world, if you name one: series.js, for example, says how to build it.
    let path = env::args_os().nth(1);
    let component = match &path {
        Some(path) => Component::from_file(&engine, path)?,
        None => Component::new(&engine, include_bytes!("../../web/pkg/component.wasm"))?,
    };
    let mut linker = Linker::new(&engine);
    Recorder::add_to_linker::<_, HasSelf<_>>(&mut linker, |journal: &mut Journal| journal)?;

    // Each import and export is compared with the world here, by name and by type.
    let mut store = Store::new(&engine, Journal::default());
    let recorder = Recorder::instantiate(&mut store, &component, &linker)?;
    let series = recorder.polyglot_series_measurements().series();

    // The object stays in the guest. The host gets a handle.
    let cellar = series.call_constructor(&mut store, "cellar", Unit::Celsius)?;
    let samples = [(1000, 11.5), (2000, 11.0), (4000, 13.5)]
        .map(|(time_ms, value)| Sample { time_ms, value });
    for sample in samples {
        // Two results: the first is an error when the guest traps, the second when it says no.
        series.call_push(&mut store, cellar, sample)??;
    }
    assert_eq!(series.call_samples(&mut store, cellar)?, samples);
    let text = series.call_describe(&mut store, cellar)?;
    println!("described: {text}");
    assert_eq!(text, "cellar: 3 samples in °C");
    assert_eq!(series.call_mean(&mut store, cellar)??, 12.0);

    let refused = series.call_push(&mut store, cellar, samples[0])?;
    println!("refused:   {refused:?}");
    assert_eq!(refused, Err(Error::OutOfOrder(samples[2])));
    assert_eq!(store.data().0, ["cellar: refused 1000 ms"]);

    // Another instance has a memory and objects of its own.
    let recorder = Recorder::instantiate(&mut store, &component, &linker)?;
    let other = recorder.polyglot_series_measurements().series();
    let attic = other.call_constructor(&mut store, "attic", Unit::Percent)?;
    assert_eq!(other.call_mean(&mut store, attic)?, Err(Error::NoSamples));
    let foreign = other.call_describe(&mut store, cellar).expect_err("cellar is not its own");
    println!("foreign:   {foreign}");

    // Ends all copies of the handle, and frees the object, unless the guest has a garbage collector.
    cellar.resource_drop(&mut store)?;
    assert!(path.is_some() || store.data().0[1..] == ["cellar: freed"]);
    let dropped = series.call_describe(&mut store, cellar).expect_err("it was dropped");
    println!("dropped:   {dropped}");
    Ok(())
}
