//! The tables that the text, Markdown and HTML reports have in common.

use super::ReportOptions;
use super::format::{money, money_or_dash, parts, percent, percents, ratio, share};
use crate::analysis::{Analysis, Recommendation, State};
use crate::model::Reason;
use crate::units::{Amount, beside};

/// A table: headings, which of them hold numbers, and rows of cells.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) head: Vec<&'static str>,
    /// Columns aligned to the right.
    pub(super) numeric: Vec<bool>,
    pub(super) rows: Vec<Vec<String>>,
    /// Rows that `top` cut off.
    pub(super) hidden: usize,
}

impl Table {
    fn new(title: &'static str, head: &[(&'static str, bool)]) -> Self {
        Self {
            title,
            head: head.iter().map(|(name, _)| *name).collect(),
            numeric: head.iter().map(|(_, numeric)| *numeric).collect(),
            rows: Vec::new(),
            hidden: 0,
        }
    }

    fn cut(mut self, top: usize) -> Self {
        self.hidden = self.rows.len().saturating_sub(top);
        self.rows.truncate(top);
        self
    }
}

/// The word for a state.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Idle => "idle",
        State::ProbeOnly => "probes only",
        State::Blocked => "blocked",
        State::Underused => "underused",
        State::Healthy => "healthy",
        State::Saturated => "saturated",
        State::Unknown => "unknown",
    }
}

/// The title of a report.
pub(super) fn title(analysis: &Analysis, options: &ReportOptions) -> String {
    options.title.clone().unwrap_or_else(|| analysis.cluster.name.clone())
}

/// The window in words.
pub(super) fn window(analysis: &Analysis) -> String {
    let w = analysis.window;
    format!("{} to {} ({:.0} h)", w.start, w.end, w.hours())
}

/// Where the money goes: name, amount per month, percent and share of all.
pub(super) struct Destination {
    pub(super) name: &'static str,
    pub(super) amount: String,
    pub(super) percent: String,
    pub(super) share: Option<f64>,
}

/// The destinations of the money. Amounts and percentages add up as they are shown.
pub(super) fn destinations(analysis: &Analysis) -> [Destination; 6] {
    let t = &analysis.totals;
    let names = ["used", "wasted", "unmeasured", "idle", "system overhead", "unattributed"];
    let amounts = [t.used, t.wasted, t.unmeasured, t.idle, t.system_overhead, t.unattributed];
    let whole = t.monthly_cost.unwrap_or_default();
    let (mut shown, mut percents) = (parts(whole, amounts), percents(whole, amounts));
    std::array::from_fn(|i| Destination {
        name: names[i],
        amount: std::mem::take(&mut shown[i]),
        percent: std::mem::take(&mut percents[i]),
        share: ratio(amounts[i], t.monthly_cost),
    })
}

/// Namespaces by cost.
pub(super) fn namespaces(analysis: &Analysis, top: usize) -> Table {
    let mut table = Table::new(
        "Namespaces",
        &[
            ("namespace", false),
            ("pods", true),
            ("per month", true),
            ("share", true),
            ("used", true),
            ("wasted", true),
            ("waste", true),
        ],
    );
    let mut order: Vec<_> = analysis.namespaces.iter().collect();
    order.sort_by(|a, b| {
        b.totals.monthly_cost.cmp(&a.totals.monthly_cost).then(a.name.cmp(&b.name))
    });
    for n in order {
        let t = &n.totals;
        table.rows.push(vec![
            n.name.clone(),
            t.pods.to_string(),
            money_or_dash(t.monthly_cost),
            percent(ratio(t.monthly_cost, analysis.totals.monthly_cost)),
            money_or_dash(t.used),
            money_or_dash(t.wasted),
            percent(t.efficiency.overall.map(|e| 1.0 - e)),
        ]);
    }
    table.cut(top)
}

