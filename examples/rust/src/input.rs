//! Files and standard input.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::de::IgnoredAny;
use upid_core::json::from_json;
use upid_core::usage::IngestReport;
use upid_core::usage::operations::EncodedUsage;
use upid_core::{Config, Error, ErrorKind, Result as UpidResult, Snapshot, Usage, wire};

use crate::cli::Source;
use crate::failure::Failure;
use crate::samples::{self, Samples};

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
        let error = Error::new(ErrorKind::Encoding, "the input is not UTF-8")
            .at_byte(e.utf8_error().valid_up_to())
            .hint("JSON and CSV files are UTF-8");
        Failure::in_file(error, path)
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

/// Samples and requests as a Usage, and what became of the samples' rows; notes on standard error name ignored columns.
pub(crate) fn summarize(
    samples: &Path,
    requests: Option<&Path>,
) -> Result<(Usage, IngestReport), Failure> {
    let Samples { mut usage, report, ignored } = samples::read(&text(samples)?, samples)?;
    for column in ignored {
        note(&format!("the column {column:?} is ignored; `upid --help` lists the columns"));
    }
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
                (None, Some(path)) => Some(told(summarize(path, source.requests.as_deref())?)),
                (None, None) => None,
            },
        })
    }

    /// The Snapshot and the settings.
    pub(crate) fn parts(&self) -> UpidResult<(Snapshot, Config)> {
        let config = self.config.as_deref().map(from_json).transpose()?.unwrap_or_default();
        Ok((from_json(&self.snapshot)?, config))
    }

    /// The canonical JSON of the Analysis.
    pub(crate) fn analyze(&self) -> UpidResult<String> {
        wire::analyze(&self.snapshot, self.config.as_deref(), self.usage.as_ref())
    }
}

/// Says on standard error which samples were left out; the report only sees what is there.
fn told((usage, report): (Usage, IngestReport)) -> Usage {
    let left_out = [
        (report.negative, "negative"),
        (report.non_finite, "not finite"),
        (report.out_of_range, "too large"),
        (report.duplicates, "of a time that stands twice"),
    ];
    for (count, what) in left_out.iter().filter(|(count, _)| *count > 0) {
        note(&format!("{count} samples left out: {what}"));
    }
    usage
}

/// A line on standard error; nothing is left to do when that is gone.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "note: {text}");
}
