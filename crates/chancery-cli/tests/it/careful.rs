//! `--careful`: the second reader of `relate` and `code`.

use crate::support::{arg, command, ran, root};
use std::fs;
use std::path::Path;

const PAIRS: &str = "\
id\tmarked_sentence
1\t<s>Norway</s> has promised to send ten ambulances to <t>Kenya</t> next year.
2\t<s>Peru</s> poured scorn on <t>Chile</t>'s claims about the border.
3\t<s>Malian soldiers</s> opened up on <t>villagers from Benin</t> near the border.
4\t<s>Norway</s> let go of <t>two Kenyan sailors</t> it had held for a year.
5\t<s>Togo</s> slapped a levy on goods from <t>Ghana</t>.
";

/// Runs the program with the model of this checkout.
fn careful(args: &[&str], model: &Path) -> crate::support::Ran {
    ran(command(args).env("CHANCERY_CAREFUL", model).output().expect("the program starts"))
}

fn shipped() -> std::path::PathBuf {
    root().join("data/careful/careful.bin")
}

#[test]
fn pairs_that_the_models_are_not_sure_of_are_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pairs.tsv");
    fs::write(&file, PAIRS).unwrap();
    let run = || careful(&["relate", "--careful", arg(&file)], &shipped()).ended(0);
    let rows = run().json_lines();
    let roots: Vec<&str> = rows.iter().map(|r| r["root"].as_str().unwrap()).collect();
    assert_eq!(roots, ["AGREE", "ACCUSE", "ASSAULT", "YIELD", "SANCTION"]);
    assert!(rows.iter().any(|r| r["why"].as_str().unwrap().contains("read twice")), "{rows:?}");
    assert_eq!(run().stdout, run().stdout, "the same file gives the same bytes");
}

#[test]
fn events_are_read_twice_the_same_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    for (i, text) in
        ["Norway froze out Kenya's envoys.", "Peru rained praise on Chile, and Togo cursed Benin."].iter().enumerate()
    {
        fs::write(folder.path().join(format!("{i}.txt")), text).unwrap();
    }
    let coded = |threads: &str| {
        careful(&["code", "--careful", "-j", threads, "--date", "2026-03-04", arg(folder.path())], &shipped()).ended(0)
    };
    let one = coded("1");
    assert!(one.text().contains("read twice"), "{}", one.text());
    assert_eq!(one.stdout, coded("3").stdout);
}

#[test]
fn a_model_that_is_missing_or_damaged_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("a.txt");
    fs::write(&text, "Norway thanked Kenya.").unwrap();
    // What is named goes before what the data hold.
    let data = root().join("data");
    let missing = careful(&["--data", arg(&data), "code", "--careful", arg(&text)], &folder.path().join("none.bin"));
    assert!(missing.ended(1).stderr.contains("none.bin"));
    let damaged = folder.path().join("damaged.bin");
    fs::write(&damaged, &fs::read(shipped()).unwrap()[..5000]).unwrap();
    let run = careful(&["code", "--careful", arg(&text)], &damaged).ended(1);
    for said in ["damaged.bin", "is damaged", "train careful"] {
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stdout.is_empty());
}

const UNSURE: &str = "Norway froze out Kenya's envoys. Peru rained praise on Chile, and Togo cursed Benin.";

/// A folder with two texts, one of them read with `--careful` and one without, in a ledger.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = World { folder: tempfile::tempdir().unwrap() };
        fs::write(world.path("plain.txt"), UNSURE).unwrap();
        fs::write(world.path("careful.txt"), format!("{UNSURE} Nothing else happened.")).unwrap();
        world.read(&["plain.txt"], &shipped());
        world.read(&["--careful", "careful.txt"], &shipped());
        world
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Reads into the ledger; what was said.
    fn read(&self, args: &[&str], model: &Path) -> String {
        let (path, ledger) = (self.path(args[args.len() - 1]), self.path("a.ledger"));
        let flags = &args[..args.len() - 1];
        let args = [&["read", "--date", "2026-03-04", "--ledger", arg(&ledger), arg(&path)], flags].concat();
        careful(&args, model).ended(0).stderr
    }

    fn recode(&self, data: &Path, model: &Path) -> crate::support::Ran {
        careful(&["--data", arg(data), "recode", "--ledger", arg(&self.path("a.ledger"))], model)
    }

    fn db(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path("a.ledger")).unwrap()
    }

    /// Of each of both inputs the option of its run, and whether some report of it was read twice.
    fn state(&self) -> Vec<(String, serde_json::Value, bool)> {
        let db = self.db();
        let mut rows = db
            .prepare(
                "SELECT (SELECT path FROM sightings s WHERE s.input = i.row), n.options,
                        (SELECT count(*) FROM reports r JOIN articles a ON a.row = r.article
                         WHERE a.input = i.row AND r.why LIKE '%read twice%')
                 FROM inputs i JOIN runs n ON n.key = i.run ORDER BY 1",
            )
            .unwrap();
        let row = |r: &rusqlite::Row<'_>| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)? > 0));
        let rows = rows.query_map([], row).unwrap().map(Result::unwrap);
        rows.map(|(path, options, twice)| {
            let options: serde_json::Value = serde_json::from_str(&options).unwrap();
            (path.rsplit('/').next().unwrap().to_string(), options["careful"].clone(), twice)
        })
        .collect()
    }

    /// The shipped weights, with another last number.
    fn other_model(&self) -> std::path::PathBuf {
        let mut bytes = fs::read(shipped()).unwrap();
        let at = bytes.len() - 4;
        bytes[at] ^= 1;
        fs::write(self.path("other.bin"), bytes).unwrap();
        self.path("other.bin")
    }

    /// Knowledge whose hash is another, and nothing else.
    fn other_data(&self) -> std::path::PathBuf {
        let folder = self.path("data/codebook");
        fs::create_dir_all(&folder).unwrap();
        let verbs = fs::read_to_string(root().join("data/codebook/verbs.toml")).unwrap();
        fs::write(folder.join("verbs.toml"), verbs + "\n# changed\n").unwrap();
        self.path("data")
    }
}

