//! The allocator of the program, and what it says where no memory is left.

#![allow(unsafe_code)]

use mimalloc::MiMalloc;
use std::alloc::{GlobalAlloc, Layout};
use std::io::Write;

/// Exit status where no memory is left.
const NO_MEMORY: i32 = 4;
/// Of larger pieces only is it nobody's fault but the input's that they cannot be had: who asks for one can say so.
const ORDINARY: usize = 1 << 30;

/// Coding makes many short strings and lists, and mimalloc is a tenth faster over all than the system's allocator. Where it
/// has nothing to give, the program ends with one line.
#[derive(Debug)]
pub struct Allocator;

// SAFETY: all is passed on to mimalloc.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        given(unsafe { MiMalloc.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        given(unsafe { MiMalloc.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        given(unsafe { MiMalloc.realloc(block, layout, size) }, size)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { MiMalloc.dealloc(block, layout) }
    }
}

#[inline]
fn given(block: *mut u8, size: usize) -> *mut u8 {
    if block.is_null() && size < ORDINARY {
        give_up();
    }
    block
}

/// Ends the program; nothing may be allocated on the way.
#[cold]
fn give_up() -> ! {
    let line = b"chancery: no memory left; what was stored is kept. It needs 400 MB: allow it more, and give the same command again\n";
    // who cannot be told need not know
    let _ = std::io::stderr().write_all(line);
    std::process::exit(NO_MEMORY)
}
