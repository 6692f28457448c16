//! What became of the rows of a series.

use upid_core::usage::IngestReport;

use crate::layout::{self, Versioned};
use crate::panic::guard;

/// What became of the rows of a series. Set up with upid_ingest_report_init.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct upid_ingest_report {
    /// sizeof(upid_ingest_report), set by upid_ingest_report_init.
    pub struct_size: usize,
    /// Rows used.
    pub accepted: u64,
    /// NaN, or marked invalid in `validity`.
    pub missing: u64,
    /// Below 0; not used.
    pub negative: u64,
    /// Infinite; not used.
    pub non_finite: u64,
    /// Past 2^53 quanta; not used.
    pub out_of_range: u64,
    /// Rows with the timestamp of another.
    pub duplicates: u64,
    /// Rows that had to be moved to sort by time.
    pub out_of_order: u64,
    /// Counter resets.
    pub resets: u64,
    /// Counter pairs too far apart to be used.
    pub gaps: u64,
    /// Changes of the sampling step.
    pub step_changes: u64,
    /// First row that was negative, infinite or out of range; UINT64_MAX if none was.
    pub first_bad_row: u64,
    /// 1 if memory came as float and may carry rounding above 16 MiB, else 0.
    pub f32_memory: i32,
}

// SAFETY: repr(C), starts with `struct_size`, holds only integers.
unsafe impl Versioned for upid_ingest_report {
    const NAME: &'static str = "upid_ingest_report";

    fn initial() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            accepted: 0,
            missing: 0,
            negative: 0,
            non_finite: 0,
            out_of_range: 0,
            duplicates: 0,
            out_of_order: 0,
            resets: 0,
            gaps: 0,
            step_changes: 0,
            first_bad_row: u64::MAX,
            f32_memory: 0,
        }
    }
}

impl From<&IngestReport> for upid_ingest_report {
    fn from(report: &IngestReport) -> Self {
        Self {
            struct_size: size_of::<Self>(),
            accepted: report.accepted,
            missing: report.missing,
            negative: report.negative,
            non_finite: report.non_finite,
            out_of_range: report.out_of_range,
            duplicates: report.duplicates,
            out_of_order: report.out_of_order,
            resets: report.resets,
            gaps: report.gaps,
            step_changes: report.step_changes,
            first_bad_row: report.first_bad.first().map_or(u64::MAX, |bad| bad.row),
            f32_memory: i32::from(report.f32_memory),
        }
    }
}

/// Empties a report: `upid_ingest_report_init(&r, sizeof r)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_ingest_report_init(
    report: *mut upid_ingest_report,
    struct_size: usize,
) -> i32 {
    // SAFETY: the caller's contract.
    guard(|| unsafe { layout::init(report, struct_size, "report") })
}
