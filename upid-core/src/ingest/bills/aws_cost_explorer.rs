//! AWS Cost Explorer: the answer of `GetCostAndUsage` (ingest.md §10).

use std::borrow::Cow;

use super::category;
use super::fields::{Bill, number};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::bytes::{plain, utf8};
use crate::ingest::detect::{Format, hinted};
use crate::ingest::options::{check_digits, parse_options};
use crate::ingest::parsed::{Log, Parsed, located};
use crate::ingest::scan::Scanner;
use crate::ingest::values::loose;
use crate::model::{BillCategory, BillLine, BillPricing, BillSet, ChargeType, Provider};
use crate::units::{Amount, RateAmount, Timestamp};

parse_options! {
    /// Options of [`parse_aws_cost_explorer`].
    pub struct AwsCostExplorerOptions {
        /// What the keys of groups are, where the answer lacks `GroupDefinitions`: `SERVICE`, `TAG:team`, ….
        pub group_by: Vec<String> = Vec::new(),
    }
}

/// Reads the answer of `GetCostAndUsage` or `GetCostAndUsageWithResources`.
///
/// One line per period and group, or per period without groups. `BlendedCost` is never used. A line grouped by
/// instance type is the total of a fleet: it has no resource and is never matched to a node; see [`hourly_rate`].
///
/// # Errors
/// `UPID_FORMAT` for other documents, and those of every parser (ingest.md §12).
pub fn parse_aws_cost_explorer(
    bytes: &[u8],
    options: &AwsCostExplorerOptions,
) -> Result<Parsed<BillSet>> {
    read(bytes, options).map_err(|e| hinted(e, bytes, Format::AwsCostExplorer))
}

fn read(bytes: &[u8], options: &AwsCostExplorerOptions) -> Result<Parsed<BillSet>> {
    let common = options.common();
    let (bytes, base) = plain(bytes, &common.limits)?;
    let text = utf8(bytes)?;
    let max_digits = common.limits.max_digits;
    let mut scan = Scanner::new(text, base, &common.limits, Log::new(&common));
    let mut answer = Answer { max_digits, groups: options.group_by.clone(), ..Answer::default() };
    answer.document(&mut scan).map_err(|e| located(e, text, base))?;
    let mut log = scan.log;
    let bill = answer.bill(&mut log);
    log.finish_json(bill, text, base).map_err(|e| located(e, text, base))
}

/// The price per hour behind lines whose quantity counts hours: Σ effective ÷ Σ hours, half to even.
///
/// None if no line counts hours, or one that does has no effective cost.
///
/// # Errors
/// `UPID_MONEY_OVERFLOW`.
pub fn hourly_rate(lines: &[BillLine]) -> Result<Option<RateAmount>> {
    let (mut cost, mut nano_hours) = (Amount::ZERO, 0i128);
    for line in lines.iter().filter(|l| l.unit.as_deref() == Some("Hrs")) {
        let Some(hours) = line.quantity else { continue };
        let Some(effective) = line.costs.effective.or(line.costs.net_effective) else {
            return Ok(None);
        };
        cost = cost.add(effective)?;
        nano_hours = nano_hours.saturating_add((hours * 1e9).round_ties_even() as i128);
    }
    if nano_hours <= 0 {
        return Ok(None);
    }
    // 10⁻¹² per 10⁻⁹ hours: six more places make a rate of 10⁻¹⁸, nine more undo the hours' scale.
    RateAmount(cost.0).mul_ratio(10i128.pow(15), nano_hours).map(Some)
}

/// What a line needs beside its bill line, until the groups are known.
struct Group {
    line: BillLine,
    keys: Vec<String>,
    at: usize,
}

#[derive(Default)]
struct Answer {
    max_digits: u32,
    groups: Vec<String>,
    bill: Bill,
    lines: Vec<Group>,
}

