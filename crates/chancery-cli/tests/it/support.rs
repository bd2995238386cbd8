//! Running the program and reading what it prints.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// One finished run.
pub struct Ran {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    /// Standard output as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output is UTF-8")
    }

    /// Standard output as JSON lines.
    pub fn json_lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
    }

    /// The run, which must have ended with this status.
    pub fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "standard error: {}", self.stderr);
        self
    }
}

/// The program with these arguments, run in the repository's root.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command
        .args(args)
        .current_dir(root())
        .stdin(Stdio::null())
        .env_remove("CHANCERY_DATA")
        .env_remove("CHANCERY_ACTORS")
        .env_remove("CHANCERY_CAREFUL");
    command
}

/// Runs the program.
pub fn chancery(args: &[&str]) -> Ran {
    ran(command(args).output().expect("the program starts"))
}

/// Runs the program with something on standard input.
pub fn chancery_with_stdin(args: &[&str], input: &[u8]) -> Ran {
    use std::io::Write;
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("the program reads");
    ran(child.wait_with_output().expect("the program ends"))
}

pub fn ran(output: Output) -> Ran {
    Ran {
        status: output.status.code().expect("an exit status, not a signal"),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/chancery-cli").to_path_buf()
}

/// A path as an argument.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
