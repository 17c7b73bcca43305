//! Run C as WebAssembly, from the same files that FFI links.
//!
//! Why you would: linked, a wrong pointer in C is a hole in your program. As a module, C reaches
//! nothing but its own memory, and the build needs a C compiler once, not on each user's machine.
//!
//! ```console
//! $ cargo run --example wasm_c
//! Result: 131.88
//! CRC-32C: e3069283
//! Mandelbrot: 1536 pixels as in Rust
//! a wrong pointer: wasm trap: out of bounds memory access
//! ```

use wasm_demo::View;
use wasmtime::{Engine, Instance, Module, Store, Trap};

#[expect(clippy::approx_constant, reason = "the article's own number")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // c_src/arithmetic.c, checksum.c and mandelbrot.c, compiled by clang for `polyglot bundle`.
    let engine = Engine::default();
    let module = Module::new(&engine, include_bytes!("../../web/pkg/c_ops.wasm"))?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;

    // ffi_call_c has to get this type right by itself. Here it is compared with the module's.
    let multiply = instance.get_typed_func::<(i32, f64), f64>(&mut store, "my_c_function")?;
    let result = multiply.call(&mut store, (42, 3.14))?;
    println!("Result: {result}");
    assert_eq!(result, 131.88);

    // There is no malloc in the module. C's stack and constants end at `__heap_base`, and the rest
    // of the memory is the host's to use.
    let memory = instance.get_memory(&mut store, "memory").ok_or("it exports no memory")?;
    let heap = instance.get_global(&mut store, "__heap_base").ok_or("it exports no heap")?;
    let heap = heap.get(&mut store).i32().ok_or("the address of the heap is not an i32")? as u32;

    // A buffer: `const uint8_t *` and `size_t` are both an i32.
    let data = b"123456789";
    memory.write(&mut store, heap as usize, data)?;
    let checksum = instance.get_typed_func::<(u32, u32), u32>(&mut store, "pg_checksum")?;
    let crc = checksum.call(&mut store, (heap, data.len() as u32))?;
    println!("CRC-32C: {crc:x}");
    assert_eq!(crc, 0xE306_9283);

    // A struct "by value": C's rules for wasm32 pass its address. So the three doubles of pg_view
    // are written to memory in C's layout, little-endian.
    let (width, height, max_iterations) = (48, 32, 100);
    let view = View { center_re: -0.5, center_im: 0.0, width: 3.0 };
    let fields = [view.center_re, view.center_im, view.width].map(f64::to_le_bytes);
    memory.write(&mut store, heap as usize, fields.as_flattened())?;

    let out = heap + fields.as_flattened().len() as u32;
    let pixels = width * height;
    let mandelbrot = instance
        .get_typed_func::<(u32, u32, u32, u32, u32, u32), i32>(&mut store, "pg_mandelbrot")?;
    let status = mandelbrot.call(&mut store, (width, height, heap, max_iterations, out, pixels))?;
    assert_eq!(status, 0, "PG_OK");

    let mut bytes = vec![0; 4 * pixels as usize];
    memory.read(&store, out as usize, &mut bytes)?;
    let (words, _) = bytes.as_chunks();
    let picture: Vec<u32> = words.iter().map(|&word| u32::from_le_bytes(word)).collect();
    assert_eq!(picture, wasm_demo::mandelbrot(width, height, view, max_iterations)?);
    println!("Mandelbrot: {pixels} pixels as in Rust");

    // polyglot.h forbids this pointer. Through FFI the effect is undefined; here it ends the call.
    let error = checksum.call(&mut store, (u32::MAX - 8, 9)).expect_err("past any memory");
    println!("a wrong pointer: {}", error.root_cause());
    assert_eq!(error.downcast_ref(), Some(&Trap::MemoryOutOfBounds));
    Ok(())
}
