//! Azure Cost Management: the answer of a query (ingest.md §10).

use std::borrow::Cow;

use super::category;
use super::fields::{Bill, Column, Fields, columns};
use super::records::{ObjectCells, scalar};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::ingest::bytes::{plain, utf8};
use crate::ingest::detect::{self, hinted};
use crate::ingest::options::{Limits, ParseOptions, exceeded, parse_options};
use crate::ingest::parsed::{Log, Parsed, located};
use crate::ingest::scan::Scanner;
use crate::ingest::values::loose;
use crate::model::{
    BillCategory, BillCosts, BillLine, BillPricing, BillSet, ChargeType, CostKind, Provider,
    Severity,
};
use crate::units::{MS_PER_DAY, TimeRange, Timestamp};

parse_options! {
    /// Options of [`parse_azure_query`].
    pub struct AzureQueryOptions {
        /// Which cost the answer holds; it does not say so itself.
        pub cost_kind: CostKind = CostKind::Billed,
        /// The column of the cost; none: the first number among `PreTaxCost`, `Cost`, `CostUSD`.
        pub cost_column: Option<String> = None,
        /// The period of rows without a date: that of the query.
        pub period: Option<TimeRange> = None,
    }
}

columns! { Query {
    Cost = "Cost",
    Day = "UsageDate",
    Month = "BillingMonth",
    CurrencyCode = "Currency" | "BillingCurrency" | "BillingCurrencyCode",
    Resource = "ResourceId",
    Region = "ResourceLocation",
    Subscription = "SubscriptionId",
    Service = "MeterCategory" | "ServiceName",
    Meter = "Meter" | "MeterName",
    Type = "ChargeType",
    Pricing = "PricingModel",
    Quantity = "UsageQuantity" | "Quantity",
    Unit = "UnitOfMeasure",
    TagKey = "TagKey",
    TagValue = "TagValue",
} }

/// Reads the answer of a Cost Management query; columns are found by their names.
///
/// An empty body (HTTP 204) is an empty bill. Group columns that have no place in a line become tags.
///
/// # Errors
/// `UPID_MISSING_COLUMN` without a cost, a currency or a date, and those of every parser (ingest.md §12).
pub fn parse_azure_query(bytes: &[u8], options: &AzureQueryOptions) -> Result<Parsed<BillSet>> {
    read(bytes, options).map_err(|e| hinted(e, bytes, detect::Format::AzureQuery))
}

fn read(bytes: &[u8], options: &AzureQueryOptions) -> Result<Parsed<BillSet>> {
    let common = options.common();
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let mut log = Log::new(&common);
        log.stats.bytes = bytes.len() as u64;
        return log.finish(BillSet::default());
    }
    let (bytes, base) = plain(bytes, &common.limits)?;
    let text = utf8(bytes)?;
    let mut scan = Scanner::new(text, base, &common.limits, Log::new(&common));
    let mut answer = Answer {
        options,
        limits: &common.limits,
        table: None,
        rows: None,
        error: None,
        bill: Bill::default(),
    };
    answer.document(&mut scan).map_err(|e| located(e, text, base))?;
    scan.log.finish_json(answer.bill.finish(), text, base).map_err(|e| located(e, text, base))
}

/// Where the columns of a line stand in the rows.
struct Columns {
    /// For each column of the answer: that of [`Query`], or the name of a tag.
    slots: Vec<Slot>,
    /// The cost is in dollars, whatever the currency says.
    in_dollars: bool,
    has_currency: bool,
}

enum Slot {
    Known(usize),
    Tag(String),
    Unused,
}

