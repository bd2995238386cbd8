//! A user's own file, imports, checks and coverage.

use crate::plain;
use chancery_actors::{ActorRecord, Directory, ImportFormat, Importer, OWN_FILE, check, gaps};
use chancery_data::Data;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    format: String,
    #[serde(default)]
    classes: Vec<String>,
    file: String,
    rows: Vec<String>,
    #[serde(default)]
    skipped: Vec<usize>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn data() -> Data {
    Data::folder(root().join("data"))
}

fn with_own(rows: &str) -> (tempfile::TempDir, Data) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.tsv");
    let text = format!("{}{rows}\n", chancery_actors::own_header("a test", "2026-01-01"));
    std::fs::write(&file, text).expect("a file");
    let data = data().with_file(OWN_FILE, &file);
    (folder, data)
}

#[test]
fn imports_give_the_rows() {
    let mut wrong = Vec::new();
    for name in ["petrarch", "others"] {
        let path = root().join(format!("cases/actors-import/{name}.toml"));
        let cases: Cases = toml::from_str(&std::fs::read_to_string(path).expect("cases")).expect("cases");
        assert!(!cases.case.is_empty());
        for case in cases.case {
            wrong.extend(import_problem(&case).map(|problem| format!("{}: {problem}", case.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn import_problem(case: &Case) -> Option<String> {
    let format = match case.format.as_str() {
        "petrarch" => ImportFormat::Petrarch,
        "csv" => ImportFormat::Csv,
        "wikidata" => ImportFormat::Wikidata,
        "followthemoney" => ImportFormat::FollowTheMoney,
        other => return Some(format!("no format {other}")),
    };
    let text = case.file.trim_start_matches('\n');
    if ImportFormat::guess(text) != Some(format) {
        return Some(format!("guessed {:?}", ImportFormat::guess(text)));
    }
    let importer = Importer::load(&data(), &case.classes).expect("the vocabulary loads");
    let mut rows: Vec<String> = Vec::new();
    let mut give = |record: ActorRecord| rows.push(ActorRecord { source: String::new(), ..record }.to_line());
    let tally = importer.read(format, "a file", text.as_bytes(), &mut give).expect("it can be read");
    let skipped: Vec<usize> = tally.first_skipped.iter().map(|s| s.line).collect();
    (rows != case.rows || skipped != case.skipped || tally.rows != rows.len())
        .then(|| format!("skipped {skipped:?} and gave\n{}", rows.join("\n")))
}

#[test]
fn own_rows_go_before_the_built_in_ones() {
    let rows = "person\tXi Jinping\t\tNOR EDU\nrole\tkeeper of lamps\t\t- LEG\ncountry\tNordland\tNordlandic\tNDL\n\
                role\tspokesman\t\t- CRM";
    let (_folder, data) = with_own(rows);
    let directory = Directory::load(&data).expect("it loads");
    let text = "Xi Jinping met Nordlandic keepers of lamps and a Nordlandic spokesman in Oslo.";
    let doc = plain::document(text, None);
    let codes: Vec<String> = directory.find_mentions(&doc).iter().map(|m| m.actors[0].code.to_string()).collect();
    assert_eq!(codes, ["NOR EDU", "NDL LEG", "NDL CRM", "NOR"]);
    assert!(directory.knows("Nordland") && !directory.knows("Südland"));
}

#[test]
fn wrong_lines_are_shown_with_their_place() {
    let rows = "person\tAda Brack\tBrack\tNOR GOV\tKeeper\t2020-13\nperson\tOle Lund\t\tXXY GOV\nparty\tLight Party\t\tNOR GV\n\
                lamp\tA Lamp\t\tNOR\nperson\tIda Lund\t\tNOR GOV\tKeeper\t2020\t2019\n\
                group\tLamplighters\t\tNOR GVO\nrole\tlamplighter\t\t-LMP\nrole\tsnuffer\t\t- SNF\n\
                group\tSnuffers\t\tNOR SNF";
    let (_folder, data) = with_own(rows);
    let found: Vec<(usize, String)> = check(&data)
        .expect("it can be checked")
        .iter()
        .filter(|p| p.file == OWN_FILE)
        .map(|p| (p.line, p.text[p.span.clone()].to_string()))
        .collect();
    let expected = [
        (7, "2020-13"),
        (7, "Brack"),
        (8, "XXY GOV"),
        (9, "NOR GV"),
        (10, "lamp"),
        (11, "2019"),
        (12, "NOR GVO"),
        (13, "-LMP"),
    ];
    assert_eq!(found, expected.map(|(line, cell)| (line, cell.to_string())));
}

#[test]
fn an_error_names_the_file_of_the_user() {
    let (folder, data) = with_own("person\tAda Brack\t\tNOR GOV\tKeeper\t2020-13");
    let error = Directory::load(&data).unwrap_err().to_string();
    assert!(error.contains(&folder.path().join("own.tsv").display().to_string()), "{error}");
}

#[test]
fn the_built_in_files_are_clean() {
    let problems = check(&data()).expect("they can be checked");
    let told: Vec<String> = problems.iter().map(|p| format!("{}:{}: {}", p.file, p.line, p.message)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// What `actors/coverage.tsv` asks for is there, but for the gaps that the case file lists.
#[test]
fn the_directory_covers_what_it_should() {
    let known = std::fs::read_to_string(root().join("cases/actors-coverage/known-gaps.tsv")).expect("the known gaps");
    let known: Vec<&str> = known.lines().filter(|l| !l.starts_with('#')).collect();
    let found: Vec<String> = gaps(&data())
        .expect("the files can be read")
        .iter()
        .map(|g| format!("{}\t{}\t{}", g.state, g.what, g.when.map_or("none".into(), |(a, b)| format!("{a}..{b}"))))
        .collect();
    assert_eq!(found, known, "what is new belongs in data/actors, what is mended out of the case file");
}
