//! What a screening says of one container.

use crate::units::Amount;

/// Hours of a week.
pub const HOURS_OF_WEEK: usize = 168;

/// One container, in at most 2.5 KB. What nothing was observed for is `None` (NaN in the profile).
///
/// Hourly means are those of the clock's hours. For slope and strengths an hour counts from half of its samples on
/// (insight.md), for profile, waste and shares every observed sample does.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScreenRow {
    /// CPU samples that were observed.
    pub samples: u64,
    /// CPU samples that are missing.
    pub missing: u64,
    /// Memory samples that are missing; `None` without a memory matrix.
    pub memory_missing: Option<u64>,
    /// Share of observed samples that are idle, 0..1.
    ///
    /// A sample is idle if its CPU is below `idle_cpu_cores`, its network (where known) below `idle_network_bytes`,
    /// and its hour (where known) has no business request.
    pub idle_share: Option<f64>,
    /// Longest run of idle samples, in milliseconds (samples × step); a missing sample ends a run.
    pub longest_idle_ms: Option<i64>,
    /// Time of the last observed sample that is not idle, epoch milliseconds; `None` if there is none.
    pub last_activity_ms: Option<i64>,
    /// Mean CPU in cores per hour of the week, Monday 00:00 first: sum ÷ number of its observed samples.
    pub profile: [f64; HOURS_OF_WEEK],
    /// CPU in cores.
    pub cpu: Option<Distribution>,
    /// Memory in bytes.
    pub memory: Option<Distribution>,
    /// Slope of the least-squares line through the hourly means of CPU, cores per day; `None` below two hours.
    pub cpu_slope_per_day: Option<f64>,
    /// Cross-validated strength of the daily cycle of the hourly means (insight.md §1); `None` below three days.
    pub daily_strength: Option<f64>,
    /// The same of the weekly cycle; `None` below two weeks.
    pub weekly_strength: Option<f64>,
    /// What the reservation costs over the whole window: requested cores and bytes × window × rate, each rounded
    /// half to even to the unit of money. `None` unless both requests and rates are known.
    pub cost: Option<Amount>,
    /// `cost` ÷ the sum of all known costs of the batch, 0..1; `None` if that sum is 0.
    pub cost_share: Option<f64>,
    /// What was reserved and not used; needs the request (and a price for its cost).
    pub waste: Waste,
    /// A request that would have fitted.
    pub recommended: Recommended,
}

impl Default for ScreenRow {
    /// Nothing observed, nothing known.
    fn default() -> Self {
        Self {
            samples: 0,
            missing: 0,
            memory_missing: None,
            idle_share: None,
            longest_idle_ms: None,
            last_activity_ms: None,
            profile: [f64::NAN; HOURS_OF_WEEK],
            cpu: None,
            memory: None,
            cpu_slope_per_day: None,
            daily_strength: None,
            weekly_strength: None,
            cost: None,
            cost_share: None,
            waste: Waste::default(),
            recommended: Recommended::default(),
        }
    }
}

/// Exact quantiles of type 7 (Hyndman & Fan 1996) of the observed samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distribution {
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Greatest value.
    pub max: f64,
}

/// Reserved but not used, while observed, in whole quanta as in `cost`: the sum over hours of
/// max(0, requested − mean use) × observed time, use and request rounded half to even to nano-cores and bytes.
/// Time without samples is unmeasured, not wasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waste {
    /// Nano-core milliseconds.
    pub cpu_nano_core_ms: Option<u128>,
    /// Byte milliseconds.
    pub memory_byte_ms: Option<u128>,
    /// Both at the rates, each rounded half to even to the unit of money.
    pub cost: Option<Amount>,
}

impl Waste {
    /// Core-hours, rounded to `f64`.
    pub fn cpu_core_hours(&self) -> Option<f64> {
        self.cpu_nano_core_ms.map(|w| w as f64 / 3.6e15)
    }

    /// GiB-hours, rounded to `f64`.
    pub fn memory_gib_hours(&self) -> Option<f64> {
        self.memory_byte_ms.map(|w| w as f64 / 1_073_741_824.0 / 3.6e6)
    }
}

/// A first size, from quantile and maximum alone: `rightsize` replays its own on history, this one does not.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Recommended {
    /// 95th percentile of CPU × (1 + `cpu_margin`), cores.
    pub cpu_cores: Option<f64>,
    /// Maximum of memory × (1 + `memory_margin`), bytes.
    pub memory_bytes: Option<f64>,
}
