//! One function per subcommand; each gives the text to print.

mod analyze;
mod cost;
mod demo;
mod outline;
mod tables;

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use upid_core::ingest::KubernetesOptions;
use upid_core::model::Snapshot;
use upid_core::units::Timestamp;
use upid_core::{json, wire};

use crate::cli::{Call, Cli, Command, Operations, SnapshotOf, Summarize};
use crate::failure::Failure;
use crate::input;

/// Runs a subcommand.
pub(crate) fn run(command: &Command) -> Result<String, Failure> {
    match command {
        Command::Demo(options) => demo::run(options),
        Command::Analyze(options) => analyze::run(options),
        Command::Cost(options) => cost::run(options),
        Command::Rightsize(options) => tables::rightsize(options),
        Command::Snapshot(options) => snapshot(options),
        Command::Summarize(options) => summarize(options),
        Command::Call(options) => call(options),
        Command::Operations(options) => operations(options),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "upid", &mut text);
            Ok(String::from_utf8_lossy(&text).into_owned())
        }
    }
}

fn snapshot(options: &SnapshotOf) -> Result<String, Failure> {
    let documents = options.documents.iter().map(|path| input::bytes(path));
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    let mut settings = match &options.options {
        Some(path) => {
            json::from_json(&input::text(path)?).map_err(|e| Failure::in_file(e, path))?
        }
        None => KubernetesOptions::default(),
    };
    settings.now = Some(Timestamp::parse(&options.now).map_err(|e| e.at_path("now"))?);
    let parsed = Snapshot::from_kubernetes(&documents, &settings)?;
    for notice in &parsed.notices {
        input::note(&format!("{} ({}): {}", notice.code, notice.count, notice.message));
    }
    Ok(json::to_json(&parsed.value)?)
}

fn summarize(options: &Summarize) -> Result<String, Failure> {
    let (usage, report) = input::summarize(&options.samples, options.requests.as_deref())?;
    let bytes = usage.to_bytes();
    fs::write(&options.output, &bytes).map_err(|e| {
        Failure::command(
            format!("cannot write {}: {e}", options.output.display()),
            "choose a file in a writable directory",
        )
    })?;
    let report = json::to_json(&report)?;
    Ok(format!("{}: {} bytes\n{report}", options.output.display(), bytes.len()))
}

fn call(options: &Call) -> Result<String, Failure> {
    let usage = options.usage.as_deref().map(input::usage).transpose()?;
    let json = input::text(Path::new("-"))?;
    Ok(wire::call(&options.operation, &json, usage.as_ref())?)
}

fn operations(options: &Operations) -> Result<String, Failure> {
    if options.schema {
        return Ok(wire::operations()?);
    }
    let width = wire::OPERATIONS.iter().map(|op| op.name.len()).max().unwrap_or(0);
    let lines = wire::OPERATIONS.iter().map(|op| format!("{:width$}  {}\n", op.name, op.summary));
    Ok(lines.collect())
}
