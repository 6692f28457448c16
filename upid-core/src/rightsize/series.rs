//! One series of samples, in any of the spellings that the JSON forms allow.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind, Result, carry};
use crate::units::Timestamp;

/// Samples of one metric of one container on one time axis.
///
/// JSON: `{startMs, stepMs, values}`, `{start, stepSeconds, values}` or `{timestampsMs, values}`; two axes at
/// once are `UPID_INVALID_VALUE`. `null` is a missing value. Written in milliseconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// When the samples were taken.
    pub axis: Axis,
    /// The samples: cores or bytes; NaN is missing.
    pub values: Vec<f64>,
}

/// The time axis of a [`Series`].
#[derive(Debug, Clone, PartialEq)]
pub enum Axis {
    /// A sample every `step_ms` milliseconds, from `start_ms` on.
    Regular {
        /// Epoch milliseconds of the first sample.
        start_ms: i64,
        /// Milliseconds between samples, more than 0.
        step_ms: i64,
    },
    /// Epoch milliseconds of each sample, in any order.
    Explicit(Vec<i64>),
}

impl Default for Axis {
    fn default() -> Self {
        Self::Explicit(Vec::new())
    }
}

impl Series {
    /// Samples every `step_ms` milliseconds from `start_ms` on.
    pub fn regular(start_ms: i64, step_ms: i64, values: Vec<f64>) -> Self {
        Self { axis: Axis::Regular { start_ms, step_ms }, values }
    }

    /// Samples at the given epoch milliseconds.
    pub fn explicit(timestamps_ms: Vec<i64>, values: Vec<f64>) -> Self {
        Self { axis: Axis::Explicit(timestamps_ms), values }
    }

    /// Time and value of every row, in input order.
    ///
    /// # Errors
    /// `UPID_LENGTH_MISMATCH`, `UPID_INVALID_STEP`, `UPID_TIMESTAMP_RANGE` with the row.
    pub(super) fn rows(&self) -> Result<Vec<(i64, f64)>> {
        let times: Vec<i64> = match &self.axis {
            Axis::Explicit(times) => {
                if times.len() != self.values.len() {
                    return Err(Error::new(
                        ErrorKind::LengthMismatch,
                        format!("{} timestamps and {} values", times.len(), self.values.len()),
                    )
                    .at_path("values")
                    .hint("give one value (or null) per timestamp"));
                }
                times.clone()
            }
            Axis::Regular { start_ms, step_ms } => {
                if *step_ms <= 0 {
                    return Err(Error::new(
                        ErrorKind::InvalidStep,
                        format!("the step is {step_ms} ms"),
                    )
                    .at_path("stepMs")
                    .hint("the time between two samples is more than 0"));
                }
                (0..self.values.len() as i64)
                    .map(|i| step_ms.checked_mul(i).and_then(|d| d.checked_add(*start_ms)))
                    .map(|t| t.unwrap_or(i64::MAX))
                    .collect()
            }
        };
        if let Some(row) = times.iter().position(|t| !(0..Timestamp::END_MS).contains(t)) {
            let ms = times.get(row).copied().unwrap_or_default();
            return Err(Error::new(
                ErrorKind::TimestampRange,
                format!("{ms} ms is outside 1970 to 9999"),
            )
            .at_row(row)
            .hint("times are milliseconds since 1970-01-01T00:00:00Z"));
        }
        Ok(times.into_iter().zip(self.values.iter().copied()).collect())
    }
}

/// The JSON spellings of a [`Series`].
#[derive(Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Series"))]
#[serde(rename_all = "camelCase", default)]
struct Spelled {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamps_ms: Option<Vec<i64>>,
    values: Vec<Option<f64>>,
}

impl Spelled {
    fn read(self) -> Result<Series> {
        let fail = |message: &str| {
            Err(Error::new(ErrorKind::InvalidValue, message)
                .hint("give startMs and stepMs, or start and stepSeconds, or timestampsMs"))
        };
        let values = self.values.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect();
        let spellings = [
            self.start.is_some() || self.step_seconds.is_some(),
            self.start_ms.is_some() || self.step_ms.is_some(),
            self.timestamps_ms.is_some(),
        ];
        if spellings.iter().filter(|given| **given).count() > 1 {
            return fail("the series has two time axes");
        }
        let axis = match (self.start, self.step_seconds, self.start_ms, self.step_ms) {
            (Some(start), Some(seconds), ..) => {
                let ms = seconds * 1000.0;
                if !(ms.is_finite() && ms.fract() == 0.0 && ms.abs() < 1e15) {
                    return fail("stepSeconds is not a whole number of milliseconds");
                }
                Axis::Regular { start_ms: start.0, step_ms: ms as i64 }
            }
            (_, _, Some(start_ms), Some(step_ms)) => Axis::Regular { start_ms, step_ms },
            (None, None, None, None) => match self.timestamps_ms {
                Some(times) => Axis::Explicit(times),
                None => return fail("the series has no time axis"),
            },
            _ => return fail("the time axis is incomplete"),
        };
        Ok(Series { axis, values })
    }
}

impl<'de> Deserialize<'de> for Series {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spelled::deserialize(deserializer)?.read().map_err(carry)
    }
}

impl Serialize for Series {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = self.values.iter().map(|v| v.is_finite().then_some(*v)).collect();
        let mut spelled = Spelled { values, ..Spelled::default() };
        match &self.axis {
            Axis::Regular { start_ms, step_ms } => {
                (spelled.start_ms, spelled.step_ms) = (Some(*start_ms), Some(*step_ms));
            }
            Axis::Explicit(times) => spelled.timestamps_ms = Some(times.clone()),
        }
        spelled.serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Series {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Spelled::schema_name()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Spelled::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_gives_one_series() {
        let read = |text: &str| serde_json::from_str::<Series>(text).unwrap();
        let ms = read(r#"{"startMs":1700006400000,"stepMs":60000,"values":[1,null,2.5]}"#);
        let text =
            read(r#"{"start":"2023-11-15T00:00:00Z","stepSeconds":60,"values":[1,null,2.5]}"#);
        assert_eq!(format!("{ms:?}"), format!("{text:?}"));
        assert_eq!(ms.rows().unwrap()[2], (1_700_006_520_000, 2.5));
        assert!(ms.values[1].is_nan());
        let explicit = read(r#"{"timestampsMs":[5,9],"values":[1,2]}"#);
        assert_eq!(
            serde_json::to_string(&explicit).unwrap(),
            r#"{"timestampsMs":[5,9],"values":[1.0,2.0]}"#
        );
    }

    #[test]
    fn bad_axes_are_refused() {
        for text in [
            r#"{"startMs":1,"stepMs":2,"timestampsMs":[1],"values":[1]}"#,
            r#"{"start":"2023-11-15T00:00:00Z","stepMs":2,"values":[1]}"#,
            r#"{"values":[1]}"#,
            r#"{"startMs":1,"values":[1]}"#,
        ] {
            let error = crate::json::from_json::<Series>(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidValue, "{text}");
        }
        let kind = |series: Series| series.rows().unwrap_err().kind();
        assert_eq!(kind(Series::explicit(vec![1], vec![])), ErrorKind::LengthMismatch);
        assert_eq!(kind(Series::regular(0, 0, vec![1.0])), ErrorKind::InvalidStep);
        assert_eq!(kind(Series::explicit(vec![-1], vec![1.0])), ErrorKind::TimestampRange);
    }
}
