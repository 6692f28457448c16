//! Tests of the scanner.

use proptest::prelude::*;

use super::*;
use crate::ingest::options::ParseOptions;

fn scanner(text: &str) -> Scanner<'_> {
    let options = ParseOptions::default();
    Scanner::new(text, 0, &options.limits, Log::new(&options))
}

#[test]
fn reads_what_is_asked_for_and_skips_the_rest() {
    let text = r#" {"a": [1, -2.5e+3, {"deep": ["x\"]"]}], "name": "\u00e9\ud83d\ude00\n", "skip": {"b": null}, "on": true } "#;
    let mut scan = scanner(text);
    let (mut numbers, mut name, mut on) = (Vec::new(), None, None);
    scan.object(|scan, key| {
        match key {
            "a" => scan.array(|scan, _| {
                if scan.peek()? == Kind::Number {
                    numbers.push(scan.number()?);
                }
                Ok(())
            })?,
            "name" => name = scan.text()?,
            "on" => on = scan.boolean()?,
            _ => {}
        }
        Ok(())
    })
    .unwrap();
    assert!(scan.is_at_end());
    assert_eq!((numbers, on), (vec!["1", "-2.5e+3"], Some(true)));
    assert_eq!(name.unwrap(), "é😀\n");
}

#[test]
fn broken_json_is_refused_where_it_breaks() {
    for (text, at, code) in [
        (r#"{"a" 1}"#, 5, "UPID_FORMAT"),
        (r#"{"a":1,}"#, 7, "UPID_FORMAT"),
        ("[1,]", 3, "UPID_FORMAT"),
        ("[1 2]", 3, "UPID_FORMAT"),
        ("[01]", 1, "UPID_FORMAT"),
        ("[1.]", 3, "UPID_FORMAT"),
        ("[1e]", 3, "UPID_FORMAT"),
        ("[+1]", 1, "UPID_FORMAT"),
        ("[nul]", 1, "UPID_FORMAT"),
        ("[NaN]", 1, "UPID_FORMAT"),
        ("[\"a\u{1}\"]", 3, "UPID_FORMAT"),
        (r#"{"a":{"b":[1}}"#, 12, "UPID_FORMAT"),
        (r#"{"a":[1"#, 7, "UPID_TRUNCATED"),
        (r#"{"a":"x"#, 7, "UPID_TRUNCATED"),
        (r#"{"a":"x\"#, 8, "UPID_TRUNCATED"),
        ("[tru", 4, "UPID_TRUNCATED"),
    ] {
        let error = scanner(text).skip().unwrap_err();
        assert_eq!((error.code(), error.place().byte_offset), (code, Some(at)), "{text}");
    }
}

#[test]
fn limits_and_repeats() {
    let deep = "[".repeat(65);
    assert_eq!(scanner(&deep).skip().unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    assert!(scanner(&format!("{}{}", "[".repeat(64), "]".repeat(64))).skip().is_ok());
    assert_eq!(scanner(&"1".repeat(65)).skip().unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    let long = format!("\"{}\"", "x".repeat((1 << 20) + 1));
    assert_eq!(scanner(&long).skip().unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    for count in [2usize, 65, 1000] {
        let members: Vec<String> = (0..count).map(|i| format!("\"k{i}\":1")).collect();
        let text = format!("{{{},\"k{}\":2}}", members.join(","), count - 1);
        let mut scan = scanner(&text);
        scan.object(|_, _| Ok(())).unwrap();
        scan.log.record(0).unwrap();
        scan.log.settle(Ok(())).unwrap();
        let parsed = scan.log.finish(()).unwrap();
        assert_eq!(parsed.notices[0].code, "DuplicateKey");
        assert_eq!(parsed.notices[0].count, 1, "{count}");
    }
}

#[test]
fn an_attempt_that_fails_leaves_the_rest_readable() {
    let mut scan = scanner(r#"[{"a":"x"},{"a":{"b":[1]}},{"a":"\ud800"},{"a":"y"}]"#);
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    scan.array(|scan, index| {
        let read = scan.attempt(|scan| {
            let mut a = None;
            scan.object(|scan, _| {
                a = scan.text()?;
                Ok(())
            })?;
            Ok(a)
        })?;
        match read {
            Ok(a) => good.push(a.unwrap().into_owned()),
            Err(error) => bad.push((index, error.place().byte_offset)),
        }
        Ok(())
    })
    .unwrap();
    assert_eq!((good.join(""), bad), ("xy".to_owned(), vec![(1, Some(16)), (2, Some(33))]));
}

proptest! {
    /// What serde_json takes we take, and the other way round (but for our limits).
    #[test]
    fn agrees_with_serde(text in r#"[\[\]{}",:0-9a-e.\\ntrufls -]{0,24}"#) {
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        let mut scan = scanner(&text);
        let ours = scan.skip().is_ok() && scan.is_at_end();
        // serde_json checks escapes also in what it ignores.
        prop_assert!(ours == theirs || text.contains('\\'), "{text}");
    }

    #[test]
    fn strings_are_read_as_serde_reads_them(value in any::<String>()) {
        let text = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(scanner(&text).string().unwrap(), value);
    }
}
