//! JSON forms and the operation table that all faces share.
//!
//! A face needs two functions of this module: [`call`] and [`operations`]. A new operation is one
//! line in `wire/table.rs` and nothing by hand in any face.

mod schema;
mod snapshot;
mod table;

#[cfg(feature = "schema")]
pub use schema::document;
pub use schema::{operations, schema_text};
pub use snapshot::{ValidateInput, Validated};
pub use table::{OPERATIONS, Operation};

use serde::de::DeserializeOwned;

use crate::analysis::AnalyzeInput;
use crate::error::{Error, ErrorKind, Result};
use crate::json::{Ignored, from_json_noting, to_json};
use crate::model::Snapshot;
use crate::usage::Usage;

/// Runs an operation on its JSON input, with a Usage if it takes one; gives its JSON output.
///
/// ```
/// let out = upid_core::wire::call(
///     "timerange.parse",
///     r#"{"text": "7d", "now": "2026-03-15T00:00:00Z"}"#,
///     None,
/// )?;
/// assert_eq!(
///     out,
///     r#"{"start":"2026-03-08T00:00:00Z","end":"2026-03-15T00:00:00Z","seconds":604800}"#
/// );
/// # Ok::<(), upid_core::Error>(())
/// ```
///
/// # Errors
/// `UPID_UNKNOWN_OPERATION` with the nearest name; `UPID_FORMAT` with path, line and column for JSON that does
/// not fit the operation's input; `UPID_EMPTY_INPUT` at `input`; and every error of the operation itself.
pub fn call(operation: &str, input: &str, usage: Option<&Usage>) -> Result<String> {
    let Some(op) = OPERATIONS.iter().find(|op| op.name == operation) else {
        return Err(unknown(operation));
    };
    (op.run)(input, usage).map_err(|error| {
        // An error that knows no closer place is about the input as a whole.
        if error.place().is_known() { error } else { error.at_path("input") }
    })
}

/// Runs an operation `ingest.…` on documents as they came: what [`call`] does, without their way through JSON.
///
/// `options` is JSON of the parser's options; empty: the defaults.
///
/// ```
/// let csv = b"timestamp,namespace,pod,container,cpu_cores\n1773532800,shop,cart-0,app,0.25\n";
/// let out = upid_core::wire::ingest("ingest.samplesCsv", &[csv], "")?;
/// assert!(out.contains(r#""values":[0.25]"#), "{out}");
/// # Ok::<(), upid_core::Error>(())
/// ```
///
/// # Errors
/// `UPID_UNKNOWN_OPERATION` for other operations; those of the parser, with `documents[i]` where there are several.
pub fn ingest(operation: &str, documents: &[&[u8]], options: &str) -> Result<String> {
    let parsed = crate::ingest::operation::parse_raw(operation, documents, options);
    parsed.unwrap_or_else(|| Err(unknown(operation)))
}

/// Analyses JSON texts of a Snapshot and a Config, as the operation `analyze` does; an error has its line and column in
/// the text that it is about.
///
/// # Errors
/// Those of [`call`], under `snapshot` or `config`.
pub fn analyze(snapshot: &str, config: Option<&str>, usage: Option<&Usage>) -> Result<String> {
    let (snapshot, mut ignored) = part::<Snapshot>("snapshot", snapshot)?;
    let (config, more) = config.map(|text| part("config", text)).transpose()?.unwrap_or_default();
    ignored.join(more);
    to_json(&AnalyzeInput { snapshot, config, usage: None }.run(usage, ignored)?)
}

fn part<T: DeserializeOwned>(name: &str, text: &str) -> Result<(T, Ignored)> {
    let (value, mut ignored) = from_json_noting(text).map_err(|e| e.under(name))?;
    ignored.paths.iter_mut().for_each(|path| *path = format!("{name}.{path}"));
    Ok((value, ignored))
}

/// Rewrites a result of an operation in its canonical bytes, whoever wrote it down in between.
pub fn canonical(operation: &str, output: &str) -> Result<String> {
    match OPERATIONS.iter().find(|op| op.name == operation) {
        Some(op) => (op.canonical)(output),
        None => Err(unknown(operation)),
    }
}

fn unknown(operation: &str) -> Error {
    let nearest = crate::units::nearest(operation, OPERATIONS.iter().map(|op| op.name));
    let shown: String = operation.chars().take(80).collect();
    Error::new(ErrorKind::UnknownOperation, format!("there is no operation {shown:?}"))
        .at_path("operation")
        .hint(format!("did you mean {nearest:?}? operations() lists all names"))
        .detail("nearest", nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_of_an_analysis_has_its_own_places() {
        let snapshot = "{\"cluster\": {\"name\": \"c1\"}, \"now\": \"2026-03-01T00:00:00Z\",\n\
            \"window\": {\"start\": \"2026-02-28T00:00:00Z\", \"end\": \"2026-03-01T00:00:00Z\"}}";
        let place = |snapshot: &str, config: &str| {
            let error = analyze(snapshot, Some(config), None).unwrap_err();
            (error.code(), error.place().path.clone().unwrap(), error.place().column)
        };
        let at = |code, path: &str, column| (code, path.to_owned(), column);
        assert_eq!(
            place(snapshot, "{\"foo\": 1}"),
            at("UPID_INVALID_CONFIG", "config.foo", Some(2))
        );
        assert_eq!(place(snapshot, "[\"UTC\"]"), at("UPID_FORMAT", "config", Some(1)));
        assert_eq!(place("{}", "{}"), at("UPID_MISSING_FIELD", "snapshot", Some(1)));
        assert_eq!(place("", "{}"), at("UPID_EMPTY_INPUT", "snapshot", None));
        // A second member after the Snapshot is no member of the call.
        assert_eq!(place(&format!("{snapshot},\"usage\":\"\""), "{}").0, "UPID_FORMAT");
        let odd = snapshot.replacen('{', "{\"odd\": 1, ", 1);
        assert!(analyze(&odd, None, None).unwrap().contains("snapshot.odd"));
    }

    #[test]
    fn a_question_has_no_misspelt_fields() {
        let usage = Usage::default();
        for (input, path) in [
            (r#"{"metric": "CpuCores", "q": [0.5], "selecter": {"pod": "a"}}"#, "selecter"),
            (r#"{"metric": "CpuCores", "q": [0.5], "selector": {"podd": "a"}}"#, "selector.podd"),
        ] {
            let error = call("usage.quantiles", input, Some(&usage)).unwrap_err();
            assert_eq!(error.place().path.as_deref(), Some(path), "{error}");
        }
        let unnamed = r#"{"series": [{"key": {"namespace": "a", "podd": "b"}, "metric": "cpu", "startMs": 0, "stepMs": 1, "values": []}]}"#;
        let error = call("usage.summarize", unnamed, None).unwrap_err();
        assert_eq!(error.place().path.as_deref(), Some("series[0].key.podd"));
    }

    #[test]
    fn unknown_operations_name_the_nearest() {
        let error = call("timerange.prase", "{}", None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownOperation);
        assert!(error.hint_text().contains("timerange.parse"), "{error}");
        assert_eq!(error.place().path.as_deref(), Some("operation"));
        let error = call("timerange.parse", " ", None).unwrap_err();
        assert_eq!(
            (error.code(), error.place().path.as_deref()),
            ("UPID_EMPTY_INPUT", Some("input"))
        );
    }
}
