//! A global allocator for tests, whose blocks `free` rejects.
//!
//! Rust's default allocator calls `malloc`, so freeing with the wrong one of the two usually goes
//! unnoticed. It is still wrong: a program may choose another allocator at any time, and on Windows
//! the default is another one. This one returns addresses 16 bytes into a block of `malloc`, so
//! that each side's `free` sees that the other's memory is not its own.

use std::alloc::{GlobalAlloc, Layout, System};

const OFFSET: usize = 16;

struct Offset;

#[global_allocator]
static ALLOCATOR: Offset = Offset;

/// The layout with room for the offset, which is a multiple of the alignment and so preserves it.
fn larger(layout: Layout) -> Option<(Layout, usize)> {
    let offset = OFFSET.max(layout.align());
    let size = layout.size().checked_add(offset)?;
    Some((Layout::from_size_align(size, layout.align()).ok()?, offset))
}

// SAFETY: each block is one of System's, whose first `offset` bytes are not handed out.
unsafe impl GlobalAlloc for Offset {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((layout, offset)) = larger(layout) else { return std::ptr::null_mut() };
        // SAFETY: the layout is not empty, as it holds the offset.
        let block = unsafe { System.alloc(layout) };
        if block.is_null() { block } else { block.wrapping_add(offset) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let (layout, offset) = larger(layout).expect("it was allocated");
        // SAFETY: `alloc` made the pointer from this block and this layout.
        unsafe { System.dealloc(pointer.wrapping_sub(offset), layout) };
    }
}
