//! Replays the conformance vectors that all faces share: same input, same bytes.
//!
//! A vector is `{name, operation, input, usage?, output | error}`: `usage` is a base64 Usage, `output` the exact
//! JSON, `error` the code (and where it stands). `UPID_WRITE=1` fills in outputs and errors that are missing; what
//! is there already is never rewritten.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{env, fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use upid_core::{Usage, wire};

#[test]
fn every_vector_gives_its_recorded_bytes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let write = env::var_os("UPID_WRITE").is_some();
    let mut replayed = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut vectors: Vec<Value> =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for vector in &mut vectors {
            replay(vector, write);
            replayed += 1;
        }
        if write {
            let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
            fs::write(&path, text).unwrap();
        }
    }
    assert!(replayed > 20, "only {replayed} vectors");
}

fn replay(vector: &mut Value, write: bool) {
    let name = vector["name"].as_str().unwrap().to_owned();
    let usage = vector["usage"].as_str().map(|text| {
        let bytes = STANDARD.decode(text).unwrap();
        Usage::from_bytes(&bytes).unwrap()
    });
    // An input that is a string is the raw text of the call, so that malformed JSON can be a vector too.
    let input = match &vector["input"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let result = wire::call(vector["operation"].as_str().unwrap(), &input, usage.as_ref());
    let (field, value) = match result {
        Ok(text) => ("output", Value::String(text)),
        Err(e) => ("error", json!({ "code": e.code(), "path": e.place().path })),
    };
    if vector.get("output").is_none() && vector.get("error").is_none() && write {
        vector[field] = value;
        return;
    }
    assert_eq!(vector.get(field), Some(&value), "{name}");
}

/// serde's derive would read a struct from an array, by position: `"requests": []` would be "no requests" in silence.
#[test]
fn no_array_passes_for_an_object() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut tried = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let vectors: Vec<Value> = serde_json::from_str(&text).unwrap();
        for vector in vectors.iter().filter(|v| v.get("output").is_some() && v["input"].is_object())
        {
            let operation = vector["operation"].as_str().unwrap();
            let mut paths = Vec::new();
            objects(&vector["input"], String::new(), &mut paths);
            for path in paths.iter().take(200) {
                let members: Vec<Value> = vector["input"]
                    .pointer(path)
                    .unwrap()
                    .as_object()
                    .unwrap()
                    .values()
                    .cloned()
                    .collect();
                for array in [json!([]), Value::Array(members)] {
                    let mut input = vector["input"].clone();
                    *input.pointer_mut(path).unwrap() = array;
                    let result = wire::call(operation, &input.to_string(), None);
                    let error = result.map(|_| format!("{operation} takes an array at {path}"));
                    assert_eq!(
                        error.map_err(|e| e.code()),
                        Err("UPID_FORMAT"),
                        "{operation} {path}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 500, "only {tried} arrays");
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
