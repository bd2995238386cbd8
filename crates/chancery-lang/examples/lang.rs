//! Development tool: `train UD OUT EPOCHS`, `eval FILE...`, `parse FILE`.

use chancery_data::Data;
use chancery_lang::{Language, conllu, plain_article, train};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let data = match std::env::var("DATA") {
        Ok(folder) => Data::folder(folder),
        Err(_) => Data::embedded(),
    };
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["train", ud, out, epochs] => {
            let config = train::TrainConfig {
                treebanks: PathBuf::from(ud),
                without: vec![],
                out: PathBuf::from(out),
                epochs: epochs.parse()?,
            };
            let began = Instant::now();
            let trained = train::train(&config, |what| eprintln!("{:6.1} s {what}", began.elapsed().as_secs_f64()))?;
            eprintln!("{:6.1} s {trained:#?}", began.elapsed().as_secs_f64());
        }
        ["eval", files @ ..] => {
            let language = Language::load(&data)?;
            for file in files {
                let gold = train::read_file(Path::new(file))?;
                let began = Instant::now();
                let scores = language.evaluate(&gold);
                println!("{file} {scores:.2?} {:.0} words/s", scores.words as f64 / began.elapsed().as_secs_f64());
            }
        }
        ["parse", file] => {
            let began = Instant::now();
            let language = Language::load(&data)?;
            eprintln!("load {:?}", began.elapsed());
            let text = std::fs::read_to_string(file)?;
            let began = Instant::now();
            let document = language.parse(plain_article(&text));
            let seconds = began.elapsed().as_secs_f64();
            eprintln!("{} words, {:.0} words/s", document.tokens.len(), document.tokens.len() as f64 / seconds);
            print!("{}", conllu::write(&document));
        }
        _ => eprintln!("usage: lang train UD OUT EPOCHS | eval FILE... | parse FILE"),
    }
    Ok(())
}
