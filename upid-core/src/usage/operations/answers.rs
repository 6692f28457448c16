//! Queries: selections to answers.

use serde::{Deserialize, Serialize};

use super::input::{Selection, resolve};
use super::series::SeriesInput;
use crate::calendar::zone;
use crate::error::{Error, ErrorKind, Result};
use crate::json::flattened;
use crate::units::{MS_PER_DAY, MS_PER_HOUR, TimeRange};
use crate::usage::{
    Columns, Coverage, DailyPeaks, DayMoments, EffectiveSamples, HistogramTable, HourStat,
    MetricId, MetricView, Quantiles, RollupTable, Runs, Usage, UsageKey, UsageSpec, Values,
    WeekProfile,
};

/// The answer for the merge of the selected keys, and for each of them if `perKey` was set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}Answer"))]
#[serde(rename_all = "camelCase", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Answer<T> {
    /// The metric.
    pub metric: MetricId,
    /// The answer.
    #[serde(flatten)]
    pub answer: T,
    /// One answer per key; a key without the samples that the answer needs in the range is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_key: Option<Vec<KeyedAnswer<T>>>,
}

/// The answer for one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyedAnswer<T> {
    /// The key.
    pub key: UsageKey,
    /// Its answer.
    #[serde(flatten)]
    pub answer: T,
}

fn answer<T>(
    selection: &Selection,
    handle: Option<&Usage>,
    ask: impl Fn(&MetricView<'_>, TimeRange) -> Result<T>,
) -> Result<Answer<T>> {
    let usage = resolve(selection.usage.as_deref(), handle)?;
    let views = selection.views(&usage)?;
    let range = selection.range(&views.merged);
    let whole = ask(&views.merged, range).map_err(|e| match e.kind() {
        ErrorKind::EmptyWindow | ErrorKind::RangeNotAligned => e.at_path("startMs"),
        _ => e,
    })?;
    let mut per_key = Vec::with_capacity(views.each.len());
    for (key, view) in &views.each {
        match ask(view, range) {
            Ok(answer) => per_key.push(KeyedAnswer { key: (*key).clone(), answer }),
            Err(e) if e.kind() == ErrorKind::EmptySeries => {}
            Err(e) => return Err(e),
        }
    }
    Ok(Answer {
        metric: selection.metric,
        answer: whole,
        per_key: selection.per_key.then_some(per_key),
    })
}

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident => $output:ty { $($(#[$meta:meta])* $field:ident: $type:ty,)* }
        |$input:ident, $view:ident, $range:ident| $ask:expr;)+) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// Which Usage, keys, metric and times.
            #[serde(flatten)]
            pub selection: Selection,
            $($(#[$meta])* pub $field: $type,)*
        }

        flattened!($name { selection, $($(#[$meta])* $field: $type,)* });

        impl $name {
            /// Answers the query.
            pub fn run(&self, handle: Option<&Usage>) -> Result<Answer<$output>> {
                let $input = self;
                let _ = &$input;
                answer(&self.selection, handle, |$view, $range| $ask)
            }
        })+
    };
}

queries! {
    /// Input of `usage.quantiles`.
    QuantilesInput => Quantiles {
        /// Shares, 0..1.
        q: Vec<f64>,
        /// Days lose half of their weight in so many hours, in whole days from the newest; absent: all days weigh the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decay_half_life_h: Option<f64>,
    } |input, view, range| match input.decay_half_life_h {
        Some(hours) => view.quantiles_decayed(range, &input.q, hours),
        None => view.quantiles(range, &input.q),
    };
    /// Input of `usage.histogram`.
    HistogramInput => HistogramTable {} |input, view, range| view.histogram(range);
    /// Input of `usage.coverage`.
    CoverageInput => Coverage {} |input, view, range| view.coverage(range);
    /// Input of `usage.dailyPeaks`.
    PeaksInput => DailyPeaks {} |input, view, range| view.daily_peaks(range);
    /// Input of `usage.moments`.
    MomentsInput => DaysAnswer {} |input, view, range| Ok(DaysAnswer { days: view.moments(range)? });
    /// Input of `usage.effectiveSampleSize`.
    EffectiveInput => EffectiveSamples {} |input, view, range| view.effective_sample_size(range);
    /// Input of `usage.profile`.
    ProfileInput => WeekProfile {
        /// IANA zone of the local week.
        #[serde(default = "utc")]
        time_zone: String,
    } |input, view, range| view.profile(range, zone(&input.time_zone).map_err(|e| e.at_path("timeZone"))?);
    /// Input of `usage.runs`.
    RunsInput => Runs {
        /// Activity threshold in the metric's unit; at slot resolution one of the spec's.
        threshold: f64,
        /// Unobserved slots that a run may bridge.
        #[serde(default)]
        bridge_slots: u32,
        /// Slots of five minutes, or hours for any threshold.
        #[serde(default)]
        resolution: RunsResolution,
    } |input, view, range| match input.resolution {
        RunsResolution::Slot => view.runs(range, input.threshold, input.bridge_slots),
        RunsResolution::Hour => view.runs_hourly(range, input.threshold),
    };
}

fn utc() -> String {
    "UTC".to_owned()
}

/// How finely idle runs are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RunsResolution {
    /// Five-minute slots.
    #[default]
    Slot,
    /// Hours.
    Hour,
}

/// Daily moments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DaysAnswer {
    /// One row per UTC day.
    pub days: Vec<DayMoments>,
}

/// Input of `usage.rollup`: a Usage with a selection, or series.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RollupInput {
    /// Which Usage, keys, metric and times.
    #[serde(flatten)]
    pub selection: Selection,
    /// `1h` or `1d` from a Usage; from series also `5m`, `15m` or any `<n>m` or `<n>h` that divides a day.
    pub step: String,
    /// Samples to roll up in place of a Usage; those of another metric are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Vec<SeriesInput>>,
}

flattened!(RollupInput {
    selection,
    step: String,
    #[serde(default)]
    series: Option<Vec<SeriesInput>>,
});

/// A roll-up as columns of equal length; slots without a sample are absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RollupColumns {
    /// Length of a slot.
    pub step: String,
    /// Cluster.
    pub cluster: Vec<String>,
    /// Namespace.
    pub namespace: Vec<String>,
    /// Pod.
    pub pod: Vec<String>,
    /// Container.
    pub container: Vec<String>,
    /// Metric.
    pub metric: Vec<MetricId>,
    /// Start of the slot, in epoch milliseconds.
    pub start_ms: Vec<i64>,
    /// Samples.
    pub count: Vec<u64>,
    /// Their sum, in units.
    pub sum: Vec<f64>,
    /// Their mean.
    pub mean: Vec<f64>,
    /// The smallest.
    pub min: Vec<f64>,
    /// The largest.
    pub max: Vec<f64>,
}

