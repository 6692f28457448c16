//! The committed schema equals what the Rust structs say. `UPID_WRITE=1` writes it.
#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used)]

#[test]
fn the_committed_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/upid.schema.json");
    let current = upid_core::wire::document().unwrap();
    if std::env::var_os("UPID_WRITE").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == current, "the schema is stale: run `make generate`");
}