struct Answer<'o, 'a> {
    options: &'o AzureQueryOptions,
    limits: &'o Limits,
    table: Option<Columns>,
    /// Rows that came before their columns, and where.
    rows: Option<(&'a str, usize)>,
    error: Option<(Cow<'a, str>, usize)>,
    bill: Bill,
}

impl<'a> Answer<'_, 'a> {
    fn document(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        let start = scan.offset();
        scan.object(|scan, key| match key {
            "properties" => scan.object(|scan, key| self.member(scan, key)),
            _ => self.member(scan, key),
        })?;
        if !scan.is_at_end() {
            return Err(scan.error(ErrorKind::Format, "more text follows the document"));
        }
        if let Some((message, at)) = self.error.take() {
            return Err(Error::new(ErrorKind::Format, format!("Azure answered: {message}"))
                .at_byte(at)
                .hint("the query failed; ask again"));
        }
        if let Some((text, base)) = self.rows.take() {
            let log = std::mem::replace(&mut scan.log, Log::new(&ParseOptions::default()));
            let mut inner = Scanner::new(text, base, self.limits, log);
            let read = self.read_rows(&mut inner);
            scan.log = inner.log;
            read?;
        }
        if self.table.is_none() {
            return Err(Error::new(ErrorKind::Format, "the document has no properties.columns")
                .at_byte(start)
                .hint("give the answer of the Cost Management query API as it is"));
        }
        Ok(())
    }

    fn member(&mut self, scan: &mut Scanner<'a>, key: &str) -> Result<()> {
        match key {
            "columns" => self.table = Some(self.read_columns(scan)?),
            "rows" if self.table.is_some() => self.read_rows(scan)?,
            "rows" => {
                let at = scan.offset();
                self.rows = Some((scan.raw()?, at));
            }
            "nextLink" => {
                let at = scan.offset();
                if scan.text()?.is_some_and(|t| !t.is_empty()) {
                    scan.log.partial("nextLink: more pages exist", Place::byte(at))?;
                }
            }
            "error" => {
                let at = scan.offset();
                let mut message = Cow::Borrowed("an error");
                scan.object(|scan, key| {
                    if key == "message" {
                        message = scan.text()?.unwrap_or_default();
                    }
                    Ok(())
                })?;
                self.error = Some((message, at));
            }
            _ => {}
        }
        Ok(())
    }

    fn read_columns(&self, scan: &mut Scanner<'a>) -> Result<Columns> {
        let at = scan.offset();
        let mut found: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        scan.array(|scan, index| {
            if index >= self.limits.max_columns as usize {
                let most = u64::from(self.limits.max_columns);
                return Err(exceeded("maxColumns", most, scan.offset()));
            }
            let (mut name, mut kind) = (Cow::Borrowed(""), Cow::Borrowed(""));
            scan.object(|scan, key| {
                match key {
                    "name" => name = scan.text()?.unwrap_or_default(),
                    "type" => kind = scan.text()?.unwrap_or_default(),
                    _ => {}
                }
                Ok(())
            })?;
            found.push((name, kind));
            Ok(())
        })?;
        let missing = |what: &str, hint: &str| {
            let names: Vec<&str> = found.iter().map(|(name, _)| name.as_ref()).collect();
            Error::new(ErrorKind::MissingColumn, format!("the answer has no column {what}"))
                .at_byte(at)
                .at_field(what)
                .detail("found", names.join(", "))
                .hint(format!("{hint}; the answer has: {}", names.join(", ")))
        };
        let is_cost = |name: &str| match &self.options.cost_column {
            Some(column) => name.eq_ignore_ascii_case(column),
            None => ["PreTaxCost", "Cost", "CostUSD"].iter().any(|c| name.eq_ignore_ascii_case(c)),
        };
        let cost = found
            .iter()
            .position(|(name, kind)| kind.eq_ignore_ascii_case("Number") && is_cost(name))
            .ok_or_else(|| missing("Cost", "ask for a cost, or name it in options.costColumn"))?;
        let in_dollars =
            found.get(cost).is_some_and(|(name, _)| name.to_ascii_uppercase().ends_with("USD"));
        let known = super::records::names::<Query>();
        let slot = |(index, (name, _)): (usize, &(Cow<'a, str>, Cow<'a, str>))| {
            if index == cost {
                return Slot::Known(Query::Cost as usize);
            }
            let of = known.iter().find(|(spelling, _)| spelling.eq_ignore_ascii_case(name));
            match of {
                Some((_, column)) if *column != Query::Cost as usize => Slot::Known(*column),
                _ if ["PreTaxCost", "Cost", "CostUSD", "PreTaxCostUSD"]
                    .iter()
                    .any(|c| name.eq_ignore_ascii_case(c)) =>
                {
                    Slot::Unused
                }
                _ => Slot::Tag(name.to_string()),
            }
        };
        let slots: Vec<Slot> = found.iter().enumerate().map(slot).collect();
        let has = |column: Query| {
            slots.iter().any(|s| matches!(s, Slot::Known(c) if *c == column as usize))
        };
        if !has(Query::Day) && !has(Query::Month) && self.options.period.is_none() {
            return Err(missing("UsageDate", "ask for a granularity, or give options.period"));
        }
        let has_currency = has(Query::CurrencyCode);
        if !has_currency && !in_dollars {
            return Err(missing("Currency", "the currency of the costs must be known"));
        }
        Ok(Columns { slots, in_dollars, has_currency })
    }

    fn read_rows(&mut self, scan: &mut Scanner<'a>) -> Result<()> {
        let Self { options, limits, table, bill, .. } = self;
        let Some(table) = table else { return Ok(()) };
        let mut remarks = Vec::new();
        scan.array(|scan, _| {
            let at = scan.offset();
            scan.log.record(at)?;
            let mut cells = ObjectCells::new::<Query>(at);
            let read = scan.attempt(|scan| cells_of(scan, table, &mut cells, at))?;
            if let Err(error) = read {
                return scan.log.settle::<()>(Err(error)).map(drop);
            }
            let strict = scan.log.is_strict();
            let mut fields = Fields::new(&cells, limits, strict, false, &mut remarks);
            let made = line(&mut fields, options, table, bill);
            if made.is_ok() {
                fields.tell(&mut scan.log)?;
            }
            scan.log.settle(made).map(drop)
        })
    }
}

/// The values of a row; one of another length than the columns is malformed.
fn cells_of<'a>(
    scan: &mut Scanner<'a>,
    table: &Columns,
    cells: &mut ObjectCells<'a>,
    start: usize,
) -> Result<()> {
    let mut count = 0usize;
    scan.array(|scan, index| {
        count = count.saturating_add(1);
        let at = scan.offset();
        match table.slots.get(index) {
            Some(Slot::Known(column)) => {
                if let Some(text) = scalar(scan)? {
                    cells.set(*column, text, at);
                }
            }
            Some(Slot::Tag(name)) => {
                let text = scalar(scan)?.filter(|t| !t.is_empty());
                cells.tags.extend(text.map(|t| (name.clone(), t.into_owned())));
            }
            Some(Slot::Unused) | None => {}
        }
        Ok(())
    })?;
    if count == table.slots.len() {
        return Ok(());
    }
    let message = format!("the row has {count} values and {} columns", table.slots.len());
    Err(Error::new(ErrorKind::Format, message).at_byte(start).hint("pass the answer as it is"))
}

