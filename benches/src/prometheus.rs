//! An answer of `query_range`, and a typed `serde_json` visitor over it.

use std::fmt::Write as _;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};

use crate::{START_MS, week};

/// A week of one-minute samples of CPU rates (full precision) and memory (bytes) of some pods, as Prometheus sends it.
#[must_use]
pub fn answer(pods: u64) -> String {
    let names = [
        "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_irate",
        "container_memory_working_set_bytes",
    ];
    let mut text = r#"{"status":"success","data":{"resultType":"matrix","result":["#.to_owned();
    for pod in 0..pods {
        for (at, name) in names.iter().enumerate() {
            let comma = if pod == 0 && at == 0 { "" } else { "," };
            let labels = format!(
                r#""__name__":"{name}","cluster":"c1","container":"app","namespace":"shop","node":"n{}","pod":"cart-{pod}""#,
                pod % 5
            );
            let _ = write!(text, r#"{comma}{{"metric":{{{labels}}},"values":["#);
            for (minute, cores) in week(pod).iter().enumerate() {
                let comma = if minute == 0 { "" } else { "," };
                let seconds = START_MS / 1000 + 60 * minute as i64;
                let _ = match at {
                    0 => write!(text, r#"{comma}[{seconds},"{cores}"]"#),
                    _ => {
                        write!(text, r#"{comma}[{seconds}.804,"{}"]"#, (cores * 1e5) as u64 * 4096)
                    }
                };
            }
            text.push_str("]}");
        }
    }
    text.push_str("]}}");
    text
}

/// What a careful user of `serde_json` would write: no value in between, text to numbers at once.
#[derive(Deserialize)]
struct Envelope {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    metric: std::collections::HashMap<String, String>,
    values: Columns,
}

#[derive(Default)]
struct Columns {
    times: Vec<i64>,
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Sample<'a>(f64, &'a str);

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Samples;
        impl<'de> Visitor<'de> for Samples {
            type Value = Columns;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("samples")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Columns, A::Error> {
                let mut columns = Columns::default();
                while let Some(Sample(seconds, text)) = seq.next_element()? {
                    columns.times.push((seconds * 1000.0).round() as i64);
                    columns.values.push(text.parse().map_err(A::Error::custom)?);
                }
                Ok(columns)
            }
        }
        deserializer.deserialize_seq(Samples)
    }
}

/// Reads the answer into columns; gives how many samples it holds.
#[must_use]
pub fn visitor(text: &str) -> Option<usize> {
    let read: Envelope = serde_json::from_str(text).ok()?;
    let values = |series: &Series| series.values.values.len().min(series.values.times.len());
    Some(read.data.result.iter().filter(|s| !s.metric.is_empty()).map(values).sum())
}
