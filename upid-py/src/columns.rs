//! Columns as Python gives them: a numpy array, an Arrow array or a list, borrowed where their memory allows it.

use arrow_buffer::{ArrowNativeType, Buffer, NullBuffer, ScalarBuffer};
use numpy::{Element, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use upid_core::usage::{Columns, SampleKind, Times, Values};
use upid_core::{Error, ErrorKind, Result};

use crate::arrow;

/// Contiguous memory of one type, owned by Python, by Arrow or by us.
pub(crate) enum Column<'py, T: Element + ArrowNativeType> {
    Numpy(PyReadonlyArray1<'py, T>),
    Arrow(ScalarBuffer<T>),
    List(Vec<T>),
}

impl<T: Element + ArrowNativeType> Column<'_, T> {
    fn slice(&self) -> Result<&[T]> {
        match self {
            Self::Numpy(array) => array.as_slice().map_err(|_| {
                Error::new(ErrorKind::InvalidValue, "an array is not contiguous")
                    .hint("pass numpy.ascontiguousarray(array)")
            }),
            Self::Arrow(buffer) => Ok(buffer),
            Self::List(list) => Ok(list),
        }
    }
}

/// When.
pub(crate) enum TimesColumn<'py> {
    Regular { start_ms: i64, step_ms: i64 },
    Explicit(Column<'py, i64>),
}

impl TimesColumn<'_> {
    pub(crate) fn borrow(&self) -> Result<Times<'_>> {
        Ok(match self {
            Self::Regular { start_ms, step_ms } => {
                Times::Regular { start_ms: *start_ms, step_ms: *step_ms }
            }
            Self::Explicit(column) => Times::Explicit(column.slice()?),
        })
    }
}

impl<'py> TimesColumn<'py> {
    /// `(start_ms, step_ms)`, or a column of epoch milliseconds.
    pub(crate) fn of(any: &Bound<'py, PyAny>) -> PyResult<Self> {
        if any.is_instance_of::<PyTuple>() {
            let (start_ms, step_ms) = any.extract()?;
            return Ok(Self::Regular { start_ms, step_ms });
        }
        Ok(Self::Explicit(if any.is_instance_of::<PyList>() {
            Column::List(any.extract()?)
        } else if !is_numpy(any) && arrow::offers(any)? {
            Column::Arrow(arrow::times(any)?)
        } else {
            Column::Numpy(any.extract()?)
        }))
    }
}

/// How much.
pub(crate) enum ValuesColumn<'py> {
    F64(Column<'py, f64>),
    F32(Column<'py, f32>),
    I64(Column<'py, i64>),
    U64(Column<'py, u64>),
}

impl ValuesColumn<'_> {
    pub(crate) fn borrow(&self) -> Result<Values<'_>> {
        Ok(match self {
            Self::F64(column) => Values::F64(column.slice()?),
            Self::F32(column) => Values::F32(column.slice()?),
            Self::I64(column) => Values::I64(column.slice()?),
            Self::U64(column) => Values::U64(column.slice()?),
        })
    }
}

impl<'py> ValuesColumn<'py> {
    /// A column of numbers, and which of them are there.
    pub(crate) fn of(any: &Bound<'py, PyAny>) -> PyResult<(Self, Option<NullBuffer>)> {
        if any.is_instance_of::<PyList>() {
            return Ok((Self::F64(Column::List(any.extract()?)), None));
        }
        if !is_numpy(any) && arrow::offers(any)? {
            return arrow::values(any);
        }
        let column = numpy(any)
            .map(Self::F64)
            .or_else(|| numpy(any).map(Self::F32))
            .or_else(|| numpy(any).map(Self::I64));
        let column = match column {
            Some(column) => column,
            None => Self::U64(Column::Numpy(any.extract()?)),
        };
        Ok((column, None))
    }
}

/// Values beside their times.
pub(crate) struct Samples<'a, 'py> {
    times: &'a TimesColumn<'py>,
    values: ValuesColumn<'py>,
    validity: Option<Buffer>,
}

impl<'a, 'py> Samples<'a, 'py> {
    pub(crate) fn of(times: &'a TimesColumn<'py>, values: &Bound<'py, PyAny>) -> PyResult<Self> {
        let (values, validity) = ValuesColumn::of(values)?;
        Ok(Self { times, values, validity: bits(validity.as_ref()) })
    }

    pub(crate) fn columns(&self) -> Result<Columns<'_>> {
        Ok(Columns {
            timestamps_ms: self.times.borrow()?,
            values: self.values.borrow()?,
            validity: self.validity.as_deref(),
            kind: SampleKind::Gauge,
        })
    }
}

/// By name, as numpy may not be there. To ask an array for a capsule that it lacks takes longer than a small series.
fn is_numpy(any: &Bound<'_, PyAny>) -> bool {
    any.get_type().name().is_ok_and(|name| name == "ndarray")
}

fn numpy<'py, T: Element + ArrowNativeType>(any: &Bound<'py, PyAny>) -> Option<Column<'py, T>> {
    any.extract().ok().map(Column::Numpy)
}

/// The bits of a validity bitmap from its first row, whatever slice of an array it stands for.
pub(crate) fn bits(validity: Option<&NullBuffer>) -> Option<Buffer> {
    validity.map(|nulls| nulls.inner().sliced())
}
