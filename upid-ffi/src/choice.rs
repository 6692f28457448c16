//! Enums that C passes as integers, which are checked.

use upid_core::stats::{quantile_linear_sorted, quantile_nearest_sorted};
use upid_core::usage::{Duplicates, Invalid, SampleKind};
use upid_core::{Error, ErrorKind, Result};

/// A quantile of sorted values.
type Quantile = fn(&[f64], f64) -> Result<f64>;

/// What a value is.
#[repr(i32)]
#[derive(Debug, Clone, Copy)]
pub enum upid_sample_kind {
    /// A level or rate at an instant.
    UPID_KIND_GAUGE = 0,
    /// A running total that may reset, as Prometheus counters do.
    UPID_KIND_COUNTER = 1,
    /// A count per sample.
    UPID_KIND_INCREMENT = 2,
}

/// The C type of `values`.
#[repr(i32)]
#[derive(Debug, Clone, Copy)]
pub enum upid_value_type {
    /// double
    UPID_VALUES_F64 = 0,
    /// float; widened before it is used.
    UPID_VALUES_F32 = 1,
    /// int64_t
    UPID_VALUES_I64 = 2,
    /// uint64_t
    UPID_VALUES_U64 = 3,
}

/// What to do with equal timestamps in one series.
#[repr(i32)]
#[derive(Debug, Clone, Copy)]
pub enum upid_duplicates {
    /// Keep the largest value, whatever the order.
    UPID_DUPLICATES_KEEP_MAX = 0,
    /// Keep the last row.
    UPID_DUPLICATES_KEEP_LAST = 1,
    /// UPID_DUPLICATE_TIMESTAMP with the row.
    UPID_DUPLICATES_REJECT = 2,
}

/// What to do with values that cannot be used (negative, infinite, past 2^53 quanta).
#[repr(i32)]
#[derive(Debug, Clone, Copy)]
pub enum upid_invalid_rows {
    /// Leave them out and count them in the report.
    UPID_INVALID_ROWS_COUNT = 0,
    /// UPID_INVALID_VALUE with the row.
    UPID_INVALID_ROWS_REJECT = 1,
}

/// The definition of a quantile.
#[repr(i32)]
#[derive(Debug, Clone, Copy)]
pub enum upid_quantile_method {
    /// The value of rank max(1, ceil(q * n)); always one of the values.
    UPID_QUANTILE_NEAREST = 0,
    /// Linear between values, as numpy's default (type 7 of Hyndman and Fan).
    UPID_QUANTILE_LINEAR = 1,
}

pub(crate) const SAMPLE_KINDS: [(i32, SampleKind); 3] = [
    (upid_sample_kind::UPID_KIND_GAUGE as i32, SampleKind::Gauge),
    (upid_sample_kind::UPID_KIND_COUNTER as i32, SampleKind::Counter),
    (upid_sample_kind::UPID_KIND_INCREMENT as i32, SampleKind::Increment),
];

pub(crate) const VALUE_TYPES: [(i32, upid_value_type); 4] = [
    (upid_value_type::UPID_VALUES_F64 as i32, upid_value_type::UPID_VALUES_F64),
    (upid_value_type::UPID_VALUES_F32 as i32, upid_value_type::UPID_VALUES_F32),
    (upid_value_type::UPID_VALUES_I64 as i32, upid_value_type::UPID_VALUES_I64),
    (upid_value_type::UPID_VALUES_U64 as i32, upid_value_type::UPID_VALUES_U64),
];

pub(crate) const DUPLICATES: [(i32, Duplicates); 3] = [
    (upid_duplicates::UPID_DUPLICATES_KEEP_MAX as i32, Duplicates::KeepMax),
    (upid_duplicates::UPID_DUPLICATES_KEEP_LAST as i32, Duplicates::KeepLast),
    (upid_duplicates::UPID_DUPLICATES_REJECT as i32, Duplicates::Reject),
];

pub(crate) const INVALID_ROWS: [(i32, Invalid); 2] = [
    (upid_invalid_rows::UPID_INVALID_ROWS_COUNT as i32, Invalid::Count),
    (upid_invalid_rows::UPID_INVALID_ROWS_REJECT as i32, Invalid::Reject),
];

pub(crate) const QUANTILE_METHODS: [(i32, Quantile); 2] = [
    (upid_quantile_method::UPID_QUANTILE_NEAREST as i32, quantile_nearest_sorted),
    (upid_quantile_method::UPID_QUANTILE_LINEAR as i32, quantile_linear_sorted),
];

/// What an integer of C stands for.
pub(crate) fn choice<T: Copy>(
    table: &[(i32, T)],
    number: i32,
    name: &str,
    list: &str,
) -> Result<T> {
    let found = table.iter().find(|(constant, _)| *constant == number);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        Error::new(ErrorKind::InvalidValue, format!("{number} is no {list}")).at_path(name).hint(
            format!("use a constant of {list}; a struct gets its defaults from its _init function"),
        )
    })
}