#[test]
fn another_model_is_another_coding() {
    let world = World::new();
    let state = world.state();
    let hash = state[0].1.as_str().unwrap();
    assert!(hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{hash}");
    assert_eq!(state[1], ("plain.txt".into(), serde_json::Value::Null, false));
    let again = world.read(&["--careful", "careful.txt"], &shipped());
    assert!(again.contains("0 added, 1 known before"), "{again}");
    let other = world.read(&["--careful", "careful.txt"], &world.other_model());
    assert!(other.contains("1 added, 0 known before"), "{other}");
    assert_ne!(world.state()[0].1, state[0].1);
}

#[test]
fn recoding_reads_twice_what_was_read_twice() {
    let world = World::new();
    let state = world.state();
    assert!(state[0].2 && !state[1].2, "{state:?}");
    let data = world.other_data();
    let run = world.recode(&data, &shipped()).ended(0);
    assert!(run.stderr.contains("2 inputs coded again"), "{}", run.stderr);
    assert_eq!(world.state(), state);
    // Another model codes anew what a model coded.
    let run = world.recode(&data, &world.other_model()).ended(0);
    assert!(run.stderr.contains("1 inputs coded again"), "{}", run.stderr);
    assert_ne!(world.state()[0].1, state[0].1);
    // Older programs did not say which model it was.
    world
        .db()
        .execute(
            "UPDATE runs SET options = replace(options, ?, 'true')",
            [format!("\"{}\"", world.state()[0].1.as_str().unwrap())],
        )
        .unwrap();
    assert_eq!(world.state()[0].1, true);
    let run = world.recode(&data, &shipped()).ended(0);
    assert!(run.stderr.contains("1 inputs coded again"), "{}", run.stderr);
    assert_eq!(world.state(), state);
    let run = world.recode(&data, &shipped()).ended(0);
    assert!(run.stderr.contains(" 0 inputs coded again"), "{}", run.stderr);
    let missing = world.recode(&data, &world.path("none.bin")).ended(1);
    assert!(missing.stderr.contains("none.bin") && missing.stderr.contains("--careful"), "{}", missing.stderr);
}

#[test]
fn explain_says_what_code_says() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("a.txt");
    fs::write(&text, UNSURE).unwrap();
    let run = |args: &[&str]| careful(&[args, &["--careful", "--date", "2026-03-04", arg(&text)]].concat(), &shipped());
    let whys = |rows: Vec<serde_json::Value>| -> Vec<String> {
        let events = rows.iter().flat_map(|row| row["events"].as_array().unwrap());
        events.map(|event| event["why"].as_str().unwrap().to_string()).collect()
    };
    let explained = whys(run(&["explain", "--format", "jsonl"]).ended(0).json_lines());
    assert!(explained.iter().any(|why| why.contains("read twice")), "{explained:?}");
    // `code` also says where it has the date from.
    let coded = whys(run(&["code"]).ended(0).json_lines());
    assert_eq!(coded.len(), explained.len());
    assert!(coded.iter().zip(&explained).all(|(coded, why)| coded.starts_with(why)), "{coded:?} {explained:?}");
}

#[test]
fn training_says_what_is_wrong_with_its_files_before_the_long_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["start", "out", "tables", "labelled"] {
        fs::create_dir(path(name)).unwrap();
    }
    let fails = |out: &str, said: &str| {
        let folders = ["start", "labelled", "tables", out].map(&path);
        let [start, labelled, from, out] = [0, 1, 2, 3].map(|i| arg(&folders[i]));
        let flags = ["--start", start, "--labelled", labelled, "--from", from, "--out", out];
        let run = careful(&[&["train", "careful"], &flags[..]].concat(), &shipped()).ended(1);
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    };
    fails("none", "cannot write into");
    fails("out", "vocab.txt");
    fs::write(path("start/vocab.txt"), "[UNK]\n[CLS]\n[SEP]\n").unwrap();
    fails("out", "model.safetensors");
    fs::write(path("start/model.safetensors"), "no weights").unwrap();
    fails("out", "model.safetensors: the weights' header is damaged");
}
