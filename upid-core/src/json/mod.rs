//! Reading with places, writing with one canonical form.

mod forms;
mod ignored;
pub(crate) mod lexer;
mod reader;
#[cfg(test)]
mod reader_tests;

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::forms::{Both, Named, OneOf, flattened, named, one_of};
pub use self::ignored::Ignored;
use self::lexer::Broken;
use self::reader::{Fault, Reader};
use crate::error::{Error, ErrorKind, Result, uncarry};

/// Writes canonical JSON: no blanks, fields in their declared order, numbers as RFC 8785 (and so `JSON.stringify`)
/// writes them: `1` not `1.0`, `1e+300`, no `-0`.
///
/// The one writer of the library, so that all faces give the same bytes.
pub fn to_json<T: Serialize>(value: &T) -> Result<String> {
    let mut bytes = Vec::with_capacity(1024);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Canonical);
    value.serialize(&mut serializer).map_err(|e| {
        Error::new(ErrorKind::Internal, format!("a result cannot be written as JSON: {e}"))
    })?;
    String::from_utf8(bytes).map_err(|e| Error::new(ErrorKind::Internal, e.to_string()))
}

struct Canonical;

impl serde_json::ser::Formatter for Canonical {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(number(value).as_bytes())
    }
}

/// `Number::toString` of ECMAScript on the shortest digits that round-trip.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let shortest = format!("{:e}", value.abs());
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let digits = digits.replace('.', "");
    // The value is 0.digits × 10^point.
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = digits.len() as i32;
    let body = match point {
        p if !(-5..=21).contains(&p) => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{first}{dot}{rest}e{:+}", point - 1)
        }
        p if p >= count => format!("{digits}{}", "0".repeat((p - count) as usize)),
        p if p > 0 => {
            let (whole, fraction) = digits.split_at(p as usize);
            format!("{whole}.{fraction}")
        }
        p => format!("0.{}{digits}", "0".repeat(-p as usize)),
    };
    if value < 0.0 { format!("-{body}") } else { body }
}

/// Reads JSON into a typed struct; an error names path, line and column, where the wrong value begins.
///
/// An object is never read from an array. Keys are strings; an integer beyond 64 bits is read as a float.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    from_json_noting(text).map(|(value, _)| value)
}

/// Reads JSON into a typed struct and refuses members that nobody knows: for questions, where a misspelt name would
/// silently ask something else.
pub fn from_json_strict<T: DeserializeOwned>(text: &str) -> Result<T> {
    let (value, ignored) = from_json_noting(text)?;
    match ignored.paths.first() {
        None => Ok(value),
        Some(path) => {
            let name = path.rsplit('.').next().unwrap_or(path);
            Err(Error::new(ErrorKind::InvalidValue, format!("there is no field {name:?}"))
                .at_path(path)
                .hint("check the spelling against the schema that operations() gives"))
        }
    }
}

/// Reads JSON into a typed struct and also says which members were ignored because nobody knows them.
pub fn from_json_noting<T: DeserializeOwned>(text: &str) -> Result<(T, Ignored)> {
    if text.trim().is_empty() {
        return Err(Error::new(ErrorKind::EmptyInput, "the JSON input is empty")
            .hint("pass a JSON object, at least {}"));
    }
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|fault| failure(text, &reader, &fault)).map(|value| (value, reader.ignored))
}

/// Our error for a fault, where the reader stands.
fn failure(text: &str, reader: &Reader<'_>, fault: &Fault) -> Error {
    let at = reader.at(fault).min(text.len());
    let ours = match fault {
        Fault::Broken(Broken::Truncated) => {
            Error::new(ErrorKind::Truncated, "the JSON ends in the middle")
                .hint("pass the whole document")
        }
        Fault::Broken(Broken::Unexpected(wanted)) => {
            let found = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            syntax(&format!("{found:?} where {wanted} is expected"))
        }
        Fault::Broken(Broken::Text(what)) => syntax(what),
        Fault::Deep => {
            Error::new(ErrorKind::LimitExceeded, "the JSON is nested more than 128 deep")
                .hint("leave out what is nested so deeply, or pass it as text")
        }
        Fault::Value(said) => uncarry(said).unwrap_or_else(|| wrong_value(said)),
    };
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    let ours = ours.at_line(line, column);
    let path = reader.path();
    if path.is_empty() { ours } else { ours.at_path(path) }
}

