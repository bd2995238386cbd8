//! How long the directory takes to load, and how fast names are found by looking up alone: `make bench`.

use chancery_actors::Directory;
use chancery_data::Data;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let data = Data::embedded();
    let load = || Directory::load(&data).expect("the directory loads");
    // the program keeps what it has loaded: dropping it is not counted
    let loads: Vec<f64> = (0..25).map(|_| seconds(load).0).collect();
    let directory = Directory::load(&data).expect("the directory loads");
    let text = text();
    let scans: Vec<f64> = (0..25)
        .map(|_| {
            let (seconds, names) = seconds(|| directory.count_names(black_box(&text)));
            black_box(names);
            seconds
        })
        .collect();
    println!("directory: {} spellings, loaded in {:.1} ms", directory.spellings(), least(loads) * 1e3);
    println!(
        "names found by looking up alone: {:.0} MB/s on one core ({} names in {:.1} MB)",
        text.len() as f64 / 1e6 / least(scans),
        directory.count_names(&text),
        text.len() as f64 / 1e6
    );
}

/// News as it is written, a hundred times over with other numbers.
fn text() -> String {
    let paragraph = "The foreign minister of Norway said on Tuesday that her country had asked the United Nations to send \
        observers to the harbour, where police and dock workers had stood against each other since March. A spokesman for \
        the European Commission declined to comment. In Nairobi the Kenyan president, who arrived from Addis Ababa the \
        night before, told reporters that the African Union was ready to help, and that the talks with Ethiopia would go \
        on. Nobody knows what the new rule will cost the small traders at the border, who live from what they can carry.\n\n";
    (0..2000).map(|i| format!("{i}. {paragraph}")).collect()
}

fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = work();
    (start.elapsed().as_secs_f64(), made)
}

/// What it takes where no other program is in the way.
fn least(all: Vec<f64>) -> f64 {
    all.into_iter().fold(f64::INFINITY, f64::min)
}
