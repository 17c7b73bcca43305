//! `cat FILE`: the guest of `examples/wasm/wasi.rs`.
//!
//! `polyglot bundle` compiles it to `web/pkg/cat.wasm`. It makes WASI's calls directly, to
//! show them. For the target wasm32-wasip1 you would write `std::fs::read_to_string(path)` and
//! `print!`, which make the same calls.

use std::ffi::CStr;

use wasi::{Ciovec, ERRNO_ILSEQ, ERRNO_INVAL, Errno, Fd, Iovec};

/// The folder that the host has opened for us; 0, 1 and 2 are the standard streams.
const FOLDER: Fd = 3;
const STDOUT: Fd = 1;

/// The function that a WASI engine calls to run a program. The exit code is the number of the error.
#[unsafe(no_mangle)] // SAFETY: nothing else in this module is called `_start`.
pub extern "C" fn _start() {
    if let Err(errno) = cat() {
        // SAFETY: it takes any number, and does not return.
        unsafe { wasi::proc_exit(errno.raw().into()) };
    }
}

fn cat() -> Result<(), Errno> {
    let path = first_argument()?;
    let follow = wasi::LOOKUPFLAGS_SYMLINK_FOLLOW;
    // There is no call that opens a path alone: each starts from a folder that is open already.
    // SAFETY: it reads the path, and changes no other memory of ours.
    let file = unsafe { wasi::path_open(FOLDER, follow, &path, 0, wasi::RIGHTS_FD_READ, 0, 0)? };

    let mut buffer = [0; 4096];
    loop {
        let room = Iovec { buf: buffer.as_mut_ptr(), buf_len: buffer.len() };
        // SAFETY: it writes to the room that the one entry names, and to nothing else.
        let length = unsafe { wasi::fd_read(file, &[room])? };
        let mut rest = buffer.get(..length).ok_or(ERRNO_INVAL)?;
        if rest.is_empty() {
            return Ok(());
        }
        while !rest.is_empty() {
            let text = Ciovec { buf: rest.as_ptr(), buf_len: rest.len() };
            // SAFETY: it reads the text that the one entry names.
            let written = unsafe { wasi::fd_write(STDOUT, &[text])? };
            rest = rest.get(written..).ok_or(ERRNO_INVAL)?;
        }
    }
}

/// The first argument after the program's own name.
fn first_argument() -> Result<String, Errno> {
    // SAFETY: it has no arguments.
    let (count, size) = unsafe { wasi::args_sizes_get()? };
    let mut pointers = vec![std::ptr::null_mut(); count];
    let mut text = vec![0; size];
    // SAFETY: there is room for as many pointers and bytes as it has just asked for.
    unsafe { wasi::args_get(pointers.as_mut_ptr(), text.as_mut_ptr())? };

    let &argument = pointers.get(1).ok_or(ERRNO_INVAL)?;
    // SAFETY: it points into `text`, which still lives, and ends with a NUL there.
    let argument = unsafe { CStr::from_ptr(argument.cast()) };
    argument.to_str().map(str::to_owned).map_err(|_| ERRNO_ILSEQ)
}
