//! How much is unpacked before the program stops believing a file.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

/// Limits of what one input may unpack to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest document, in bytes; of longer text the beginning is read.
    pub document_bytes: u64,
    /// The largest ZIP file inside another archive or on standard input, which has to be held in memory, in bytes.
    pub held_archive_bytes: u64,
    /// How many archives may lie inside one another.
    pub depth: usize,
    /// An input may unpack to this many bytes whatever its size …
    pub free_bytes: u64,
    /// … and to this many times its size beyond.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { document_bytes: 64 << 20, held_archive_bytes: 256 << 20, depth: 8, free_bytes: 256 << 20, ratio: 200 }
    }
}

/// Counts what one input takes and gives, over all its archives.
#[derive(Debug, Clone)]
pub(crate) struct Meter(Rc<Counts>);

#[derive(Debug)]
struct Counts {
    packed: Cell<u64>,
    unpacked: Cell<u64>,
    limits: Limits,
}

/// The error that a [`Meter`] puts into a stream.
#[derive(Debug)]
pub(crate) struct Bomb;

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unpacks to far more than its size")
    }
}

impl std::error::Error for Bomb {}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Meter(Rc::new(Counts { packed: Cell::new(0), unpacked: Cell::new(0), limits }))
    }

    /// Notes bytes of the input itself.
    pub(crate) fn add_packed(&self, bytes: u64) {
        self.0.packed.set(self.0.packed.get().saturating_add(bytes));
    }

    fn add_unpacked(&self, bytes: u64) -> io::Result<()> {
        self.0.unpacked.set(self.0.unpacked.get().saturating_add(bytes));
        if self.is_exceeded() { Err(io::Error::other(Bomb)) } else { Ok(()) }
    }

    /// True where the input has unpacked to more than it may.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.0.unpacked.get() > self.allowed()
    }

    /// True where what was read unpacks to more than the ratio, though it may.
    pub(crate) fn is_like_bomb(&self) -> bool {
        self.0.unpacked.get() > self.0.limits.ratio.saturating_mul(self.0.packed.get())
    }

    fn allowed(&self) -> u64 {
        let limits = &self.0.limits;
        limits.free_bytes.saturating_add(limits.ratio.saturating_mul(self.0.packed.get()))
    }

    /// A stream whose bytes count as the input's own.
    pub(crate) fn packed<R: Read>(&self, inner: R) -> Metered<R> {
        Metered { inner, meter: self.clone(), unpacked: false }
    }

    /// A stream whose bytes count as unpacked.
    pub(crate) fn unpacked<R: Read>(&self, inner: R) -> Metered<R> {
        Metered { inner, meter: self.clone(), unpacked: true }
    }
}

/// A stream that counts.
#[derive(Debug)]
pub(crate) struct Metered<R> {
    inner: R,
    meter: Meter,
    unpacked: bool,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if self.unpacked {
            self.meter.add_unpacked(read as u64)?;
        } else {
            self.meter.add_packed(read as u64);
        }
        Ok(read)
    }
}

/// True where a stream was stopped by a [`Meter`].
pub(crate) fn is_bomb(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|e| e.is::<Bomb>())
}
