use proptest::prelude::*;

use super::*;

const TABLE: &str = "timestamp,namespace,pod,container,cpu_cores,memory_bytes,network_rx_bytes_per_second,network_tx_bytes_per_second,requests\n\
    2026-03-15T00:00:00Z,shop,cart-0,app,0.25,1024,10,5,3\n\
    1773532860,shop,cart-0,app,,2048,,5,4\n\
    1773536400000,shop,cart-0,app,0.5,NaN,1,2,\n\
    1773532800.5,shop,cart-0,side,inf,1,1,1,1\n";

fn parse(text: &str) -> Result<Parsed<SeriesSet>> {
    parse_samples_csv(text.as_bytes(), &SamplesCsvOptions::default())
}

fn values(set: &SeriesSet, container: &str, metric: MetricId) -> Vec<(i64, Option<f64>)> {
    let found = set.series.iter().find(|s| s.key.container == container && s.metric == metric);
    let found = found.unwrap();
    found.timestamps_ms.iter().copied().zip(found.values.iter().copied()).collect()
}

#[test]
fn columns_become_series() {
    let parsed = parse(TABLE).unwrap();
    let set = &parsed.value;
    let start = 1_773_532_800_000;
    let (second, hour) = (start + 60_000, start + 3_600_000);
    assert_eq!(
        values(set, "app", MetricId::CPU_CORES),
        [(start, Some(0.25)), (second, None), (hour, Some(0.5))]
    );
    assert_eq!(
        values(set, "app", MetricId::MEMORY_WORKING_SET_BYTES),
        [(start, Some(1024.0)), (second, Some(2048.0)), (hour, None)]
    );
    assert_eq!(
        values(set, "app", MetricId::NETWORK_BYTES_PER_SECOND),
        [(start, Some(15.0)), (second, None), (hour, Some(3.0))]
    );
    assert_eq!(values(set, "side", MetricId::CPU_CORES), [(start + 500, None)]);
    // Requests of both containers belong to the pod, and a missing cell tells of none.
    let rows: Vec<_> = set.requests[0].rows.iter().map(|r| (r.start.ms(), r.count)).collect();
    assert_eq!(rows, [(start, 8)]);
    assert_eq!(set.requests[0].key, UsageKey::new("shop", "cart-0", ""));
    let codes: Vec<_> = parsed.notices.iter().map(|n| n.code.as_str()).collect();
    assert_eq!(codes, ["NonFinite"]);
    assert_eq!((parsed.stats.records, parsed.stats.accepted), (4, 4));
    // As the operation hands it on.
    let json = crate::json::to_json(set).unwrap();
    let summary = crate::wire::call("usage.summarize", &json, None).unwrap();
    assert!(summary.contains("\"accepted\":15,\"missing\":5"), "{summary}");
}

#[test]
fn names_and_delimiters_are_options() {
    let text = "ts;ns;name;load\n1773532800;shop;cart-0;1\n";
    let mut options = SamplesCsvOptions { delimiter: ';', ..SamplesCsvOptions::default() };
    for (to, from) in
        [("timestamp", "TS"), ("namespace", "ns"), ("pod", "name"), ("cpu_cores", "load")]
    {
        options.columns.insert(to.into(), from.into());
    }
    let parsed = parse_samples_csv(text.as_bytes(), &options).unwrap();
    assert_eq!(parsed.value.series[0].key, UsageKey::new("shop", "cart-0", ""));
    assert_eq!(parsed.value.series[0].values, [Some(1.0)]);
    let error = parse(text).unwrap_err();
    assert_eq!(error.code(), "UPID_MISSING_COLUMN");
    let error = parse("timestamp,namespace,pod,x\n").unwrap_err();
    assert!(error.message().contains("cpu_cores"), "{error}");
    let error = parse("BilledCost,EffectiveCost\n1,2\n").unwrap_err();
    assert!(error.hint_text().contains("ingest.focus"), "{error}");
}

