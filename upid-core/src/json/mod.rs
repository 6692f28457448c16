//! Reading with places, writing with one canonical form.

pub(crate) mod place;

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;

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

/// Reads JSON into a typed struct; an error names path, line and column.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    not_empty(text)?;
    serde_json::from_str(text).map_err(|e| failure(text, &e))
}

/// Reads JSON into a typed struct and also gives the paths of fields that were ignored because nobody knows them.
pub fn from_json_noting<T: DeserializeOwned>(text: &str) -> Result<(T, Vec<String>)> {
    not_empty(text)?;
    let mut ignored = Vec::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let value =
        serde_ignored::deserialize(&mut json, |path| ignored.push(spelled(&path.to_string())));
    let value = value.and_then(|value| json.end().map(|()| value));
    Ok((value.map_err(|e| failure(text, &e))?, ignored))
}

fn not_empty(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::new(ErrorKind::EmptyInput, "the JSON input is empty")
            .hint("pass a JSON object, at least {}"));
    }
    Ok(())
}

/// `pods.3.name` as `pods[3].name`; the `?` that stands for an `Option` is dropped.
fn spelled(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for part in path.split('.').filter(|part| *part != "?") {
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            out = format!("{out}[{part}]");
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(part);
        }
    }
    out
}

/// Our error for one of serde's, at the path where it stopped.
fn failure(text: &str, error: &serde_json::Error) -> Error {
    use serde_json::error::Category;
    let said = error.to_string();
    let message = said.split(" at line ").next().unwrap_or(&said);
    let ours = match error.classify() {
        Category::Eof => Error::new(ErrorKind::Truncated, "the JSON ends in the middle")
            .hint("pass the whole document"),
        Category::Syntax => Error::new(ErrorKind::Format, format!("not valid JSON: {message}")).hint(
            "check the text at the named line and column; NaN and Infinity are not JSON, use null",
        ),
        _ => uncarry(&said).unwrap_or_else(|| wrong_type(message)),
    };
    if error.line() == 0 {
        return ours;
    }
    let at = place::byte_of(text, error.line(), error.column());
    let path = place::path(text, at, ours.kind() != ErrorKind::MissingField);
    let ours = ours.at_line(error.line(), error.column());
    if path.is_empty() { ours } else { ours.at_path(path) }
}

fn wrong_type(message: &str) -> Error {
    let missing = message.strip_prefix("missing field `").and_then(|m| m.split('`').next());
    if let Some(field) = missing {
        return Error::new(ErrorKind::MissingField, format!("the field {field:?} is missing"))
            .hint(format!("add {field:?}"));
    }
    // Only configs refuse unknown fields; everywhere else they are noted and ignored.
    if message.starts_with("unknown field") {
        return Error::new(ErrorKind::InvalidConfig, message)
            .hint("check the spelling against the schema of Config");
    }
    Error::new(ErrorKind::Format, format!("wrong type or value: {message}"))
        .hint("compare the field with the schema that operations() gives")
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
        assert_eq!(ignored, ["x"]);
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
