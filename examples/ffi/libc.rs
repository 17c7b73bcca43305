//! Call the C library that every program already has.
//!
//! Why you would: what your system's libc offers and std does not wrap is one call away, and the
//! `libc` crate declares it correctly for each platform.
//!
//! ```console
//! $ cargo run --example ffi_libc
//! qsort:    [-3.5, 11.5, 20.0]
//! snprintf: mean 9.33 of 3
//! getenv:   PATH is set, POLYGLOT_IS_NOT_SET is not
//! ```

use std::{
    cmp::Ordering,
    ffi::{CStr, OsString, c_int, c_void},
};

/// `qsort` calls this to compare two elements. A panic in it would end the program, because a panic
/// cannot leave an `extern "C"` function; `total_cmp` orders every value, even NaN.
unsafe extern "C" fn by_value(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: qsort passes pointers to two elements of the array below, which holds f64.
    let (a, b) = unsafe { (&*a.cast::<f64>(), &*b.cast::<f64>()) };
    match a.total_cmp(b) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// A copy of an environment variable: the original is lost when another thread sets one.
fn environment(name: &CStr) -> Option<OsString> {
    // SAFETY: the name is NUL-terminated. No thread sets a variable meanwhile: this is the only one.
    let value = unsafe { libc::getenv(name.as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: not NULL, so it is NUL-terminated, and it is valid until the environment is changed.
    let value = unsafe { CStr::from_ptr(value) };
    // SAFETY: an environment's strings come from the system in the system's encoding.
    Some(unsafe { OsString::from_encoded_bytes_unchecked(value.to_bytes().to_vec()) })
}

fn main() -> anyhow::Result<()> {
    let mut values = [20.0, -3.5, 11.5];
    // SAFETY: the array has this many elements of this size, and by_value is made for them and is a
    // total order. With an order that is not total, qsort may run past the array's end.
    unsafe {
        let (elements, size) = (values.len(), size_of_val(&values[0]));
        libc::qsort(values.as_mut_ptr().cast(), elements, size, Some(by_value));
    }
    println!("qsort:    {values:?}");
    assert_eq!(values, [-3.5, 11.5, 20.0]);

    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let mut text = [0u8; 32];
    // SAFETY: the buffer has as many bytes as the size says. No compiler checks the variable
    // arguments: `%.2f` takes a double, and `%zu` a size_t.
    let length = unsafe {
        let format = c"mean %.2f of %zu";
        libc::snprintf(text.as_mut_ptr().cast(), text.len(), format.as_ptr(), mean, values.len())
    };
    // The length is that of the whole text, even if the buffer had no room for all of it.
    assert!((0..text.len()).contains(&usize::try_from(length)?), "nothing was cut off");
    let text = CStr::from_bytes_until_nul(&text)?.to_str()?;
    println!("snprintf: {text}");
    assert_eq!(text, "mean 9.33 of 3");

    assert_eq!(environment(c"PATH"), std::env::var_os("PATH"));
    assert_eq!(environment(c"POLYGLOT_IS_NOT_SET"), None);
    println!("getenv:   PATH is set, POLYGLOT_IS_NOT_SET is not");
    Ok(())
}
