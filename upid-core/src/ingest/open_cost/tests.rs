use super::*;

fn parse(text: &str) -> Result<Parsed<ShareInput>> {
    parse_open_cost(text.as_bytes(), &OpenCostOptions::default())
}

/// A container of one hour that used a quarter of its core and half of its memory.
const APP: &str = r#"{"name":"c1/n1/shop/cart-0/app","properties":{"cluster":"c1","node":"n1","namespace":"shop","pod":"cart-0",
    "container":"app","controller":"cart","controllerKind":"deployment","services":["cart"],"labels":{"app":"cart"},"providerID":"i-1"},
    "window":{"start":"2026-03-01T00:00:00Z","end":"2026-03-01T01:00:00Z"},"start":"2026-03-01T00:00:00Z","end":"2026-03-01T01:00:00Z",
    "minutes":60,"cpuCores":1,"cpuCoreHours":1,"cpuCoreRequestAverage":1,"cpuCoreUsageAverage":0.25,"cpuCost":0.03161,"cpuCostAdjustment":-0.00161,
    "gpuCount":0,"gpuHours":0,"gpuCost":0,"ramBytes":2147483648,"ramByteHours":2147483648,"ramByteUsageAverage":1073741824,"ramCost":0.00847,
    "networkCost":0.00001,"pvCost":0,"pvs":{"cluster=c1:name=pv1":{"byteHours":1,"cost":0,"providerID":"v"}},
    "loadBalancerCost":null,"sharedCost":0.01,"externalCost":0,"totalCost":0.04849}"#;

