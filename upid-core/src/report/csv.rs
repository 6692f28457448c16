//! One row per pod, RFC 4180.

use crate::analysis::Analysis;
use crate::units::Amount;

const HEAD: [&str; 17] = [
    "namespace",
    "pod",
    "workload_kind",
    "workload",
    "node",
    "state",
    "idle_probability",
    "confidence",
    "currency",
    "window_cost",
    "monthly_cost",
    "monthly_used",
    "monthly_wasted",
    "monthly_unmeasured",
    "waste_share",
    "cpu_p95_cores",
    "memory_p95_bytes",
];

pub(super) fn render(analysis: &Analysis) -> String {
    let mut out = HEAD.join(",");
    out.push_str("\r\n");
    let money = |amount: Option<Amount>| amount.map(|a| a.to_string()).unwrap_or_default();
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    for p in &analysis.pods {
        let cells = [
            text(&p.namespace),
            text(&p.name),
            text(&p.workload.kind),
            text(&p.workload.name),
            text(p.node.as_deref().unwrap_or_default()),
            format!("{:?}", p.state),
            number(Some(p.idle.probability)),
            number(Some(p.confidence.value)),
            analysis.currency.to_string(),
            money(p.cost.amount),
            money(p.cost.monthly),
            money(p.cost.used),
            money(p.cost.wasted),
            money(p.cost.unmeasured),
            number(p.cost.waste_share),
            number(p.usage.cpu.map(|q| q.p95)),
            number(p.usage.memory.map(|q| q.p95)),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// A text cell: quoted where RFC 4180 asks for it, and with a leading quote mark where a spreadsheet would run it.
fn text(value: &str) -> String {
    let risky = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let value = if risky { format!("'{value}") } else { value.to_owned() };
    if value.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn formulas_and_quotes_are_neutralised() {
        assert_eq!(text("=1+2"), "'=1+2");
        assert_eq!(text("@x,\"y\""), "\"'@x,\"\"y\"\"\"");
        assert_eq!(text("web-0"), "web-0");
    }
}
