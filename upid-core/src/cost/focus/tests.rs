//! The example of cost.md §9, and what is written and read back.

use super::*;
use crate::cost::PolicyPreset;
use crate::cost::tests::example::example;
use crate::ingest::{FocusOptions, parse_focus, validate_focus};
use crate::model::CostKind;

pub(in crate::cost) fn context() -> FocusContext {
    let time = |text| Timestamp::parse(text).ok();
    FocusContext {
        billing_account_id: "account".into(),
        billing_period_start: time("2026-03-01T00:00:00Z"),
        billing_period_end: time("2026-04-01T00:00:00Z"),
        service_provider_name: "AWS".into(),
        host_provider_name: "AWS".into(),
        invoice_issuer_name: "Amazon Web Services".into(),
        service_name: "Kubernetes, managed".into(),
        tags: [("team".to_owned(), "a \"b\"".to_owned())].into(),
        ..FocusContext::default()
    }
}

/// The ratios of the example in cost.md §9.
#[test]
fn the_example() {
    let a = example(PolicyPreset::TwoTier);
    let rows = focus_rows(&a, &context()).unwrap();
    let ratios: Vec<&str> = rows
        .iter()
        .map(|row| {
            let rest = row.allocated_method_details.split_once("Ratio\":").unwrap().1;
            rest.split_once(',').unwrap().0
        })
        .collect();
    let [web, batch] = [["0.244117980188", "0.087254679875"], ["0.040686330031", "0.010906834984"]];
    let rest = ["0.33362790626", "0.229043534667", "0.032549064026", "0.021813669969"];
    assert_eq!(ratios, [&batch[..], &web[..], &rest[..]].concat());
    let web = &rows[2];
    assert_eq!(
        web.allocated_method_details,
        r#"{"Elements":[{"AllocatedRatio":0.244117980188,"UsageUnit":"CPU","UsageQuantity":1.5}]}"#
    );
    assert_eq!(
        (web.allocated_method_id.as_str(), web.resource_id.as_str()),
        ("upid:TwoTier:1", "n1")
    );
    assert_eq!(web.list_unit_price.unwrap().to_string(), "0.192");
    assert_eq!(rows[4].allocated_resource_id, "__idle__");
}

#[test]
fn what_is_written_is_read() {
    for preset in [PolicyPreset::TwoTier, PolicyPreset::AwsSplit] {
        let a = example(preset);
        let rows = focus_rows(&a, &context()).unwrap();
        for format in [FocusFormat::Csv, FocusFormat::Json] {
            let text = write_focus(&rows, format).unwrap();
            let parsed = parse_focus(text.as_bytes(), &FocusOptions::default().strict()).unwrap();
            assert_eq!(parsed.value.lines.len(), rows.len());
            for kind in [CostKind::Billed, CostKind::Effective] {
                assert_eq!(parsed.value.total(kind).unwrap(), a.bill, "{format:?}");
            }
            assert_eq!(validate_focus(&parsed.value).unwrap(), []);
            let notices: Vec<_> = parsed.notices.iter().map(|n| n.code.as_str()).collect();
            assert_eq!(notices, ["FocusVersion"]);
        }
    }
    let text = write_focus(
        &focus_rows(&example(PolicyPreset::TwoTier), &context()).unwrap(),
        FocusFormat::Csv,
    )
    .unwrap();
    assert!(text.starts_with("BillingAccountId,BillingAccountName,"), "{text}");
    assert!(text.contains("\"Kubernetes, managed\"") && !text.contains("NULL"), "{text}");
    assert!(text.lines().all(|line| !line.is_empty()) && text.ends_with("\r\n"));
}

#[test]
fn mandatory_columns_are_asked_for() {
    let a = example(PolicyPreset::TwoTier);
    let mut lacking = context();
    lacking.invoice_issuer_name.clear();
    let error = focus_rows(&a, &lacking).unwrap_err();
    assert_eq!(error.code(), "UPID_MISSING_COLUMN");
    assert_eq!(error.place().path.as_deref(), Some("context.invoiceIssuerName"));
    let error = focus_rows(&a, &FocusContext { billing_period_end: None, ..context() });
    assert_eq!(error.unwrap_err().code(), "UPID_MISSING_COLUMN");
}