/// Workloads by wasted money, then cost.
pub(super) fn workloads(analysis: &Analysis, top: usize) -> Table {
    let mut table = Table::new(
        "Workloads by waste",
        &[
            ("workload", false),
            ("state", false),
            ("P(idle)", true),
            ("confidence", true),
            ("per month", true),
            ("wasted", true),
            ("waste", true),
        ],
    );
    let mut order: Vec<_> = analysis.workloads.iter().collect();
    order.sort_by(|a, b| {
        (b.cost.wasted, b.cost.monthly).cmp(&(a.cost.wasted, a.cost.monthly)).then(a.id.cmp(&b.id))
    });
    for w in order {
        table.rows.push(vec![
            w.id.clone(),
            state(w.state).to_owned(),
            // Without any evidence a probability says nothing about the workload.
            share(w.probability.filter(|_| w.confidence > 0.0)),
            format!("{:.2}", w.confidence),
            money_or_dash(w.cost.monthly),
            money_or_dash(w.cost.wasted),
            percent(w.cost.waste_share),
        ]);
    }
    table.cut(top)
}

/// Nodes by name.
pub(super) fn nodes(analysis: &Analysis, top: usize) -> Table {
    let mut table = Table::new(
        "Nodes",
        &[
            ("node", false),
            ("type", false),
            ("pods", true),
            ("per month", true),
            ("idle", true),
            ("CPU asked", true),
            ("memory asked", true),
        ],
    );
    for n in &analysis.nodes {
        table.rows.push(vec![
            n.name.clone(),
            n.instance_type.clone().unwrap_or_else(|| "–".into()),
            n.pods.to_string(),
            money_or_dash(n.monthly),
            percent(n.window.and_then(|c| ratio(Some(c.idle), Some(c.amount)))),
            percent(n.cpu_requested_share),
            percent(n.memory_requested_share),
        ]);
    }
    table.cut(top)
}

/// `from → to` of a recommendation, in Kubernetes' words; both in the unit of what is to be set.
pub(super) fn change(r: &Recommendation) -> String {
    let value = |v: &Option<serde_json::Value>| match v {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "unset".into(),
    };
    let parts: Vec<String> = r
        .change
        .iter()
        .map(|c| {
            let field = c.path.rsplit('/').next().unwrap_or(&c.path);
            let group = if c.path.contains("/limits/") { "limit " } else { "" };
            let to = value(&c.to);
            format!("{group}{field} {} → {to}", beside(&value(&c.from), &to))
        })
        .collect();
    parts.join(", ")
}

/// Why, in brief: the first reason, and of a change of several resources what the history says of each.
pub(super) fn why(r: &Recommendation) -> impl Iterator<Item = &Reason> {
    let ranked = r.reasons.iter().enumerate();
    ranked.filter(|(i, x)| *i == 0 || x.code == "SizeFromHistory").map(|(_, x)| x)
}

/// Why: all that shaped the sizes of a change; of a review the first three reasons, its strongest.
pub(super) fn why_in_full(r: &Recommendation) -> impl Iterator<Item = &Reason> {
    r.reasons.iter().take(if r.change.is_empty() { 3 } else { usize::MAX })
}

/// Recommendations that nothing suppresses, in the order of the Analysis.
pub(super) fn recommendations(analysis: &Analysis) -> impl Iterator<Item = &Recommendation> {
    analysis.recommendations.iter().filter(|r| r.suppressed_by.is_none())
}

/// What the recommendations free a month, in one sentence; empty if nothing.
pub(super) fn savings(analysis: &Analysis) -> String {
    let currency = analysis.currency;
    let shown = |amount: Option<Amount>| amount.filter(|a| !a.is_zero()).map(money);
    let freed = shown(analysis.savings.nominal_monthly).map(|amount| {
        format!(
            "Recommended changes free {amount} {currency} a month of requests; nodes must go before the bill falls."
        )
    });
    let added = shown(analysis.savings.increases_monthly).map(|amount| {
        format!("Sizes that are too small ask for {amount} {currency} a month more.")
    });
    let parts: Vec<String> = [freed, added].into_iter().flatten().collect();
    parts.join(" ")
}

/// Findings in one line each.
pub(super) fn findings(analysis: &Analysis) -> Vec<String> {
    analysis
        .quality
        .iter()
        .map(|f| {
            let message = f.message.as_deref().unwrap_or("see the places");
            let examples = match f.examples.as_slice() {
                [] => String::new(),
                [first, rest @ ..] => {
                    let more = if f.count > 1 && !rest.is_empty() {
                        format!(" and {} more", f.count - 1)
                    } else {
                        String::new()
                    };
                    format!(" ({first}{more})")
                }
            };
            format!("{}: {message}{examples}", f.code)
        })
        .collect()
}
