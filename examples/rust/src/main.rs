//! The `upid` command: reads files and standard input, calls the library, writes text.
//!
//! It is a host like any other: all decisions are the library's, all input and output is here.

mod analysis;
mod cli;
mod commands;
mod failure;
mod input;
mod samples;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::cli::Cli;
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = Cli::checked();
    let result = pool(cli.threads).and_then(|pool| pool.install(|| commands::run(&cli.command)));
    match result.and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to do when standard error is gone as well.
            let _ = writeln!(io::stderr(), "{failure}");
            failure.exit_code()
        }
    }
}

/// The threads that the library works on; their number changes no byte of any result.
fn pool(threads: Option<u16>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads.unwrap_or(0)))
        .build()
        .map_err(|e| Failure::command(format!("cannot start threads: {e}"), "try --threads 1"))
}

/// Writes the result; a reader that left early (`upid … | head`) is no error.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{end}").and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::command(format!("cannot write the result: {e}"), "is the disk full?"))
        }
        _ => Ok(()),
    }
}
