//! Puts costs, assessments and sizes of each pod and workload together.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::AnalysisConfig;
use super::join::{Join, WorkloadKey};
use super::people::{self, Fit};
use super::recommend::{self, Case, Held};
use super::recommendation::Recommendation;
use super::result::{BusinessSummary, PodAnalysis, Replicas, WorkloadAnalysis};
use super::size;
use super::tally::{PodKey, Tallies, Tally};
use crate::cost::Attribution;
use crate::error::Result;
use crate::idle::{self, IdleAssessment, IdleVerdict};
use crate::model::{Pod, Snapshot, Workload};
use crate::parallel;
use crate::rightsize::RightsizeConfig;
use crate::usage::Usage;

/// Puts the parts together.
pub(super) struct Builder<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) usage: &'a Usage,
    pub(super) config: &'a AnalysisConfig,
    pub(super) sizing: &'a RightsizeConfig,
    pub(super) join: &'a Join<'a>,
    pub(super) attribution: &'a Attribution,
    pub(super) tallies: &'a Tallies,
    pub(super) facts: &'a BTreeMap<WorkloadKey, Workload>,
    /// How each pod's use fits its requests, in the order of [`Join::pods`].
    pub(super) fits: Vec<Fit>,
    /// What each pod used, averaged over the window: CPU and memory, in the order of [`Join::pods`].
    pub(super) used: Vec<[Option<f64>; 2]>,
}

impl Builder<'_> {
    pub(super) fn pods(&mut self, assessments: Vec<IdleAssessment>) -> Result<Vec<PodAnalysis>> {
        let window = self.snapshot.window;
        let observed = parallel::map(&self.join.pods, |joined| people::observed(joined, window));
        let mut pods = Vec::with_capacity(assessments.len());
        for ((joined, idle), observed) in self.join.pods.iter().zip(assessments).zip(observed) {
            let pod = joined.pod;
            let tally = self.tallies.pods.get(&key_of(pod)).copied().unwrap_or_default();
            let cost = tally.summary(self.config);
            let people::Observed { summary: usage, used } = observed?;
            let fit = people::fit(joined, &usage, self.config);
            self.fits.push(fit);
            self.used.push(used);
            pods.push(PodAnalysis {
                id: joined.id(),
                namespace: pod.namespace.clone(),
                name: pod.name.clone(),
                workload: joined.owner.clone(),
                node: pod.node.clone(),
                state: people::state(
                    idle.verdict,
                    fit == Fit::Under,
                    cost.waste_share,
                    self.config,
                ),
                confidence: idle.confidence.clone(),
                business: people::business(&idle, people::criticality(self.snapshot, joined)),
                idle,
                cost,
                usage,
            });
        }
        Ok(pods)
    }

    pub(super) fn workloads(
        &self,
        pods: &[PodAnalysis],
        mut sizes: size::Sizes,
    ) -> Result<(Vec<WorkloadAnalysis>, Vec<Recommendation>)> {
        let (mut workloads, mut recommendations) = (Vec::new(), Vec::new());
        for (key, joined) in &self.join.workloads {
            let Some(facts) = self.facts.get(key) else { continue };
            let mine: Vec<&PodAnalysis> = joined.pods.iter().filter_map(|&i| pods.get(i)).collect();
            let mut tally = Tally::default();
            for &index in &joined.pods {
                tally.merge(self.tallies.pods.get(&key_of(self.join.pods[index].pod)))?;
            }
            let assessed = mine.iter().map(|p| &p.idle);
            let idle = if mine.is_empty() { None } else { Some(idle::aggregate(assessed, None)?) };
            let pressed = joined.pods.iter().any(|&i| self.fits.get(i) == Some(&Fit::Under));
            let cost = tally.summary(self.config);
            let verdict = idle.as_ref().map_or(IdleVerdict::Unknown, |i| i.verdict);
            let workload = WorkloadAnalysis {
                id: format!("{}/{}/{}", key.0, key.1, key.2),
                namespace: key.0.clone(),
                kind: key.1.clone(),
                name: key.2.clone(),
                state: people::state(verdict, pressed, cost.waste_share, self.config),
                probability: idle.as_ref().map(|i| i.probability),
                confidence: idle.as_ref().map_or(0.0, |i| i.confidence),
                pods: mine.iter().map(|p| p.id.clone()).collect(),
                cost,
                rightsizing: sizes.remove(key).unwrap_or_default(),
                business: business_of(&mine, joined.own.is_some()),
                replicas: Replicas { current: size::replicas(facts, self.join, joined) },
            };
            let lived: i128 = joined
                .pods
                .iter()
                .filter_map(|&i| self.join.pods[i].life)
                .map(|life| i128::from(life.ms()))
                .sum();
            let whole =
                i128::from(workload.replicas.current) * i128::from(self.snapshot.window.ms());
            let containers = size::containers(facts, self.join, joined);
            let least_idle = mine.iter().min_by(|a, b| {
                let (p, q) = (a.idle.probability, b.idle.probability);
                p.partial_cmp(&q).unwrap_or(Ordering::Equal).then(a.id.cmp(&b.id))
            });
            let reasons = least_idle.map(|p| p.idle.reasons.clone()).unwrap_or_default();
            if !joined.pods.is_empty() && joined.pods.iter().all(|&i| self.opted_out(i)) {
                workloads.push(workload);
                continue;
            }
            recommendations.extend(recommend::recommend(
                &Case {
                    workload: &workload,
                    reasons: &reasons,
                    containers: &containers,
                    lived: (lived, whole),
                    sizing: self.sizing,
                    held: self.held(key, facts),
                },
                self.config,
            )?);
            workloads.push(workload);
        }
        recommendations.sort_by(|a, b| (b.monthly_savings, &a.id).cmp(&(a.monthly_savings, &b.id)));
        Ok((workloads, recommendations))
    }
}

