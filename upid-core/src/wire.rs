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

use crate::error::{Error, ErrorKind, Result};
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
/// not fit the operation's input; and every error of the operation itself.
pub fn call(operation: &str, input: &str, usage: Option<&Usage>) -> Result<String> {
    // serde would also read a struct from an array, by place; no field of ours is meant to be told by its place.
    if let Some(first) = input.trim_start().bytes().next().filter(|first| *first == b'[') {
        return Err(Error::new(ErrorKind::Format, "the input is an array, not an object")
            .at_byte(input.find(char::from(first)).unwrap_or(0))
            .hint("pass the input's fields by name: {\"name\": value}"));
    }
    match OPERATIONS.iter().find(|op| op.name == operation) {
        Some(op) => (op.run)(input, usage),
        None => Err(unknown(operation)),
    }
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
        .hint(format!("did you mean {nearest:?}? operations() lists all names"))
        .detail("nearest", nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_operations_name_the_nearest() {
        let error = call("timerange.prase", "{}", None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownOperation);
        assert!(error.hint_text().contains("timerange.parse"), "{error}");
    }
}
