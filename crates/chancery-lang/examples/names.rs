//! Development tool: `groups VECTORS OUT WORDS`, `train NER OUT [WITHOUT...]`, `tag FILE`.

use chancery_data::Data;
use chancery_lang::names::{NameFinder, NamesConfig, train_groups, train_names};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let data = std::env::var("DATA").map_or_else(|_| Data::embedded(), Data::folder);
    let began = Instant::now();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["groups", vectors, out, words] => train_groups(vectors.as_ref(), out.as_ref(), words.parse()?)?,
        ["train", ner, out, without @ ..] => {
            let config = NamesConfig {
                ner: ner.into(),
                out: out.into(),
                without: without.iter().map(|w| w.to_string()).collect(),
                like: std::env::var("LIKE").unwrap_or_else(|_| "uner-ewt-dev".into()),
            };
            train_names(&data, &config, |what| eprintln!("{:6.1} s {what}", began.elapsed().as_secs_f64()))?;
        }
        ["tag", file] => {
            let text = std::fs::read_to_string(file)?;
            let sentences: Vec<Vec<String>> = text.split("\n\n").map(words).collect();
            let finder = NameFinder::load(&data)?;
            let began = Instant::now();
            let labels: Vec<_> = sentences.iter().map(|s| finder.tag(s, &[])).collect();
            let count: usize = sentences.iter().map(Vec::len).sum();
            eprintln!("{:.0} words/s", count as f64 / began.elapsed().as_secs_f64());
            for (sentence, labels) in sentences.iter().zip(&labels) {
                sentence.iter().zip(labels).for_each(|(word, label)| println!("{word}\t{label}"));
                println!();
            }
        }
        _ => eprintln!("usage: names groups VECTORS OUT WORDS | train NER OUT [WITHOUT...] | tag FILE"),
    }
    Ok(())
}

fn words(sentence: &str) -> Vec<String> {
    sentence.lines().filter_map(|l| l.split('\t').next()).filter(|w| !w.is_empty()).map(str::to_string).collect()
}
