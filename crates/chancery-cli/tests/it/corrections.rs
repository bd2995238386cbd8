//! Corrections, recoding and comparing, by the real program.

use crate::support::{Ran, arg, chancery, root};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

struct World {
    folder: tempfile::TempDir,
    ledger: PathBuf,
}

impl World {
    fn of_examples() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("w.ledger");
        chancery(&["read", "examples/pages", "--ledger", arg(&ledger)]).ended(0);
        World { folder, ledger }
    }

    fn run(&self, args: &[&str]) -> Ran {
        chancery(&[args, &["--ledger", arg(&self.ledger)]].concat())
    }

    fn rows(&self) -> Vec<Value> {
        self.run(&["export"]).ended(0).json_lines().split_off(1)
    }

    fn row(&self, report: &str) -> Option<Value> {
        self.rows().into_iter().find(|r| r["report"] == report)
    }

    fn correct(&self, args: &[&str]) -> String {
        let run = self.run(&[&["correct"], args, &["--why", "read again", "--who", "ana"]].concat()).ended(0);
        run.text().split_whitespace().next().unwrap().to_string()
    }

    fn states(&self) -> Vec<Value> {
        let list = self.run(&["correct", "list", "--format", "jsonl"]).ended(0).json_lines();
        list.into_iter().map(|c| c["state"].clone()).collect()
    }

    /// A folder of knowledge in which what tells of an accusation tells of a refusal.
    fn changed_codebook(&self) -> PathBuf {
        let folder = self.folder.path().join("data");
        fs::create_dir_all(folder.join("codebook")).unwrap();
        let verbs = fs::read_to_string(root().join("data/codebook/verbs.toml")).unwrap();
        let (before, after) =
            ("name = \"allege\"\ntype = \"ACCUSE\"\nmode = \"allege\"", "name = \"allege\"\ntype = \"REJECT\"");
        assert!(verbs.contains(before), "the codebook no longer has this group");
        fs::write(folder.join("codebook/verbs.toml"), verbs.replace(before, after)).unwrap();
        folder
    }
}

fn id(row: &Value) -> &str {
    row["report"].as_str().unwrap()
}

#[test]
fn twenty_corrections_survive_a_recoding_with_another_codebook() {
    let world = World::of_examples();
    let rows = world.rows();
    let chosen: Vec<&Value> = rows.iter().step_by(7).take(20).collect();
    assert_eq!(chosen.len(), 20);
    let mut expected: Vec<(&str, &str, Value)> = Vec::new();
    for (i, row) in chosen.iter().enumerate() {
        let (field, value, shown) = match i % 5 {
            0 => ("status", "hypothetical", Value::from("hypothetical")),
            1 => ("date", "2019-11", Value::from("2019-11")),
            2 => ("place", "", Value::Null),
            3 => ("type", "MOBILIZE", Value::from("MOBILIZE")),
            _ => ("claimant", "A reader", Value::from("A reader")),
        };
        world.correct(&["set", id(row), field, value]);
        expected.push((id(row), field, shown));
    }
    let check = |when: &str| {
        let rows = world.rows();
        for (report, field, value) in &expected {
            let target = chosen.iter().find(|c| id(c) == *report).unwrap();
            let stands = |r: &&Value| ["id", "start", "end"].iter().all(|f| r[*f] == target[*f]) && r[*field] == *value;
            assert!(rows.iter().any(|r| stands(&r)), "{when}: {field} of {report} is lost");
        }
        assert!(world.states().iter().all(|s| s == "applied"), "{when}: {:?}", world.states());
    };
    check("at once");
    let before = world.folder.path().join("before.ledger");
    fs::copy(&world.ledger, &before).unwrap();
    let data = world.changed_codebook();
    let recoded = world.run(&["--data", arg(&data), "recode"]).ended(0);
    assert!(recoded.stderr.contains("15 inputs coded again"), "{}", recoded.stderr);
    check("after recoding");
    let diff = chancery(&["diff", arg(&before), arg(&world.ledger), "--format", "jsonl"]).ended(0);
    let changed = diff.json_lines();
    let retyped = |c: &Value| c["fields"][0]["field"] == "type" && c["fields"][0]["after"] == "REJECT";
    assert!(changed.iter().filter(|c| retyped(c)).count() > 3, "{}", diff.text());
    // What says something else is not what a person said.
    assert!(changed.iter().all(|c| c["type"] != "MOBILIZE"), "{}", diff.text());
    let again = world.run(&["--data", arg(&data), "recode"]).ended(0);
    assert!(again.stderr.contains(" 0 inputs coded again"), "{}", again.stderr);
}