fn line(
    fields: &mut Fields<'_>,
    options: &AzureQueryOptions,
    table: &Columns,
    bill: &mut Bill,
) -> Result<()> {
    let (start, end) = period(fields, options)?;
    let service = fields.owned(Query::Service)?;
    let meter = fields.owned(Query::Meter)?;
    let mut line = BillLine {
        provider: Provider::Azure,
        account: fields.owned(Query::Subscription)?,
        start,
        end,
        resource_id: fields.owned(Query::Resource)?,
        charge_type: charge_type(fields, Query::Type)?,
        costs: BillCosts::only(options.cost_kind, fields.amount(Query::Cost)?),
        quantity: fields.number(Query::Quantity)?,
        unit: fields.owned(Query::Unit)?,
        region: fields.owned(Query::Region)?,
        pricing: pricing(fields.text(Query::Pricing)?),
        ..BillLine::default()
    };
    line.category = match line.charge_type {
        ChargeType::Tax => BillCategory::Tax,
        _ => category::azure(
            service.as_deref().unwrap_or_default(),
            meter.as_deref().unwrap_or_default(),
        ),
    };
    fields.own_tags(&mut line.tags);
    if let (Some(key), Some(value)) = (fields.text(Query::TagKey)?, fields.text(Query::TagValue)?) {
        line.tags.insert(key.to_owned(), value.to_owned());
    }
    (line.service, line.usage_type) = (service, meter);
    if table.in_dollars || !table.has_currency {
        bill.in_currency("USD", || fields.place(Query::Cost))?;
    } else {
        bill.currency_of(fields, Query::CurrencyCode)?;
    }
    bill.add(line);
    Ok(())
}

