//! The reference of the command line, written from the flags themselves.
//!
//! `BLESS=1 cargo test -p chancery-cli reference` writes docs/reference/command-line.md anew.

use crate::args::Args;
use clap::{Arg, Command, CommandFactory};
use std::fmt::Write;

const HEAD: &str = "# Command line

Made from the program's own flags, as `chancery COMMAND --help` shows them; a test holds it to them. Data goes to standard
output, everything else to standard error. Exit status: 0 all well, 1 some inputs could not be read (each named with its reason),
2 wrong usage, 3 the ledger is damaged, locked or from a newer version, 4 no memory is left.
";

fn reference() -> String {
    let mut program = Args::command();
    program.build();
    let mut out = HEAD.to_string();
    section(&mut out, &program, "chancery", true);
    for command in program.get_subcommands() {
        commands(&mut out, command, "chancery");
    }
    out
}

fn commands(out: &mut String, command: &Command, before: &str) {
    if command.get_name() == "help" {
        return;
    }
    let name = format!("{before} {}", command.get_name());
    section(out, command, &name, false);
    for inner in command.get_subcommands() {
        commands(out, inner, &name);
    }
}

/// A command: what it does, and a table of what it takes. What all commands take stands at the program alone.
fn section(out: &mut String, command: &Command, name: &str, with_global: bool) {
    let title = if with_global { "All commands".to_string() } else { format!("`{name}`") };
    let about = command.get_about().map(ToString::to_string).filter(|_| !with_global);
    let about = about.unwrap_or_else(|| "What every command takes".into());
    let _ = write!(out, "\n## {title}\n\n{about}.\n");
    let wanted = |arg: &&Arg| {
        !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version") && arg.is_global_set() == with_global
    };
    let mut rows = String::new();
    for arg in command.get_arguments().filter(wanted) {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<String> = arg
            .get_possible_values()
            .iter()
            .filter(|_| takes_value(arg))
            .map(|v| format!("`{}`", v.get_name()))
            .collect();
        let default = arg.get_default_values().iter().map(|v| v.to_string_lossy()).collect::<Vec<_>>().join(", ");
        let mut what = help.replace('|', "\\|");
        if !values.is_empty() {
            let _ = write!(what, ": {}", values.join(", "));
        }
        if takes_value(arg) && !default.is_empty() && !arg.is_hide_default_value_set() {
            let _ = write!(what, " (`{default}` without it)");
        }
        let _ = writeln!(rows, "| `{}` | {what} |", flag(arg).replace('|', "\\|"));
    }
    if !rows.is_empty() {
        let _ = write!(out, "\n| takes | what |\n|---|---|\n{rows}");
    }
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// `--format FORMAT`, `-j N`, `PATH`.
fn flag(arg: &Arg) -> String {
    let value = match arg.get_value_names() {
        Some(names) if takes_value(arg) => names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        _ if takes_value(arg) => arg.get_id().as_str().to_uppercase(),
        _ => String::new(),
    };
    let name = match (arg.get_long(), arg.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => String::new(),
    };
    [name, value].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_reference_says_what_the_flags_are() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/command-line.md");
    let made = reference();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, &made).expect("the reference can be written");
    }
    let written = std::fs::read_to_string(file).unwrap_or_default();
    let differs = made.lines().zip(written.lines()).find(|(made, written)| made != written);
    assert!(made == written, "docs/reference/command-line.md is old (BLESS=1 writes it anew): {differs:?}");
    assert!(made.contains("## `chancery watch`") && made.contains("`--status STATUS`"));
}
