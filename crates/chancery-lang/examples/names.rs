//! Development tool: `groups VECTORS OUT WORDS`, `train NER OUT [WITHOUT...]`, `tag FILE`, `show FILE`, `speed FILE ROUNDS`.

use chancery_data::Data;
use chancery_lang::names::{NamesConfig, train_groups, train_names};
use chancery_lang::times::TimeFinder;
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
        ["show", file] => {
            let language = chancery_lang::Language::load(&data)?;
            let mut article = chancery_lang::plain_article(&std::fs::read_to_string(file)?);
            article.date = std::env::var("DATE").ok().and_then(|d| d.parse().ok());
            let doc = language.parse(article);
            for name in &doc.names {
                println!("{:?}\t{}", name.label, name.span.of(doc.text()));
            }
            for time in &doc.times {
                let end = time.end.map_or(String::new(), |e| format!("/{e}"));
                let sentence = &doc.sentences[doc.sentence_of(time.tokens.start)];
                println!("{}{end}\t{}\t{}", time.start, time.span.of(doc.text()), sentence.span.of(doc.text()));
            }
        }
        ["speed", file, rounds] => {
            let language = chancery_lang::Language::load(&data)?;
            let doc = language.parse(chancery_lang::plain_article(&std::fs::read_to_string(file)?));
            let times = TimeFinder::load(&data)?;
            let rounds: usize = rounds.parse()?;
            let timed = |what: &str, find: &dyn Fn() -> usize| {
                let began = Instant::now();
                let found: usize = (0..rounds).map(|_| find()).sum();
                let words = (doc.tokens.len() * rounds) as f64;
                println!("{what}: {:.0} words/s, {found} found", words / began.elapsed().as_secs_f64());
            };
            timed("times", &|| times.find_times(&doc, None).len());
        }
        ["tag", file] => {
            let text = std::fs::read_to_string(file)?;
            let sentences: Vec<Vec<String>> = text.split("\n\n").map(words).collect();
            let language = chancery_lang::Language::load(&data)?;
            let began = Instant::now();
            let labels = language.tag_names(&sentences);
            let count: usize = sentences.iter().map(Vec::len).sum();
            eprintln!("{:.0} words/s", count as f64 / began.elapsed().as_secs_f64());
            for (sentence, labels) in sentences.iter().zip(&labels) {
                sentence.iter().zip(labels).for_each(|(word, label)| println!("{word}\t{label}"));
                println!();
            }
        }
        _ => eprintln!(
            "usage: names groups VECTORS OUT WORDS | train NER OUT [WITHOUT...] | tag FILE | show FILE | speed FILE ROUNDS"
        ),
    }
    Ok(())
}

fn words(sentence: &str) -> Vec<String> {
    sentence.lines().filter_map(|l| l.split('\t').next()).filter(|w| !w.is_empty()).map(str::to_string).collect()
}
