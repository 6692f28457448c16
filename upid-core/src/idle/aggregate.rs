//! From replicas to a workload (idle.md §8). A mean would be wrong: one busy replica of twenty would disappear.

use serde::{Deserialize, Serialize};

use super::assessment::{IdleAssessment, IdleVerdict};
use super::config::IdleConfig;
use crate::error::{Error, ErrorKind, Result};

/// Days of data from which a replica has a voice of its own.
const MIN_DAYS: f64 = 1.0;

/// The confidence of a replica.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReplicaConfidence {
    /// 0..1.
    pub value: f64,
    /// Days of data; absent: enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_days: Option<f64>,
}

/// What counts of a replica's assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Replica {
    /// Name.
    pub id: String,
    /// Probability of idleness.
    pub probability: f64,
    /// Confidence.
    pub confidence: ReplicaConfidence,
    /// Its own verdict; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<IdleVerdict>,
}

impl From<&IdleAssessment> for Replica {
    fn from(assessment: &IdleAssessment) -> Self {
        let confidence = &assessment.confidence;
        Self {
            id: assessment.id.clone(),
            probability: assessment.probability,
            confidence: ReplicaConfidence {
                value: confidence.value,
                observed_days: Some(confidence.observed_days),
            },
            verdict: Some(assessment.verdict),
        }
    }
}

/// Whether a workload is idle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WorkloadIdle {
    /// What it is.
    pub verdict: IdleVerdict,
    /// The least probability of its replicas and of their merged usage.
    pub probability: f64,
    /// The least confidence.
    pub confidence: f64,
    /// Replicas that were asked.
    pub replicas: u64,
    /// Who has the least probability; `merged` for the merged usage.
    pub decided_by: String,
    /// The replicas of the smaller side, where they differ whether they are idle; sorted.
    pub dissenting: Vec<String>,
}

/// Combines the assessments of replicas and, if given, of their merged usage.
///
/// # Errors
/// `UPID_EMPTY_INPUT` without a replica.
pub fn aggregate<'a>(
    replicas: impl IntoIterator<Item = &'a IdleAssessment>,
    merged: Option<&IdleAssessment>,
) -> Result<WorkloadIdle> {
    let replicas: Vec<Replica> = replicas.into_iter().map(Replica::from).collect();
    combine(&replicas, merged.map(Replica::from).as_ref(), &IdleConfig::default())
}

/// [`aggregate`] of what counts, with the thresholds of a config.
pub(super) fn combine(
    replicas: &[Replica],
    merged: Option<&Replica>,
    config: &IdleConfig,
) -> Result<WorkloadIdle> {
    if replicas.is_empty() {
        return Err(Error::new(ErrorKind::EmptyInput, "a workload has at least one replica")
            .at_path("replicas")
            .hint("assess each pod first, then pass the assessments"));
    }
    for (at, replica) in replicas.iter().chain(merged).enumerate() {
        let fits = |value: f64| (0.0..=1.0).contains(&value);
        if !fits(replica.probability) || !fits(replica.confidence.value) {
            return Err(Error::new(
                ErrorKind::InvalidValue,
                "a probability or confidence is outside 0..1",
            )
            .at_path(format!("replicas[{at}]"))
            .hint("pass the assessments as idle.assess gives them"));
        }
    }
    let has_voice = |r: &&Replica| r.confidence.observed_days.is_none_or(|days| days >= MIN_DAYS);
    let mut voices: Vec<&Replica> = replicas.iter().filter(has_voice).collect();
    if voices.is_empty() {
        voices = replicas.iter().collect();
    }
    // Ties by name, so that the order of the replicas says nothing.
    let all = voices.iter().map(|r| (r.probability, r.id.as_str(), *r));
    let all = all.chain(merged.map(|merged| (merged.probability, "merged", merged)));
    let Some((probability, decided_by, least)) =
        all.clone().min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)))
    else {
        return Err(Error::new(ErrorKind::Internal, "no replica is left"));
    };
    let confidence = all.clone().fold(1.0_f64, |low, (_, _, r)| low.min(r.confidence.value));
    let any = |verdict| all.clone().any(|(_, _, r)| r.verdict == Some(verdict));
    let verdict = if confidence < config.verdict_confidence {
        IdleVerdict::Unknown
    } else if any(IdleVerdict::Blocked) {
        IdleVerdict::Blocked
    } else if probability >= config.verdict_probability {
        if any(IdleVerdict::ProbeOnly) { IdleVerdict::ProbeOnly } else { IdleVerdict::Idle }
    } else if least.verdict == Some(IdleVerdict::PartlyIdle) {
        IdleVerdict::PartlyIdle
    } else {
        IdleVerdict::Active
    };
    let (mut idle, mut busy): (Vec<&Replica>, Vec<&Replica>) =
        voices.iter().partition(|r| r.probability >= config.verdict_probability);
    let smaller = if busy.len() <= idle.len() { &mut busy } else { &mut idle };
    let mut dissenting: Vec<String> = smaller.iter().map(|r| r.id.clone()).collect();
    dissenting.sort_unstable();
    Ok(WorkloadIdle {
        verdict,
        probability,
        confidence,
        replicas: replicas.len() as u64,
        decided_by: decided_by.to_owned(),
        dissenting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idle::ops::AggregateInput;

    /// The example of idle.md §8, through JSON, in every order.
    #[test]
    fn the_least_replica_decides() {
        let rows = [
            r#"{"id":"shop/cart-a","probability":0.99,"confidence":{"value":0.9}}"#,
            r#"{"id":"shop/cart-b","probability":0.97,"confidence":{"value":0.8}}"#,
            r#"{"id":"shop/cart-c","probability":0.20,"confidence":{"value":0.85}}"#,
        ];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let rows: Vec<&str> = order.iter().map(|at| rows[*at]).collect();
            let json = format!("{{\"replicas\":[{}]}}", rows.join(","));
            let input: AggregateInput = crate::json::from_json(&json).unwrap();
            let got = input.run().unwrap();
            assert_eq!((got.probability, got.confidence), (0.20, 0.8));
            assert_eq!(
                (got.verdict, got.dissenting),
                (IdleVerdict::Active, vec!["shop/cart-c".into()])
            );
        }
    }

    #[test]
    fn young_replicas_and_merged_usage() {
        let replica = |id: &str, probability: f64, days: f64| Replica {
            id: id.into(),
            probability,
            confidence: ReplicaConfidence { value: 0.9, observed_days: Some(days) },
            verdict: Some(IdleVerdict::ProbeOnly),
        };
        let config = IdleConfig::default();
        let rows = [replica("a", 0.9, 14.0), replica("b", 0.1, 0.5)];
        let got = combine(&rows, None, &config).unwrap();
        assert_eq!((got.probability, got.verdict), (0.9, IdleVerdict::ProbeOnly));
        let got = combine(&rows[1..], None, &config).unwrap();
        assert_eq!(got.probability, 0.1);
        let got = combine(&rows, Some(&replica("m", 0.3, 14.0)), &config).unwrap();
        assert_eq!((got.probability, got.decided_by.as_str()), (0.3, "merged"));
        assert_eq!(combine(&[], None, &config).unwrap_err().kind(), ErrorKind::EmptyInput);
    }
}
