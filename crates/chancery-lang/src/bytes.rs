//! Reading and writing the model file: little-endian numbers and length-prefixed lists.

/// What is wrong with a model file.
pub(crate) type Damage = &'static str;

/// Reads a model file front to back.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Damage> {
        if n > self.rest.len() {
            return Err("it ends too early");
        }
        let (head, rest) = self.rest.split_at(n);
        self.rest = rest;
        Ok(head)
    }

    pub fn u8(&mut self) -> Result<u8, Damage> {
        Ok(self.take(1)?[0])
    }

    pub fn u32(&mut self) -> Result<u32, Damage> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    /// A count of things that take at least `size` bytes each.
    pub fn count(&mut self, size: usize) -> Result<usize, Damage> {
        let n = self.u32()? as usize;
        if n.saturating_mul(size) > self.rest.len() {
            return Err("a list is longer than the file");
        }
        Ok(n)
    }

    pub fn string(&mut self) -> Result<&'a str, Damage> {
        let n = usize::from(self.u8()?);
        std::str::from_utf8(self.take(n)?).map_err(|_| "a word is not UTF-8")
    }
}

/// Builds a model file.
#[derive(Default)]
pub(crate) struct Writer {
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn u8(&mut self, n: u8) {
        self.bytes.push(n);
    }

    pub fn u32(&mut self, n: usize) {
        self.bytes.extend((n as u32).to_le_bytes());
    }

    /// A string of at most 255 bytes.
    pub fn string(&mut self, text: &str) {
        debug_assert!(text.len() < 256);
        self.u8(text.len() as u8);
        self.bytes.extend(text.as_bytes());
    }
}
