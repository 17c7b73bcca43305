//! Pass text to a module by hand: through its linear memory.
//!
//! Why you would: a module's functions take and return numbers. Text is in its memory and crosses
//! as a pointer and a length, which the host has to check, because a module may answer anything.
//!
//! ```console
//! $ cargo run --example wasm_strings
//! Hello, Zoë 🦀!
//! refused: 32 bytes at 65520 are not its own
//! refused: out of bounds memory access
//! ```

use wasmtime::{Instance, Memory, Module, Result, Store, TypedFunc, ensure, format_err};

/// A module with the interface that examples/wasm/guests/ops.rs describes.
struct Guest {
    store: Store<()>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    dealloc: TypedFunc<(u32, u32), ()>,
    greet: TypedFunc<(u32, u32), u64>,
}

impl Guest {
    fn new(wasm: &[u8]) -> Result<Self> {
        let mut store = Store::default();
        let module = Module::new(store.engine(), wasm)?;
        let instance = Instance::new(&mut store, &module, &[])?;
        let memory = instance.get_memory(&mut store, "memory");
        Ok(Self {
            memory: memory.ok_or_else(|| format_err!("it exports no memory"))?,
            alloc: instance.get_typed_func(&mut store, "alloc")?,
            dealloc: instance.get_typed_func(&mut store, "dealloc")?,
            greet: instance.get_typed_func(&mut store, "greet")?,
            store,
        })
    }

    fn greet(&mut self, name: &str) -> Result<String> {
        // Only the module knows which of its memory is free, so it is asked for room. That answer
        // may be any number: `write` checks that the text fits there.
        let length = u32::try_from(name.len())?;
        let room = self.alloc.call(&mut self.store, length)?;
        self.memory.write(&mut self.store, room as usize, name.as_bytes())?;
        let answer = self.greet.call(&mut self.store, (room, length))?;
        // The host asked for the room, so it returns it. To the module, it is still in use.
        self.dealloc.call(&mut self.store, (room, length))?;
        ensure!(answer != 0, "it has no answer");
        // `get` checks this pointer. If you added it to the address of the memory instead, a module
        // could read everything that your program can.
        let (pointer, length) = ((answer >> 32) as u32, answer as u32);
        let memory = self.memory.data(&self.store);
        let bytes = memory.get(pointer as usize..).and_then(|rest| rest.get(..length as usize));
        let bytes =
            bytes.ok_or_else(|| format_err!("{length} bytes at {pointer} are not its own"))?;
        // Copied, because the module may write there as soon as it runs again.
        let text = str::from_utf8(bytes)?.to_owned();
        self.dealloc.call(&mut self.store, (pointer, length))?;
        Ok(text)
    }
}

fn main() -> Result<()> {
    let mut guest = Guest::new(include_bytes!("../../web/pkg/ops.wasm"))?;
    let greeting = guest.greet("Zoë 🦀")?;
    println!("{greeting}");
    assert_eq!(greeting, "Hello, Zoë 🦀!");
    // Without the two `dealloc` these would take 2 MB, and a memory never shrinks.
    let size = guest.memory.data_size(&guest.store);
    for _ in 0..1000 {
        guest.greet(&"x".repeat(1000))?;
    }
    assert_eq!(guest.memory.data_size(&guest.store), size);

    // Modules with the right types that return wrong pointers: one page of memory is 65536 bytes.
    for (alloc, answer, reason) in
        [(0, 65520u64 << 32 | 32, "not its own"), (65535, 0, "out of bounds")]
    {
        let wat = format!(
            r#"(module (memory (export "memory") 1)
                (func (export "alloc") (param i32) (result i32) (i32.const {alloc}))
                (func (export "dealloc") (param i32 i32))
                (func (export "greet") (param i32 i32) (result i64) (i64.const {answer})))"#
        );
        let error = Guest::new(&wat::parse_str(wat)?)?.greet("Zoë").expect_err("it lies");
        println!("refused: {error}");
        assert!(error.to_string().contains(reason), "not for another reason");
    }
    Ok(())
}
