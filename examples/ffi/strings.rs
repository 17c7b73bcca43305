//! Pass strings in both directions, and free each with the allocator that made it.
//!
//! Why you would: a C string is a pointer to bytes that end with NUL. Only a header's comments say
//! who owns them, for how long, and in which encoding.
//!
//! ```console
//! $ cargo run --example ffi_strings
//! borrowed from C:  cellar
//! owned by us:      cellar: 0 samples in °C
//! in our buffer:    Hello, cellar!
//! refused:          nul byte found in provided data at position: 3
//! ```

use std::{
    ffi::{CStr, CString},
    ptr::null_mut,
};

use ffi_demo::sys::{self, PG_OK, PG_UNIT_CELSIUS};

fn main() -> anyhow::Result<()> {
    // Rust to C: a copy with a NUL at its end. It needs a variable of its own: the pointer from
    // `CString::new("cellar")?.as_ptr()` in one expression points to freed memory.
    let name = CString::new("cellar")?;
    let mut series = null_mut();
    // SAFETY: series.h: `name` is NUL-terminated, and copied, so the original may be freed.
    let status = unsafe { sys::pg_series_new(name.as_ptr(), PG_UNIT_CELSIUS, &mut series) };
    assert_eq!(status, PG_OK);
    drop(name);

    // C to Rust, borrowed: C keeps the bytes, you read them in place.
    // SAFETY: series.h: not NULL for a series, and valid until it is freed, at the end of main.
    let name = unsafe { CStr::from_ptr(sys::pg_series_name(series)) };
    println!("borrowed from C:  {}", name.to_str()?);
    assert_eq!(name, c"cellar");

    // C to Rust, owned: C made the string for you, and has to free it. Copy it, then return it at
    // once. `CString::from_raw` would pass it to Rust's allocator, which did not make it.
    // SAFETY: series.h: a new NUL-terminated string or NULL, to be freed by pg_string_free.
    let description = unsafe {
        let text = sys::pg_series_describe(series);
        assert!(!text.is_null(), "out of memory");
        let copy = CStr::from_ptr(text).to_owned();
        sys::pg_string_free(text);
        copy
    };
    println!("owned by us:      {}", description.to_str()?);
    assert_eq!(description.to_str(), Ok("cellar: 0 samples in °C"));

    // C to Rust, into your own buffer: there is nothing to free.
    let mut buffer = [0u8; 64];
    let mut needed = 0;
    // SAFETY: polyglot.h: out is out_size bytes that do not overlap name.
    let status = unsafe {
        sys::pg_greet(name.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len(), &mut needed)
    };
    assert_eq!(status, PG_OK);
    // Looks for the NUL inside the buffer, and never past its end.
    let greeting = CStr::from_bytes_until_nul(&buffer)?.to_str()?;
    println!("in our buffer:    {greeting}");
    assert_eq!((greeting, needed), ("Hello, cellar!", 15));

    // Text that C would take to end early is refused before it reaches C.
    let error = CString::new("cel\0lar").expect_err("it has a NUL inside");
    println!("refused:          {error}");
    assert_eq!(error.nul_position(), 3);

    // SAFETY: series.h: main owns it and frees it once; `name`, borrowed from it, is not used after
    // this.
    unsafe { sys::pg_series_free(series) };
    Ok(())
}
