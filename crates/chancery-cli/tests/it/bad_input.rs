//! What is hopeless is named in one clear line; everything else is read and kept.

use crate::support::{Ran, arg, chancery};
use std::fs;
use std::path::Path;
use std::process::Command;

const GOOD: &str = "Sweden and Finland\n\nSwedish Prime Minister Magdalena Andersson met Sauli Niinisto in Stockholm on 13 April 2022.\n";

/// A folder with a good page and what `bad` puts beside it, coded.
fn code_beside_a_good_page(bad: impl FnOnce(&Path)) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.txt"), GOOD).unwrap();
    bad(folder.path());
    let run = chancery(&["code", arg(folder.path())]);
    let good = run.json_lines().into_iter().filter(|a| a["file"].as_str().unwrap().ends_with("good.txt")).count();
    assert_eq!(good, 1, "the good page is lost: {}", run.stderr);
    run
}

/// One line of standard error names the file.
fn assert_named_in_one_line(run: &Ran, file: &str) {
    let lines: Vec<&str> = run.stderr.lines().filter(|l| l.contains(file)).collect();
    assert_eq!(lines.len(), 1, "{}", run.stderr);
    assert!(lines[0].starts_with("chancery: ") && !run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn a_binary_file_is_named() {
    let run = code_beside_a_good_page(|dir| {
        fs::write(dir.join("bad.bin"), [0u8, 159, 146, 150, 0, 1, 2, 3].repeat(500)).unwrap()
    });
    assert_named_in_one_line(&run.ended(1), "bad.bin");
}

#[test]
fn an_empty_file_is_noted() {
    let run = code_beside_a_good_page(|dir| fs::write(dir.join("empty.txt"), "").unwrap());
    assert_named_in_one_line(&run.ended(0), "empty.txt");
}

#[test]
fn broken_utf8_is_read_with_a_note() {
    let run = code_beside_a_good_page(|dir| {
        fs::write(dir.join("broken.txt"), b"Chad thanked France on \xff\xfe Monday.\n\xc3").unwrap()
    });
    let run = run.ended(0);
    assert!(run.json_lines().iter().any(|a| a["file"].as_str().unwrap().ends_with("broken.txt")));
}

#[test]
fn a_line_of_fifty_megabytes_is_read_or_named() {
    let run = code_beside_a_good_page(|dir| fs::write(dir.join("long.txt"), "word ".repeat(10 << 20)).unwrap());
    assert!(matches!(run.status, 0 | 1), "{}", run.stderr);
    assert_named_in_one_line(&run, "long.txt");
}

#[test]
fn a_missing_path_is_named() {
    let run = chancery(&["code", "no/such/place"]).ended(1);
    assert_named_in_one_line(&run, "no/such/place");
    assert!(run.stderr.contains("no such file"), "{}", run.stderr);
}

#[test]
fn a_folder_without_rights_is_named() {
    use std::os::unix::fs::PermissionsExt;
    if is_root() {
        eprintln!("skipped: root may read every folder");
        return;
    }
    let shut = |mode| fs::Permissions::from_mode(mode);
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, shut(0o000)).unwrap();
    let run = chancery(&["code", arg(folder.path())]);
    fs::set_permissions(&closed, shut(0o755)).unwrap();
    assert_named_in_one_line(&run.ended(1), "closed");
}

/// True where the tests run as root.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0\n"))
}

/// The program's peak of memory in bytes, as the system counts it.
#[cfg(target_os = "linux")]
fn run_and_measure(args: &[&str]) -> (Ran, u64) {
    use crate::support::{command, ran};
    use std::process::Stdio;
    let child = command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let watch = std::thread::spawn(move || {
        let mut peak = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
            // A program that has ended states none.
            let Some(kilobytes) = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok()) else {
                break;
            };
            peak = peak.max(kilobytes << 10);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        peak
    });
    let run = ran(child.wait_with_output().expect("the program ends"));
    (run, watch.join().expect("a measure"))
}

/// A line of a gigabyte, packed to a few megabytes: members of a megabyte, one after another.
#[cfg(target_os = "linux")]
fn gigabyte_line(first: &str, last: &str) -> Vec<u8> {
    use flate2::Compression;
    use std::io::Write;
    let gz = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    // Enough that does not pack, so that it is no bomb.
    let varied: String = (0u32..2_000).map(|i| format!("{:x} ", i.wrapping_mul(2_654_435_761))).collect();
    let member = gz((varied + &"word ".repeat(200_000)).as_bytes());
    [gz(first.as_bytes()), member.repeat(1_024), gz(last.as_bytes())].concat()
}

#[test]
#[cfg(target_os = "linux")]
fn a_line_of_a_gigabyte_takes_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let record = serde_json::json!({"title": "A visit", "text": GOOD, "hostname": "example.org"});
    let path = folder.path().join("lines.jsonl.gz");
    fs::write(&path, gigabyte_line(&format!("{record}\n{{\"text\": \""), &format!("\"}}\n{record}\n"))).unwrap();
    let (run, peak) = run_and_measure(&["code", arg(&path), "-j", "1"]);
    let run = run.ended(1);
    assert_eq!(run.json_lines().len(), 2, "the lines around it are read: {}", run.stderr);
    assert!(run.stderr.contains("1 lines are too long; the first is 2"), "{}", run.stderr);
    assert!(peak > 10 << 20 && peak < 600 << 20, "{} MiB", peak >> 20);

    let path = folder.path().join("line.txt.gz");
    fs::write(&path, gigabyte_line("", "\n")).unwrap();
    let (run, peak) = run_and_measure(&["formats", arg(&path), "--count"]);
    assert!(run.ended(1).stderr.contains("longer than 67108864 bytes; only its beginning was read"));
    assert!(peak < 600 << 20, "{} MiB", peak >> 20);
}