/// `20260301` is that day, a billing month that month; else the period of the query.
fn period(fields: &mut Fields<'_>, options: &AzureQueryOptions) -> Result<(Timestamp, Timestamp)> {
    if let Some(text) = fields.text(Query::Day)? {
        let start = day(text).map_err(|e| fields.wrong(Query::Day, e))?;
        return Ok((start, Timestamp(start.0.saturating_add(MS_PER_DAY))));
    }
    if let Some(text) = fields.text(Query::Month)? {
        let bad = |e: Error| fields.wrong(Query::Month, e);
        let start = day(text).map_err(bad)?;
        return Ok((start, next_month(start)));
    }
    options.period.map(|p| (p.start, p.end)).ok_or_else(|| {
        let error = Error::new(ErrorKind::MissingField, "the row has no date")
            .hint("give options.period, the period of the query");
        fields.wrong(Query::Day, error)
    })
}

/// A day as `yyyymmdd`, a date, or a time with or without a zone.
fn day(text: &str) -> Result<Timestamp> {
    let dashed = match (text.get(..4), text.get(4..6), text.get(6..8), text.len()) {
        (Some(year), Some(month), Some(day), 8) => Cow::Owned(format!("{year}-{month}-{day}")),
        _ => Cow::Borrowed(text),
    };
    let read = loose(&dashed)?;
    read.map(|r| r.at).ok_or_else(|| Error::new(ErrorKind::TimeParse, "the date is empty"))
}

/// The same day of the month after, which every first day has.
fn next_month(start: Timestamp) -> Timestamp {
    let date = chrono::DateTime::from_timestamp_millis(start.0);
    let next = date.and_then(|d| d.checked_add_months(chrono::Months::new(1)));
    next.map_or(start, |d| Timestamp(d.timestamp_millis()))
}

/// The charge type of Azure; what nobody used of a commitment is usage too.
pub(super) fn charge_type<C: Column>(fields: &mut Fields<'_>, column: C) -> Result<ChargeType> {
    let text = fields.text(column)?.map(str::to_ascii_lowercase);
    Ok(match text.as_deref() {
        Some("purchase") => ChargeType::Purchase,
        Some("refund") => ChargeType::Refund,
        Some("tax") => ChargeType::Tax,
        Some("roundingadjustment" | "adjustment") => ChargeType::Adjustment,
        Some("credit") => ChargeType::Credit,
        None | Some("usage" | "unusedreservation" | "unusedsavingsplan") => ChargeType::Usage,
        Some(_) => {
            let message = "a charge type that is not known is taken as usage";
            fields.remark("UnknownChargeType", Severity::Warning, message, column);
            ChargeType::Usage
        }
    })
}

