//! Code that compiles to wasm32-unknown-unknown and does not work there. tests/tools/first_week.rs
//! calls it.

use std::hint::black_box;

/// Needs 2 MiB of the stack, which has 1 MiB.
#[unsafe(no_mangle)]
extern "C" fn large_array() -> u32 {
    let zeros = black_box([0_u8; 1 << 21]);
    zeros[black_box(1_000)].into()
}

/// The same from the heap.
#[unsafe(no_mangle)]
extern "C" fn large_vec() -> u32 {
    let zeros = black_box(vec![0_u8; 1 << 21]);
    zeros[black_box(1_000)].into()
}

#[unsafe(no_mangle)]
extern "C" fn print() -> u32 {
    println!("printed");
    7
}

#[unsafe(no_mangle)]
extern "C" fn now() -> u32 {
    black_box(std::time::Instant::now());
    8
}