fn syntax(what: &str) -> Error {
    let hint = if what.starts_with("'\\u{feff}'") {
        "leave out the byte order mark"
    } else {
        "check the text at the named line and column; NaN and Infinity are not JSON, use null"
    };
    Error::new(ErrorKind::Format, format!("not valid JSON: {what}")).hint(hint)
}

/// Characters of a message that quotes the input.
const LONGEST: usize = 500;

/// Our error for what serde says of a value.
fn wrong_value(message: &str) -> Error {
    let missing = message.strip_prefix("missing field `").and_then(|m| m.split('`').next());
    if let Some(field) = missing {
        return Error::new(ErrorKind::MissingField, format!("the field {field:?} is missing"))
            .hint(format!("add {field:?}"));
    }
    // Only settings refuse unknown fields; everywhere else they are ignored, and noted where a result has a place for it.
    if message.starts_with("unknown field") {
        return Error::new(ErrorKind::InvalidConfig, message)
            .hint("check the spelling, or leave the setting out");
    }
    let hint = if message.starts_with("duplicate field") {
        "give the field once"
    } else {
        "compare the field with the schema that operations() gives"
    };
    let mut message: String = message.chars().take(LONGEST + 1).collect();
    if let Some((end, _)) = message.char_indices().nth(LONGEST) {
        message.replace_range(end.., "…");
    }
    Error::new(ErrorKind::Format, format!("wrong type or value: {message}")).hint(hint)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::units::Amount;

    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Row {
        amount: Option<Amount>,
        count: u32,
    }

    #[derive(Deserialize, Debug)]
    struct Doc {
        rows: Vec<Row>,
    }

    #[test]
    fn money_keeps_its_text() {
        let text = r#"{"rows":[{"amount":123456789012345678.123456789012,"count":1},{"amount":"-1e-12","count":2}],"x":{"y":1}}"#;
        let (doc, ignored) = from_json_noting::<Doc>(text).unwrap();
        assert_eq!(doc.rows[0].amount.unwrap().to_string(), "123456789012345678.123456789012");
        assert_eq!(doc.rows[1].amount.unwrap().to_string(), "-0.000000000001");
        assert_eq!(ignored.paths, ["x"]);
    }

    #[test]
    fn errors_name_their_place() {
        let error = from_json::<Doc>("{\"rows\":[{\"count\":1},{\"count\":\"two\"}]}").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        assert_eq!(error.place().path.as_deref(), Some("rows[1].count"));
        assert_eq!(error.place().line, Some(1));
        let error = from_json::<Doc>(r#"{"rows":[{"amount":"1,5","count":1}]}"#).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MoneyParse);
        assert_eq!(error.place().path.as_deref(), Some("rows[0].amount"));
        let error = from_json::<Doc>(r#"{"rows":[{}]}"#).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingField);
        assert_eq!(error.place().path.as_deref(), Some("rows[0]"));
        assert_eq!(from_json::<Doc>(r#"{"rows":["#).unwrap_err().kind(), ErrorKind::Truncated);
        assert_eq!(from_json::<Doc>("").unwrap_err().kind(), ErrorKind::EmptyInput);
        assert_eq!(from_json::<Doc>(r#"{"rows":NaN}"#).unwrap_err().kind(), ErrorKind::Format);
        assert_eq!(from_json::<Doc>(r#"{"rows":[]} x"#).unwrap_err().kind(), ErrorKind::Format);
    }

    #[test]
    fn floats_are_canonical() {
        // What JSON.stringify prints.
        let values = [1.0, -0.0, 0.1, 1e300, 2.5e15, 1e21, 1e20, 1e-6, 1.5e-7, -123.456, 5e-324];
        assert_eq!(
            to_json(&values).unwrap(),
            "[1,0,0.1,1e+300,2500000000000000,1e+21,100000000000000000000,0.000001,1.5e-7,-123.456,5e-324]"
        );
        assert_eq!(to_json(&[f64::NAN]).unwrap(), "[null]");
    }
}
