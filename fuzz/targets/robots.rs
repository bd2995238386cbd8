//! robots.txt, and an address that is asked for: up to the first zero byte the file, then the path.
#![no_main]

use libfuzzer_sys::fuzz_target;
use robotxt::Robots;

fuzz_target!(|bytes: &[u8]| {
    let (file, path) = bytes.split_at(bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len()));
    let robots = Robots::parse(file, "chancery");
    let _ = robots.is_allowed(&String::from_utf8_lossy(path));
    let _ = robots.crawl_delay();
});
