//! Queries: selections to answers.

use serde::{Deserialize, Serialize};

use super::input::{Selection, of_range, resolve};
use crate::calendar::zone;
use crate::error::{ErrorKind, Result};
use crate::json::flattened;
use crate::units::TimeRange;
use crate::usage::{
    Coverage, DailyPeaks, DayMoments, EffectiveMethod, EffectiveSamples, HistogramTable, MetricId,
    MetricView, Quantiles, Runs, Usage, UsageKey, WeekProfile,
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
    let whole = ask(&views.merged, range).map_err(of_range)?;
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
    EffectiveInput => EffectiveSamples {
        /// How it is found.
        #[serde(default)]
        method: EffectiveMethod,
    } |input, view, range| view.effective_sample_size_by(range, input.method);
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
