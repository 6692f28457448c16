//! The operation table: one line per operation.

use serde::{Deserialize, Serialize};

use super::json::{from_json, to_json};
use crate::cost;
use crate::error::Result;
use crate::units::{TimeRange, Timestamp, parse_time_range};
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
