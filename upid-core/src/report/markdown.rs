//! Tables for a pull request or wiki.

use super::ReportOptions;
use super::format::{money, money_or_dash};
use super::rows::{self, Table};
use crate::analysis::Analysis;

pub(super) fn render(analysis: &Analysis, options: &ReportOptions) -> String {
    let mut out = format!("# {}\n\n", cell(&rows::title(analysis, options)));
    out += &format!("Window {}.\n\n", rows::window(analysis));
    if let Some(monthly) = analysis.totals.monthly_cost {
        out += &format!("**{} {} a month**\n\n", money(monthly), analysis.currency);
        out += "| where it goes | per month | share |\n|---|--:|--:|\n";
        for to in rows::destinations(analysis) {
            out += &format!("| {} | {} | {} |\n", to.name, to.amount, to.percent);
        }
        out.push('\n');
    }
    for table in [
        rows::namespaces(analysis, options.top),
        rows::workloads(analysis, options.top),
        rows::nodes(analysis, options.top),
    ] {
        draw(&mut out, &table);
    }
    let all: Vec<_> = rows::recommendations(analysis).collect();
    if !all.is_empty() {
        out += "## What to do first\n\n";
        for r in all.iter().take(options.top) {
            out += &format!(
                "1. {} {} Saves {} {} a month; confidence {:.2}, risk {:?}.\n",
                cell(&r.action),
                cell(&rows::change(r)),
                money_or_dash(r.monthly_savings),
                analysis.currency,
                r.confidence,
                r.risk
            );
        }
        out.push('\n');
    }
    for (title, items) in [
        ("What to know about this answer", rows::findings(analysis)),
        ("Assumptions", options.notes.clone()),
    ] {
        if !items.is_empty() {
            out += &format!("## {title}\n\n");
            for item in items {
                out += &format!("- {}\n", cell(&item));
            }
            out.push('\n');
        }
    }
    out
}

fn draw(out: &mut String, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    let rule: Vec<&str> = table.numeric.iter().map(|n| if *n { "--:" } else { "---" }).collect();
    *out +=
        &format!("## {}\n\n| {} |\n|{}|\n", table.title, table.head.join(" | "), rule.join("|"));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|c| cell(c)).collect();
        *out += &format!("| {} |\n", cells.join(" | "));
    }
    if table.hidden > 0 {
        *out += &format!("\n… and {} more\n", table.hidden);
    }
    out.push('\n');
}

/// Text that Markdown neither reads as markup nor lets out of its table cell.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
