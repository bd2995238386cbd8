//! Reads page files and prints their articles in the JSON of the contract, without events and quotes.
//!
//! `cargo run -p chancery-pages --example pages -- [--date YYYY-MM-DD] [--blocks] FILE...`

use chancery_pages::{ReadOptions, Reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let reader = Reader::load(&chancery_data::Data::embedded())?;
    let mut options = ReadOptions::default();
    let mut blocks = false;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--date" => options.fallback_date = args.next().and_then(|d| d.parse().ok()),
            "--blocks" => blocks = true,
            file => match reader.read(file, &std::fs::read(file)?, &options) {
                Ok(page) => print_page(&page, blocks)?,
                Err(error) => eprintln!("{error}"),
            },
        }
    }
    Ok(())
}

fn print_page(page: &chancery_pages::Page, blocks: bool) -> Result<(), serde_json::Error> {
    for note in &page.notes {
        eprintln!("{}: {}", note.code, note.text);
    }
    for article in &page.articles {
        if !blocks {
            println!("{}", serde_json::to_string(&chancery_records::article_record(article, &[], &[], &[], &[], &[]))?);
            continue;
        }
        println!("== {} {:?} {:?} {:?}", article.id, article.kind, article.date, article.title);
        println!("   by {:?} from {:?} voices {:?}", article.authors, article.reprinted_from, article.segments);
        for block in &article.blocks {
            let words: String = block.span.of(&article.text).chars().take(100).collect();
            println!("   {} {:?}: {words}", block.segment, block.kind);
        }
    }
    Ok(())
}
