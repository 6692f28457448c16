//! Two tables out of an analysis: what everything costs, and what size every container should have.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::analysis::Analysis;
use crate::cli::{Format, Report};
use crate::failure::Failure;

/// What the cost table shows. Money is the library's decimal text.
#[derive(Deserialize)]
struct Costs {
    totals: Totals,
    workloads: Vec<Workload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    monthly_cost: Option<String>,
    used: Option<String>,
    wasted: Option<String>,
    unmeasured: Option<String>,
    idle: Option<String>,
    system_overhead: Option<String>,
    unattributed: Option<String>,
}

#[derive(Deserialize)]
struct Workload {
    namespace: String,
    kind: String,
    name: String,
    cost: Cost,
}

#[derive(Deserialize)]
struct Cost {
    monthly: Option<String>,
    used: Option<String>,
    wasted: Option<String>,
    unmeasured: Option<String>,
}

/// What the table of sizes shows.
#[derive(Deserialize)]
struct Sizes {
    workloads: Vec<Sized>,
}

#[derive(Deserialize)]
struct Sized {
    namespace: String,
    name: String,
    rightsizing: Vec<Size>,
}

#[derive(Deserialize)]
struct Size {
    key: Container,
    cpu: Option<Advice>,
    memory: Option<Advice>,
}

#[derive(Deserialize)]
struct Container {
    container: String,
}

#[derive(Deserialize)]
struct Advice {
    current: Option<f64>,
    recommended: Option<f64>,
}

/// A table: names of the columns, rows of text. The first `left` columns are names.
pub(super) struct Table<const N: usize> {
    pub(super) header: [&'static str; N],
    pub(super) left: usize,
    pub(super) rows: Vec<[String; N]>,
}

/// Cost per month of every workload, and where the rest of the bill goes.
pub(super) fn cost(options: &Report) -> Result<String, Failure> {
    let analysis = Analysis::of_source(&options.source)?;
    let Costs { totals, workloads } = analysis.read()?;
    let header = ["namespace", "kind", "name", "monthly", "used", "wasted", "unmeasured"];
    let mut table = Table { header, left: 3, rows: Vec::new() };
    for Workload { namespace, kind, name, cost } in workloads {
        let Cost { monthly, used, wasted, unmeasured } = cost;
        let [monthly, used, wasted, unmeasured] = [monthly, used, wasted, unmeasured].map(known);
        table.rows.push([namespace, kind, name, monthly, used, wasted, unmeasured]);
    }
    let rest = [
        ("(idle)", totals.idle),
        ("(system overhead)", totals.system_overhead),
        ("(unattributed)", totals.unattributed),
    ];
    for (name, amount) in rest {
        let amount = known(amount);
        table.rows.push(["", "", name, &amount, "", "", ""].map(str::to_owned));
    }
    let Totals { monthly_cost, used, wasted, unmeasured, .. } = totals;
    let sums = [monthly_cost, used, wasted, unmeasured].map(known);
    let [monthly, used, wasted, unmeasured] = sums.each_ref().map(String::as_str);
    let total = ["", "", "total", monthly, used, wasted, unmeasured];
    table.rows.push(total.map(str::to_owned));
    table.show(options.format)
}

/// Request now and request to set, for every container of every workload.
pub(super) fn rightsize(options: &Report) -> Result<String, Failure> {
    let analysis = Analysis::of_source(&options.source)?;
    let header =
        ["namespace", "workload", "container", "cpu", "cpu to set", "memory", "memory to set"];
    let mut table = Table { header, left: 3, rows: Vec::new() };
    let Sizes { workloads } = analysis.read()?;
    for Sized { namespace, name, rightsizing } in workloads {
        for Size { key, cpu, memory } in rightsizing {
            let [cpu, memory] = [cpu, memory].map(|advice| match advice {
                Some(Advice { current, recommended }) => [current, recommended],
                None => [None, None],
            });
            let [[cpu, cpu_to], [memory, memory_to]] = [cpu.map(cores), memory.map(bytes)];
            let names = [namespace.clone(), name.clone(), key.container];
            let [namespace, name, container] = names;
            table.rows.push([namespace, name, container, cpu, cpu_to, memory, memory_to]);
        }
    }
    table.show(options.format)
}

/// Money, or nothing where no price is known.
fn known(amount: Option<String>) -> String {
    amount.unwrap_or_default()
}

fn cores(value: Option<f64>) -> String {
    value.map_or_else(String::new, |v| format!("{}m", (v * 1000.0).ceil()))
}

fn bytes(value: Option<f64>) -> String {
    value.map_or_else(String::new, |v| format!("{}Mi", (v / f64::from(1 << 20)).ceil()))
}

impl<const N: usize> Table<N> {
    pub(super) fn show(&self, format: Format) -> Result<String, Failure> {
        match format {
            Format::Text => Ok(self.text()),
            Format::Csv => Ok(self.csv()),
            Format::Markdown => Ok(self.markdown()),
            Format::Json | Format::Html => Err(Failure::command(
                "this table is shown as text, csv or markdown",
                "use `analyze cluster --format json` or html, which hold it among the others",
            )),
        }
    }

    fn text(&self) -> String {
        let mut widths = self.header.map(str::len);
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        let header = self.header.map(str::to_owned);
        for row in std::iter::once(&header).chain(&self.rows) {
            let mut line = String::new();
            for (i, (cell, width)) in row.iter().zip(widths).enumerate() {
                let _ = if i < self.left {
                    write!(line, "{cell:<width$}  ")
                } else {
                    write!(line, "{cell:>width$}  ")
                };
            }
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }

    fn csv(&self) -> String {
        let mut text = self.header.join(",") + "\r\n";
        for row in &self.rows {
            text.push_str(&row.each_ref().map(|cell| quoted(cell)).join(","));
            text.push_str("\r\n");
        }
        text
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = (0..N).map(|i| if i < self.left { "---" } else { "---:" });
        let rule: Vec<String> = rule.map(str::to_owned).collect();
        let mut text = line(&self.header.map(str::to_owned)) + &line(&rule);
        self.rows.iter().for_each(|row| text.push_str(&line(row)));
        text
    }
}

/// A cell of RFC 4180.
fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}
