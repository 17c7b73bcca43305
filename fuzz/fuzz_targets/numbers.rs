//! `checksum` of any bytes, and pictures of any view: the ones that C refuses, and the ones it
//! draws.
#![no_main]

use arbitrary::Arbitrary;
use ffi_demo::{View, add, checksum, mandelbrot, mandelbrot_check, mandelbrot_row, my_c_function};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    numbers: (i32, i32, f64),
    /// The size of the picture that is only checked; the check must accept any values.
    size: (u32, u32),
    /// The size of the picture that is drawn, small enough to be quick.
    small: (u8, u8),
    view: (f64, f64, f64),
    max_iterations: u16,
    row: u8,
    bytes: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let (a, b, factor) = input.numbers;
    assert_eq!(add(a, b), a.wrapping_add(b));
    assert_eq!(my_c_function(a, factor).to_bits() << 1, (f64::from(a) * factor).to_bits() << 1);
    assert_eq!(checksum(input.bytes), crc32c(input.bytes));

    let (center_re, center_im, width) = input.view;
    let view = View { center_re, center_im, width };
    let most = input.max_iterations.into();
    let _ = mandelbrot_check(input.size.0, input.size.1, view, most);

    let (width, height) = (u32::from(input.small.0 % 32), u32::from(input.small.1 % 32));
    let row: u32 = input.row.into();
    let line = mandelbrot_row(width, height, view, most % 64, row);
    let Ok(picture) = mandelbrot(width, height, view, most % 64) else {
        return assert!(line.is_err());
    };
    assert_eq!(picture.len(), width as usize * height as usize);
    assert!(picture.iter().all(|&iterations| iterations <= most % 64));
    match line {
        Ok(line) => assert_eq!(line, picture[(row * width) as usize..][..width as usize]),
        Err(_) => assert!(row >= height),
    }
});

/// CRC-32C bit by bit, which is slow but simple.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0x82F6_3B78 * (crc & 1)))
    })
}
