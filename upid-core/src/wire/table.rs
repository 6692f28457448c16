//! The operation table: one line per operation.

use serde::{Deserialize, Serialize};

use super::json::{from_json, to_json};
use crate::cost;
use crate::error::Result;
use crate::units::{TimeRange, Timestamp, parse_time_range};
use crate::usage::{self, RequestCount, Usage, operations as usage_ops};

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

/// `"name", "summary", Input => Output, function of (Input, Option<&Usage>)`.
macro_rules! operations {
    ($($name:literal, $summary:literal, $input:ty => $output:ty, $run:expr;)+) => {
        /// Every operation, in order of its name.
        pub const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            summary: $summary,
            run: |json, usage| {
                let run: fn($input, Option<&Usage>) -> Result<$output> = $run;
                to_json(&run(from_json(json)?, usage)?)
            },
            canonical: |json| to_json(&from_json::<$output>(json)?),
            #[cfg(feature = "schema")]
            schema: |g| [g.subschema_for::<$input>(), g.subschema_for::<$output>()],
        },)+];
    };
}

operations! {
    "cost.attribute", "Splits a bill over pods (used, wasted, unmeasured), idle, system overhead and unattributed.",
        cost::AttributeInput => cost::Attribution, |i, _| i.run();
    "cost.verify", "Checks that an attribution adds up, also one made elsewhere; nothing is repaired.",
        cost::Attribution => cost::Verification, |i, _| Ok(cost::verify(&i));
    "timerange.parse", "Reads 7d, 24h, 30m, 90s, 2w before `now`, or two RFC 3339 times with a slash between.",
        TimeRangeInput => ParsedTimeRange, |i, _| TimeRangeInput::run(&i);
    "usage.coverage", "Which hours of a selection were observed, and where the gaps are.",
        usage_ops::CoverageInput => usage_ops::Answer<usage::Coverage>, |i, u| i.run(u);
    "usage.dailyPeaks", "Daily minima and maxima of a selection.",
        usage_ops::PeaksInput => usage_ops::Answer<usage::DailyPeaks>, |i, u| i.run(u);
    "usage.describe", "What a Usage holds: keys, spec, times, size, samples per metric.",
        usage_ops::DescribeInput => usage_ops::Description, |i, u| i.run(u);
    "usage.effectiveSampleSize", "As many independent samples carry the information of an autocorrelated selection.",
        usage_ops::EffectiveInput => usage_ops::Answer<usage::EffectiveSamples>, |i, u| i.run(u);
    "usage.groupBy", "Merges the keys that agree in some fields.",
        usage_ops::GroupByInput => usage_ops::EncodedUsage, |i, u| i.run(u);
    "usage.histogram", "The merged histogram of a selection.",
        usage_ops::HistogramInput => usage_ops::Answer<usage::HistogramTable>, |i, u| i.run(u);
    "usage.merge", "Merges Usages, in any order to the same bytes.",
        usage_ops::MergeInput => usage_ops::MergeOutput, |i, u| i.run(u);
    "usage.moments", "Mean, variance and hourly lag-1 correlation of each UTC day of a selection.",
        usage_ops::MomentsInput => usage_ops::Answer<usage_ops::DaysAnswer>, |i, u| i.run(u);
    "usage.profile", "The local week of a selection in 168 hours.",
        usage_ops::ProfileInput => usage_ops::Answer<usage::WeekProfile>, |i, u| i.run(u);
    "usage.prune", "Drops whole UTC days before a cutoff.",
        usage_ops::PruneInput => usage_ops::EncodedUsage, |i, u| i.run(u);
    "usage.quantiles", "Nearest-rank quantiles of a selection with the edges that enclose the true value.",
        usage_ops::QuantilesInput => usage_ops::Answer<usage::Quantiles>, |i, u| i.run(u);
    "usage.retain", "Drops parts by age.",
        usage_ops::RetainInput => usage_ops::EncodedUsage, |i, u| i.run(u);
    "usage.rollup", "Hourly or daily table of a Usage, or a table of series at any step that divides a day.",
        usage_ops::RollupInput => usage_ops::RollupColumns, |i, u| i.run(u);
    "usage.runs", "Idle spans of a selection below a threshold.",
        usage_ops::RunsInput => usage_ops::Answer<usage::Runs>, |i, u| i.run(u);
    "usage.seal", "Joins counter parts for good.",
        usage_ops::SealInput => usage_ops::EncodedUsage, |i, u| i.run(u);
    "usage.summarize", "Summarises series, events and request counts into a Usage.",
        usage_ops::SummarizeInput<RequestCount> => usage_ops::SummarizeOutput, |i, _| i.run(|rows| Ok(rows.to_vec()));
}

/// Input of `timerange.parse`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct TimeRangeInput {
    /// `7d`, `24h`, `30m`, `90s`, `2w`, or `<RFC 3339>/<RFC 3339>`.
    pub text: String,
    /// The end of a relative range.
    pub now: Timestamp,
}

impl TimeRangeInput {
    fn run(&self) -> Result<ParsedTimeRange> {
        let TimeRange { start, end } = parse_time_range(&self.text, self.now)?;
        Ok(ParsedTimeRange { start, end, seconds: (end.0 - start.0) as f64 / 1000.0 })
    }
}

/// Output of `timerange.parse`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ParsedTimeRange {
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Length.
    pub seconds: f64,
}

#[cfg(test)]
mod tests {
    use super::OPERATIONS;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(OPERATIONS.windows(2).all(|w| w[0].name < w[1].name));
    }
}
