//! Tables for a terminal.

use std::fmt::Write;

use super::ReportOptions;
use super::format::money;
use super::rows::{self, Table};
use crate::analysis::Analysis;

pub(super) fn render(analysis: &Analysis, options: &ReportOptions) -> String {
    let mut out = String::new();
    let width = options.width;
    line(&mut out, &format!("UPID: {}", rows::title(analysis, options)));
    line(&mut out, &format!("window {}", rows::window(analysis)));
    line(&mut out, "");
    cost(&mut out, analysis, width);
    for table in [
        rows::namespaces(analysis, options.top),
        rows::workloads(analysis, options.top),
        rows::nodes(analysis, options.top),
    ] {
        draw(&mut out, &table, width);
    }
    recommendations(&mut out, analysis, options);
    list(&mut out, "What to know about this answer", &rows::findings(analysis), width);
    list(&mut out, "Assumptions", &options.notes, width);
    let e = &analysis.engine;
    line(
        &mut out,
        &format!(
            "upid {} · idle model {} · config {} · zones {}",
            e.version, e.idle_model, e.config_hash, e.time_zone_data
        ),
    );
    out
}

fn line(out: &mut String, text: &str) {
    out.extend(text.trim_end().chars().map(visible));
    out.push('\n');
}

/// A name must not move the cursor or colour the terminal.
fn visible(c: char) -> char {
    if c.is_control() { '\u{fffd}' } else { c }
}

fn cost(out: &mut String, analysis: &Analysis, width: usize) {
    let currency = analysis.currency;
    let Some(monthly) = analysis.totals.monthly_cost else {
        line(out, "Cost unknown: no node has a price.");
        line(out, "");
        return;
    };
    line(out, &format!("{} {currency} a month", money(monthly)));
    let scale = (width.saturating_sub(40)).min(50) as f64;
    for to in rows::destinations(analysis) {
        let bar = "█".repeat((to.share.unwrap_or(0.0).clamp(0.0, 1.0) * scale).round() as usize);
        line(out, &format!("  {:<16}{:>12} {:>6}  {bar}", to.name, to.amount, to.percent));
    }
    let savings = rows::savings(analysis);
    if !savings.is_empty() {
        line(out, &savings);
    }
    line(out, "");
}

fn draw(out: &mut String, table: &Table, width: usize) {
    if table.rows.is_empty() {
        return;
    }
    let mut widths: Vec<usize> = table.head.iter().map(|h| h.chars().count()).collect();
    for row in &table.rows {
        for (w, cell) in widths.iter_mut().zip(row) {
            *w = (*w).max(cell.chars().count());
        }
    }
    // Names give way first: the first column shrinks until the table fits.
    let total: usize = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
    if let (Some(first), true) = (widths.first_mut(), total > width) {
        *first = first.saturating_sub(total - width).max(16);
    }
    line(out, table.title);
    let head: Vec<String> = table.head.iter().map(|h| (*h).to_owned()).collect();
    line(out, &joined(&head, &widths, &table.numeric));
    for row in &table.rows {
        line(out, &joined(row, &widths, &table.numeric));
    }
    if table.hidden > 0 {
        line(out, &format!("… and {} more", table.hidden));
    }
    line(out, "");
}

fn joined(cells: &[String], widths: &[usize], numeric: &[bool]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .zip(numeric)
        .map(|((cell, &width), &numeric)| {
            let cell = shortened(cell, width);
            if numeric { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        })
        .collect();
    cells.join("  ")
}

/// Keeps the end of a long name: that is where names differ.
fn shortened(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let tail: String = text.chars().skip(count - width + 1).collect();
    format!("…{tail}")
}

fn recommendations(out: &mut String, analysis: &Analysis, options: &ReportOptions) {
    let all: Vec<_> = rows::recommendations(analysis).collect();
    if all.is_empty() {
        return;
    }
    line(out, "What to do first");
    for (i, r) in all.iter().take(options.top).enumerate() {
        let saving = match r.monthly_savings {
            Some(amount) => format!("{} {} a month", money(amount), analysis.currency),
            None => "saving unknown".into(),
        };
        wrapped(out, &format!("{:>2}. ", i + 1), &r.action, options.width);
        let change = rows::change(r);
        if !change.is_empty() {
            wrapped(out, "    ", &change, options.width);
        }
        let evidence = format!(
            "{saving} · confidence {:.2} · risk {:?} · effort {:?}",
            r.confidence, r.risk, r.effort
        );
        wrapped(out, "    ", &evidence, options.width);
        for reason in rows::why(r) {
            wrapped(out, "    why: ", &reason.message, options.width);
        }
    }
    if all.len() > options.top {
        line(out, &format!("… and {} more", all.len() - options.top));
    }
    line(out, "");
}

fn list(out: &mut String, title: &str, items: &[String], width: usize) {
    if items.is_empty() {
        return;
    }
    line(out, title);
    for item in items {
        wrapped(out, "  · ", item, width);
    }
    line(out, "");
}

/// Breaks a sentence at blanks; further lines are indented like the first.
fn wrapped(out: &mut String, prefix: &str, text: &str, width: usize) {
    let indent = prefix.chars().count();
    let mut column = indent;
    let _ = write!(out, "{prefix}");
    for (i, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if i > 0 && column + 1 + length > width {
            let _ = write!(out, "\n{:indent$}", "");
            column = indent;
        } else if i > 0 {
            out.push(' ');
            column += 1;
        }
        out.extend(word.chars().map(visible));
        column += length;
    }
    out.push('\n');
}