#[test]
fn bad_rows_and_cells() {
    let head = "timestamp,namespace,pod,cpu_cores,requests,note\n";
    let good = "1773532800,shop,cart-0,1,2,x\n";
    for (bad, field, skipped) in [
        ("yesterday,shop,cart-0,1,2,\n", "timestamp", 1),
        (",shop,cart-0,1,2,\n", "timestamp", 1),
        ("1773532860,,cart-0,1,2,\n", "namespace", 1),
        ("99999999999999999999,shop,cart-0,1,2,\n", "timestamp", 1),
        ("1773532860,shop,cart-0,1 core,2,\n", "cpu_cores", 0),
        ("1773532860,shop,cart-0,1,2.5,\n", "requests", 0),
        ("1773532860,shop,cart-0,1,-1,\n", "requests", 0),
    ] {
        let text = format!("{head}{good}{bad}");
        let parsed = parse(&text).unwrap();
        assert_eq!(parsed.stats.skipped, skipped, "{bad}");
        let places = parsed.notices.iter().flat_map(|n| &n.places);
        let at = text.find(bad).unwrap() as u64;
        let placed = places.filter(|p| p.row == Some(1) && p.field.as_deref() == Some(field));
        assert!(placed.clone().count() == 1 && placed.clone().all(|p| p.byte_offset >= Some(at)));
        let strict = SamplesCsvOptions::default().strict();
        assert!(parse_samples_csv(text.as_bytes(), &strict).is_err(), "{bad}");
        if skipped == 1 {
            let without = parse(&format!("{head}{good}")).unwrap();
            assert_eq!(parsed.value, without.value);
        }
    }
    assert_eq!(parse("").unwrap_err().code(), "UPID_EMPTY_INPUT");
    assert_eq!(parse(head).unwrap().notices[0].code, "Empty");
    let long = format!("{head}1773532860,shop,cart-0,{},2,\n", "1".repeat(65));
    assert_eq!(parse(&long).unwrap_err().code(), "UPID_LIMIT_EXCEEDED");
    let mut few = SamplesCsvOptions::default();
    few.limits.max_series = 1;
    let two = format!("{head}{good}1773532800,shop,cart-1,1,2,\n");
    let error = parse_samples_csv(two.as_bytes(), &few).unwrap_err();
    assert_eq!(error.code(), "UPID_LIMIT_EXCEEDED");
}

#[test]
fn times_without_a_zone_and_repeats_are_told() {
    let text = "timestamp,namespace,pod,cpu_cores\n2026-03-15 00:00:00,s,p,1\n1773532800,s,p,2\n";
    let parsed = parse(text).unwrap();
    let codes: Vec<_> = parsed.notices.iter().map(|n| n.code.as_str()).collect();
    assert_eq!(codes, ["DuplicateTimestamp", "TimeWithoutZone"]);
    assert_eq!(parsed.value.series[0].values, [Some(2.0)]);
}

proptest! {
    #[test]
    fn neither_chunks_nor_the_order_of_rows_matter(size in 1usize..40, order in Just([0usize, 1, 2, 3]).prop_shuffle()) {
        let options = SamplesCsvOptions::default();
        let whole = parse(TABLE).unwrap();
        let mut parser = SamplesCsvParser::new(&options);
        for piece in TABLE.as_bytes().chunks(size) {
            parser.feed(piece).unwrap();
        }
        prop_assert_eq!(&parser.finish().unwrap(), &whole);
        let mut lines = TABLE.lines();
        let head = lines.next().unwrap();
        let rows: Vec<&str> = lines.collect();
        let shuffled: Vec<&str> = order.iter().map(|i| rows[*i]).collect();
        let shuffled = parse(&format!("{head}\n{}\n", shuffled.join("\n"))).unwrap();
        prop_assert_eq!(shuffled.value, whole.value);
    }
}
