//! How fast texts are sketched, and what a text costs in an index of ten thousand, a hundred thousand and a million:
//! `cargo bench -p chancery-stories --bench copies [N ...]`.

use chancery_data::Data;
use chancery_stories::copies::{CopyIndex, CopyInput, Sketch, Spelling};
use std::hint::black_box;
use std::time::Instant;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// Words of a text.
const WORDS: usize = 400;
/// One text in so many is a copy of an earlier one.
const COPY_ONE_IN: u64 = 5;

fn main() {
    let spelling = Spelling::load(&Data::embedded()).expect("the spellings load");
    let mut random = Random(1);
    let texts: String = (0..20_000).map(|_| article(&mut random) + "\n").collect();
    let seconds = (0..3).map(|_| seconds(|| texts.lines().map(|t| Sketch::of(t, &spelling).words()).sum::<usize>()));
    println!("sketches: {:.0} MB/s on one core", texts.len() as f64 / 1e6 / seconds.fold(f64::INFINITY, f64::min));
    let asked: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    for size in if asked.is_empty() { SIZES.to_vec() } else { asked } {
        grow(size, &spelling);
    }
}

/// An index of `size` texts.
fn grow(size: usize, spelling: &Spelling) {
    let (mut random, mut index, mut placing, before) = (Random(1), CopyIndex::default(), 0.0, resident_mib());
    let mut slowest: f64 = 0.0;
    for i in 0..size {
        // a copy begins with the same numbers as its original and goes on with others
        let copies = random.below(COPY_ONE_IN) == 0 && i > 0;
        let seed = if copies { random.below(i as u64) } else { i as u64 };
        let mut text = article(&mut Random(seed * 2 + 3));
        if copies {
            text.push_str(&format!("This text was first printed elsewhere, on day {i}."));
        }
        let input = CopyInput {
            id: format!("pages/{i:08}.txt#1"),
            outlet: Some(format!("Outlet {}", i % 300)),
            date: format!("2024-{:02}-{:02}", i * 12 / size + 1, i * 336 / size % 28 + 1).parse().ok(),
            sketch: Sketch::of(&text, spelling),
            ..CopyInput::default()
        };
        let took = seconds(|| {
            index.place(input);
            index.len()
        });
        (placing, slowest) = (placing + took, slowest.max(took));
    }
    index.take_changes();
    println!(
        "{size:9} texts: {:.1} µs a text to place, {:.1} ms the slowest, {:.0} MiB more memory; {} copies",
        placing / size as f64 * 1e6,
        slowest * 1e3,
        resident_mib() - before,
        index.copies().len()
    );
}

/// Words as frequent as in a language: the rank of each is drawn so that few are very frequent.
fn article(random: &mut Random) -> String {
    let word = |random: &mut Random| {
        let rank = (20_000f64.powf(random.below(1 << 30) as f64 / (1u64 << 30) as f64)) as u64;
        format!("{}{} ", ["ba", "de", "ki", "lo", "nu", "ra", "se", "ti"][rank as usize % 8], rank)
    };
    (0..WORDS).map(|_| word(random)).collect()
}

/// SplitMix64: the same numbers on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn seconds(work: impl FnOnce() -> usize) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

/// Linux only; elsewhere memory shows as 0.
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
