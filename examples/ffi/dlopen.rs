//! Load a shared library while the program runs.
//!
//! Why you would: plugins, optional drivers, a library that only some machines have. A missing
//! library is an error that you handle; if you link it, the program does not start at all.
//!
//! ```console
//! $ cargo run --example ffi_dlopen
//! pg_add(2, 3) = 5
//! CRC-32C: e3069283
//! no function pg_subtract
//! no library no-such-library
//! ```

use std::path::Path;

use libloading::{Library, Symbol};

/// The library, and a function looked up in it. The pointer stays valid because the library stays
/// loaded as long as this lives.
struct Polyglot {
    library: Library,
    checksum: unsafe extern "C" fn(*const u8, usize) -> u32,
}

impl Polyglot {
    fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: loading runs the library's initialisers, and this one has none. The path is
        // absolute: a bare name would be looked for in folders that other users may write to.
        let library = unsafe { Library::new(path)? };
        // SAFETY: polyglot.h: uint32_t pg_checksum(const uint8_t *, size_t). This type is not
        // compared with the header's: a wrong one loads without an error.
        let checksum = *unsafe { library.get(b"pg_checksum")? };
        Ok(Self { library, checksum })
    }

    fn checksum(&self, data: &[u8]) -> u32 {
        // SAFETY: polyglot.h: `length` readable bytes. `&self` keeps the library loaded.
        unsafe { (self.checksum)(data.as_ptr(), data.len()) }
    }
}

fn main() -> anyhow::Result<()> {
    // The file that crates/ffi-demo/build.rs has made. Your program would ask its configuration, or
    // look beside `std::env::current_exe()`.
    let polyglot = Polyglot::load(Path::new(env!("POLYGLOT_SHARED_LIBRARY")))?;

    // SAFETY: polyglot.h: int32_t pg_add(int32_t, int32_t).
    let add: Symbol<'_, unsafe extern "C" fn(i32, i32) -> i32> =
        unsafe { polyglot.library.get(b"pg_add")? };
    // SAFETY: polyglot.h: addition wraps, so any two numbers are valid.
    let sum = unsafe { add(2, 3) };
    println!("pg_add(2, 3) = {sum}");
    assert_eq!(sum, 5);
    // `drop(polyglot)` before that line does not compile, because `add` borrows from it. After
    // `let add = *add;` it would: the bare pointer outlives the library, and the call jumps into
    // unmapped memory.

    println!("CRC-32C: {:x}", polyglot.checksum(b"123456789"));
    assert_eq!(polyglot.checksum(b"123456789"), 0xE306_9283);

    // SAFETY: the function is never called.
    let missing = unsafe { polyglot.library.get::<unsafe extern "C" fn()>(b"pg_subtract") };
    assert!(missing.is_err(), "there is no such function");
    println!("no function pg_subtract");

    let nowhere = Path::new(env!("POLYGLOT_SHARED_LIBRARY")).with_file_name("no-such-library");
    assert!(Polyglot::load(&nowhere).is_err(), "there is no such file");
    println!("no library no-such-library");
    Ok(())
}
