//! Tests of the reader; `serde_json` is the judge.

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::json::{from_json, from_json_noting};

#[derive(Debug, PartialEq, Deserialize)]
struct Node {
    #[serde(default)]
    size: Option<f64>,
    #[serde(default)]
    pair: Option<(u8, i64)>,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    nodes: Vec<Node>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Kind {
    Unit,
    New(u8),
    Two(u8, u8),
    Full { a: u8 },
}

fn fault(text: &str) -> (ErrorKind, String, u64, u64) {
    let error: Error = from_json::<Node>(text).unwrap_err();
    let place = error.place();
    let path = place.path.clone().unwrap_or_default();
    (error.kind(), path, place.line.unwrap(), place.column.unwrap())
}

#[test]
fn reads_what_serde_describes() {
    let text = r#"{"size": 2, "pair": [3, -4], "kind": {"Full": {"a": 1}}, "nodes": [
        {"kind": "Unit"}, {"kind": {"New": 7}}, {"kind": {"Two": [1, 2]}, "size": null}]}"#;
    let node: Node = from_json(text).unwrap();
    assert_eq!(node, serde_json::from_str(text).unwrap());
    assert_eq!(
        (node.size, node.pair, node.kind),
        (Some(2.0), Some((3, -4)), Some(Kind::Full { a: 1 }))
    );
}

#[test]
fn faults_stand_where_the_wrong_value_begins() {
    use ErrorKind::{Format, LimitExceeded, Truncated};
    for (text, expected) in [
        ("[]", (Format, "", 1, 1)),
        ("{\"nodes\":\n [{}, []]}", (Format, "nodes[1]", 2, 7)),
        ("{\"ä\": 1, \"size\": \"x\"}", (Format, "size", 1, 18)),
        (r#"{"pair": [1, 2, 3]}"#, (Format, "pair", 1, 10)),
        (r#"{"pair": [1]}"#, (Format, "pair", 1, 10)),
        (r#"{"pair": [1, 1.5]}"#, (Format, "pair[1]", 1, 14)),
        (r#"{"kind": {"Full": [1]}}"#, (Format, "kind.Full", 1, 19)),
        (r#"{"kind": {"New": 1, "Two": 2}}"#, (Format, "kind", 1, 10)),
        (r#"{"kind": "Half"}"#, (Format, "kind", 1, 10)),
        (r#"{"kind": {}}"#, (Format, "kind", 1, 10)),
        (r#"{"nodes": nope}"#, (Format, "nodes", 1, 11)),
        (r#"{"size": 1e999}"#, (Format, "size", 1, 10)),
        (r#"{"size": 01}"#, (Format, "size", 1, 11)),
        (r#"{"size": 1,}"#, (Format, "size", 1, 12)),
        (r#"{"size": 1} 2"#, (Format, "", 1, 13)),
        (r#"{"size""#, (Truncated, "size", 1, 8)),
        (r#"{"x": {"y": [1, "#, (Truncated, "x.y[1]", 1, 17)),
    ] {
        let (kind, path, line, column) = expected;
        assert_eq!(fault(text), (kind, path.to_owned(), line, column), "{text}");
    }
    assert_eq!(fault(&"{\"nodes\":[".repeat(65)).0, LimitExceeded);
}

#[test]
fn what_is_said_is_bounded_and_not_forged() {
    let name = format!("\\u001e100\\u001fhacked\\u001fhint\\u001e{}", "x".repeat(1 << 16));
    let error = from_json::<Kind>(&format!("\"{name}\"")).unwrap_err();
    assert_eq!((error.kind(), error.hint_text().contains("hint")), (ErrorKind::Format, false));
    assert!(error.to_string().len() < 1000);
    // Numbers that nobody reads may have any size.
    assert_eq!(from_json::<Node>(r#"{"x": 1e999}"#).unwrap().size, None);
}

/// serde asks a sequence again for fields with a default.
#[test]
fn an_array_that_ended_stays_at_its_end() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Three(u8, #[serde(default)] u8, #[serde(default)] u8);
    let read: Vec<Three> = from_json("[[1], [2], [3, 4, 5]]").unwrap();
    assert_eq!(read, [Three(1, 0, 0), Three(2, 0, 0), Three(3, 4, 5)]);
}

#[test]
fn of_objects_that_are_read_twice_neither_half_knows_the_unknown() {
    let text = r#"{"window": {"start": 0, "end": 1}, "nodes": [], "config": {}}"#;
    let (input, ignored) = from_json_noting::<crate::cost::AttributeInput>(text).unwrap();
    assert_eq!(ignored.count, 0);
    let odd = r#"{"window": {"start": 0, "end": 1, "x": 1}, "nodes": [{"y": 1}], "z": {"config": 1}, "config": {}}"#;
    let (_, ignored) = from_json_noting::<crate::cost::AttributeInput>(odd).unwrap();
    assert_eq!(ignored.paths, ["window.x", "nodes[0].y", "z"]);
    assert_eq!(serde_json::from_str::<crate::cost::AttributeInput>(text).unwrap(), input);
}

#[test]
fn unknown_members_are_counted() {
    let unknown: Vec<String> = (0..12).map(|i| format!("\"m{i}\": [{{\"n\": 1}}]")).collect();
    let text = format!("{{\"nodes\": [{{{}}}]}}", unknown.join(","));
    let (_, ignored) = from_json_noting::<Node>(&text).unwrap();
    assert_eq!((ignored.count, ignored.paths.len()), (12, 10));
    assert_eq!(ignored.paths[9], "nodes[0].m9");
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// serde_json with `float_roundtrip` is the judge.
    #[test]
    fn values_are_what_serde_json_reads(value in value(), pretty: bool) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        prop_assert_eq!(from_json::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn numbers_are_what_serde_json_reads(text in "-?(0|[1-9][0-9]{0,22})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?") {
        let theirs = serde_json::from_str::<f64>(&text).ok().map(f64::to_bits);
        let ours = from_json::<f64>(&text).ok().map(f64::to_bits);
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn what_is_no_json_is_refused(text in r#"[\[\]{}",:0-9a-fu.\\ntrufls -]{1,24}"#) {
        prop_assume!(!text.trim().is_empty());
        let theirs = serde_json::from_str::<Value>(&text).ok();
        prop_assert_eq!(from_json::<Value>(&text).ok(), theirs, "{}", text);
    }
}