impl RollupColumns {
    fn push(&mut self, key: &UsageKey, metric: MetricId, row: &HourStat) {
        self.cluster.push(key.cluster.clone());
        self.namespace.push(key.namespace.clone());
        self.pod.push(key.pod.clone());
        self.container.push(key.container.clone());
        self.metric.push(metric);
        self.start_ms.push(row.start_ms);
        self.count.push(row.count);
        self.sum.push(row.sum);
        self.mean.push(row.mean);
        self.min.push(row.min);
        self.max.push(row.max);
    }
}

impl RollupInput {
    /// Rolls up, key by key.
    pub fn run(&self, handle: Option<&Usage>) -> Result<RollupColumns> {
        let step_ms = parse_step(&self.step)?;
        match &self.series {
            Some(series) if self.selection.usage.is_none() && handle.is_none() => {
                self.of_series(series, step_ms)
            }
            Some(_) => {
                Err(Error::new(ErrorKind::InvalidValue, "a Usage and series are both given")
                    .at_path("series")
                    .hint("give one of them"))
            }
            None => {
                let usage = resolve(self.selection.usage.as_deref(), handle)?;
                self.of_usage(&usage, step_ms)
            }
        }
    }

    fn of_usage(&self, usage: &Usage, step_ms: i64) -> Result<RollupColumns> {
        let selection = Selection { per_key: true, ..self.selection.clone() };
        let mut columns = RollupColumns { step: self.step.clone(), ..RollupColumns::default() };
        let views = selection.views(usage)?;
        let range = selection.range(&views.merged);
        for (key, view) in views.each {
            let rows = match step_ms {
                MS_PER_HOUR => view.hours(range)?,
                MS_PER_DAY => view.daily(range)?,
                _ => {
                    return Err(Error::new(
                        ErrorKind::InvalidStep,
                        format!("a Usage holds no roll-up of {}", self.step),
                    )
                    .at_path("step")
                    .hint("use 1h or 1d, or pass series"));
                }
            };
            for row in &rows {
                columns.push(key, selection.metric, row);
            }
        }
        Ok(columns)
    }

    fn of_series(&self, series: &[SeriesInput], step_ms: i64) -> Result<RollupColumns> {
        let spec = UsageSpec::default();
        let (selector, metric) = (self.selection.selector()?, self.selection.metric);
        let mut tables: std::collections::BTreeMap<&UsageKey, RollupTable> =
            std::collections::BTreeMap::new();
        for (at, one) in series.iter().enumerate() {
            if one.metric != metric || !selector.matches(&one.key) {
                continue;
            }
            let under = |e: Error| e.under(&format!("series[{at}]"));
            one.key.validate().map_err(|e| under(e.under("key")))?;
            let (values, timestamps_ms) = (one.floats(), one.times().map_err(under)?);
            let values = Values::F64(&values);
            let columns = Columns { timestamps_ms, values, validity: None, kind: one.kind };
            let table = RollupTable::of_samples(metric, &columns, step_ms, &spec).map_err(under)?;
            match tables.get_mut(&one.key) {
                Some(mine) => mine.merge(&table)?,
                None => {
                    tables.insert(&one.key, table);
                }
            }
        }
        let start = self.selection.start_ms.unwrap_or(i64::MIN);
        let end = self.selection.end_ms.unwrap_or(i64::MAX);
        let mut columns = RollupColumns { step: self.step.clone(), ..RollupColumns::default() };
        for (key, table) in tables {
            for row in table.rows(spec.get(metric)?) {
                if (start..end).contains(&row.start_ms) {
                    columns.push(key, metric, &row);
                }
            }
        }
        Ok(columns)
    }
}

fn parse_step(text: &str) -> Result<i64> {
    let unit = match text.as_bytes().last() {
        Some(b's') => 1000,
        Some(b'm') => 60_000,
        Some(b'h') => MS_PER_HOUR,
        Some(b'd') => MS_PER_DAY,
        _ => 0,
    };
    let digits = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let count = digits.parse::<u32>().ok().filter(|n| *n > 0 && !digits.starts_with(['+', '0']));
    match count.map(|n| i64::from(n) * unit) {
        Some(ms) if ms > 0 && MS_PER_DAY % ms == 0 => Ok(ms),
        _ => Err(Error::new(ErrorKind::InvalidStep, format!("{text:?} is not a step"))
            .at_path("step")
            .hint("write 5m, 15m, 1h or 1d; a step divides a day")),
    }
}
