//! Is a pod idle, how likely, how sure, why, and when (idle.md).
//!
//! Two numbers, never mixed: the **probability** that nobody needs the pod, and the **confidence**, how good the
//! evidence is. Raw samples are summarised first, so [`assess`] and [`assess_usage`] are one code path.

mod aggregate;
mod assess;
mod assessment;
mod business;
mod classical;
mod clock;
mod config;
mod evidence;
mod feature;
mod model;
mod observation;
pub(crate) mod ops;
mod reasons;
mod resource;
mod score;
mod shipped;
mod signals;
mod temporal;
mod windows;

pub use aggregate::{Replica, ReplicaConfidence, WorkloadIdle, aggregate};
pub use assess::{assess, assess_usage};
pub use assessment::{DependencyEvidence, IdleAssessment, IdleVerdict, Illusion, ModelInfo};
pub use business::{BusinessEvidence, rate_posterior, user_impact};
pub use classical::ClassicalFactors;
pub use config::{BurstConfig, ExpectedConfig, FactorWeights, IdleConfig, StoppedConfig};
pub use feature::{FEATURES, Factor, FeatureSpec, IdleFeatures, SPECS};
pub use model::{
    Calibration, Generator, IdleModel, Regime, RegimeModel, ScaleToZeroThreshold, Thresholds,
};
pub use observation::{PodContext, PodObservation, ResourceSeries};
pub use resource::{ResourceEvidence, ResourceLevel};
pub use score::{Contribution, CustomTerm, IdleScore, LogOdds, score};
pub use temporal::TemporalEvidence;
pub use windows::{
    ActiveHours, HourProfile, IdleWindow, IdleWindows, ObservedHours, WindowConfig,
    WindowOccurrence, WindowRule, windows,
};