/// The metrics of a group or total.
#[derive(Default)]
struct Metrics {
    line: BillLine,
    currency: Option<(String, usize)>,
    rounded: bool,
}

impl Answer {
    fn document(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        let start = scan.offset();
        let (mut seen, mut definitions) = (false, Vec::new());
        scan.object(|scan, key| {
            match key {
                "ResultsByTime" => {
                    seen = true;
                    scan.array(|scan, _| self.result(scan))?;
                }
                "GroupDefinitions" => scan.array(|scan, _| {
                    let (mut kind, mut name) = (None, None);
                    scan.object(|scan, key| {
                        match key {
                            "Type" => kind = scan.text()?,
                            "Key" => name = scan.text()?,
                            _ => {}
                        }
                        Ok(())
                    })?;
                    let name = name.unwrap_or_default();
                    definitions.push(match kind.as_deref() {
                        Some("TAG") => format!("TAG:{name}"),
                        Some("COST_CATEGORY") => format!("COST_CATEGORY:{name}"),
                        _ => name.into_owned(),
                    });
                    Ok(())
                })?,
                "NextPageToken" => {
                    let at = scan.offset();
                    if scan.text()?.is_some_and(|t| !t.is_empty()) {
                        scan.log.partial("NextPageToken: more pages exist", Place::byte(at))?;
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        if !scan.is_at_end() {
            return Err(scan.error(ErrorKind::Format, "more text follows the document"));
        }
        if !seen {
            return Err(Error::new(ErrorKind::Format, "the document has no ResultsByTime")
                .at_byte(start)
                .hint("give the answer of `aws ce get-cost-and-usage` as it is"));
        }
        if !definitions.is_empty() {
            self.groups = definitions;
        }
        Ok(())
    }

    /// One period: its groups, or its total.
    fn result(&mut self, scan: &mut Scanner<'_>) -> Result<()> {
        let at = scan.offset();
        let (mut period, mut total, mut estimated) = (None, None, false);
        let mut groups: Vec<(usize, Vec<String>, Result<Metrics>)> = Vec::new();
        let max_digits = self.max_digits;
        let read = scan.attempt(|scan| {
            scan.object(|scan, key| {
                match key {
                    "TimePeriod" => {
                        let at = scan.offset();
                        period = Some((at, scan.attempt(span)?));
                    }
                    "Total" => {
                        let at = scan.offset();
                        total = Some((at, scan.attempt(|scan| metrics(scan, max_digits))?));
                    }
                    "Estimated" => estimated = scan.boolean()?.unwrap_or(false),
                    "Groups" => scan.array(|scan, _| {
                        let at = scan.offset();
                        let (mut keys, mut found) = (Vec::new(), None);
                        let read = scan.attempt(|scan| {
                            scan.object(|scan, key| {
                                match key {
                                    "Keys" => scan.array(|scan, _| {
                                        keys.push(scan.string()?.into_owned());
                                        Ok(())
                                    })?,
                                    "Metrics" => found = Some(metrics(scan, max_digits)?),
                                    _ => {}
                                }
                                Ok(())
                            })
                        })?;
                        let found = read.map(|()| found.unwrap_or_default());
                        groups.push((at, keys, found));
                        Ok(())
                    })?,
                    _ => {}
                }
                Ok(())
            })
        })?;
        if let Err(error) = read {
            scan.log.record(at)?;
            return scan.log.settle::<()>(Err(error)).map(drop);
        }
        if groups.is_empty() {
            let (at, total) = total.unwrap_or((at, Ok(Metrics::default())));
            groups.push((at, Vec::new(), total));
        }
        for (at, keys, found) in groups {
            scan.log.record(at)?;
            let made = self.line(at, keys, found, period.as_ref(), estimated);
            if let Some((group, rounded)) = scan.log.settle(made)? {
                if group.line.start == group.line.end {
                    let message = || "the charge has no length".to_owned();
                    scan.log.info("ZeroLength", message, Place::byte(at));
                }
                scan.log.stats.rounded = scan.log.stats.rounded.saturating_add(u64::from(rounded));
                self.lines.push(group);
            }
        }
        Ok(())
    }

    fn line(
        &mut self,
        at: usize,
        keys: Vec<String>,
        found: Result<Metrics>,
        period: Option<&(usize, Result<(Timestamp, Timestamp)>)>,
        estimated: bool,
    ) -> Result<(Group, bool)> {
        let Metrics { mut line, currency, rounded } = found?;
        let Some((_, period)) = period else {
            return Err(Error::new(ErrorKind::MissingField, "TimePeriod is missing")
                .at_byte(at)
                .hint("a charge needs the period it is for"));
        };
        (line.start, line.end) = period.clone()?;
        (line.provider, line.estimated) = (Provider::Aws, estimated);
        if let Some((code, at)) = currency {
            self.bill.in_currency(&code, || Place::byte(at))?;
        }
        Ok((Group { line, keys, at }, rounded))
    }

    /// The lines, now that it is known what their keys are.
    fn bill(self, log: &mut Log) -> BillSet {
        let Self { groups, mut bill, lines, .. } = self;
        for Group { mut line, keys, at } in lines {
            let mut category = None;
            for (index, key) in keys.into_iter().enumerate() {
                let Some(group) = groups.get(index) else {
                    let message = || "the answer does not say what its groups are".to_owned();
                    log.warn("UnknownGroup", message, Place::byte(at));
                    line.tags.insert(format!("group{}", index.saturating_add(1)), key);
                    continue;
                };
                set_key(&mut line, group, key, &mut category);
            }
            line.category = category.unwrap_or_else(|| {
                let part = |text: &Option<String>| text.clone().unwrap_or_default();
                let (service, usage) = (part(&line.service), part(&line.usage_type));
                category::aws(&service, &usage, &part(&line.resource_id))
            });
            bill.add(line);
        }
        bill.finish()
    }
}

/// Puts a group's key where it belongs.
fn set_key(line: &mut BillLine, group: &str, key: String, category: &mut Option<BillCategory>) {
    let some = |key: String| {
        let is_none = matches!(
            key.as_str(),
            "" | "NoResourceId" | "NoInstanceType" | "NoRegion" | "NoAZ" | "NoAvailabilityZone"
        );
        (!is_none).then_some(key)
    };
    match group {
        "SERVICE" => line.service = Some(key),
        "LINKED_ACCOUNT" => line.account = Some(key),
        "USAGE_TYPE" => line.usage_type = Some(key),
        "INSTANCE_TYPE" => line.instance_type = some(key),
        "REGION" => line.region = some(key),
        "AZ" => line.zone = some(key),
        "RESOURCE_ID" => line.resource_id = some(key),
        "PURCHASE_TYPE" => line.pricing = Some(pricing(&key)),
        "RECORD_TYPE" => {
            line.charge_type = charge_type(&key);
            *category = match line.charge_type {
                ChargeType::Tax => Some(BillCategory::Tax),
                ChargeType::Credit => Some(BillCategory::Credit),
                _ => None,
            };
        }
        _ => match group.split_once(':') {
            // `name$value`; nothing after the sign is untagged.
            Some(("TAG" | "COST_CATEGORY", name)) => {
                let value =
                    key.strip_prefix(name).and_then(|k| k.strip_prefix('$')).unwrap_or(&key);
                if !value.is_empty() {
                    line.tags.insert(name.to_owned(), value.to_owned());
                }
            }
            _ => {
                line.tags.insert(group.to_owned(), key);
            }
        },
    }
}

fn pricing(key: &str) -> BillPricing {
    match key {
        k if k.contains("Spot") => BillPricing::Spot,
        k if k.contains("On Demand") => BillPricing::OnDemand,
        k if k.contains("Reserved") || k.contains("Savings") => BillPricing::Committed,
        _ => BillPricing::Other,
    }
}

fn charge_type(key: &str) -> ChargeType {
    match key {
        "Tax" => ChargeType::Tax,
        "Credit" => ChargeType::Credit,
        "Refund" => ChargeType::Refund,
        k if k.contains("Negation") || k.contains("Discount") && k != "DiscountedUsage" => {
            ChargeType::Adjustment
        }
        k if k.contains("Recurring") || k.contains("Upfront") => ChargeType::Purchase,
        k if k.contains("fee") || k.contains("Fee") => ChargeType::Fee,
        _ => ChargeType::Usage,
    }
}

/// `{Start, End}` as dates or times.
fn span(scan: &mut Scanner<'_>) -> Result<(Timestamp, Timestamp)> {
    let start = scan.offset();
    let mut ends = [None, None];
    scan.object(|scan, key| {
        let slot = match key {
            "Start" => 0usize,
            "End" => 1,
            _ => return Ok(()),
        };
        let at = scan.offset();
        let text = scan.text()?.unwrap_or_default();
        let dated = match text.len() {
            10 => Cow::Owned(format!("{text}T00:00:00Z")),
            _ => text,
        };
        let read = loose(&dated).map_err(|e| e.at_byte(at))?;
        if let Some(oddity) = read.and_then(|r| r.oddity) {
            scan.log.tolerate(oddity.code(), oddity.error(&dated).at_byte(at))?;
        }
        if let Some(end) = ends.get_mut(slot) {
            *end = read.map(|r| r.at);
        }
        Ok(())
    })?;
    let [Some(first), Some(last)] = ends else {
        return Err(Error::new(ErrorKind::MissingField, "TimePeriod needs Start and End")
            .at_byte(start)
            .hint("a charge needs the period it is for"));
    };
    if last < first {
        return Err(Error::new(ErrorKind::InvalidValue, format!("ends at {last}, before {first}"))
            .at_byte(start)
            .hint("the end of a charge is not before its start"));
    }
    Ok((first, last))
}

/// `{UnblendedCost: {Amount, Unit}, …}`.
fn metrics(scan: &mut Scanner<'_>, max_digits: u32) -> Result<Metrics> {
    let mut found = Metrics::default();
    scan.object(|scan, name| {
        let (mut amount, mut unit, mut at) = (None, None, scan.offset());
        let name = name.replace('_', "").to_ascii_lowercase();
        if name == "blendedcost" {
            return Ok(());
        }
        let mut unit_at = at;
        scan.object(|scan, key| {
            match key {
                "Amount" => {
                    at = scan.offset();
                    amount = scan.number_or_text()?.filter(|t| !t.is_empty());
                }
                "Unit" => {
                    unit_at = scan.offset();
                    unit = scan.text()?.filter(|t| !t.is_empty());
                }
                _ => {}
            }
            Ok(())
        })?;
        let Some(text) = amount else { return Ok(()) };
        check_digits(&text, max_digits, at)?;
        if name == "usagequantity" {
            found.line.quantity = Some(number(&text).map_err(|e| e.at_byte(at))?);
            // The sum of several units is of none.
            found.line.unit = unit.filter(|u| u != "N/A").map(Cow::into_owned);
            return Ok(());
        }
        let slot = match name.as_str() {
            "unblendedcost" => &mut found.line.costs.billed,
            "amortizedcost" => &mut found.line.costs.effective,
            "netunblendedcost" => &mut found.line.costs.net_billed,
            "netamortizedcost" => &mut found.line.costs.net_effective,
            _ => return Ok(()),
        };
        let (value, rounded) = Amount::parse_rounded(&text).map_err(|e| e.at_byte(at))?;
        *slot = Some(value);
        found.rounded |= rounded;
        let unit = unit.ok_or_else(|| {
            Error::new(ErrorKind::MissingField, "a cost has no Unit")
                .at_byte(at)
                .hint("the Unit of a cost is its currency, e.g. \"USD\"")
        })?;
        match &found.currency {
            Some((first, at)) if *first != unit => {
                let message = format!("{first} (at byte {at}) and {unit} in one group");
                Err(Error::new(ErrorKind::CurrencyMismatch, message)
                    .at_byte(unit_at)
                    .hint("ask for one currency"))
            }
            _ => {
                found.currency = Some((unit.into_owned(), unit_at));
                Ok(())
            }
        }
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::to_json;

    fn parse(text: &str) -> Parsed<BillSet> {
        parse_aws_cost_explorer(text.as_bytes(), &AwsCostExplorerOptions::default()).unwrap()
    }

    fn code(text: &str) -> &'static str {
        let options = AwsCostExplorerOptions::default();
        parse_aws_cost_explorer(text.as_bytes(), &options).unwrap_err().code()
    }

    /// The worked example of ingest.md §11, byte for byte.
    #[test]
    fn published_example() {
        let text = r#"{"ResultsByTime":[{"TimePeriod":{"Start":"2026-03-01T00:00:00Z","End":"2026-03-01T01:00:00Z"},"Total":{"UnblendedCost":{"Amount":"-0.0200000000","Unit":"USD"},"NetAmortizedCost":{"Amount":"0.1920000000","Unit":"USD"}},"Groups":[],"Estimated":true}]}"#;
        let want = r#"{"value":{"currency":"USD","lines":[{"provider":"Aws","start":"2026-03-01T00:00:00Z","end":"2026-03-01T01:00:00Z","service":null,"chargeType":"Usage","category":"Other","costs":{"billed":"-0.02","netEffective":"0.192"},"estimated":true}]},"notices":[],"stats":{"bytes":249,"records":1,"accepted":1,"skipped":0,"rounded":0},"partial":false}"#;
        assert_eq!(to_json(&parse(text)).unwrap(), want);
    }

    const FLEET: &str = r#"{"ResultsByTime":[{"Groups":[
        {"Keys":["m5.xlarge","team$shop"],"Metrics":{"AMORTIZED_COST":{"Amount":"9.2160000000","Unit":"USD"},"BlendedCost":{"Amount":"x"},"UsageQuantity":{"Amount":"48","Unit":"Hrs"}}},
        {"Keys":["NoInstanceType","team$"],"Metrics":{"AmortizedCost":{"Amount":"3.5E-13","Unit":"USD"},"UsageQuantity":{"Amount":"7","Unit":"N/A"}}}],
        "TimePeriod":{"Start":"2026-03-01","End":"2026-03-02"},"Total":{}}],
        "NextPageToken":null,"GroupDefinitions":[{"Type":"DIMENSION","Key":"INSTANCE_TYPE"},{"Type":"TAG","Key":"team"}]}"#;

    #[test]
    fn groups_in_any_order_of_members() {
        let parsed = parse(FLEET);
        assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);
        assert_eq!((parsed.stats.records, parsed.stats.rounded), (2, 1));
        let lines = &parsed.value.lines;
        let fleet = lines.iter().find(|l| l.instance_type.is_some()).unwrap();
        assert_eq!((fleet.resource_id.as_deref(), fleet.tags["team"].as_str()), (None, "shop"));
        let other = lines.iter().find(|l| l.instance_type.is_none()).unwrap();
        assert_eq!((other.tags.len(), other.unit.as_deref(), other.quantity), (0, None, Some(7.0)));
        assert_eq!(hourly_rate(lines).unwrap().unwrap().to_string(), "0.192");
        assert_eq!(hourly_rate(&[]).unwrap(), None);
    }

    #[test]
    fn a_page_is_partial() {
        let text = FLEET.replace("\"NextPageToken\":null", "\"NextPageToken\":\"abc\"");
        assert!(parse(&text).partial);
        let mut options = AwsCostExplorerOptions::default().strict();
        let error = parse_aws_cost_explorer(text.as_bytes(), &options).unwrap_err();
        assert_eq!(
            (error.code(), error.place().path.as_deref()),
            ("UPID_PARTIAL_INPUT", Some("NextPageToken"))
        );
        options.allow_partial = true;
        assert!(parse_aws_cost_explorer(text.as_bytes(), &options).unwrap().partial);
    }

    #[test]
    fn bad_amounts_lose_their_line_only() {
        for bad in ["\"12,50\"", "\"+1\"", "\"1.2.3\"", "\"NaN\"", "\"1e999\"", "{}", "true"] {
            let text = FLEET.replace("\"3.5E-13\"", bad);
            let parsed = parse(&text);
            assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (1, 1), "{bad}");
            let place = &parsed.notices[0].places[0];
            let at = text.find(bad).unwrap() as u64;
            assert_eq!(place.byte_offset, Some(at), "{bad}");
            assert_eq!(
                place.path.as_deref(),
                Some("ResultsByTime[0].Groups[1].Metrics.AmortizedCost.Amount")
            );
            let strict = AwsCostExplorerOptions::default().strict();
            assert!(parse_aws_cost_explorer(text.as_bytes(), &strict).is_err(), "{bad}");
        }
        let parsed = parse(&FLEET.replace("\"3.5E-13\"", "\"\""));
        assert_eq!(parsed.stats.accepted, 2);
        assert!(parsed.value.lines.iter().any(|l| l.costs.effective.is_none()));
    }

