//! Long lists, which threads read in parts.
#![cfg(feature = "parallel")]

use super::*;
use crate::ingest::kubernetes::parts::starts;
use crate::ingest::scan::Scanner;

/// How a pod begins, and with it every guess at where one does.
const HEAD: &str = r#"{"apiVersion":"v1","kind":"Pod","#;

fn on<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

/// A list of several parts, in which every hundredth pod is odd and `unread` stands in each.
fn long(unread: &str) -> String {
    let pods: Vec<String> = (0..6000)
        .map(|i| {
            let cpu = if i % 100 == 7 { "1 core" } else { "10m" };
            let again = if i % 100 == 9 { r#""nodeName":"b","# } else { "" };
            let name = if i % 100 == 11 { String::new() } else { format!("pod-{i}") };
            let filler = "x".repeat(i % 700);
            format!(
                r#"{HEAD}"metadata":{{"name":"{name}","namespace":"shop"}},"spec":{{{again}"nodeName":"a",
                "containers":[{{"name":"app","command":["{filler}"],"resources":{{"requests":{{"cpu":"{cpu}"}}}}}}]}},
                "unread":{unread}}}"#
            )
        })
        .collect();
    let pods: Vec<&str> = pods.iter().map(String::as_str).collect();
    list(&pods)
}

#[test]
fn a_long_list_has_parts() {
    let text = long("null");
    let common = options().common();
    let from = text.find('[').unwrap() + 1;
    let scan = Scanner::new(&text[from..], from, &common.limits, Log::new(&common));
    let parts = on(2, || starts(&scan));
    assert!(parts.len() > 2, "{parts:?}");
    assert!(parts.iter().all(|&at| text[at..].starts_with(HEAD)), "{parts:?}");
    assert!(on(1, || starts(&scan)).is_empty());
}

#[test]
fn threads_change_no_bit() {
    let plain = long("null");
    // An array that nobody reads looks like the list itself.
    let hostile = long(&format!("[{HEAD}\"x\":1}},{HEAD}\"x\":1}}]"));
    let cut = &plain[..plain.len() - 1_000_000];
    let broken = cut.to_owned() + "}}}" + &plain[plain.len() - 1_000_000..];
    let twice = format!("{plain}\n{hostile}");
    let mut few = options();
    few.limits.max_records = 4000;
    for text in [&plain, &hostile, cut, &broken, &twice] {
        for options in [options(), options().strict(), few.clone()] {
            let run = || parse_kubernetes(text.as_bytes(), &options).map_err(|e| e.to_json());
            let want = on(1, run);
            for threads in [2, 5] {
                assert!(on(threads, run) == want, "{threads} threads");
            }
        }
    }
    let read = on(2, || parse_kubernetes(hostile.as_bytes(), &options())).unwrap();
    assert_eq!((read.stats.accepted, read.stats.skipped), (5940, 60));
    assert_eq!(notice(&read.notices, "DuplicateKey").count, 60);
}
