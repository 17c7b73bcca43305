//! Call C's plain functions in a shared library, and time the calls.
//!
//! Why you would: a call into a shared library goes through its table of functions, a call into a
//! static one does not, and the difference is quickly measured.
//!
//! ```console
//! $ echo answer greet Ferris | cargo run --example compare_shared
//! $ echo time 1000000 add    | cargo run --example compare_shared --release
//! ```
//!
//! `polyglot compare` sends the same lines, which compare/boundaries/program.rs lists.

use std::{
    error::Error,
    ffi::{CStr, CString, c_char, c_int},
    hint::black_box,
    io,
    time::Instant,
};

const OK: c_int = 0;
const BUFFER_TOO_SMALL: c_int = 2;

/// `pg_view`.
#[repr(C)]
#[derive(Clone, Copy)]
struct View {
    center_re: f64,
    center_im: f64,
    width: f64,
}

// No `use ffi_demo`: that would link the same functions statically.
#[link(name = "polyglot_shared", kind = "dylib")]
unsafe extern "C" {
    // SAFETY: polyglot.h: any two numbers are valid.
    safe fn pg_add(a: i32, b: i32) -> i32;
    fn pg_greet(
        name: *const c_char,
        out: *mut c_char,
        out_size: usize,
        needed: *mut usize,
    ) -> c_int;
    fn pg_checksum(data: *const u8, length: usize) -> u32;
    fn pg_mandelbrot(
        width: u32,
        height: u32,
        view: View,
        max_iterations: u32,
        out: *mut u32,
        out_length: usize,
    ) -> c_int;
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn check(status: c_int, expected: c_int) -> Result<()> {
    if status == expected {
        return Ok(());
    }
    Err(format!("the library says {status}, and not {expected}").into())
}

/// Asks for the size, and then for the text. Both strings are copies: Rust's have no NUL.
fn greet(name: &str) -> Result<String> {
    let (name, mut needed) = (CString::new(name)?, 0);
    // SAFETY: polyglot.h: the name is NUL-terminated, the size is writable, and a NULL buffer asks
    // for it.
    let asked = unsafe { pg_greet(name.as_ptr(), std::ptr::null_mut(), 0, &mut needed) };
    check(asked, BUFFER_TOO_SMALL)?;
    let mut out = vec![0_u8; needed];
    // SAFETY: the name is NUL-terminated, and the buffer has as many writable bytes as its length.
    let status =
        unsafe { pg_greet(name.as_ptr(), out.as_mut_ptr().cast(), out.len(), &mut needed) };
    check(status, OK)?;
    Ok(CStr::from_bytes_until_nul(&out)?.to_str()?.to_owned())
}

fn checksum(data: &[u8]) -> u32 {
    // SAFETY: polyglot.h: `length` readable bytes, which a slice has.
    unsafe { pg_checksum(data.as_ptr(), data.len()) }
}

/// A picture to draw.
struct Picture {
    width: u32,
    height: u32,
    view: View,
    max_iterations: u32,
}

impl Picture {
    fn read(input: &[&str]) -> Result<Self> {
        let &[width, height, center_re, center_im, view_width, max_iterations] = input else {
            return Err(format!("no picture: {input:?}").into());
        };
        let [center_re, center_im, view_width] =
            [center_re.parse()?, center_im.parse()?, view_width.parse()?];
        Ok(Self {
            width: width.parse()?,
            height: height.parse()?,
            view: View { center_re, center_im, width: view_width },
            max_iterations: max_iterations.parse()?,
        })
    }

    fn draw(&self) -> Result<Vec<u32>> {
        let &Self { width, height, view, max_iterations } = self;
        let mut out = vec![0; width as usize * height as usize];
        // SAFETY: polyglot.h: `out_length` writable elements, which the vector has.
        let status = unsafe {
            pg_mandelbrot(width, height, view, max_iterations, out.as_mut_ptr(), out.len())
        };
        check(status, OK)?;
        Ok(out)
    }
}

fn data_of(length: usize) -> Vec<u8> {
    let period: Vec<u8> = (0..251).map(|i| (i * 31 % 251) as u8).collect();
    let mut data = period.repeat(length / period.len() + 1);
    data.truncate(length);
    data
}

fn answer(operation: &str, input: &[&str]) -> Result<String> {
    Ok(match (operation, input) {
        ("add", [summands]) => {
            (0..summands.parse()?).fold(0, |sum, number| pg_add(sum, number)).to_string()
        }
        ("greet", name) => greet(&name.join(" "))?,
        ("checksum", [length]) => checksum(&data_of(length.parse()?)).to_string(),
        ("mandelbrot", input) => {
            let pixels = Picture::read(input)?.draw()?;
            pixels.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
        }
        _ => return Err(format!("no operation: {operation} {input:?}").into()),
    })
}

/// Nanoseconds for the calls. `black_box` hides arguments and results, so that no call is left out.
fn time(calls: u32, operation: &str, input: &[&str]) -> Result<u128> {
    match (operation, input) {
        ("add", _) => timed(calls, |calls| {
            black_box((0..calls.cast_signed()).fold(0, |sum, number| pg_add(sum, number)));
            Ok(())
        }),
        ("greet", name) => {
            let name = name.join(" ");
            timed(calls, |calls| {
                for _ in 0..calls {
                    black_box(greet(black_box(&name))?);
                }
                Ok(())
            })
        }
        ("checksum", [length]) => {
            let data = data_of(length.parse()?);
            timed(calls, |calls| {
                for _ in 0..calls {
                    black_box(checksum(black_box(&data)));
                }
                Ok(())
            })
        }
        ("mandelbrot", input) => {
            let picture = Picture::read(input)?;
            timed(calls, |calls| {
                for _ in 0..calls {
                    black_box(black_box(&picture).draw()?);
                }
                Ok(())
            })
        }
        _ => Err(format!("no operation: {operation} {input:?}").into()),
    }
}

/// Times only the loop: not making its input, not freeing it, and not the first calls, in which the
/// loop warms up.
fn timed(calls: u32, repeat: impl Fn(u32) -> Result<()>) -> Result<u128> {
    if calls > 1 {
        repeat(calls.div_ceil(10))?;
    }
    let start = Instant::now();
    repeat(calls)?;
    Ok(start.elapsed().as_nanos())
}

fn main() -> Result<()> {
    // The program ends when its input does.
    for line in io::stdin().lines() {
        let line = line?;
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            ["answer", operation, input @ ..] => println!("{}", answer(operation, input)?),
            ["time", calls, operation, input @ ..] => {
                println!("{}", time(calls.parse()?, operation, input)?);
            }
            _ => return Err(format!("no request: {line}").into()),
        }
    }
    Ok(())
}
