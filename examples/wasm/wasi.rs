//! Let a module read one folder, and nothing else of the system.
//!
//! Why you would: WASI gives programs files, arguments and clocks in any engine. A program uses
//! what its host opened for it, and no path leads out of a folder that it was given.
//!
//! ```console
//! $ cargo run --example wasm_wasi --features wasi
//! it asks for args_sizes_get, args_get, path_open, fd_read, fd_write, proc_exit
//! notes.txt: Ok("12 degrees in the cellar")
//! link-to-notes: Ok("12 degrees in the cellar")
//! nothing.txt: Err(44)
//! ../secret.txt: Err(63)
//! link-to-secret: Err(63)
//! /etc/passwd: Err(63)
//! create new.txt: Err(63)
//! ```

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::symlink;
#[cfg(windows)]
use std::os::windows::fs::symlink_file as symlink;

use wasmtime::{Engine, Linker, Module, Store};
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtxBuilder, p1, p2::pipe::MemoryOutputPipe};

const NO_ENTRY: i32 = 44; // WASI's own number, the same on every system.
const NOT_PERMITTED: i32 = 63;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let outside = tempfile::tempdir()?;
    let folder = outside.path().join("folder");
    fs::create_dir(&folder)?;
    fs::write(folder.join("notes.txt"), "12 degrees in the cellar")?;
    fs::write(outside.path().join("secret.txt"), "the key is under the mat")?;
    symlink("notes.txt", folder.join("link-to-notes"))?;
    symlink("../secret.txt", folder.join("link-to-secret"))?;
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    p1::add_to_linker_sync(&mut linker, |wasi| wasi)?;

    // Clock and random numbers are in the linker too. A module lists what it asks for in its imports,
    // so a host can say no before it runs.
    let cat = Module::new(&engine, include_bytes!("../../web/pkg/cat.wasm"))?;
    let imports: Vec<_> = cat.imports().map(|import| import.name()).collect();
    println!("it asks for {}", imports.join(", "));
    assert!(!imports.contains(&"clock_time_get") && !imports.contains(&"random_get"));

    for (path, expected) in [
        ("notes.txt", Ok("12 degrees in the cellar")),
        ("link-to-notes", Ok("12 degrees in the cellar")),
        ("nothing.txt", Err(NO_ENTRY)),
        ("../secret.txt", Err(NOT_PERMITTED)),
        ("link-to-secret", Err(NOT_PERMITTED)),
        ("/etc/passwd", Err(NOT_PERMITTED)),
    ] {
        // Nothing is inherited: no argument, variable, stream or folder that is not named here.
        let stdout = MemoryOutputPipe::new(1000);
        let wasi = WasiCtxBuilder::new()
            .args(&["cat", path])
            .stdout(stdout.clone())
            .preopened_dir(&folder, ".", FsPerms::ReadOnly)?
            .build_p1();
        let mut store = Store::new(&engine, wasi);
        let instance = linker.instantiate(&mut store, &cat)?;
        let outcome = match instance.get_typed_func(&mut store, "_start")?.call(&mut store, ()) {
            Ok(()) => Ok(String::from_utf8(stdout.contents().to_vec())?),
            // `proc_exit` never returns to the module: the host gets it as an error.
            Err(error) => Err(error.downcast::<I32Exit>()?.0),
        };
        println!("{path}: {outcome:?}");
        assert_eq!(outcome, expected.map(str::to_owned));
    }

    // The effect of read-only on a module that wants to create a file: path_open with O_CREAT.
    let create = r#"(module (import "wasi_snapshot_preview1" "path_open"
            (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 16) "new.txt")
        (func (export "create") (result i32)
            (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 7) (i32.const 1)
                (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 0))))"#;
    let wasi = WasiCtxBuilder::new().preopened_dir(&folder, ".", FsPerms::ReadOnly)?.build_p1();
    let mut store = Store::new(&engine, wasi);
    let instance =
        linker.instantiate(&mut store, &Module::new(&engine, wat::parse_str(create)?)?)?;
    let errno = instance.get_typed_func::<(), i32>(&mut store, "create")?.call(&mut store, ())?;
    println!("create new.txt: Err({errno})");
    assert!(errno == NOT_PERMITTED && !folder.join("new.txt").exists());
    Ok(())
}
