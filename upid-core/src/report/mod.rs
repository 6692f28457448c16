//! Reports: an Analysis as text that people read or programs take in. Deterministic: same input, same bytes.

// Documents are built by appending; a `write!` would only add results that cannot fail.
#![allow(clippy::format_push_string, clippy::format_collect)]

mod csv;
mod format;
mod html;
mod markdown;
mod rows;
mod text;

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;
use crate::error::{Error, ErrorKind, Result};
use crate::json;

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Format {
    /// Tables for a terminal.
    #[default]
    Text,
    /// Tables for a pull request or wiki.
    Markdown,
    /// One row per pod, RFC 4180; cells that a spreadsheet would run as formulas are neutralised.
    Csv,
    /// The canonical JSON of the Analysis.
    Json,
    /// One self-contained page: no script, no external request.
    Html,
}

/// What a report shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ReportOptions {
    /// Columns of a terminal, 60..400; tables shorten their names to fit. Default 100.
    pub width: usize,
    /// Rows per table, at least 1. Default 10 for text and Markdown; HTML and CSV show every row.
    pub top: usize,
    /// Title; default: the cluster's name.
    pub title: Option<String>,
    /// Sentences printed at the end, such as the assumptions behind the inputs.
    pub notes: Vec<String>,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self { width: 100, top: 10, title: None, notes: Vec::new() }
    }
}

impl ReportOptions {
    fn validate(&self) -> Result<()> {
        let bad = |path: &str, what: String, hint: &str| {
            Err(Error::new(ErrorKind::InvalidConfig, what).at_path(path).hint(hint))
        };
        if !(60..=400).contains(&self.width) {
            return bad(
                "options.width",
                format!("a width of {} columns", self.width),
                "use 60 to 400",
            );
        }
        if self.top == 0 {
            return bad("options.top", "no rows at all".into(), "use at least 1");
        }
        Ok(())
    }
}

/// Input of the operation `report.render`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RenderInput {
    /// What `analyze` gave.
    pub analysis: Analysis,
    /// The form; `Text` if absent.
    #[serde(default)]
    pub format: Format,
    /// What it shows.
    #[serde(default)]
    pub options: ReportOptions,
}

impl RenderInput {
    /// Renders it.
    pub fn run(&self) -> Result<Rendered> {
        Ok(Rendered { text: render(&self.analysis, self.format, &self.options)? })
    }
}

/// Output of the operation `report.render`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rendered {
    /// The report.
    pub text: String,
}

/// Writes an Analysis in the given form.
///
/// # Errors
/// `UPID_INVALID_CONFIG` for options outside their range.
pub fn render(analysis: &Analysis, format: Format, options: &ReportOptions) -> Result<String> {
    options.validate()?;
    match format {
        Format::Text => Ok(text::render(analysis, options)),
        Format::Markdown => Ok(markdown::render(analysis, options)),
        Format::Csv => Ok(csv::render(analysis)),
        Format::Json => json::to_json(analysis),
        Format::Html => Ok(html::render(analysis, options)),
    }
}