fn envelope(entries: &str) -> String {
    format!(r#"{{"code":200,"status":"success","data":[{{{entries}}},null]}}"#)
}

#[test]
fn allocations_become_rows() {
    let idle = r#""c1/__idle__":{"properties":{"cluster":"c1","node":"n1"},"minutes":60,"cpuCost":0.1,"ramCost":0.02,"totalCost":0.12}"#;
    let unmounted = r#""__unmounted__":{"properties":{"cluster":"c1","namespace":"shop"},"pvs":{"a":{"cost":0.5},"b":{"cost":0.25}},"totalCost":0.75}"#;
    let nobody = r#""__unallocated__":{"properties":{"cluster":"c1","namespace":"__unallocated__"},"cpuCost":1,"totalCost":1}"#;
    let text = envelope(&format!(r#""a":{APP},"gone":null,{idle},{unmounted},{nobody}"#));
    let parsed = parse(&text).unwrap();
    assert_eq!((parsed.stats.records, parsed.stats.accepted), (4, 4));
    assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);
    let ShareInput { rows, idle, unattributed, system_overhead, .. } = parsed.value;
    assert_eq!((rows.len(), idle.len(), unattributed.len(), system_overhead.len()), (2, 2, 1, 0));
    assert_eq!((rows[0].namespace.as_str(), rows[0].pod.as_str()), ("", ""));
    let row = &rows[1];
    assert_eq!(
        (row.cluster.as_str(), row.node.as_deref(), row.pod.as_str()),
        ("c1", Some("n1"), "cart-0")
    );
    assert_eq!(row.owner.as_ref().unwrap().kind, "Deployment");
    assert_eq!((row.hours, row.allocated.unwrap().memory_gib_hours), (1.0, 2.0));
    let cost = |resource| {
        let c: &ResourceCost = &row.costs[&resource];
        [c.amount, c.used, c.wasted, c.unmeasured].map(|a| a.to_string())
    };
    assert_eq!(cost(CostResource::Cpu), ["0.03", "0.0075", "0.0225", "0"]);
    assert_eq!(cost(CostResource::Memory), ["0.00847", "0.004235", "0.004235", "0"]);
    assert_eq!(cost(CostResource::Fee), ["0.01", "0", "0", "0.01"]);
    assert!(!row.costs.contains_key(&CostResource::LoadBalancer));
    // 0.03 + 0.00847 + 0.00001 + 0.01 = 0.04848.
    assert_eq!(unattributed[0].reason.as_deref(), Some("PeerRounding"));
    assert_eq!(unattributed[0].costs[&CostResource::Fee].to_string(), "0.00001");
    assert_eq!(idle[0].costs[&CostResource::Storage].to_string(), "0.75");
    assert_eq!(idle[1].node.as_deref(), Some("n1"));
}

#[test]
fn a_null_cost_beside_an_adjustment_is_missing() {
    let entry = |cost: &str| {
        envelope(&format!(
            r#""a":{{"properties":{{"namespace":"s"}},"cpuCostAdjustment":0,{cost}"ramCost":1,"totalCost":1}}"#
        ))
    };
    let parsed = parse(&entry(r#""cpuCost":null,"#)).unwrap();
    assert!(!parsed.value.rows[0].costs.contains_key(&CostResource::Cpu));
    let notice = &parsed.notices[0];
    assert_eq!((notice.code.as_str(), notice.count), ("MissingCost", 1));
    assert!(notice.message.starts_with("cpuCost is null"));
    assert_eq!(notice.places[0].path.as_deref(), Some("data[0].a.cpuCost"));
    let zero = parse(&entry(r#""cpuCost":0,"#)).unwrap();
    assert_eq!(zero.value.rows[0].costs[&CostResource::Cpu].amount, Amount::default());
    assert_eq!(zero.notices, []);
}

#[test]
fn an_end_before_its_start_is_malformed() {
    let good = r#""a":{"properties":{"namespace":"s"},"cpuCost":1,"totalCost":1}"#;
    for times in [
        r#""start":"2026-03-01T01:00:00Z","end":"2026-03-01T00:00:00Z""#,
        r#""window":{"end":"2026-03-01T00:00:00Z","start":"2026-03-01T01:00:00Z"}"#,
    ] {
        let text = envelope(&format!(r#"{good},"b":{{{times},"cpuCost":1}}"#));
        let parsed = parse(&text).unwrap();
        assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (1, 1), "{times}");
        assert_eq!(parsed.value, parse(&envelope(good)).unwrap().value, "{times}");
        assert!(parsed.notices[0].places[0].path.as_deref().unwrap().ends_with("end"));
        let strict = OpenCostOptions::default().strict();
        let error = parse_open_cost(text.as_bytes(), &strict).unwrap_err();
        assert_eq!(error.code(), "UPID_INVALID_VALUE", "{times}");
    }
    let instant = APP.replace("T01:00:00Z", "T00:00:00Z");
    let parsed = parse(&envelope(&format!(r#""a":{instant}"#))).unwrap();
    assert_eq!((parsed.notices[0].code.as_str(), parsed.stats.accepted), ("ZeroLength", 1));
}

#[test]
fn windows_are_added_up_in_any_order() {
    let sets = |order: [&str; 3]| {
        let sets = order.map(|cost| {
            let app = APP.replace(r#""cpuCost":0.03161"#, &format!(r#""cpuCost":{cost}"#));
            format!(r#"{{"a":{app}}}"#)
        });
        parse(&format!("[{}]", sets.join(","))).unwrap()
    };
    let one = sets(["0.1", "0.20161", "0.3"]);
    assert_eq!(one.value, sets(["0.3", "0.1", "0.20161"]).value);
    assert_eq!((one.value.rows.len(), one.value.rows[0].hours), (1, 3.0));
    assert_eq!(one.value.rows[0].costs[&CostResource::Cpu].amount.to_string(), "0.59678");
    // The totals were left as they are, which no rounding explains.
    assert_eq!((one.notices[0].code.as_str(), one.notices[0].count), ("PartsDiffer", 3));
}

#[test]
fn assets_are_unattributed() {
    let text = r#"{"code":200,"data":{
        "n":{"type":"Node","properties":{"cluster":"c1","name":"n1"},"cpuCost":0.1,"ramCost":0.05,"gpuCost":0,"totalCost":0.15},
        "m":{"type":"Node","properties":{"cluster":"c1","name":"n2"},"cpuCost":0.1,"ramCost":0.05,"discount":0.3,"totalCost":0.105},
        "d":{"type":"Disk","properties":{"name":"pv"},"totalCost":0.01},
        "f":{"type":"ClusterManagement","totalCost":0.1},
        "x":{"type":"Disk","properties":{}}}}"#;
    let parsed = parse(text).unwrap();
    assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (4, 1));
    let value = parsed.value;
    let of: Vec<_> = value
        .unattributed
        .iter()
        .map(|r| {
            (
                r.node.as_deref(),
                r.reason.as_deref().unwrap(),
                crate::json::to_json(&r.costs).unwrap(),
            )
        })
        .collect();
    let text = |t: &str| t.to_owned();
    assert_eq!(
        of,
        [
            (None, "Disk", text(r#"{"storage":"0.01"}"#)),
            (Some("n1"), "Node", text(r#"{"cpu":"0.1","memory":"0.05","gpu":"0"}"#)),
            (Some("n2"), "Node", text(r#"{"node":"0.105"}"#)),
        ]
    );
    assert_eq!(value.system_overhead[0].costs[&CostResource::Fee].to_string(), "0.1");
}

#[test]
fn bad_amounts_and_answers() {
    let good = r#""a":{"properties":{"namespace":"s"},"cpuCost":1,"totalCost":1}"#;
    for (bad, code) in [
        (r#"{"cpuCost":"1,5"}"#, "UPID_MONEY_PARSE"),
        (r#"{"cpuCost":1e40}"#, "UPID_MONEY_OVERFLOW"),
        (r#"{"minutes":-1}"#, "UPID_INVALID_VALUE"),
        (r#"{"cpuCost":{}}"#, "UPID_FORMAT"),
        ("[]", "UPID_FORMAT"),
    ] {
        let text = envelope(&format!(r#"{good},"b":{bad}"#));
        let parsed = parse(&text).unwrap();
        assert_eq!(parsed.value, parse(&envelope(good)).unwrap().value, "{bad}");
        let notice = &parsed.notices[0];
        assert_eq!((notice.code.as_str(), notice.count), ("MalformedRecord", 1));
        assert!(notice.places[0].path.as_deref().unwrap().starts_with("data[0].b"), "{bad}");
        let strict = OpenCostOptions::default().strict();
        assert_eq!(parse_open_cost(text.as_bytes(), &strict).unwrap_err().code(), code, "{bad}");
    }
    for (text, code) in [
        (r#"{"code":400,"data":null,"message":"bad window"}"#, "UPID_FORMAT"),
        ("{}", "UPID_FORMAT"),
        (r#"{"code":200,"data":[{"a""#, "UPID_TRUNCATED"),
        ("", "UPID_EMPTY_INPUT"),
        (r#"{"code":200,"data":[{"a":1}]}"#, "UPID_NO_RECORDS"),
    ] {
        assert_eq!(parse(text).unwrap_err().code(), code, "{text}");
    }
    assert_eq!(parse(r#"{"code":200,"data":[]}"#).unwrap().notices[0].code, "Empty");
    let prometheus = parse(r#"{"status":"success","resultType":"vector"}"#).unwrap_err();
    assert!(prometheus.hint_text().contains("ingest.prometheus"));
}
