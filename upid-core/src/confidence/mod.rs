//! Confidence: how good the evidence is, kept apart from how likely the verdict is (idle.md §7).

mod config;
mod evidence;
pub(crate) mod ops;

pub use crate::stats::effective_samples;
pub use config::{EvidenceCaps, EvidenceConfig, SourceWeights};
pub(crate) use evidence::evaluate_checked;
pub use evidence::{
    Cap, Evidence, EvidenceInput, HourlyCorrelation, Improvement, SourceCredits, evaluate,
};
