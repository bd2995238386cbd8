//! The allocator of the program, and what it says where no memory is left.

#![allow(unsafe_code)]

use mimalloc::MiMalloc;
use std::alloc::{GlobalAlloc, Layout};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by the first thread that gets no memory; others wait for the end.
static GIVEN_UP: AtomicBool = AtomicBool::new(false);
/// Exit status where no memory is left.
const NO_MEMORY: i32 = 4;
/// Who asks for a larger piece is told that it cannot be had and may say so itself: it is the input that wants it.
const ORDINARY: usize = 64 << 20;

/// Coding makes many short strings and lists, and mimalloc is a tenth faster over all than the system's allocator. Where it
/// has nothing to give, the program ends with one line.
#[derive(Debug)]
pub struct Allocator;

// SAFETY: all is passed on to mimalloc; where it has nothing to give the program ends, and nothing unwinds.
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
    let line = b"chancery: no memory left; nothing that a ledger holds is lost. It needs some 400 MB: allow it more, and give the same command again\n";
    if GIVEN_UP.swap(true, Ordering::Relaxed) {
        loop {
            std::thread::park();
        }
    }
    // who cannot be told need not know
    let _ = std::io::stderr().write_all(line);
    std::process::exit(NO_MEMORY)
}
