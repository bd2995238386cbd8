//! The careful tier: finding its weights, and `chancery train careful`.

use super::finder;
use super::relate::{files, fold_key, one_paragraph, table_of_pairs};
use crate::args::CarefulArgs;
use crate::output;
use anyhow::{Context, Result, bail};
use chancery::{Coder, Data, Pipeline, SecondReader, compare_readers};
use chancery_careful::{Careful, Pair};
use chancery_encoder::{Shape, Weights};
use std::path::PathBuf;
use std::sync::Arc;

/// The file of weights, below `data/`; the program does not carry it inside.
const MODEL: &str = "careful/careful.bin";
/// Says where the file is.
const NAMED: &str = "CHANCERY_CAREFUL";
/// How many folders above the program are searched.
const MOST_FOLDERS: usize = 4;

/// Loads the careful tier: from the file that [`NAMED`] names, from `--data`, else from a folder near the program.
pub fn load(data: &Data) -> Result<Arc<dyn SecondReader>> {
    let named = std::env::var_os(NAMED).map(PathBuf::from).or_else(near_program);
    let bytes = match (data.bytes(MODEL), named) {
        (Ok(bytes), _) => bytes.into_owned(),
        (Err(_), Some(file)) => std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?,
        (Err(_), None) => bail!(
            "--careful needs the file {MODEL}, which is not near the program: name it with {NAMED}, or leave --careful out"
        ),
    };
    Ok(Arc::new(Careful::read(&bytes)?))
}

/// `careful.bin` beside the program, or below `data/` or `share/chancery/` of a folder above it.
fn near_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.canonicalize().ok()?;
    let folders = program.ancestors().skip(1).take(MOST_FOLDERS);
    let places =
        folders.flat_map(|f| [f.join("careful.bin"), f.join("data").join(MODEL), f.join("share/chancery").join(MODEL)]);
    places.into_iter().find(|file| file.is_file())
}

/// Trains the careful tier, and prints what cross-validation says of it.
pub fn train(data: &Data, flags: &CarefulArgs) -> Result<()> {
    let start = |name: &str| flags.start.join(name);
    let vocabulary = output::read_text(&start("vocab.txt"))?;
    let weights = start("model.safetensors");
    let bytes = std::fs::read(&weights).with_context(|| format!("cannot read {}", weights.display()))?;
    let encoder = Weights::read_safetensors(&bytes, Shape::MINI_LM).with_context(|| weights.display().to_string())?;
    let pipeline = Pipeline::load(data)?;
    let first = own_pairs(&pipeline, flags)?;
    let rules = Coder::of_rules(data)?;
    let (mut then, mut samples) = (Vec::new(), Vec::new());
    for file in files(&flags.from, &[], &["tsv"], "no table (*.tsv) to train on")? {
        for (root, marked) in table_of_pairs(&file)? {
            let document = pipeline.language.parse(one_paragraph(&marked.text));
            let group = fold_key(&marked.text);
            samples.push((rules.sample(&document, marked.actor, marked.recipient), root.clone(), group));
            let (actor, recipient) =
                (marked.actor.start..marked.actor.end, marked.recipient.start..marked.recipient.end);
            then.push(Pair { sentence: marked.text, actor, recipient, label: root, group });
        }
    }
    eprintln!("chancery: {} own pairs, {} of the tables", first.len(), then.len());
    let trained = chancery_careful::train(encoder, &vocabulary, &first, &then, |line| eprintln!("chancery: {line}"))?;
    let named = |shares: &Vec<f32>| trained.labels.iter().cloned().zip(shares.iter().copied()).collect();
    let held_out: Vec<Vec<(String, f32)>> = trained.held_out.iter().map(named).collect();
    let tiers = ["rules and model", "careful alone", "rules, model and careful"];
    for (name, scores) in tiers.into_iter().zip(compare_readers(&samples, &held_out)) {
        eprintln!("chancery: {name}: accuracy {:.4}, macro-F1 {:.4}", scores.accuracy, scores.macro_f1);
    }
    output::write_weights(&flags.out, "careful.bin", &trained.model)
}

/// The labelled passages as marked sentences.
fn own_pairs(pipeline: &Pipeline, flags: &CarefulArgs) -> Result<Vec<Pair>> {
    let mut all = Vec::new();
    for file in files(&flags.labelled, &[], &["txt"], "no labelled passages (*.txt) to train on")? {
        for labelled in finder::read(&file)? {
            let pairs = pipeline.marked_pairs(labelled.article(), &labelled.labels);
            all.extend(pairs.into_iter().map(|p| Pair {
                group: fold_key(&p.sentence),
                sentence: p.sentence,
                actor: p.actor,
                recipient: p.recipient,
                label: p.root,
            }));
        }
        eprintln!("chancery: {}: {} own pairs so far", file.display(), all.len());
    }
    Ok(all)
}
