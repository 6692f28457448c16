//! Arrow arrays as columns: the few types the core reads are borrowed, the others are cast.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, PrimitiveArray};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3_arrow::input::AnyArray;
use upid_core::{Error, ErrorKind, Result};

use crate::columns::{Column, ValuesColumn};
use crate::error::exception;

/// Whether an object has an Arrow capsule.
pub(crate) fn offers(any: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(any.hasattr(intern!(any.py(), "__arrow_c_array__"))?
        || any.hasattr(intern!(any.py(), "__arrow_c_stream__"))?)
}

/// A column of times.
pub(crate) fn times(any: &Bound<'_, PyAny>) -> PyResult<ScalarBuffer<i64>> {
    let array = whole(any)?;
    epoch_ms(&array).map_err(|error| exception(any.py(), &error.at_path("timestamps")))
}

/// A column of numbers, and which of them are there.
pub(crate) fn values<'py>(
    any: &Bound<'py, PyAny>,
) -> PyResult<(ValuesColumn<'py>, Option<NullBuffer>)> {
    let array = whole(any)?;
    numbers(&array).map_err(|error| exception(any.py(), &error.at_path("values")))
}

/// All chunks as one array; one chunk is not copied.
fn whole(any: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let chunked = any.extract::<AnyArray>().and_then(|array| Ok(array.into_chunked_array()?));
    let (chunks, field) = chunked.map_err(|error| refused(any.py(), error))?.into_inner();
    match chunks.as_slice() {
        [] => Ok(arrow_array::new_empty_array(field.data_type())),
        [one] => Ok(one.clone()),
        many => {
            let many: Vec<&dyn Array> = many.iter().map(AsRef::as_ref).collect();
            arrow_select::concat::concat(&many)
                .map_err(|error| exception(any.py(), &unreadable(&error)))
        }
    }
}

/// Epoch milliseconds of a timestamp of any unit and zone, or of integers; finer times are cut off toward the past.
pub(crate) fn epoch_ms(array: &ArrayRef) -> Result<ScalarBuffer<i64>> {
    if array.null_count() > 0 {
        let row = (0..array.len()).find(|&row| array.is_null(row)).unwrap_or_default();
        return Err(Error::new(ErrorKind::InvalidValue, "a timestamp is null")
            .at_row(row)
            .hint("drop rows without a time"));
    }
    let array = match array.data_type() {
        DataType::Dictionary(_, values) => &cast(array, values)?,
        _ => array,
    };
    match array.data_type() {
        DataType::Timestamp(unit, _) => {
            // The stored integers are UTC whatever the zone.
            let raw = integers(array)?;
            match unit {
                TimeUnit::Millisecond => Ok(raw),
                TimeUnit::Second => Ok(raw.iter().map(|s| s.saturating_mul(1000)).collect()),
                TimeUnit::Microsecond => Ok(raw.iter().map(|us| us.div_euclid(1000)).collect()),
                TimeUnit::Nanosecond => Ok(raw.iter().map(|ns| ns.div_euclid(1_000_000)).collect()),
            }
        }
        DataType::Date32 => {
            integers(&cast(array, &DataType::Timestamp(TimeUnit::Millisecond, None))?)
        }
        DataType::Int64 | DataType::UInt64 => integers(array),
        other => Err(Error::new(ErrorKind::Format, format!("times of type {other}"))
            .hint("give an Arrow timestamp, or integer epoch milliseconds")),
    }
}

/// The integers that an array stores; for times and 64-bit integers without a copy.
fn integers(array: &ArrayRef) -> Result<ScalarBuffer<i64>> {
    Ok(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().values().clone())
}

/// Numbers of any type in one the core reads, and which of them are there.
pub(crate) fn numbers(array: &ArrayRef) -> Result<(ValuesColumn<'static>, Option<NullBuffer>)> {
    let target = match array.data_type() {
        kept @ (DataType::Float64 | DataType::Float32 | DataType::Int64 | DataType::UInt64) => {
            kept.clone()
        }
        DataType::Int8 | DataType::Int16 | DataType::Int32 => DataType::Int64,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => DataType::UInt64,
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Null => DataType::Float64,
        other => {
            return Err(Error::new(ErrorKind::Format, format!("values of type {other}"))
                .hint("give floats or integers"));
        }
    };
    let array = if array.data_type() == &target { array.clone() } else { cast(array, &target)? };
    let validity = array.nulls().filter(|nulls| nulls.null_count() > 0).cloned();
    Ok((
        match target {
            DataType::Float32 => ValuesColumn::F32(buffer::<Float32Type>(&array)),
            DataType::Int64 => ValuesColumn::I64(buffer::<Int64Type>(&array)),
            DataType::UInt64 => ValuesColumn::U64(buffer::<UInt64Type>(&array)),
            _ => ValuesColumn::F64(buffer::<Float64Type>(&array)),
        },
        validity,
    ))
}

fn buffer<T: arrow_array::ArrowPrimitiveType>(array: &ArrayRef) -> Column<'static, T::Native>
where
    T::Native: numpy::Element,
{
    let array: &PrimitiveArray<T> = array.as_primitive();
    Column::Arrow(array.values().clone())
}

/// What a capsule that cannot be read raises; an error of the producer itself passes as it is.
pub(crate) fn refused(py: Python<'_>, error: PyErr) -> PyErr {
    if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py) {
        exception(py, &unreadable(error.value(py)))
    } else {
        error
    }
}

pub(crate) fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    arrow_cast::cast(array, to).map_err(|error| unreadable(&error))
}

pub(crate) fn unreadable(error: &impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Format, format!("Arrow data cannot be read: {error}"))
        .hint("give plain columns of times, text and numbers")
}
