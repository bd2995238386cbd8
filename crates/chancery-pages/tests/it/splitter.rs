//! Pages glued from the articles of `examples/pages`: the boundaries that are found.

use chancery_data::Data;
use chancery_pages::splitter::{Corpus, Glue, evaluate};
use chancery_pages::{ReadOptions, Reader};
use chancery_text::BlockKind;
use std::path::Path;

/// Writes each article of the examples as the corpus wants it: a title, an empty line, paragraphs.
fn write_corpus(reader: &Reader, folder: &Path) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pages");
    let mut paths: Vec<_> = std::fs::read_dir(examples).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let page = reader.read(&name, &std::fs::read(&path).unwrap(), &ReadOptions::default()).unwrap();
        for (i, article) in page.articles.iter().enumerate() {
            let paragraphs: Vec<&str> = article
                .blocks
                .iter()
                .filter(|b| b.kind == BlockKind::Paragraph)
                .map(|b| b.span.of(&article.text))
                .collect();
            let title = article.title.as_deref().unwrap_or_default();
            let text = format!("{title}\n\n{}\n", paragraphs.join("\n\n"));
            std::fs::write(folder.join(format!("{name}-{i:02}.txt")), text).unwrap();
        }
    }
}

#[test]
fn glued_examples_come_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut reader = Reader::load(&Data::embedded()).unwrap();
    write_corpus(&reader, folder.path());
    let corpus = Corpus::read(folder.path()).unwrap();
    assert!(corpus.len() >= 12, "{} articles", corpus.len());
    for (glue, least) in [(Glue::Titled, 0.70), (Glue::Random, 0.50), (Glue::Topic, 0.45)] {
        let score = evaluate(&mut reader, &corpus, glue, 10, None);
        eprintln!("{glue:?}: {score:?}, F1 {:.3}", score.f1());
        // The examples' articles are of four or five short paragraphs on the same affairs: few boundaries are sure.
        assert!(score.right * 100 >= score.found * 88, "{glue:?}: {score:?}");
        assert!(score.f1() >= least, "{glue:?}: {score:?}, F1 {:.3}", score.f1());
    }
    let single = evaluate(&mut reader, &corpus, Glue::Single, 1, None);
    assert_eq!(single.whole, single.pages, "an article was cut");
}
