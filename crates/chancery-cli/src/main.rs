//! The command line: flags in, the pipeline's rows out.
//!
//! Data goes to standard output, everything else to standard error. Exit status: 0 all well, 1 some inputs could not be
//! read (each named on standard error with its reason), 2 wrong usage, 3 the ledger is damaged, locked or from a newer
//! version, 4 no memory is left.

mod args;
mod commands;
mod memory;
mod output;
mod progress;
#[cfg(test)]
mod reference;

use chancery_ledger::LedgerError;
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: memory::Allocator = memory::Allocator;

/// How a command ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All well.
    Done,
    /// Some inputs could not be read; each was named on standard error.
    SomeUnread,
}

fn main() -> ExitCode {
    let args = args::Args::parse();
    keep_silent_of_broken_pdf();
    match commands::run(args) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeUnread) => ExitCode::from(1),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chancery: {error:#}");
            ExitCode::from(match error.downcast_ref::<LedgerError>() {
                Some(LedgerError::Filter { .. }) => 2,
                Some(wrong) if wrong.is_ledger_fault() => 3,
                _ if error.is::<output::WrongInput>() => 2,
                _ => 1,
            })
        }
    }
}

/// A broken PDF makes its reader panic; that comes back as an error and is named there, once.
fn keep_silent_of_broken_pdf() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some(chancery::formats::PDF_THREAD) {
            default(info);
        }
    }));
}
