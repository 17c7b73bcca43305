//! Declares the struct and the function of range.c, and calls it.

/// `struct range`
#[repr(C)]
struct Range {
    empty: bool,
    lowest: f64,
    highest: f64,
}

#[link(name = "ffi_struct_range", kind = "static")]
unsafe extern "C" {
    fn range_of(values: *const f64, count: usize) -> Range;
}

/// The lowest and the highest value, if there are values.
pub fn range(values: &[f64]) -> Option<(f64, f64)> {
    // SAFETY: range.c: count values, which are only read, and only during the call.
    let range = unsafe { range_of(values.as_ptr(), values.len()) };
    (!range.empty).then_some((range.lowest, range.highest))
}
