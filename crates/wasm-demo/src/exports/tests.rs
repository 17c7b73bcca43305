//! Calls as careful and as careless callers of a C interface make them.

use core::ptr::{null, null_mut};

use super::*;

const VIEW: pgo_view = pgo_view { center_re: -0.75, center_im: 0.0, width: 3.0 };

#[test]
fn sums_wrap() {
    assert_eq!([pgo_add(2, 3), pgo_add(i32::MAX, 1)], [5, i32::MIN]);
}

#[test]
fn the_greeting_fits_or_is_not_written() {
    let (mut out, mut needed) = ([0x7F; 16], 0);
    // SAFETY: a literal is NUL-terminated, the buffer and the size are writable, and NULL asks for
    // the size.
    unsafe {
        let asked = pgo_greet(c"Ferri".as_ptr(), null_mut(), 0, &mut needed);
        assert_eq!((asked, needed), (PGO_BUFFER_TOO_SMALL, 14));
        needed = 0;
        let short = pgo_greet(c"Ferri".as_ptr(), out.as_mut_ptr(), 13, &mut needed);
        assert_eq!((short, needed, out), (PGO_BUFFER_TOO_SMALL, 14, [0x7F; 16]));
        needed = 0;
        let fits = pgo_greet(c"Ferri".as_ptr(), out.as_mut_ptr(), 14, &mut needed);
        assert_eq!((fits, needed, out[14]), (PGO_OK, 14, 0x7F));
        assert_eq!(CStr::from_ptr(out.as_ptr()), c"Hello, Ferri!");
    }
}

#[test]
fn null_is_answered_not_followed() {
    let (mut out, mut needed) = ([0; 16], 7);
    let name = c"x".as_ptr();
    // SAFETY: NULL is allowed for each of these, says the contract.
    unsafe {
        for status in [
            pgo_greet(null(), out.as_mut_ptr(), out.len(), &mut needed),
            pgo_greet(name, null_mut(), 1, &mut needed),
            pgo_greet(name, out.as_mut_ptr(), out.len(), null_mut()),
            pgo_greet(name, null_mut(), 0, null_mut()),
            pgo_mandelbrot(1, 1, VIEW, 9, null_mut(), 0),
            pgo_mandelbrot(1, 1, VIEW, 9, null_mut(), 1),
        ] {
            assert_eq!(status, PGO_NULL_POINTER);
        }
        assert_eq!(pgo_checksum(null(), 0), 0);
    }
    assert_eq!((out, needed), ([0; 16], 7));
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let (mut out, mut needed) = ([0; 16], 7);
    // SAFETY: a literal is NUL-terminated, and both places are writable.
    let status = unsafe { pgo_greet(c"\xFF".as_ptr(), out.as_mut_ptr(), out.len(), &mut needed) };
    assert_eq!((status, out, needed), (PGO_INVALID_UTF8, [0; 16], 7));
}

#[test]
fn the_checksum_is_of_what_is_there() {
    let data = b"123456789?";
    // SAFETY: there are nine bytes, and more.
    let checksum = unsafe { pgo_checksum(data.as_ptr(), 9) };
    // CRC-32C's own check value.
    assert_eq!(checksum, 0xE306_9283);
}

#[test]
fn the_picture_fits_or_is_not_drawn() {
    let (width, height, most) = (6, 4, 50);
    let mut out = [u32::MAX; 25];
    // SAFETY: there are as many elements as each call says, and more.
    unsafe {
        let short = pgo_mandelbrot(width, height, VIEW, most, out.as_mut_ptr(), 23);
        assert_eq!((short, out), (PGO_BUFFER_TOO_SMALL, [u32::MAX; 25]));
        let fits = pgo_mandelbrot(width, height, VIEW, most, out.as_mut_ptr(), 24);
        assert_eq!((fits, out[24]), (PGO_OK, u32::MAX));
    }
    let view = crate::View { center_re: -0.75, center_im: 0.0, width: 3.0 };
    assert_eq!(out[..24], crate::mandelbrot(width, height, view, most).unwrap());
}

#[test]
fn what_cannot_be_drawn_has_its_status() {
    let flat = pgo_view { width: 0.0, ..VIEW };
    let nan = pgo_view { center_im: f64::NAN, ..VIEW };
    for (width, height, view, most, expected) in [
        (0, 1, VIEW, 9, PGO_EMPTY_SIZE),
        (1, 0, VIEW, 9, PGO_EMPTY_SIZE),
        (u32::MAX, u32::MAX, VIEW, 9, PGO_TOO_MANY_PIXELS),
        (1, 1, flat, 9, PGO_INVALID_VIEW),
        (1, 1, nan, 9, PGO_INVALID_VIEW),
        (1, 1, VIEW, 0, PGO_INVALID_ITERATIONS),
        (1, 1, VIEW, crate::MAX_ITERATIONS + 1, PGO_INVALID_ITERATIONS),
    ] {
        let mut out = 7;
        // SAFETY: there is one element.
        let status = unsafe { pgo_mandelbrot(width, height, view, most, &mut out, 1) };
        assert_eq!((status, out), (expected, 7), "{width} x {height}, {view:?}, {most}");
    }
}

#[test]
fn the_numbers_are_those_of_c() {
    let header = include_str!("../../../../c_src/include/polyglot.h");
    for (status, name) in [
        (PGO_OK, "PG_OK"),
        (PGO_NULL_POINTER, "PG_NULL_POINTER"),
        (PGO_BUFFER_TOO_SMALL, "PG_BUFFER_TOO_SMALL"),
        (PGO_EMPTY_SIZE, "PG_EMPTY_SIZE"),
        (PGO_TOO_MANY_PIXELS, "PG_TOO_MANY_PIXELS"),
        (PGO_INVALID_VIEW, "PG_INVALID_VIEW"),
        (PGO_INVALID_ITERATIONS, "PG_INVALID_ITERATIONS"),
    ] {
        let declared = format!(" {name} = {},", status as i32);
        assert!(header.contains(&declared), "the header has no{declared}");
    }
}

#[test]
fn a_panic_is_a_status() {
    assert_eq!(guard(|| panic!("on purpose")), PGO_PANIC);

    /// Panics once more when it is dropped.
    struct Again;
    impl Drop for Again {
        fn drop(&mut self) {
            panic!("again");
        }
    }
    assert_eq!(guard(|| std::panic::panic_any(Again)), PGO_PANIC);
}
