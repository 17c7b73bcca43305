//! Link a shared library when you build, and have it found when you start.
//!
//! Why you would: one copy on disk and in memory serves many programs, you can replace it without
//! building them again, and some licences ask for it. In return it has to be where the system
//! looks.
//!
//! ```console
//! $ cargo run --example ffi_shared
//! Result: 131.88
//! my_c_function is in [..]polyglot_shared[..]
//! ```

use anyhow::Context;

// No `use ffi_demo`: that would link the same functions statically. crates/ffi-demo/build.rs has
// linked libpolyglot_shared.so (.dylib, .dll), and has told cargo two things:
//   where the linker finds it now:      cargo::rustc-link-search=native=FOLDER
//   where the program finds it later:   cargo::rustc-link-arg-examples=…, once for each of
//                                       `-Xlinker`, `-rpath`, `-Xlinker`, `FOLDER`
// Forget the second, and `cargo run` still works, because cargo adds FOLDER to LD_LIBRARY_PATH. But
// the program that you ship ends with "cannot open shared object file: No such file or directory".
// A shipped program has its library in a system folder, or beside it, with `$ORIGIN` for FOLDER.
#[link(name = "polyglot_shared", kind = "dylib")]
unsafe extern "C" {
    fn my_c_function(arg1: i32, arg2: f64) -> f64;
}

/// The file that the function was loaded from.
#[cfg(unix)]
fn file_of(function: *const std::ffi::c_void) -> Option<String> {
    let mut info = std::mem::MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: dladdr takes any address, and writes the struct unless it returns 0.
    let info = unsafe {
        if libc::dladdr(function, info.as_mut_ptr()) == 0 {
            return None;
        }
        info.assume_init()
    };
    // SAFETY: NUL-terminated, and valid while the library is loaded, which is until the program ends.
    let path = unsafe { std::ffi::CStr::from_ptr(info.dli_fname) };
    let file = std::path::Path::new(path.to_str().ok()?).file_name()?;
    Some(file.to_str()?.to_owned())
}

/// On Windows the linker has made sure of it: a DLL that it cannot find is an error when it links.
#[cfg(not(unix))]
fn file_of(_: *const std::ffi::c_void) -> Option<String> {
    Some("polyglot_shared.dll".into())
}

#[expect(clippy::approx_constant, reason = "the article's own number")]
fn main() -> anyhow::Result<()> {
    // SAFETY: polyglot.h: any two arguments are valid.
    let result = unsafe { my_c_function(42, 3.14) };
    println!("Result: {result}");
    assert_eq!(result, 131.88);

    // If it were linked statically, this would be the program's own file.
    let file = file_of(my_c_function as *const _).context("the function is in no file")?;
    println!("my_c_function is in {file}");
    assert!(file.contains("polyglot_shared"), "{file} is not the shared library");
    Ok(())
}
