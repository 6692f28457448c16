//! One self-contained page: no script, no external request, readable in print, in the dark and on a phone.

use super::ReportOptions;
use super::format::{money, money_or_dash, ratio};
use super::rows::{self, Table};
use crate::analysis::{Analysis, Costs, Recommendation};

/// Classes of the destinations, in the order of [`rows::destinations`].
const PARTS: [&str; 6] = ["used", "wasted", "unmeasured", "idle", "overhead", "unattributed"];

pub(super) fn render(analysis: &Analysis, options: &ReportOptions) -> String {
    let title = escape(&rows::title(analysis, options));
    let mut body = String::new();
    body += &format!(
        "<header><p class=\"brand\">UPID</p><h1>{title}</h1><p>{}</p></header>\n<main>\n",
        escape(&rows::window(analysis))
    );
    body += &cost(analysis);
    body += &actions(analysis);
    body += &table(&rows::namespaces(analysis, usize::MAX));
    body += &table(&rows::workloads(analysis, usize::MAX));
    body += &node_bars(analysis);
    body += &table(&rows::nodes(analysis, usize::MAX));
    body += &list("What to know about this answer", &rows::findings(analysis));
    body += &list("Assumptions", &options.notes);
    let e = &analysis.engine;
    body += &format!(
        "</main>\n<footer>upid {} · idle model {} · config {} · zones {} · for {}</footer>\n",
        escape(&e.version),
        escape(&e.idle_model),
        escape(&e.config_hash),
        escape(&e.time_zone_data),
        analysis.generated_for
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · UPID</title>\n\
         <style>{}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        include_str!("page.css")
    )
}

fn cost(analysis: &Analysis) -> String {
    let Some(monthly) = analysis.totals.monthly_cost else {
        return "<section><h2>Cost</h2><p>Unknown: no node has a price.</p></section>\n".into();
    };
    let currency = analysis.currency;
    let mut out = String::from("<section class=\"cards\">");
    let saving = analysis.savings.nominal_monthly;
    let added = analysis.savings.increases_monthly.filter(|a| !a.is_zero());
    let beside = added.map_or_else(
        || "nominal".to_owned(),
        |a| format!("nominal; sizes that are too small ask for {} more", money(a)),
    );
    let destinations = rows::destinations(analysis);
    let [_, wasted, _, idle, ..] = &destinations;
    for (label, value, note) in [
        ("cost a month", money(monthly), currency.to_string()),
        ("asked for and not used", wasted.amount.clone(), wasted.percent.clone()),
        ("asked for by nobody", idle.amount.clone(), idle.percent.clone()),
        ("freed by the changes below", money_or_dash(saving), beside),
    ] {
        out += &format!(
            "<div class=\"card\"><p>{label}</p><b>{value}</b><p class=\"note\">{note}</p></div>"
        );
    }
    out += "</section>\n<section><h2>Where the money goes</h2>";
    let shares: Vec<f64> = destinations.iter().map(|to| to.share.unwrap_or(0.0)).collect();
    out += &bar(&shares, 28.0, "where the money goes");
    out += "<ul class=\"legend\">";
    for (to, class) in destinations.iter().zip(PARTS) {
        out += &format!(
            "<li><i class=\"{class}\"></i>{} <b>{}</b> {}</li>",
            to.name, to.amount, to.percent
        );
    }
    out + "</ul></section>\n"
}

/// A stacked bar of shares that sum to at most 1.
fn bar(shares: &[f64], height: f64, label: &str) -> String {
    let mut out = format!(
        "<svg class=\"bar\" viewBox=\"0 0 1000 {height}\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{}\">",
        escape(label)
    );
    let mut x = 0.0;
    for (share, class) in shares.iter().zip(PARTS) {
        let width = share.clamp(0.0, 1.0) * 1000.0;
        if width > 0.0 {
            out += &format!(
                "<rect class=\"{class}\" x=\"{x:.1}\" width=\"{width:.1}\" height=\"{height}\"/>"
            );
        }
        x += width;
    }
    out + "</svg>"
}

fn actions(analysis: &Analysis) -> String {
    let all: Vec<&Recommendation> = rows::recommendations(analysis).collect();
    if all.is_empty() {
        return String::new();
    }
    let mut out = String::from("<section><h2>What to do first</h2><ol class=\"actions\">");
    for r in all {
        let change = rows::change(r);
        let change = if change.is_empty() {
            String::new()
        } else {
            format!("<p class=\"change\">{}</p>", escape(&change))
        };
        let reasons: String =
            rows::why_in_full(r).map(|x| format!("<li>{}</li>", escape(&x.message))).collect();
        out += &format!(
            "<li><p><b>{}</b></p>{change}<p class=\"facts\"><span>{} {} a month</span>\
             <span>confidence {:.2}</span><span class=\"risk {risk}\">risk {risk}</span>\
             <span>effort {:?}, {}</span></p><ul>{reasons}</ul></li>",
            escape(&r.action),
            money_or_dash(r.monthly_savings),
            analysis.currency,
            r.confidence,
            r.effort,
            escape(&r.timeline),
            risk = format!("{:?}", r.risk).to_lowercase(),
        );
    }
    out + "</ol></section>\n"
}

fn node_bars(analysis: &Analysis) -> String {
    let priced: Vec<(&str, Costs)> =
        analysis.nodes.iter().filter_map(|n| Some((n.name.as_str(), n.window?))).collect();
    if priced.is_empty() {
        return String::new();
    }
    let mut out =
        String::from("<section><h2>What each node's bill pays for</h2><dl class=\"bars\">");
    for (name, c) in priced {
        let shares: Vec<f64> =
            [c.used, c.wasted, c.unmeasured, c.idle, c.system_overhead, c.unattributed]
                .into_iter()
                .map(|part| ratio(Some(part), Some(c.amount)).unwrap_or(0.0))
                .collect();
        out += &format!("<dt>{}</dt><dd>{}</dd>", escape(name), bar(&shares, 16.0, name));
    }
    out + "</dl></section>\n"
}

fn table(table: &Table) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let class = |numeric: bool| if numeric { " class=\"n\"" } else { "" };
    let head: String = table
        .head
        .iter()
        .zip(&table.numeric)
        .map(|(h, n)| format!("<th scope=\"col\"{}>{}</th>", class(*n), escape(h)))
        .collect();
    let mut out = format!(
        "<section><h2>{}</h2><div class=\"scroll\"><table><thead><tr>{head}</tr></thead><tbody>",
        table.title
    );
    for row in &table.rows {
        let cells: String = row
            .iter()
            .zip(&table.numeric)
            .map(|(cell, n)| format!("<td{}>{}</td>", class(*n), escape(cell)))
            .collect();
        out += &format!("<tr>{cells}</tr>\n");
    }
    out + "</tbody></table></div></section>\n"
}

fn list(title: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items: String = items.iter().map(|item| format!("<li>{}</li>", escape(item))).collect();
    format!("<section><h2>{title}</h2><ul>{items}</ul></section>\n")
}

/// Text as HTML text or attribute value.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters are not allowed in HTML.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn names_cannot_become_markup() {
        assert_eq!(escape("<script>'\"&\u{0}"), "&lt;script&gt;&#39;&quot;&amp; ");
    }
}
