//! Prints the mentions of plain sentences read from standard input, one a line; no parse, words only.

use std::io::Read;

#[path = "../tests/it/plain.rs"]
mod plain;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = chancery_actors::Directory::load(&chancery_data::Data::folder("data"))?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let doc = plain::document(&text, std::env::args().nth(1).and_then(|d| d.parse().ok()));
    for m in directory.find_mentions(&doc) {
        let actors: Vec<String> =
            m.actors.iter().map(|a| format!("{} [{}] {}", a.name, a.code, a.kind.as_str())).collect();
        println!("{:<40} {:?} {}  ({})", m.span.of(doc.text()), m.link, actors.join(" + "), m.why);
    }
    Ok(())
}