/// The pricing model of Azure.
pub(super) fn pricing(text: Option<&str>) -> Option<BillPricing> {
    Some(match text?.to_ascii_lowercase().as_str() {
        "ondemand" => BillPricing::OnDemand,
        "spot" => BillPricing::Spot,
        "reservation" | "savingsplan" => BillPricing::Committed,
        _ => BillPricing::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"id":"x","properties":{"nextLink":null,
        "columns":[{"name":"PreTaxCost","type":"Number"},{"name":"CostUSD","type":"Number"},{"name":"UsageDate","type":"Number"},{"name":"ResourceId","type":"String"},{"name":"ResourceGroup","type":"String"},{"name":"Currency","type":"String"}],
        "rows":[[1.5,1.7,20260301,"/subscriptions/s/VM","rg","EUR"],[2E-13,0,20260302,"",null,"EUR"]]}}"#;

    fn parse(text: &str) -> Result<Parsed<BillSet>> {
        parse_azure_query(text.as_bytes(), &AzureQueryOptions::default())
    }

    #[test]
    fn rows_by_column_name() {
        let parsed = parse(ANSWER).unwrap();
        assert!(parsed.notices.is_empty(), "{:?}", parsed.notices);
        assert_eq!((parsed.stats.accepted, parsed.stats.rounded), (2, 1));
        let line = parsed.value.lines.iter().find(|l| l.resource_id.is_some()).unwrap();
        assert_eq!(line.costs.billed.unwrap().to_string(), "1.5");
        assert_eq!(
            (line.start.to_string().as_str(), line.end.0 - line.start.0),
            ("2026-03-01T00:00:00Z", MS_PER_DAY)
        );
        assert_eq!(line.tags["ResourceGroup"], "rg");
        assert_eq!(parsed.value.currency.unwrap().code(), "EUR");
        let options = AzureQueryOptions {
            cost_column: Some("costusd".into()),
            cost_kind: CostKind::Effective,
            ..AzureQueryOptions::default()
        };
        let dollars = parse_azure_query(ANSWER.as_bytes(), &options).unwrap().value;
        assert_eq!(dollars.currency.unwrap().code(), "USD");
        assert_eq!(dollars.total(CostKind::Effective).unwrap().to_string(), "1.7");
    }

    #[test]
    fn columns_after_rows_and_in_another_order() {
        let rows = r#""rows":[["EUR","2026-03-01T00:00:00",1.5]]"#;
        let columns = r#""columns":[{"type":"String","name":"currency"},{"name":"BILLINGMONTH","type":"Datetime"},{"name":"cost","type":"number"}]"#;
        let text = |a: &str, b: &str| format!("{{\"properties\":{{{a},{b}}}}}");
        let late = parse(&text(rows, columns)).unwrap();
        assert_eq!(late.value, parse(&text(columns, rows)).unwrap().value);
        assert_eq!(late.value.lines[0].end.to_string(), "2026-04-01T00:00:00Z");
    }

    #[test]
    fn pages_and_empty_answers() {
        let empty = parse(" ").unwrap();
        assert_eq!((empty.notices[0].code.as_str(), empty.value.lines.len()), ("Empty", 0));
        let page = ANSWER.replace("\"nextLink\":null", "\"nextLink\":\"https://next\"");
        assert!(parse(&page).unwrap().partial);
        let strict = AzureQueryOptions::default().strict();
        let error = parse_azure_query(page.as_bytes(), &strict).unwrap_err();
        assert_eq!(
            (error.code(), error.place().path.as_deref()),
            ("UPID_PARTIAL_INPUT", Some("properties.nextLink"))
        );
    }

    #[test]
    fn bad_rows_and_documents() {
        for (bad, path) in [
            ("[1]", "properties.rows[1]"),
            ("[\"12,50\",0,20260302,\"\",null,\"EUR\"]", "properties.rows[1][0]"),
            ("[1,0,20261302,\"\",null,\"EUR\"]", "properties.rows[1][2]"),
            ("{}", "properties.rows[1]"),
        ] {
            let text = ANSWER.replace("[2E-13,0,20260302,\"\",null,\"EUR\"]", bad);
            let parsed = parse(&text).unwrap();
            assert_eq!((parsed.stats.accepted, parsed.stats.skipped), (1, 1), "{bad}");
            assert_eq!(parsed.notices[0].places[0].path.as_deref(), Some(path), "{bad}");
        }
        let code = |text: &str| parse(text).unwrap_err().code();
        assert_eq!(
            code(&ANSWER.replace("PreTaxCost", "Sum").replace("CostUSD", "S")),
            "UPID_MISSING_COLUMN"
        );
        assert_eq!(code(&ANSWER.replace("UsageDate", "Day")), "UPID_MISSING_COLUMN");
        assert_eq!(code(&ANSWER.replace("\"Currency\"", "\"C\"")), "UPID_MISSING_COLUMN");
        assert_eq!(code(&ANSWER.replacen("\"EUR\"]]", "\"USD\"]]", 1)), "UPID_CURRENCY_MISMATCH");
        assert_eq!(
            code(r#"{"error":{"code":"429","message":"Too many requests"}}"#),
            "UPID_FORMAT"
        );
        assert_eq!(code("{\"properties\":{}}"), "UPID_FORMAT");
        for cut in 1..ANSWER.len() {
            let error = parse(&ANSWER[..cut]).unwrap_err();
            assert_eq!(
                (error.code(), error.place().byte_offset),
                ("UPID_TRUNCATED", Some(cut as u64)),
                "{cut}"
            );
        }
    }
}
