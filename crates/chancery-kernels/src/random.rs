//! Random numbers for training: xorshift over a mixed seed, the same on every machine.

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Random((z ^ (z >> 31)) | 1)
    }

    /// Sixty-four random bits.
    #[inline(always)]
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 to 1.
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Bell-shaped enough, with a mean of 0 and a deviation of 1.
    pub fn bell(&mut self) -> f32 {
        (self.unit() + self.unit() + self.unit() - 1.5) * 2.0
    }

    /// Sets each number to zero, with a probability of `rate`, or to what keeps the mean.
    #[inline(always)]
    pub fn mask(&mut self, mask: &mut [f32], rate: f32) {
        let limit = (rate * 65536.0) as u64;
        let keep = 65536.0 / (65536 - limit) as f32;
        for part in mask.chunks_mut(4) {
            let bits = self.next();
            for (k, m) in part.iter_mut().enumerate() {
                *m = if (bits >> (16 * k)) & 0xFFFF < limit { 0.0 } else { keep };
            }
        }
    }

    /// Brings a list into another order.
    pub fn shuffle(&mut self, list: &mut [usize]) {
        for i in (1..list.len()).rev() {
            list.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}
