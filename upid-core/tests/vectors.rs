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
