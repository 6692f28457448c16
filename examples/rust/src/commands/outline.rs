//! A JSON document as an indented outline that people can read, its fields in their own order.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use upid_core::wire::from_json;

use crate::failure::Failure;

/// A JSON value that keeps the order of its fields.
enum Node {
    Leaf(String),
    Fields(Vec<(String, Node)>),
}

/// Fields under their names, two spaces deeper per level; unknown values as a dash.
pub(super) fn outline(json: &str) -> Result<String, Failure> {
    let mut text = String::new();
    write(&from_json(json)?, 0, &mut text);
    Ok(text)
}

fn write(node: &Node, depth: usize, out: &mut String) {
    match node {
        Node::Leaf(text) => out.extend([" ", text, "\n"]),
        Node::Fields(fields) => {
            out.push('\n');
            for (name, value) in fields {
                if !matches!(value, Node::Fields(inner) if inner.is_empty()) {
                    out.extend(["  ".repeat(depth).as_str(), name]);
                    write(value, depth + 1, out);
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

macro_rules! leaves {
    ($($method:ident: $kind:ty),+) => {
        $(fn $method<E>(self, value: $kind) -> Result<Node, E> {
            Ok(Node::Leaf(value.to_string()))
        })+
    };
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    leaves!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf("–".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(("-".to_owned(), item));
        }
        Ok(Node::Fields(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some((name, value)) = fields.next_entry::<String, Node>()? {
            all.push((name + ":", value));
        }
        Ok(Node::Fields(all))
    }
}
