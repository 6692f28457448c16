//! The limit that goes with a request.

use serde::{Deserialize, Serialize};

use super::Resource;
use super::policy::{inside, nonsense};
use super::significance::round_up;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Reason;

/// How a limit follows its request.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum LimitPolicy {
    /// The limit of now; raised where it would be below the new request.
    Unchanged,
    /// No limit.
    Remove,
    /// The request.
    EqualRequest,
    /// Old limit × new ÷ old request; without an old request the new request.
    KeepRatio,
    /// A quantile of use.
    Quantile {
        /// Share of samples at or below the limit.
        q: f64,
    },
    /// A multiple of the request.
    Burst {
        /// Limit ÷ request, at least 1.
        ratio: f64,
    },
}

impl LimitPolicy {
    /// `UPID_INVALID_CONFIG` for a quantile outside 0..1 or a ratio below 1.
    pub fn validate(&self) -> Result<()> {
        match *self {
            Self::Quantile { q } => inside("q", q, 0.0, 1.0 + f64::EPSILON),
            Self::Burst { ratio } if !(ratio.is_finite() && ratio >= 1.0) => {
                Err(nonsense("ratio", ratio, "at least 1"))
            }
            _ => Ok(()),
        }
    }
}

/// What a limit is computed from; sizes in cores or bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitInput {
    /// CPU or memory.
    pub resource: Resource,
    /// How.
    pub policy: LimitPolicy,
    /// The request until now.
    pub old_request: Option<f64>,
    /// The limit until now.
    pub old_limit: Option<f64>,
    /// The request from now on.
    pub new_request: f64,
    /// The limit becomes a multiple of this.
    pub quantum: f64,
    /// The quantile of use that `LimitPolicy::Quantile` asks for.
    pub quantile: Option<f64>,
}

/// The limit that goes with a new request, never below it, rounded up to the quantum.
///
/// # Errors
/// `UPID_INVALID_CONFIG` for a policy that makes no sense; `UPID_MISSING_FIELD` for `Quantile` without a history.
pub fn limit_for(input: &LimitInput) -> Result<(Option<f64>, Vec<Reason>)> {
    input.policy.validate().map_err(|e| e.under("policy"))?;
    let wanted = match input.policy {
        LimitPolicy::Remove => None,
        LimitPolicy::Unchanged => input.old_limit,
        LimitPolicy::EqualRequest => Some(input.new_request),
        LimitPolicy::KeepRatio => match (input.old_limit, input.old_request) {
            (Some(limit), Some(request)) if request > 0.0 => {
                Some(limit * input.new_request / request)
            }
            (Some(_), _) => Some(input.new_request),
            (None, _) => None,
        },
        LimitPolicy::Burst { ratio } => Some(input.new_request * ratio),
        LimitPolicy::Quantile { .. } => Some(input.quantile.ok_or_else(|| {
            Error::new(ErrorKind::MissingField, "the limit policy Quantile needs a history")
                .hint("call rightsize.recommend with samples, or choose another limit policy")
        })?),
    };
    let Some(wanted) = wanted else {
        return Ok((None, Vec::new()));
    };
    let mut reasons = Vec::new();
    // An old limit stays as it is written; anything computed is rounded up.
    let mut limit = match input.policy {
        LimitPolicy::Unchanged => wanted,
        _ => round_up(input.resource, wanted, input.quantum),
    };
    if limit < input.new_request {
        reasons.push(
            Reason::new(
                "LimitRaisedToRequest",
                format!(
                    "The {} limit of {} was below the new request of {}, so it is raised to it.",
                    input.resource.name(),
                    input.resource.shown_beside(limit, input.new_request),
                    input.resource.shown(input.new_request)
                ),
            )
            .with("before", limit)
            .with("after", input.new_request),
        );
        limit = input.new_request;
    }
    Ok((Some(limit), reasons))
}

/// Input of `rightsize.limits`; sizes in cores or bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LimitsInput {
    /// CPU or memory.
    pub resource: Resource,
    /// How.
    pub policy: LimitPolicy,
    /// The request until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_request: Option<f64>,
    /// The limit until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_limit: Option<f64>,
    /// The request from now on.
    pub new_request: f64,
    /// The limit becomes a multiple of this. Default 0.001 cores or 1 MiB (KRR).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantum: Option<f64>,
}

