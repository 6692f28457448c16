//! The mergeable summary of what happened: one pass over samples, bounded size, integers only (usage.md).

mod accumulate;
mod batch;
mod codec;
mod columns;
mod counter;
mod daily;
mod day;
mod dense;
mod event;
mod groups;
mod histogram;
mod key;
mod matrix;
mod metric;
mod network;
pub mod operations;
mod pod;
mod query;
mod read;
mod request_log;
mod requests;
mod retain;
mod rollup;
mod rows;
mod runs;
mod seam;
mod settle;
mod slots;
mod spec;
mod store;
mod stream;
mod summary;
mod table;
mod view;

pub use batch::{SeriesRef, summarize_batch};
pub use codec::{UsageHeader, peek};
pub use columns::{
    BadRow, BadRowReason, Columns, Duplicates, IngestOptions, IngestReport, Invalid, SampleKind,
    Times, Values,
};
pub(crate) use daily::DayState;
pub use event::{MAX_EVENTS, UsageEvent, UsageEventKind};
pub use histogram::{MAX_BUCKET, bucket_index, bucket_low, bucket_middle, bucket_width};
pub use key::{KeyField, KeySelector, MAX_NAME_BYTES, UsageKey, partition_key};
pub use matrix::Matrix;
pub use metric::MetricId;
pub(crate) use network::{network_samples, summarize_network};
pub use pod::PodUsage;
pub use query::{
    Coverage, DailyPeaks, DayMoments, EffectiveMethod, EffectiveSamples, HistogramTable,
    QuantileMethod, QuantileValue, Quantiles, SpanMs,
};
pub use request_log::{
    LogCoverage, MAX_REQUEST_TEXT, RequestCount, RequestKey, RequestLog, UserAgents,
};
pub use requests::MAX_REQUEST_KEYS;
pub use retain::RetentionPolicy;
pub use rollup::{HourStat, Integral, RollupTable};
pub use runs::{ProfileHour, Runs, WeekProfile};
pub use spec::{MAX_QUANTA, MAX_THRESHOLDS, MetricSpec, UsageSpec};
pub use store::{MergeReport, Usage, summarize};
pub use stream::TableStream;
pub use summary::UsageSummary;
pub use table::{KeyColumns, MetricColumn, TableColumns, TableValues, TextColumn};
pub use view::{MetricView, days_before, hours_before};
