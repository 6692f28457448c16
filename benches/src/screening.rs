//! Workload W as the input of a screening, in both float types.

use upid_core::analysis::screen::{Matrix, Requested, ScreenInput};
use upid_core::model::Rates;
use upid_core::units::RateAmount;

use crate::fleet::Fleet;
use crate::{START_MS, STEP_MS, floor_f32, floor_f64};

/// Columns that a [`ScreenInput`] borrows.
#[derive(Debug)]
pub struct Screening {
    containers: usize,
    samples: usize,
    narrow: [Vec<f32>; 4],
    wide: [Vec<f64>; 4],
    requested: Vec<Requested>,
    rates: Vec<Rates>,
}

impl Screening {
    /// The fleet, with f64 copies of its columns only if `both`.
    pub fn new(fleet: Fleet, both: bool) -> Self {
        // 10⁻¹⁸ units in a thousandth.
        let milli = |thousandths: u32| RateAmount(i128::from(thousandths) * 10_i128.pow(15));
        let rates = fleet.rates_milli.iter().map(|[core, gib]| Rates {
            cpu_core_hour: milli(*core),
            memory_gib_hour: milli(*gib),
            ..Rates::default()
        });
        let requested = fleet.requested_millicores.iter().zip(&fleet.requested_bytes);
        let requested = requested.map(|(cores, bytes)| Requested {
            cpu_cores: Some(f64::from(*cores) / 1000.0),
            memory_bytes: Some(*bytes as f64),
        });
        let (rates, requested) = (rates.collect(), requested.collect());
        let requests = fleet.requests.iter().map(|r| *r as f32).collect();
        let narrow = [fleet.cpu, fleet.memory, fleet.network, requests];
        let wide = narrow.each_ref().map(|column: &Vec<f32>| {
            if both { column.iter().map(|v| f64::from(*v)).collect() } else { Vec::new() }
        });
        let (containers, samples) = (fleet.containers, fleet.samples);
        Self { containers, samples, narrow, wide, requested, rates }
    }

    /// Samples of the three metrics together.
    pub fn values(&self) -> usize {
        3 * self.containers * self.samples
    }

    /// In 32 bits a value.
    pub fn narrow(&self) -> ScreenInput<'_> {
        self.input(self.narrow.each_ref().map(|column| Matrix::F32(column)))
    }

    /// In 64 bits a value.
    pub fn wide(&self) -> ScreenInput<'_> {
        self.input(self.wide.each_ref().map(|column| Matrix::F64(column)))
    }

    fn input<'a>(&'a self, [cpu, memory, network, requests]: [Matrix<'a>; 4]) -> ScreenInput<'a> {
        let mut input = ScreenInput::new(START_MS, STEP_MS, self.containers, self.samples, cpu);
        input.memory = Some(memory);
        input.network = Some(network);
        input.requests = Some(requests);
        input.requested = &self.requested;
        input.rates = &self.rates;
        input
    }

    /// Reads the 32-bit samples once.
    pub fn floor_narrow(&self) -> u32 {
        self.narrow[..3].iter().fold(0, |sum, column| sum ^ floor_f32(column))
    }

    /// Reads the 64-bit samples once.
    pub fn floor_wide(&self) -> u64 {
        self.wide[..3].iter().fold(0, |sum, column| sum ^ floor_f64(column))
    }
}
