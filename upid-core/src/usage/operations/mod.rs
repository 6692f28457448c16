//! The JSON forms of this module's operations (usage.md §10). Inputs and outputs only; all work is done elsewhere.

mod answers;
mod input;
mod rollup;
mod series;
mod state;

pub use answers::{
    Answer, CoverageInput, DaysAnswer, EffectiveInput, HistogramInput, KeyedAnswer, MomentsInput,
    PeaksInput, ProfileInput, QuantilesInput, RunsInput, RunsResolution,
};
pub use input::{EncodedUsage, Selection};
pub use rollup::{Names, RollupArrays, RollupColumns, RollupInput};
pub use series::{KeyedEvent, KeyedRequests, SeriesInput, SummarizeInput, SummarizeOutput};
pub use state::{
    DescribeInput, Description, GroupByInput, MergeInput, MergeOutput, MetricDescription,
    PruneInput, RetainInput, SealInput,
};

#[cfg(test)]
mod tests;