/// Output of `rightsize.limits`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LimitResult {
    /// The limit; null for none.
    pub limit: Option<f64>,
    /// What changed it.
    pub reasons: Vec<Reason>,
}

impl LimitsInput {
    /// Runs `rightsize.limits`.
    ///
    /// # Errors
    /// Those of [`limit_for`]; `UPID_INVALID_VALUE` for a negative or endless size.
    pub fn run(&self) -> Result<LimitResult> {
        let sizes = [
            ("oldRequest", self.old_request),
            ("oldLimit", self.old_limit),
            ("newRequest", Some(self.new_request)),
            ("quantum", self.quantum),
        ];
        for (name, size) in sizes {
            if let Some(size) = size.filter(|size| !(0.0..=1e18).contains(size)) {
                return Err(Error::new(ErrorKind::InvalidValue, format!("{name} is {size}"))
                    .at_path(name)
                    .hint("a size is a number of at least 0"));
            }
        }
        let default = match self.resource {
            Resource::Cpu => 0.001,
            Resource::Memory => 1_048_576.0,
        };
        let (limit, reasons) = limit_for(&LimitInput {
            resource: self.resource,
            policy: self.policy,
            old_request: self.old_request,
            old_limit: self.old_limit,
            new_request: self.new_request,
            quantum: self.quantum.unwrap_or(default),
            quantile: None,
        })?;
        Ok(LimitResult { limit, reasons })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(policy: LimitPolicy, old: (Option<f64>, Option<f64>), new: f64) -> Option<f64> {
        let input = LimitInput {
            resource: Resource::Cpu,
            policy,
            old_request: old.0,
            old_limit: old.1,
            new_request: new,
            quantum: 0.001,
            quantile: Some(0.2),
        };
        limit_for(&input).unwrap().0
    }

    #[test]
    fn every_policy() {
        let old = (Some(0.5), Some(1.0));
        assert_eq!(limit(LimitPolicy::Unchanged, old, 0.3), Some(1.0));
        assert_eq!(limit(LimitPolicy::Unchanged, old, 1.5), Some(1.5));
        assert_eq!(limit(LimitPolicy::Unchanged, (Some(0.5), None), 1.5), None);
        assert_eq!(limit(LimitPolicy::Remove, old, 0.3), None);
        assert_eq!(limit(LimitPolicy::EqualRequest, old, 0.3), Some(0.3));
        assert_eq!(limit(LimitPolicy::KeepRatio, old, 0.3), Some(0.6));
        assert_eq!(limit(LimitPolicy::KeepRatio, (None, Some(1.0)), 0.3), Some(0.3));
        assert_eq!(limit(LimitPolicy::Burst { ratio: 1.5 }, old, 0.3335), Some(0.501));
        assert_eq!(limit(LimitPolicy::Quantile { q: 0.99 }, old, 0.3), Some(0.3));
        assert_eq!(limit(LimitPolicy::Quantile { q: 0.99 }, old, 0.1), Some(0.2));
    }

    #[test]
    fn a_raised_limit_is_told_in_quantities() {
        let input = LimitInput {
            resource: Resource::Memory,
            policy: LimitPolicy::Unchanged,
            old_request: Some(67_108_864.0),
            old_limit: Some(134_217_728.0),
            new_request: 179_306_496.0,
            quantum: 1_048_576.0,
            quantile: None,
        };
        let (limit, reasons) = limit_for(&input).unwrap();
        assert_eq!(limit, Some(179_306_496.0));
        assert_eq!(
            reasons[0].message,
            "The memory limit of 128Mi was below the new request of 171Mi, so it is raised to it."
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for policy in [LimitPolicy::Burst { ratio: 0.9 }, LimitPolicy::Quantile { q: 1.5 }] {
            assert_eq!(policy.validate().unwrap_err().kind(), ErrorKind::InvalidConfig);
        }
    }
}
