//! Replays the conformance vectors that all faces share: same input, same bytes.
//!
//! A vector is `{name, operation, input, usage?, output | error}`: `usage` is a base64 Usage, `output` the exact
//! JSON, `error` the code (and where it stands). `UPID_WRITE=1` fills in outputs and errors that are missing; what
//! is there already is never rewritten.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{env, fs, path::PathBuf, sync::LazyLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use upid_core::Usage;
use upid_core::wire::{self, OPERATIONS};

/// All vectors. With `UPID_WRITE` the missing outputs are recorded before any test reads one.
static VECTORS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let write = env::var_os("UPID_WRITE").is_some();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut vectors: Vec<Value> =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        if write {
            let missing = |v: &&mut Value| v.get("output").is_none() && v.get("error").is_none();
            for vector in vectors.iter_mut().filter(missing) {
                let (field, value) = run(vector);
                vector[field] = value;
            }
            fs::write(&path, serde_json::to_string_pretty(&vectors).unwrap() + "\n").unwrap();
        }
        all.append(&mut vectors);
    }
    all
});

/// The vectors with an output.
fn answered() -> impl Iterator<Item = &'static Value> {
    VECTORS.iter().filter(|vector| vector.get("output").is_some())
}

/// What a vector's call gives now: `output` or `error`, and its value.
fn run(vector: &Value) -> (&'static str, Value) {
    let usage = vector["usage"].as_str().map(|text| {
        let bytes = STANDARD.decode(text).unwrap();
        Usage::from_bytes(&bytes).unwrap()
    });
    // An input that is a string is the raw text of the call, so that malformed JSON can be a vector too.
    let input = match &vector["input"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match wire::call(vector["operation"].as_str().unwrap(), &input, usage.as_ref()) {
        Ok(text) => ("output", Value::String(text)),
        Err(e) => ("error", json!({ "code": e.code(), "path": e.place().path })),
    }
}

#[test]
fn every_vector_gives_its_recorded_bytes() {
    for vector in VECTORS.iter() {
        let (field, value) = run(vector);
        assert_eq!(vector.get(field), Some(&value), "{}", vector["name"]);
    }
    assert!(VECTORS.len() > 20, "only {} vectors", VECTORS.len());
}

#[test]
fn every_operation_has_a_vector() {
    let missing: Vec<&str> = OPERATIONS
        .iter()
        .map(|operation| operation.name)
        .filter(|name| !answered().any(|vector| vector["operation"] == *name))
        .collect();
    assert!(missing.is_empty(), "no vector with an output: {missing:?}");
}

/// serde's derive would read a struct from an array, by position: `"requests": []` would be "no requests" in silence.
#[test]
fn no_array_passes_for_an_object() {
    let mut tried = 0;
    for vector in answered().filter(|vector| vector["input"].is_object()) {
        let mut paths = Vec::new();
        objects(&vector["input"], String::new(), &mut paths);
        for path in paths {
            let members = vector["input"].pointer(&path).unwrap().as_object().unwrap();
            let members: Vec<Value> = members.values().cloned().collect();
            for array in [json!([]), Value::Array(members)] {
                let mut input = vector["input"].clone();
                *input.pointer_mut(&path).unwrap() = array;
                refuse(vector["operation"].as_str().unwrap(), &input, &path);
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "only {tried} arrays");
}

/// The input itself, and the two structs that most operations take and most calls leave out.
#[test]
fn no_operation_takes_an_array_for_its_input_config_or_selector() {
    let operations: Vec<Value> = serde_json::from_str(&wire::operations().unwrap()).unwrap();
    let mut tried = 0;
    for operation in &operations {
        let name = operation["name"].as_str().unwrap();
        refuse(name, &json!([]), "");
        let schema = &operation["input"];
        let fields = match schema["$ref"].as_str() {
            Some(reference) => &schema.pointer(&reference[1..]).unwrap()["properties"],
            None => &schema["properties"],
        };
        assert!(fields.is_object(), "{name}: the schema of the input has no properties");
        let mut inputs = answered().filter(|v| v["operation"] == name).map(|v| &v["input"]);
        let base = inputs.find(|input| input.is_object()).unwrap();
        for field in ["config", "selector"].into_iter().filter(|f| fields.get(f).is_some()) {
            let mut input = base.clone();
            input[field] = json!([]);
            refuse(name, &input, field);
            tried += 1;
        }
    }
    assert!(tried > 15, "only {tried} configs and selectors");
}

fn refuse(operation: &str, input: &Value, path: &str) {
    let result = wire::call(operation, &input.to_string(), None);
    let code = result.map(|_| "an answer").map_err(|error| error.code());
    assert_eq!(code, Err("UPID_FORMAT"), "{operation} with an array at {path:?}");
}

/// The pointers of all objects in a value.
fn objects(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, v)| objects(v, format!("{path}/{key}"), found));
            found.push(path);
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(i, v)| objects(v, format!("{path}/{i}"), found));
        }
        _ => {}
    }
}