    #[test]
    fn broken_documents() {
        for (text, want) in [
            ("", "UPID_EMPTY_INPUT"),
            ("{\"ResultsByTime\": [", "UPID_TRUNCATED"),
            ("{\"ResultsByTime\": {}}", "UPID_FORMAT"),
            ("{\"items\": []}", "UPID_FORMAT"),
            ("[{\"title\": \"chart\"}]", "UPID_FORMAT"),
        ] {
            assert_eq!(code(text), want, "{text}");
        }
        for cut in (1..FLEET.len()).filter(|c| FLEET.is_char_boundary(*c)) {
            let error = parse_aws_cost_explorer(
                &FLEET.as_bytes()[..cut],
                &AwsCostExplorerOptions::default(),
            )
            .unwrap_err();
            assert_eq!(
                (error.code(), error.place().byte_offset),
                ("UPID_TRUNCATED", Some(cut as u64)),
                "{cut}"
            );
        }
        let mixed = FLEET.replace("3.5E-13\",\"Unit\":\"USD\"", "1\",\"Unit\":\"EUR\"");
        assert_eq!(code(&mixed), "UPID_CURRENCY_MISMATCH");
        let long = FLEET.replace("3.5E-13", &"1".repeat(65));
        assert_eq!(code(&long), "UPID_LIMIT_EXCEEDED");
        let reversed = FLEET.replace("2026-03-02", "2026-02-02");
        assert_eq!(code(&reversed), "UPID_NO_RECORDS");
        assert_eq!(parse("{\"ResultsByTime\":[]}").notices[0].code, "Empty");
        let unknown = parse(&FLEET.replace("GroupDefinitions", "Other"));
        assert_eq!(
            (unknown.notices[0].code.as_str(), unknown.notices[0].count),
            ("UnknownGroup", 4)
        );
        let twice =
            parse(&FLEET.replace("\"2026-03-02\"", "\"2026-03-02\",\"End\":\"2026-03-03\""));
        assert_eq!(twice.notices[0].code, "DuplicateKey");
        assert_eq!(twice.value.lines[0].end.to_string(), "2026-03-03T00:00:00Z");
        let zero = parse(&FLEET.replace("2026-03-02", "2026-03-01"));
        assert_eq!((zero.notices[0].code.as_str(), zero.stats.accepted), ("ZeroLength", 2));
    }
}
