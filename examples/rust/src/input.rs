//! Files and standard input.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use serde::de::IgnoredAny;
use upid_core::json::from_json;
use upid_core::usage::IngestReport;
use upid_core::usage::operations::EncodedUsage;
use upid_core::{Config, Error, Result as UpidResult, Snapshot, Usage, wire};

use crate::cli::Source;
use crate::failure::Failure;
use crate::samples;

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|e| {
        Failure::command(
            format!("cannot read {}: {e}", path.display()),
            "give an existing file, or - for standard input",
        )
    })
}

/// The text of a file, which must be UTF-8.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(bytes(path)?).map_err(|e| {
        Failure::command(
            format!("{} is not UTF-8 at byte {}", path.display(), e.utf8_error().valid_up_to()),
            "JSON and CSV files are UTF-8",
        )
    })
}

/// The text of a JSON file, checked, so that a mistake is reported at its line of this file.
pub(crate) fn json(path: &Path) -> Result<String, Failure> {
    let text = text(path)?;
    from_json::<IgnoredAny>(&text).map_err(|e| Failure::in_file(e, path))?;
    Ok(text)
}

/// A serialised Usage.
pub(crate) fn usage(path: &Path) -> Result<Usage, Failure> {
    Usage::from_bytes(&bytes(path)?).map_err(|e| Failure::in_file(e, path))
}

/// Samples and requests as a Usage, and what became of the samples' rows.
pub(crate) fn summarize(
    samples: &Path,
    requests: Option<&Path>,
) -> Result<(Usage, IngestReport), Failure> {
    let (mut usage, report) = samples::read(&bytes(samples)?, samples)?;
    if let Some(path) = requests {
        add_requests(&mut usage, &text(path)?).map_err(|e| Failure::in_file(e, path))?;
    }
    Ok((usage, report))
}

/// Merges what the operation `usage.summarize` makes of its JSON input.
pub(crate) fn add_requests(usage: &mut Usage, json: &str) -> UpidResult<()> {
    let made: EncodedUsage = from_json(&wire::call("usage.summarize", json, None)?)?;
    usage.merge(&made.decode()?)?;
    Ok(())
}

/// What an analysis needs: the texts of its files, and the Usage, where one is given.
pub(crate) struct Input {
    snapshot: String,
    config: Option<String>,
    /// What happened.
    pub(crate) usage: Option<Usage>,
}

impl Input {
    /// Reads everything that the options name.
    pub(crate) fn read(source: &Source) -> Result<Self, Failure> {
        Ok(Self {
            snapshot: json(&source.snapshot)?,
            config: source.config.as_deref().map(json).transpose()?,
            usage: match (&source.usage, &source.samples) {
                (Some(path), _) => Some(usage(path)?),
                (None, Some(path)) => Some(summarize(path, source.requests.as_deref())?.0),
                (None, None) => None,
            },
        })
    }

    /// The input of the operation `analyze`.
    pub(crate) fn json(&self) -> String {
        analyze_input(&self.snapshot, self.config.as_deref())
    }

    /// An error of the analysis with its file, and with its line there where the file alone shows it.
    pub(crate) fn located(&self, source: &Source, error: Error) -> Failure {
        if let (Some(path), Some(text)) = (&source.config, &self.config)
            && let Err(error) = from_json::<Config>(text)
        {
            return Failure::in_file(error, path);
        }
        Failure::in_file(
            from_json::<Snapshot>(&self.snapshot).err().unwrap_or(error),
            &source.snapshot,
        )
    }
}

/// The input of `analyze`; the texts go in as they are, so that no number changes on the way.
pub(crate) fn analyze_input(snapshot: &str, config: Option<&str>) -> String {
    match config {
        Some(config) => format!("{{\"snapshot\":{snapshot},\"config\":{config}}}"),
        None => format!("{{\"snapshot\":{snapshot}}}"),
    }
}