impl Builder<'_> {
    /// Whether the caller wants a pod left alone.
    pub(super) fn opted_out(&self, index: usize) -> bool {
        let rules = &self.snapshot.context.opt_out;
        let joined = &self.join.pods[index];
        rules.iter().any(|rule| rule.matches(&people::identity(self.snapshot, joined)))
    }

    /// Sizes that an autoscaler or a JVM forbids to lower.
    fn held(&self, key: &WorkloadKey, facts: &Workload) -> Held {
        let scaler = facts.autoscaler.iter().flatten().next();
        let jvm = self.snapshot.context.jvm.iter().any(|jvm| {
            let pods = self.join.workloads.get(key).map_or(&[][..], |w| &w.pods);
            pods.iter().any(|&i| {
                jvm.selector.matches(&people::identity(self.snapshot, &self.join.pods[i]))
            })
        });
        Held {
            cpu: scaler.is_some_and(|s| s.target_cpu_utilization.is_some()),
            memory: jvm || scaler.is_some_and(|s| s.target_memory_utilization.is_some()),
        }
    }
}

pub(super) fn key_of(pod: &Pod) -> PodKey {
    (pod.namespace.clone(), pod.name.clone(), pod.uid.clone().unwrap_or_default())
}

/// Sums over replicas, or what each of them was judged with where only the workload's requests are known; null if no
/// replica has a request log.
fn business_of(pods: &[&PodAnalysis], shared: bool) -> BusinessSummary {
    let max = |values: Vec<f64>| values.into_iter().max_by(f64::total_cmp);
    let sum = |values: Vec<f64>| {
        if shared { max(values) } else { (!values.is_empty()).then(|| values.iter().sum()) }
    };
    let of = |get: fn(&BusinessSummary) -> Option<f64>| -> Vec<f64> {
        pods.iter().filter_map(|pod| get(&pod.business)).collect()
    };
    BusinessSummary {
        requests_per_day: sum(of(|b| b.requests_per_day)),
        probes_per_day: sum(of(|b| b.probes_per_day)),
        all_requests_per_day: sum(of(|b| b.all_requests_per_day)),
        user_impact: max(of(|b| b.user_impact)),
        criticality: max(of(|b| b.criticality)),
    }
}