#[test]
fn recoding_by_the_same_program_would_change_nothing() {
    let world = World::of_examples();
    let rows = world.rows();
    let copy = world.folder.path().join("copy.ledger");
    fs::copy(&world.ledger, &copy).unwrap();
    // There and back again: the texts and layouts of the ledger are all that coding needs.
    world.run(&["--data", arg(&world.changed_codebook()), "recode"]).ended(0);
    assert_ne!(world.rows(), rows);
    world.run(&["recode"]).ended(0);
    assert_eq!(world.rows(), rows);
    let diff = chancery(&["diff", arg(&copy), arg(&world.ledger)]).ended(0);
    assert!(diff.text().is_empty() && diff.stderr.contains("0 reports gained"), "{}", diff.stderr);
}

#[test]
fn an_input_that_cannot_be_coded_again_leaves_the_others_theirs() {
    let world = World::of_examples();
    let db = rusqlite::Connection::open(&world.ledger).unwrap();
    // An older program kept no layouts: of an input with several articles, before others in the order of the hashes.
    let several = "SELECT input FROM articles GROUP BY input HAVING count(*) > 1";
    let first = format!("SELECT row FROM inputs WHERE row IN ({several}) ORDER BY content_hash LIMIT 1");
    assert!(db.execute(&format!("UPDATE articles SET layout = NULL WHERE input = ({first})"), []).unwrap() > 1);
    let titles = || {
        let mut rows = db
            .prepare(
                "SELECT i.content_hash, a.position, a.title, length(a.text) FROM articles a
                 JOIN inputs i ON i.row = a.input ORDER BY 1, 2",
            )
            .unwrap();
        let row = |r: &rusqlite::Row<'_>| {
            Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?, r.get::<_, Option<String>>(2)?, r.get::<_, i64>(3)?))
        };
        rows.query_map([], row).unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    let before = titles();
    let run = world.run(&["--data", arg(&world.changed_codebook()), "recode"]).ended(0);
    assert!(run.stderr.contains("14 inputs coded again"), "{}", run.stderr);
    assert!(run.stderr.contains("1 inputs were stored by an older program"), "{}", run.stderr);
    assert_eq!(titles(), before);
}

#[test]
fn every_correction_can_be_taken_back() {
    let world = World::of_examples();
    let rows = world.rows();
    let export = |world: &World| world.run(&["export"]).ended(0).stdout;
    let before = export(&world);
    let told_twice = rows.iter().find(|r| rows.iter().filter(|o| o["event"] == r["event"]).count() > 1).unwrap();
    let other = rows.iter().rev().find(|r| r["event"] != told_twice["event"]).unwrap();
    let name = rows.iter().find_map(|r| r["actors"][0]["name"].as_str()).unwrap();
    let second = rows.iter().rev().find_map(|r| r["actors"][0]["name"].as_str().filter(|n| *n != name)).unwrap();
    let made = [
        world.correct(&["set", id(&rows[3]), "recipients", "Somebody Else (FRA GOV); Peru (PER)"]),
        world.correct(&["retract", id(&rows[10])]),
        world.correct(&["split", id(told_twice)]),
        world.correct(&["join", id(&rows[20]), id(other)]),
        world.correct(&["merge", name, second]),
    ];
    let parties = world.row(id(&rows[3])).unwrap()["recipients"].clone();
    assert_eq!((&parties[0]["name"], &parties[1]["code"]), (&Value::from("Somebody Else"), &Value::from("PER")));
    assert!(world.row(id(&rows[10])).is_none());
    assert_ne!(world.row(id(told_twice)).unwrap()["event"], told_twice["event"]);
    assert_eq!(world.row(id(&rows[20])).unwrap()["event"], world.row(id(other)).unwrap()["event"]);
    assert!(!world.rows().iter().any(|r| r["actors"][0]["name"] == name), "{name} is one with {second}");
    for correction in &made {
        world.correct(&["undo", correction]);
    }
    assert!(export(&world) == before, "something of the corrections is left");
}

