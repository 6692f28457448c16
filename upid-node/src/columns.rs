//! Typed arrays of JavaScript as the core's columns.

use napi::bindgen_prelude::{Either, Either3};
use napi_derive::napi;
use upid_core::usage::{Times, Values};
use upid_core::{Error, ErrorKind};

/// A regular axis.
#[napi(object)]
pub struct Axis {
    /// Epoch milliseconds of the first row.
    pub start_ms: f64,
    /// Milliseconds between rows.
    pub step_ms: f64,
}

/// Epoch milliseconds as floats or 64-bit integers, or a regular axis.
pub(crate) type TimeColumn<'a> = Either3<&'a [f64], &'a [i64], Axis>;

/// Values as 64- or 32-bit floats.
pub(crate) type ValueColumn<'a> = Either<&'a [f64], &'a [f32]>;

/// The times that came as floats, in whole milliseconds (finer parts are cut toward −∞).
pub(crate) fn milliseconds(column: &TimeColumn<'_>) -> Result<Vec<i64>, Error> {
    let Either3::A(times) = column else { return Ok(Vec::new()) };
    times.iter().enumerate().map(|(row, &ms)| whole(ms).map_err(|e| e.at_row(row))).collect()
}

/// The core's times; `explicit` is what [`milliseconds`] gave for the same column.
pub(crate) fn times<'a>(column: &TimeColumn<'a>, explicit: &'a [i64]) -> Result<Times<'a>, Error> {
    Ok(match column {
        Either3::A(_) => Times::Explicit(explicit),
        Either3::B(times) => Times::Explicit(times),
        Either3::C(axis) => {
            let at = |ms: f64, name: &str| whole(ms).map_err(|e| e.at_path(name));
            Times::Regular {
                start_ms: at(axis.start_ms, "startMs")?,
                step_ms: at(axis.step_ms, "stepMs")?,
            }
        }
    })
}

/// The core's values.
pub(crate) fn values<'a>(column: &ValueColumn<'a>) -> Values<'a> {
    match column {
        Either::A(values) => Values::F64(values),
        Either::B(values) => Values::F32(values),
    }
}

/// A float as whole milliseconds; the core checks the range.
fn whole(ms: f64) -> Result<i64, Error> {
    if ms.is_nan() {
        return Err(Error::new(ErrorKind::TimestampRange, "a time is NaN")
            .hint("leave rows without a time out; only values may be missing"));
    }
    Ok(ms.floor() as i64)
}
