//! Roll-ups as typed arrays.

use napi::bindgen_prelude::{BigUint64Array, Float64Array, Uint32Array};
use napi_derive::napi;
use upid_core::json;
use upid_core::usage::operations::{RollupArrays, RollupInput};

use crate::failure::guarded;
use crate::input::{JsonText, text};
use crate::usage::NativeUsage;

/// The columns of a roll-up, of equal length.
#[napi(object)]
pub struct Rollup {
    /// The distinct names of cluster, namespace, pod and container.
    pub names: Vec<Vec<String>>,
    /// Place in the names, one per row.
    pub codes: Vec<Uint32Array>,
    /// Start of the slot in epoch milliseconds.
    pub start_ms: Float64Array,
    /// Samples.
    pub count: Float64Array,
    /// Their sum, in units.
    pub sum: Float64Array,
    /// Their mean.
    pub mean: Float64Array,
    /// The smallest.
    pub min: Float64Array,
    /// The largest.
    pub max: Float64Array,
    /// Sums, smallest and largest in quanta; absent unless asked for.
    pub quanta: Option<Vec<BigUint64Array>>,
}

#[napi]
impl NativeUsage {
    /// Rolls up what the JSON of `RollupInput` says.
    #[napi(catch_unwind)]
    pub fn rollup(&self, input: JsonText<'_>) -> napi::Result<Rollup> {
        guarded(|| {
            let input: RollupInput = json::from_json(text(&input)?)?;
            let arrays = input.arrays(Some(&self.now()))?;
            let RollupArrays { keys, start_ms, count, sum, mean, min, max, quanta, .. } = arrays;
            let (names, codes) = keys
                .into_iter()
                .map(|column| {
                    let codes: Vec<u32> = column.codes.iter().map(|code| *code as u32).collect();
                    (column.names, codes.into())
                })
                .unzip();
            // Times and counts stay far below 2^53.
            let times: Vec<f64> = start_ms.iter().map(|ms| *ms as f64).collect();
            let counts: Vec<f64> = count.iter().map(|count| *count as f64).collect();
            Ok(Rollup {
                names,
                codes,
                start_ms: times.into(),
                count: counts.into(),
                sum: sum.into(),
                mean: mean.into(),
                min: min.into(),
                max: max.into(),
                quanta: input.quanta.then(|| quanta.into_iter().map(Into::into).collect()),
            })
        })
    }
}
