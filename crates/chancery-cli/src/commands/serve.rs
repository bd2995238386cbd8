//! `chancery serve`: the web page, and the pipeline behind its imports.

use super::ledger::{finish, manifest_of, store_coded};
use crate::Outcome;
use crate::args::ServeArgs;
use anyhow::Result;
use chancery::{CodedInput, Data, Input, InputStatus, Joiner, Pipeline, Run, code_inputs};
use chancery_ledger::Ledger;
use chancery_server::{ReadLine, Reader, Setup};
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Serves the page until the program is stopped.
pub fn serve(data: &Data, flags: &ServeArgs) -> Result<Outcome> {
    let address = ([127, 0, 0, 1], flags.port).into();
    let reader = Imports { data: data.clone(), pipeline: Mutex::new(None) };
    let setup = Setup { data: data.clone(), may_change: !flags.read_only, reader: Some(Arc::new(reader)) };
    chancery_server::serve(&flags.ledger, address, setup)?;
    Ok(Outcome::Done)
}

/// Reads what is dropped on the page. The pipeline is loaded with the first file, as most readers drop none.
#[derive(Debug)]
struct Imports {
    data: Data,
    pipeline: Mutex<Option<Arc<Pipeline>>>,
}

impl Imports {
    fn pipeline(&self) -> Result<Arc<Pipeline>> {
        let mut loaded = self.pipeline.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipeline) = &*loaded {
            return Ok(pipeline.clone());
        }
        let mut pipeline: Pipeline = super::pipeline(&self.data)?;
        pipeline.for_ledger = true;
        // Nothing leaves the machine for what somebody dropped on a page.
        pipeline.formats = pipeline.formats.without_fetch();
        Ok(loaded.insert(Arc::new(pipeline)).clone())
    }
}

impl Reader for Imports {
    fn read(&self, ledger: &Path, name: &str, bytes: Vec<u8>) -> Result<Vec<ReadLine>> {
        let pipeline = self.pipeline()?;
        let mut ledger = Ledger::open_existing(ledger)?;
        let inputs = [Input::Memory { name: name.to_string(), bytes: bytes.into() }];
        let options = Map::from_iter([("date".to_string(), Value::Null)]);
        let mut run = ledger.begin_run(&manifest_of(&self.data, options, vec![name.to_string()]))?;
        let mut lines = Vec::new();
        for input in code_inputs(&pipeline, &inputs, &Run::default(), &|_| ())? {
            let input = input?;
            if input.status == InputStatus::Archive {
                continue;
            }
            let mut line = line_of(&input);
            let paths: Vec<String> = input.articles.iter().map(|(a, _)| a.id.clone()).collect();
            line.known = !store_coded(&mut ledger, &mut run, input)?.is_new();
            for (id, article) in paths.iter().zip(&mut line.articles) {
                if let Some(view) = ledger.article_view(id)? {
                    *article = (view.head.key.clone(), view.head.heading().to_string());
                }
            }
            lines.push(line);
        }
        finish(&mut ledger, &Joiner::load(&self.data)?)?;
        Ok(lines)
    }
}

fn line_of(input: &CodedInput) -> ReadLine {
    ReadLine {
        name: input.name.clone(),
        unreadable: match &input.status {
            InputStatus::Failed(reason) => Some(reason.clone()),
            _ => None,
        },
        known: false,
        articles: input.articles.iter().map(|(a, _)| (a.id.clone(), a.title.clone().unwrap_or_default())).collect(),
        reports: input.articles.iter().map(|(a, _)| a.events.len()).sum(),
        quotes: input.articles.iter().map(|(a, _)| a.quotes.len()).sum(),
        notes: input.notes.iter().map(|n| format!("{} {}", n.code, n.text)).collect(),
    }
}
