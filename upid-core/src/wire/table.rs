//! The operation table: one line per operation.

use super::snapshot::{ValidateInput, Validated};
use crate::analysis;
use crate::confidence;
use crate::cost;
use crate::error::Result;
use crate::idle;
use crate::json::{from_json, from_json_noting, to_json};
use crate::report;
use crate::traffic;
use crate::units::{ParsedTimeRange, TimeRangeText};
use crate::usage::Usage;

/// An operation: its name, what it does, and how it runs on JSON.
pub struct Operation {
    /// Name, e.g. `cost.attribute`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    pub(super) run: fn(&str, Option<&Usage>) -> Result<String>,
    pub(super) canonical: fn(&str) -> Result<String>,
    #[cfg(feature = "schema")]
    pub(super) schema: fn(&mut schemars::SchemaGenerator) -> [schemars::Schema; 2],
}

/// `"name", "summary", Input => Output, function of (Input, Option<&Usage>)`; with `noting` at the end the function
/// also gets the paths of input fields that nobody knows.
macro_rules! operations {
    ($($name:literal, $summary:literal, $input:ty => $output:ty, $run:expr $(, $note:ident)?;)+) => {
        /// Every operation, in order of its name.
        pub const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            summary: $summary,
            run: runner!($input, $output, $run $(, $note)?),
            canonical: |json| to_json(&from_json::<$output>(json)?),
            #[cfg(feature = "schema")]
            schema: |g| [g.subschema_for::<$input>(), g.subschema_for::<$output>()],
        },)+];
    };
}

macro_rules! runner {
    ($input:ty, $output:ty, $run:expr) => {
        |json, usage| {
            let run: fn($input, Option<&Usage>) -> Result<$output> = $run;
            to_json(&run(from_json(json)?, usage)?)
        }
    };
    ($input:ty, $output:ty, $run:expr, noting) => {
        |json, usage| {
            let run: fn($input, Option<&Usage>, &[String]) -> Result<$output> = $run;
            let (input, ignored) = from_json_noting(json)?;
            to_json(&run(input, usage, &ignored)?)
        }
    };
}

operations! {
    "analyze", "Analyses a cluster: what each pod costs, whether it is idle, what size it should have.",
        analysis::AnalyzeInput => analysis::Analysis, |i, usage, ignored| i.run(usage, ignored), noting;
    "confidence.evaluate", "Judges how good the evidence about a pod is, apart from what it says.",
        confidence::ops::EvaluateInput => confidence::Evidence, |i, _| i.run();
    "cost.attribute", "Splits a bill over pods (used, wasted, unmeasured), idle, system overhead and unattributed.",
        cost::AttributeInput => cost::Attribution, |i, _| i.run();
    "cost.verify", "Checks that an attribution adds up, also one made elsewhere; nothing is repaired.",
        cost::Attribution => cost::Verification, |i, _| Ok(cost::verify(&i));
    "idle.aggregate", "Combines the assessments of replicas: the least idle one decides.",
        idle::ops::AggregateInput => idle::WorkloadIdle, |i, _| i.run();
    "idle.assess", "Assesses a pod from samples and requests, or from the Usage by its selector: idle or not, how sure, why.",
        idle::ops::AssessInput => idle::IdleAssessment, |i, usage| i.run(usage);
    "idle.score", "Scores features with the shipped or a given model: log-odds, contributions, probability.",
        idle::ops::ScoreInput => idle::IdleScore, |i, _| i.run();
    "idle.windows", "Finds the weekly windows in which a profile shows no activity.",
        idle::ops::WindowsInput => idle::IdleWindows, |i, _| i.run();
    "report.render", "Writes an Analysis as Text, Markdown, Csv, Json or Html.",
        report::RenderInput => report::Rendered, |i, _| i.run();
    "snapshot.validate", "Checks a Snapshot and reports every problem at once; gives it back in its canonical form.",
        ValidateInput => Validated, |i, _, ignored| i.run(ignored), noting;
    "timerange.parse", "Reads 7d, 24h, 30m, 90s, 2w before `now`, or two RFC 3339 times with a slash between.",
        TimeRangeText => ParsedTimeRange, |i, _| i.run();
    "traffic.classify", "Tells probe, scrape, synthetic and bot requests from business.",
        traffic::ops::ClassifyInput => traffic::TrafficReport, |i, _| i.run();
}

#[cfg(test)]
mod tests {
    use super::OPERATIONS;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(OPERATIONS.windows(2).all(|w| w[0].name < w[1].name));
    }
}
