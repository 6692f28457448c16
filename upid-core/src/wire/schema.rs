//! The JSON Schema of every type and operation: the one source from which the faces' types are generated.

use serde_json::{Map, Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::json::to_json;

/// The committed schema document: `$defs`, `operations` (name, summary, input, output) and `errors`.
///
/// Generated from the Rust structs by `cargo test -p upid-core --features schema` (see CONTRIBUTING.md); a test
/// fails when it is stale.
pub fn schema_text() -> &'static str {
    include_str!("../../schema/upid.schema.json")
}

/// The list of operations, each with the self-contained JSON Schema of its input and output.
pub fn operations() -> Result<String> {
    let document: Value = serde_json::from_str(schema_text()).map_err(broken)?;
    let defs = document.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    let list = document.get("operations").and_then(Value::as_array).cloned().unwrap_or_default();
    let closed = |schema: &Value| {
        let mut reached = Map::new();
        reach(schema, &defs, &mut reached);
        let mut schema = schema.clone();
        if let (Some(object), false) = (schema.as_object_mut(), reached.is_empty()) {
            object.insert("$defs".into(), Value::Object(reached));
        }
        schema
    };
    let list: Vec<Value> = list
        .iter()
        .map(|op| {
            json!({
                "name": op["name"], "summary": op["summary"],
                "input": closed(&op["input"]), "output": closed(&op["output"]),
            })
        })
        .collect();
    to_json(&list)
}

/// Collects the definitions that a schema refers to, directly or through others.
fn reach(schema: &Value, defs: &Map<String, Value>, reached: &mut Map<String, Value>) {
    match schema {
        Value::Object(object) => {
            let name =
                object.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"));
            if let Some((name, definition)) = name.and_then(|n| Some((n, defs.get(n)?)))
                && !reached.contains_key(name)
            {
                reached.insert(name.to_owned(), definition.clone());
                reach(definition, defs, reached);
            }
            object.values().for_each(|value| reach(value, defs, reached));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(item, defs, reached)),
        _ => {}
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, format!("the embedded schema cannot be read: {error}"))
}

/// Generates the schema document from the Rust structs.
#[cfg(feature = "schema")]
pub fn document() -> Result<String> {
    use super::table::OPERATIONS;
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let operations: Vec<Value> = OPERATIONS
        .iter()
        .map(|op| {
            let [input, output] = (op.schema)(&mut generator);
            json!({ "name": op.name, "summary": op.summary, "input": input, "output": output })
        })
        .collect();
    // What a method of the faces gives and no operation.
    generator.subschema_for::<crate::ingest::Parsed<crate::ingest::PrometheusReport>>();
    let errors: Vec<Value> = ErrorKind::ALL
        .iter()
        .map(|kind| json!({ "code": kind.code(), "number": kind.number(), "class": kind.class() }))
        .collect();
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "UPID",
        "$defs": generator.take_definitions(true),
        "operations": operations,
        "errors": errors,
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").map_err(broken)
}
