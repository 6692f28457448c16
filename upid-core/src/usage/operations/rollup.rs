//! Roll-ups: to columns with the names of the keys as codes, which the faces hand on as they are, or spelt out as JSON.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::input::{Selection, of_range, resolve};
use super::series::SeriesInput;
use crate::error::{Error, ErrorKind, Result};
use crate::json::flattened;
use crate::units::{MS_PER_DAY, MS_PER_HOUR};
use crate::usage::histogram::overflow;
use crate::usage::{
    Columns, MetricId, MetricSpec, RollupTable, Usage, UsageKey, UsageSpec, Values,
};

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
    /// Gives the exact integers that are stored beside the units.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quanta: bool,
}

flattened!(RollupInput {
    selection,
    step: String,
    #[serde(default)]
    series: Option<Vec<SeriesInput>>,
    #[serde(default)]
    quanta: bool,
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
    /// The sums in quanta, exact, as decimal text; this and the next two only if `quanta` asked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum_quanta: Option<Vec<String>>,
    /// The smallest, in quanta.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_quanta: Option<Vec<u64>>,
    /// The largest, in quanta.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_quanta: Option<Vec<u64>>,
}

/// A column of names: each once, and its place in every row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Place in `names`, one per row.
    pub codes: Vec<i32>,
    /// The distinct names, in order of their first row.
    pub names: Vec<String>,
    places: HashMap<String, i32>,
}

impl Names {
    /// Adds a name in so many rows.
    fn push(&mut self, name: &str, rows: usize) {
        let next = self.names.len() as i32;
        let names = &mut self.names;
        let code = *self.places.entry(name.to_owned()).or_insert_with(|| {
            names.push(name.to_owned());
            next
        });
        self.codes.resize(self.codes.len() + rows, code);
    }

    fn spelt(&self) -> Vec<String> {
        let name = |code: &i32| self.names.get(*code as usize).cloned().unwrap_or_default();
        self.codes.iter().map(name).collect()
    }
}

/// The columns of a roll-up of one metric, of equal length: by key, then by time; slots without a sample are absent.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct RollupArrays {
    /// Cluster, namespace, pod and container.
    pub keys: [Names; 4],
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
    /// Sums, smallest and largest in quanta, exact; empty unless asked for.
    pub quanta: [Vec<u64>; 3],
}

impl RollupArrays {
    /// Adds the table of the next key; sums in quanta past 2^64 are `UPID_OVERFLOW`.
    fn push(
        &mut self,
        key: &UsageKey,
        table: &RollupTable,
        spec: &MetricSpec,
        quanta: bool,
    ) -> Result<()> {
        let rows = table.rows(spec);
        for (names, (_, name)) in self.keys.iter_mut().zip(key.fields()) {
            names.push(name, rows.len());
        }
        for row in &rows {
            self.start_ms.push(row.start_ms);
            self.count.push(row.count);
            self.sum.push(row.sum);
            self.mean.push(row.mean);
            self.min.push(row.min);
            self.max.push(row.max);
        }
        for (_, _, sum, min, max) in table.quanta().filter(|_| quanta) {
            let [sums, minima, maxima] = &mut self.quanta;
            sums.push(u64::try_from(sum).map_err(|_| overflow())?);
            minima.push(min);
            maxima.push(max);
        }
        Ok(())
    }
}

impl RollupInput {
    /// Rolls up, key by key, with every name spelt out.
    pub fn run(&self, handle: Option<&Usage>) -> Result<RollupColumns> {
        let arrays = self.arrays(handle)?;
        let [cluster, namespace, pod, container] = arrays.keys.each_ref().map(Names::spelt);
        let [sum_quanta, min_quanta, max_quanta] = arrays.quanta;
        let text = || sum_quanta.iter().map(u64::to_string).collect();
        Ok(RollupColumns {
            step: self.step.clone(),
            cluster,
            namespace,
            pod,
            container,
            metric: vec![self.selection.metric; arrays.start_ms.len()],
            start_ms: arrays.start_ms,
            count: arrays.count,
            sum: arrays.sum,
            mean: arrays.mean,
            min: arrays.min,
            max: arrays.max,
            sum_quanta: self.quanta.then(text),
            min_quanta: self.quanta.then_some(min_quanta),
            max_quanta: self.quanta.then_some(max_quanta),
        })
    }

    /// Rolls up, key by key; `step` and `metric` stand for the whole table.
    ///
    /// # Errors
    /// `UPID_INVALID_STEP`, `UPID_EMPTY_SERIES`, `UPID_RANGE_NOT_ALIGNED`, `UPID_OVERFLOW` of sums in quanta, and those
    /// of the Usage or series.
    pub fn arrays(&self, handle: Option<&Usage>) -> Result<RollupArrays> {
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

    fn of_usage(&self, usage: &Usage, step_ms: i64) -> Result<RollupArrays> {
        let selection = Selection { per_key: true, ..self.selection.clone() };
        let mut arrays = RollupArrays::default();
        let views = selection.views(usage)?;
        let range = selection.range(&views.merged);
        if step_ms != MS_PER_HOUR && step_ms != MS_PER_DAY {
            return Err(Error::new(
                ErrorKind::InvalidStep,
                format!("a Usage holds no roll-up of {}", self.step),
            )
            .at_path("step")
            .hint("use 1h or 1d, or pass series"));
        }
        for (key, view) in views.each {
            let table = RollupTable::of_view(&view, range, step_ms).map_err(of_range)?;
            arrays.push(key, &table, usage.spec().get(selection.metric)?, self.quanta)?;
        }
        Ok(arrays)
    }

    fn of_series(&self, series: &[SeriesInput], step_ms: i64) -> Result<RollupArrays> {
        let spec = UsageSpec::default();
        let (selector, metric) = (self.selection.selector()?, self.selection.metric);
        let mut tables: BTreeMap<&UsageKey, RollupTable> = BTreeMap::new();
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
        let mut arrays = RollupArrays::default();
        for (key, mut table) in tables {
            table.keep(start..end);
            arrays.push(key, &table, spec.get(metric)?, self.quanta)?;
        }
        Ok(arrays)
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
