//! Costs by any key, of modelled prices or of a cloud's bill, and as FOCUS rows.

use std::path::Path;

use upid_core::analysis::cost_input;
use upid_core::cost::{
    Attribution, FocusContext, FocusFormat, ReconcileConfig, Reconciliation, ShareConfig, Shared,
    SharingMethod, SharingScope, attribute, focus_rows, reconcile, share, write_focus,
};
use upid_core::ingest::{self, Format as Document, Parsed, detect};
use upid_core::json::{from_json, to_json};
use upid_core::model::BillSet;
use upid_core::units::Amount;
use upid_core::{Error, ErrorKind};

use super::tables::{self, Table};
use crate::cli::{Cost, Format, IdleScope};
use crate::failure::Failure;
use crate::input::{self, Input};

/// The table of workloads, or what the options ask for beyond it.
pub(super) fn run(options: &Cost) -> Result<String, Failure> {
    let Cost { report, by, idle, share: rules, bill, focus } = options;
    if by.is_empty() && idle.is_none() && rules.is_none() && bill.is_none() && focus.is_none() {
        return tables::cost(report);
    }
    let read = Input::read(&report.source)?;
    let (snapshot, config) = read.parts()?;
    let usage = read.usage.unwrap_or_default();
    let mut settings = config.cost;
    settings.prices = snapshot.prices.unwrap_or(settings.prices);
    let costs = cost_input(&snapshot, &usage, &settings)?;
    let attribution = match bill {
        Some(path) => {
            let config = ReconcileConfig::default().cost(settings);
            let reconciliation = reconcile(&costs, &bill_of(path)?, &config)?;
            tell(&reconciliation);
            reconciliation.attribution
        }
        None => attribute(&costs, &settings)?,
    };
    if let Some(path) = focus {
        return focus_file(&attribution, path, report.format);
    }
    let mut config: ShareConfig = match rules {
        Some(path) => from_json(&input::json(path)?).map_err(|e| Failure::in_file(e, path))?,
        None => ShareConfig::default(),
    };
    if !by.is_empty() {
        config.aggregate.clone_from(by);
    }
    if let Some(scope) = idle {
        let scope = match scope {
            IdleScope::Keep => SharingScope::Keep,
            IdleScope::Node => SharingScope::Node,
            IdleScope::Cluster => SharingScope::Cluster,
        };
        config = config.idle(scope, SharingMethod::Weighted);
    }
    let shared = share(&attribution.into(), &config)?;
    match report.format {
        Format::Json => Ok(to_json(&shared)?),
        format => table(&shared, format),
    }
}

/// A bill of any cloud; its first bytes say whose.
fn bill_of(path: &Path) -> Result<BillSet, Failure> {
    let bytes = input::bytes(path)?;
    let parsed: Parsed<BillSet> = match detect(&bytes) {
        Some(Document::Focus) => ingest::parse_focus(&bytes, &ingest::FocusOptions::default()),
        Some(Document::AwsCur) => ingest::parse_aws_cur(&bytes, &ingest::AwsCurOptions::default()),
        Some(Document::AwsCostExplorer) => {
            ingest::parse_aws_cost_explorer(&bytes, &ingest::AwsCostExplorerOptions::default())
        }
        Some(Document::AzureExport) => {
            ingest::parse_azure_export(&bytes, &ingest::AzureExportOptions::default())
        }
        Some(Document::AzureQuery) => {
            ingest::parse_azure_query(&bytes, &ingest::AzureQueryOptions::default())
        }
        Some(Document::GcpBilling) => {
            ingest::parse_gcp_billing(&bytes, &ingest::GcpBillingOptions::default())
        }
        _ => Err(Error::new(ErrorKind::Format, "this is no bill").hint(
            "give FOCUS rows, an AWS CUR, an Azure export or query, a Google export, as text",
        )),
    }
    .map_err(|e| Failure::in_file(e, path))?;
    if parsed.partial {
        let error = Error::new(ErrorKind::PartialInput, "the bill is only a part of one");
        return Err(Failure::in_file(error.hint("fetch all of its pages"), path));
    }
    for notice in parsed.notices.iter().filter(|n| n.severity > upid_core::model::Severity::Info) {
        input::note(&format!("{} ({}): {}", notice.code, notice.count, notice.message));
    }
    Ok(parsed.value)
}

/// Says on standard error how much of the bill was matched; the result must stay what it is asked for.
fn tell(r: &Reconciliation) {
    let kind = format!("{:?}", r.cost_kind);
    let currency = r.attribution.currency;
    input::note(&format!(
        "{} {currency} billed ({kind}): {} matched, the rest unattributed; {} outside the window; {} not on the bill",
        r.billed_total, r.matched, r.outside_window, r.unbilled
    ));
}

fn focus_file(attribution: &Attribution, path: &Path, format: Format) -> Result<String, Failure> {
    let context: FocusContext =
        from_json(&input::json(path)?).map_err(|e| Failure::in_file(e, path))?;
    let form = match format {
        Format::Csv => FocusFormat::Csv,
        Format::Json => FocusFormat::Json,
        _ => {
            return Err(Failure::command(
                "FOCUS rows are written as csv or json",
                "add --format csv",
            ));
        }
    };
    let rows = focus_rows(attribution, &context).map_err(|e| Failure::in_file(e, path))?;
    Ok(write_focus(&rows, form)?)
}

fn table(shared: &Shared, format: Format) -> Result<String, Failure> {
    let header =
        ["name", "total", "own", "used", "wasted", "unmeasured", "idle", "overhead", "shared"];
    let mut table = Table { header, left: 1, rows: Vec::new() };
    for group in &shared.groups {
        let amounts = [
            group.total,
            group.amount,
            group.used,
            group.wasted,
            group.unmeasured,
            group.idle_share,
            group.overhead_share,
            group.shared_share,
        ];
        let [total, own, used, wasted, unmeasured, idle, overhead, part] =
            amounts.map(|amount| amount.to_string());
        let name = group.name.clone();
        table.rows.push([name, total, own, used, wasted, unmeasured, idle, overhead, part]);
    }
    let line = |name: &str, amount: Amount| {
        let total = amount.to_string();
        [name, &total, "", "", "", "", "", "", ""].map(str::to_owned)
    };
    for (name, amount) in [
        ("(idle)", shared.idle),
        ("(system overhead)", shared.system_overhead),
        ("(unattributed)", shared.unattributed),
        ("(filtered out)", shared.filtered_out),
    ] {
        if !amount.is_zero() {
            table.rows.push(line(name, amount));
        }
    }
    table.rows.push(line(&format!("total {}", shared.currency), shared.bill));
    table.show(format)
}
