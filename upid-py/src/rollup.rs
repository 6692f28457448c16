//! Roll-ups as Arrow record batches: names of keys as dictionaries, numbers as they come from the core.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type, UInt64Type};
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    StructArray, UInt64Array,
};
use arrow_schema::{DataType, Field};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};
use upid_core::json::from_json;
use upid_core::usage::operations::{Names, RollupArrays, RollupInput};
use upid_core::{Error, ErrorKind, Result, Usage};

use crate::error::run;
use crate::usage::NativeUsage;

/// A roll-up; `upid.RollupTable` wraps it.
#[pyclass(frozen, module = "upid._upid")]
pub(crate) struct NativeRollup(RecordBatch);

#[pymethods]
impl NativeRollup {
    /// Rolls up what the JSON of `RollupInput` says.
    #[new]
    #[pyo3(signature = (input, usage=None, /))]
    fn new(py: Python<'_>, input: &str, usage: Option<&Bound<'_, NativeUsage>>) -> PyResult<Self> {
        let usage = usage.map(Bound::get);
        run(py, || match usage {
            Some(usage) => batch(input, Some(&*usage.read()?)),
            None => batch(input, None),
        })
        .map(Self)
    }

    /// The table as an Arrow stream of one batch, without a copy.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let field = Field::new_struct("", self.0.schema().fields().clone(), false);
        let array: ArrayRef = Arc::new(StructArray::from(self.0.clone()));
        let reader = ArrayIterator::new(std::iter::once(Ok(array)), Arc::new(field));
        Ok(to_stream_pycapsule(py, Box::new(reader), requested_schema)?)
    }

    /// Column name to numpy array; a column of names is `(codes, names)`.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (field, array) in self.0.schema().fields().iter().zip(self.0.columns()) {
            let name = field.name();
            match array.data_type() {
                DataType::Float64 => {
                    let values = array.as_primitive::<Float64Type>().values();
                    columns.set_item(name, PyArray1::from_slice(py, values))?;
                }
                DataType::Int64 => {
                    let values = array.as_primitive::<Int64Type>().values();
                    columns.set_item(name, PyArray1::from_slice(py, values))?;
                }
                DataType::UInt64 => {
                    let values = array.as_primitive::<UInt64Type>().values();
                    columns.set_item(name, PyArray1::from_slice(py, values))?;
                }
                _ => {
                    let coded = array.as_dictionary::<Int32Type>();
                    let names: Vec<&str> =
                        coded.values().as_string::<i32>().iter().flatten().collect();
                    let codes = PyArray1::from_slice(py, coded.keys().values());
                    columns.set_item(name, (codes, names))?;
                }
            }
        }
        Ok(columns)
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }
}

fn batch(input: &str, usage: Option<&Usage>) -> Result<RecordBatch> {
    let input: RollupInput = from_json(input)?;
    let RollupArrays { keys, start_ms, count, sum, mean, min, max, quanta, .. } =
        input.arrays(usage)?;
    let metric = StringArray::from(vec![input.selection.metric.to_string()]);
    let metric = DictionaryArray::<Int32Type>::try_new(
        Int32Array::from(vec![0; start_ms.len()]),
        Arc::new(metric),
    );
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    for (name, column) in ["cluster", "namespace", "pod", "container"].into_iter().zip(keys) {
        columns.push((name, Arc::new(coded(column)?)));
    }
    columns.push(("metric", Arc::new(metric.map_err(|error| internal(&error))?)));
    columns.push(("start_ms", Arc::new(Int64Array::from(start_ms))));
    columns.push(("count", Arc::new(UInt64Array::from(count))));
    for (name, values) in [("sum", sum), ("mean", mean), ("min", min), ("max", max)] {
        columns.push((name, Arc::new(Float64Array::from(values))));
    }
    for (name, values) in ["sum_quanta", "min_quanta", "max_quanta"].into_iter().zip(quanta) {
        if input.quanta {
            columns.push((name, Arc::new(UInt64Array::from(values))));
        }
    }
    RecordBatch::try_from_iter(columns).map_err(|error| internal(&error))
}

fn coded(column: Names) -> Result<DictionaryArray<Int32Type>> {
    let names = Arc::new(StringArray::from(column.names));
    DictionaryArray::try_new(Int32Array::from(column.codes), names)
        .map_err(|error| internal(&error))
}

fn internal(error: &arrow_schema::ArrowError) -> Error {
    Error::new(ErrorKind::Internal, format!("a roll-up is no Arrow table: {error}"))
}
