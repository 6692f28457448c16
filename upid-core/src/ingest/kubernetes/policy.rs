//! Autoscalers and disruption budgets.

use serde_json::Value;

use super::metadata::Meta;
use super::read::{count, integer, json, text};
use super::selector::LabelSelector;
use crate::error::Result;
use crate::ingest::scan::{Kind, Scanner};
use crate::model::{Autoscaler, DisruptionBudget, OwnerRef};

/// An autoscaler and what it scales.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct AutoscalerObject {
    pub(super) namespace: String,
    pub(super) version: u64,
    pub(super) target: OwnerRef,
    pub(super) controller: Option<OwnerRef>,
    pub(super) autoscaler: Autoscaler,
}

/// Reads a `HorizontalPodAutoscaler`, `ScaledObject` or `VerticalPodAutoscaler`.
pub(super) fn autoscaler(scan: &mut Scanner<'_>, kind: &str) -> Result<AutoscalerObject> {
    let at = scan.offset();
    let (mut meta, mut read) = (Meta::default(), AutoscalerObject::default());
    let own = &mut read.autoscaler;
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            match key {
                "scaleTargetRef" | "targetRef" => read.target = target(scan)?,
                "minReplicas" | "minReplicaCount" => own.min_replicas = count(scan)?,
                "maxReplicas" | "maxReplicaCount" => own.max_replicas = count(scan)?,
                "targetCPUUtilizationPercentage" => {
                    own.target_cpu_utilization = integer(scan)?.map(|percent| percent as f64);
                }
                "metrics" => scan.array(|scan, _| metric(scan, own))?,
                "triggers" => scan.array(|scan, _| {
                    own.triggers.extend(trigger(scan)?);
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    own.name = meta.name();
    let kind = match kind {
        "ScaledObject" => {
            own.min_replicas = own.min_replicas.or(Some(0));
            let says = |key: &str| meta.annotations.get(&format!("autoscaling.keda.sh/{key}"));
            let paused = says("paused").is_some_and(|value| value != "false");
            own.paused = Some(paused || says("paused-replicas").is_some());
            "Keda"
        }
        "VerticalPodAutoscaler" => "Vpa",
        _ => {
            own.min_replicas = own.min_replicas.or(Some(1));
            "Hpa"
        }
    };
    kind.clone_into(&mut own.kind);
    if read.target.kind.is_empty() {
        "Deployment".clone_into(&mut read.target.kind);
    }
    (read.namespace, read.version) = (meta.namespace(), meta.version());
    read.controller = meta.controller;
    Ok(read)
}

fn target(scan: &mut Scanner<'_>) -> Result<OwnerRef> {
    let mut target = OwnerRef::default();
    scan.object(|scan, key| {
        match key {
            "kind" => target.kind = text(scan)?.unwrap_or_default(),
            "name" => target.name = text(scan)?.unwrap_or_default(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(target)
}

/// A metric of `type: Resource` that targets a percent of the request.
fn metric(scan: &mut Scanner<'_>, into: &mut Autoscaler) -> Result<()> {
    scan.object(|scan, key| {
        if key != "resource" {
            return Ok(());
        }
        let (mut name, mut percent) = (None, None);
        scan.object(|scan, key| {
            match key {
                "name" => name = scan.text()?,
                // That of v2beta1.
                "targetAverageUtilization" => percent = integer(scan)?,
                "target" => scan.object(|scan, key| {
                    if key == "averageUtilization" {
                        percent = integer(scan)?;
                    }
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })?;
        let percent = percent.map(|percent| percent as f64);
        match name.as_deref() {
            Some("cpu") => into.target_cpu_utilization = percent,
            Some("memory") => into.target_memory_utilization = percent,
            _ => {}
        }
        Ok(())
    })
}

/// Type and metadata of a KEDA trigger; how it authenticates is not read.
fn trigger(scan: &mut Scanner<'_>) -> Result<Option<Value>> {
    let mut kept = serde_json::Map::new();
    scan.object(|scan, key| {
        if matches!(key, "type" | "metadata") {
            kept.extend(json(scan)?.map(|value| (key.to_owned(), value)));
        }
        Ok(())
    })?;
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

/// A disruption budget and whom it protects.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct BudgetObject {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) version: u64,
    /// None protects nobody, an empty one all pods of the namespace.
    pub(super) selector: Option<LabelSelector>,
    pub(super) budget: DisruptionBudget,
}

pub(super) fn budget(scan: &mut Scanner<'_>) -> Result<BudgetObject> {
    let at = scan.offset();
    let (mut meta, mut read) = (Meta::default(), BudgetObject::default());
    scan.object(|scan, key| match key {
        "metadata" => meta.read(scan, false),
        "spec" => scan.object(|scan, key| {
            match key {
                "selector" => read.selector = LabelSelector::read(scan)?,
                "minAvailable" => read.budget.min_available = number_or_percent(scan)?,
                "maxUnavailable" => read.budget.max_unavailable = number_or_percent(scan)?,
                _ => {}
            }
            Ok(())
        }),
        "status" => scan.object(|scan, key| {
            if key == "disruptionsAllowed" {
                read.budget.disruptions_allowed = count(scan)?;
            }
            Ok(())
        }),
        _ => Ok(()),
    })?;
    meta.check(at)?;
    (read.namespace, read.name) = (meta.namespace(), meta.name());
    read.version = meta.version();
    Ok(read)
}

fn number_or_percent(scan: &mut Scanner<'_>) -> Result<Option<Value>> {
    if scan.peek()? == Kind::String {
        return Ok(text(scan)?.map(Value::String));
    }
    Ok(integer(scan)?.map(Value::from))
}
