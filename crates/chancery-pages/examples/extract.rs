//! Extracts the HTML pages that standard input names, one a line (file, tab, address), and prints a JSON line for each.

use chancery_pages::Reader;
use std::io::BufRead;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let reader = Reader::load(&chancery_data::Data::embedded())?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (file, url) = line.split_once('\t').unwrap_or((&line, ""));
        let page = reader.extract(&std::fs::read(file)?, Some(url).filter(|u| !u.is_empty()));
        let mut json = serde_json::to_value(&page)?;
        json["key"] = file.rsplit('/').next().unwrap_or(file).into();
        println!("{json}");
    }
    Ok(())
}
