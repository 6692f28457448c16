//! The spec section.

use super::super::metric::MetricId;
use super::super::spec::{MAX_THRESHOLDS, MetricSpec, UsageSpec};
use super::bytes::{Reader, Writer};
use crate::error::Result;

pub(super) fn write(spec: &UsageSpec, out: &mut Writer) {
    out.u64(u64::from(spec.version));
    out.time(spec.max_gap_ms);
    out.count(spec.metrics.len());
    for metric in &spec.metrics {
        out.u64(u64::from(metric.id.0));
        out.u64(metric.per_unit() as u64);
        out.u8(u8::from(metric.histogram));
        let thresholds = metric.threshold_quanta();
        out.count(thresholds.len());
        thresholds.iter().for_each(|t| out.u64(*t));
    }
}

pub(super) fn read(input: &mut Reader<'_>) -> Result<UsageSpec> {
    let version = input.below(u64::from(u32::MAX), "the spec version is too large")? as u32;
    let max_gap_ms = input.below(i64::MAX as u64, "maxGapMs is too large")? as i64;
    let mut metrics = Vec::new();
    for _ in 0..input.count()? {
        let id = MetricId(input.below(u64::from(u16::MAX), "a metric number is too large")? as u16);
        input.check(id.is_known(), "a metric number is not known")?;
        let per_unit = input.int()?;
        input.check(per_unit > 0, "a quantum is 0")?;
        let histogram = input.flag()?;
        let count = input.below(MAX_THRESHOLDS as u64, "too many thresholds")?;
        let mut thresholds = Vec::new();
        for _ in 0..count {
            thresholds.push(input.int()? as f64 / per_unit as f64);
        }
        let metric = MetricSpec::new(id).quantum(1.0 / per_unit as f64).histogram(histogram);
        metrics.push(metric.thresholds(&thresholds));
    }
    input.done()?;
    let mut spec = UsageSpec::default().max_gap_ms(max_gap_ms);
    (spec.version, spec.metrics) = (version, metrics);
    spec.validate().map_err(|e| input.fail(&format!("the spec: {}", e.message())))?;
    Ok(spec)
}