#[test]
fn several_corrections_of_one_report_leave_nothing_behind_in_any_order() {
    let world = World::of_examples();
    let rows = world.rows();
    let before = world.run(&["export"]).ended(0).stdout;
    let located = rows.iter().find(|r| r["location"]["lat"].is_number() && r["actors"][0]["name"].is_string()).unwrap();
    let name = located["actors"][0]["name"].as_str().unwrap();
    let other = rows.iter().find_map(|r| r["actors"][0]["name"].as_str().filter(|n| *n != name)).unwrap();
    for order in [[3, 2, 1, 0], [0, 1, 2, 3], [2, 0, 3, 1]] {
        let made = [
            world.correct(&["merge", name, other]),
            world.correct(&["set", id(located), "type", "PROTEST"]),
            world.correct(&["set", id(located), "place", "Elsewhere"]),
            world.correct(&["retract", id(located)]),
        ];
        assert!(world.states().iter().all(|s| s != "conflict"), "{:?}", world.states());
        for at in order {
            world.correct(&["undo", &made[at]]);
            if let Some(row) = world.row(id(located)).filter(|r| r["place"] == "Elsewhere") {
                assert_eq!(
                    (&row["location"], &row["mode"]),
                    (&Value::Null, &Value::Null),
                    "an old place's coordinates"
                );
            }
        }
        assert!(
            world.run(&["export"]).ended(0).stdout == before,
            "something is left after undoing in the order {order:?}"
        );
    }
}

#[test]
fn a_type_that_the_codebook_does_not_know_is_refused() {
    let world = World::of_examples();
    let row = &world.rows()[5];
    let run = world.run(&["correct", "set", id(row), "type", "visit", "--why", "read again", "--who", "ana"]).ended(2);
    assert!(run.stderr.contains("\"VISIT\" is no type") && run.stderr.contains("CONSULT"), "{}", run.stderr);
    world.correct(&["set", id(row), "type", "protest"]);
    assert_eq!(world.row(id(row)).unwrap()["type"], "PROTEST");
}

#[test]
fn corrections_travel_as_a_file_and_say_where_they_do_not_fit() {
    let world = World::of_examples();
    let row = &world.rows()[5];
    world.correct(&["set", id(row), "status", "denied"]);
    let file = world.folder.path().join("corrections.jsonl");
    let mut list = world.run(&["correct", "list", "--format", "jsonl"]).ended(0).text().to_string();
    list.push_str("not a correction\n");
    fs::write(&file, list).unwrap();
    let other = World::of_examples();
    let import = other.run(&["correct", "import", arg(&file)]).ended(1);
    assert!(import.stderr.contains("line 2") && import.stderr.contains("1 of them new; 0 of"), "{}", import.stderr);
    assert_eq!(other.row(id(row)).unwrap()["status"], "denied");
    // A ledger of other pages has nothing to correct; the correction waits there, and is listed.
    let elsewhere = other.folder.path().join("elsewhere.ledger");
    let page = other.folder.path().join("page.txt");
    fs::write(&page, "France condemned the coup in Niger on 27 July 2023.\n").unwrap();
    chancery(&["read", arg(&page), "--ledger", arg(&elsewhere)]).ended(0);
    chancery(&["correct", "import", arg(&file), "--ledger", arg(&elsewhere)]).ended(1);
    let conflicts = chancery(&["correct", "list", "--conflicts", "--ledger", arg(&elsewhere)]).ended(0);
    assert!(conflicts.text().contains("no report stands there"), "{}", conflicts.text());
}

#[test]
fn what_cannot_be_corrected_is_said_in_one_line() {
    let world = World::of_examples();
    let row = &world.rows()[0];
    let by = ["--why", "w"];
    for (args, says) in [
        (vec!["set", id(row), "date", "2026-13-01"], "is no date"),
        (vec!["set", id(row), "status", "perhaps"], "write one of occurred"),
        (vec!["set", id(row), "actors", "Xi (China)"], "write a name and its code"),
        (vec!["set", "rffff", "status", "denied"], "no such report"),
        (vec!["merge", "Nobody Known", "Xi Jinping"], "names no such actor"),
        (vec!["undo", "c0"], "no such correction"),
        (vec!["set", id(row), "actors", "Xi (CHN"], "write a name and its code"),
        (vec!["join", id(row), id(row)], "are one already"),
    ] {
        let run = world.run(&[&["correct"], args.as_slice(), &by].concat()).ended(1);
        assert!(run.stderr.contains(says) && run.stderr.lines().count() == 1, "{args:?}: {}", run.stderr);
    }
    assert!(world.states().is_empty());
    let missing = world.folder.path().join("no.ledger");
    let run = chancery(&["recode", "--ledger", arg(&missing)]);
    assert_eq!(run.status, 3, "{}", run.stderr);
    assert!(!Path::new(&missing).exists());
}
