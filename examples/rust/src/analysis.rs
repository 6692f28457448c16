//! An analysis as the command passes it around: its canonical JSON, and the few fields that the tables need.

use serde::Deserialize;

use serde_json::value::RawValue;
use upid_core::{Usage, json, wire};

use crate::cli::{Format, Source};
use crate::failure::Failure;
use crate::input::Input;

/// The canonical JSON of an analysis.
pub(crate) struct Analysis(String);

/// The lists that hold one element per object, each element as it was written.
#[derive(Deserialize)]
pub(crate) struct Elements {
    pub(crate) namespaces: Vec<Box<RawValue>>,
    pub(crate) workloads: Vec<Box<RawValue>>,
    pub(crate) pods: Vec<Box<RawValue>>,
}

impl Analysis {
    /// The analysis of what the options name.
    pub(crate) fn of_source(source: &Source) -> Result<Self, Failure> {
        let input = Input::read(source)?;
        input.analyze().map(Self).map_err(|error| {
            let config =
                error.place().path.as_deref().is_some_and(|path| path.starts_with("config"));
            let file = source.config.as_ref().filter(|_| config).unwrap_or(&source.snapshot);
            Failure::in_file(error, file)
        })
    }

    /// The analysis of texts that are part of the program.
    pub(crate) fn of(snapshot: &str, config: &str, usage: &Usage) -> Result<Self, Failure> {
        Ok(Self(wire::analyze(snapshot, Some(config), Some(usage))?))
    }

    /// Some of its fields.
    pub(crate) fn read<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Failure> {
        Ok(json::from_json(&self.0)?)
    }

    /// A report of the whole, with notes at its end.
    pub(crate) fn render(&self, format: Format, notes: &[String]) -> Result<String, Failure> {
        if format == Format::Json {
            return Ok(self.0.clone());
        }
        let format = format.name();
        let options = serde_json::json!({ "notes": notes });
        let Self(analysis) = self;
        let input =
            format!("{{\"analysis\":{analysis},\"format\":\"{format}\",\"options\":{options}}}");
        let report: Report = json::from_json(&wire::call("report.render", &input, None)?)?;
        Ok(report.text)
    }
}

/// Output of the operation `report.render`.
#[derive(Deserialize)]
struct Report {
    text: String,
}
