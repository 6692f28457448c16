//! Arrow tables, long or wide, batch by batch.

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader};
use arrow_buffer::{Buffer, ScalarBuffer};
use arrow_schema::{DataType, Schema};
use upid_core::usage::{
    KeyColumns, MetricColumn, MetricId, SampleKind, TableColumns, TableStream, TableValues,
    TextColumn, Times,
};
use upid_core::{Error, ErrorKind, Result};

use crate::arrow::{cast, epoch_ms, numbers, unreadable};
use crate::columns::{ValuesColumn, bits};

/// A table that gives its rows batch by batch.
pub(crate) struct Batches {
    reader: Box<dyn RecordBatchReader + Send>,
    layout: Layout,
}

impl Batches {
    pub(crate) fn of(reader: Box<dyn RecordBatchReader + Send>) -> Result<Self> {
        let layout = Layout::of(&reader.schema())?;
        Ok(Self { reader, layout })
    }

    /// Names of the columns that are not read.
    pub(crate) fn ignored(&self) -> &[String] {
        &self.layout.ignored
    }

    /// Adds the next batch; false after the last.
    pub(crate) fn next(&mut self, kind: SampleKind, stream: &mut TableStream) -> Result<bool> {
        let Some(batch) = self.reader.next() else { return Ok(false) };
        let batch = batch.map_err(|error| unreadable(&error))?;
        let rows = self.layout.read(&batch).map_err(|error| later(error, stream.rows()))?;
        rows.add(kind, stream)?;
        Ok(true)
    }
}

/// Counts the row of an error from the start of the stream.
fn later(error: Error, before: usize) -> Error {
    match error.place().row {
        Some(row) => error.at_row(row as usize + before),
        None => error,
    }
}

/// Where the columns of a table stand.
struct Layout {
    timestamp: usize,
    /// Cluster, namespace, pod, container.
    keys: [Option<usize>; 4],
    values: Shape,
    ignored: Vec<String>,
}

enum Shape {
    Long { metric: usize, value: usize },
    Wide(Vec<(MetricId, usize)>),
}

impl Layout {
    fn of(schema: &Schema) -> Result<Self> {
        let place = |name: &str| schema.column_with_name(name).map(|(at, _)| at);
        let missing = |name: &str, hint: &str| {
            let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            Error::new(ErrorKind::MissingColumn, format!("the table has no column {name}"))
                .at_path(name)
                .hint(hint)
                .detail("columns", names)
        };
        let timestamp = place("timestamp")
            .ok_or_else(|| missing("timestamp", "name the column of times \"timestamp\""))?;
        let keys = ["cluster", "namespace", "pod", "container"].map(place);
        let values = match (place("metric"), place("value")) {
            (Some(metric), Some(value)) => Shape::Long { metric, value },
            _ => Shape::Wide(
                schema
                    .fields()
                    .iter()
                    .enumerate()
                    .filter_map(|(at, field)| Some((MetricId::of_column(field.name())?, at)))
                    .collect(),
            ),
        };
        let mut used = vec![timestamp];
        used.extend(keys.iter().flatten());
        match &values {
            Shape::Long { metric, value } => used.extend([*metric, *value]),
            Shape::Wide(metrics) if metrics.is_empty() => {
                return Err(missing(
                    "metric",
                    "give columns metric and value, or one per metric such as cpu_cores and memory_bytes",
                ));
            }
            Shape::Wide(metrics) => used.extend(metrics.iter().map(|(_, at)| *at)),
        }
        let fields = schema.fields().iter().enumerate();
        let ignored =
            fields.filter(|(at, _)| !used.contains(at)).map(|(_, field)| field.name().clone());
        Ok(Self { timestamp, keys, values, ignored: ignored.collect() })
    }

    /// The columns of a batch as the core takes them.
    fn read(&self, batch: &RecordBatch) -> Result<BatchColumns> {
        let times = epoch_ms(batch.column(self.timestamp)).map_err(|e| e.at_path("timestamp"))?;
        let names = ["cluster", "namespace", "pod", "container"];
        let mut keys = Vec::with_capacity(4);
        for (name, place) in names.iter().zip(self.keys) {
            // A null cluster or container is none; a sample of no namespace or pod is nobody's.
            let required = matches!(*name, "namespace" | "pod");
            let key =
                place.map(|at| Names::of(batch.column(at), required).map_err(|e| e.at_path(*name)));
            keys.push(key.transpose()?);
        }
        let values = match &self.values {
            Shape::Long { metric, value } => BatchValues::Long {
                metric: Names::of(batch.column(*metric), true).map_err(|e| e.at_path("metric"))?,
                value: column(batch, *value)?,
            },
            Shape::Wide(metrics) => BatchValues::Wide(
                metrics
                    .iter()
                    .map(|(metric, at)| Ok((*metric, column(batch, *at)?)))
                    .collect::<Result<_>>()?,
            ),
        };
        Ok(BatchColumns { times, keys, values })
    }
}

/// The columns of one batch.
struct BatchColumns {
    times: ScalarBuffer<i64>,
    keys: Vec<Option<Names>>,
    values: BatchValues,
}

enum BatchValues {
    Long { metric: Names, value: Numbers },
    Wide(Vec<(MetricId, Numbers)>),
}

/// Values, and which of them are there.
type Numbers = (ValuesColumn<'static>, Option<Buffer>);

impl BatchColumns {
    fn add(&self, kind: SampleKind, stream: &mut TableStream) -> Result<()> {
        let keys = &self.keys;
        let lists: Vec<_> =
            keys.iter().map(|key| key.as_ref().map_or_else(Vec::new, Names::list)).collect();
        let mut columns =
            keys.iter().zip(&lists).map(|(key, list)| key.as_ref().map(|key| key.column(list)));
        let mut next = || columns.next().flatten();
        let keys =
            KeyColumns { cluster: next(), namespace: next(), pod: next(), container: next() };
        let mut table = |values: TableValues<'_>| {
            let timestamps_ms = Times::Explicit(&self.times);
            stream.add(&TableColumns { timestamps_ms, keys, values })
        };
        match &self.values {
            BatchValues::Long { metric, value: (values, validity) } => table(TableValues::Long {
                metric: metric.column(&metric.list()),
                values: values.borrow()?,
                validity: validity.as_deref(),
                kind,
            }),
            BatchValues::Wide(metrics) => {
                let columns: Vec<_> = metrics
                    .iter()
                    .map(|(metric, (values, validity))| {
                        Ok(MetricColumn {
                            metric: *metric,
                            values: values.borrow()?,
                            validity: validity.as_deref(),
                            kind,
                        })
                    })
                    .collect::<Result<_>>()?;
                table(TableValues::Wide(&columns))
            }
        }
    }
}

fn column(batch: &RecordBatch, at: usize) -> Result<Numbers> {
    let (values, validity) = numbers(batch.column(at))
        .map_err(|error| error.at_path(batch.schema_ref().field(at).name()))?;
    Ok((values, bits(validity.as_ref())))
}

/// A column of names: text, or codes into text.
struct Names {
    text: ArrayRef,
    codes: Option<ScalarBuffer<i32>>,
}

impl Names {
    fn of(array: &ArrayRef, required: bool) -> Result<Self> {
        let nulls = array.logical_null_count() > 0;
        if nulls && required {
            let nulls = array.logical_nulls();
            let row = nulls.and_then(|nulls| (0..array.len()).find(|&row| nulls.is_null(row)));
            return Err(Error::new(ErrorKind::InvalidValue, "a name is null")
                .at_row(row.unwrap_or_default())
                .hint("drop rows without it"));
        }
        match array.data_type() {
            DataType::Dictionary(_, names) if is_text(names) && !nulls => {
                let target = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
                let array = cast(array, &target)?;
                let dictionary = array.as_dictionary::<Int32Type>();
                Ok(Self {
                    text: dictionary.values().clone(),
                    codes: Some(dictionary.keys().values().clone()),
                })
            }
            DataType::Dictionary(_, names) if is_text(names) => {
                Ok(Self::plain(cast(array, &DataType::Utf8)?))
            }
            DataType::Utf8 => Ok(Self::plain(array.clone())),
            kind if is_text(kind) || *kind == DataType::Null => {
                Ok(Self::plain(cast(array, &DataType::Utf8)?))
            }
            other => Err(Error::new(ErrorKind::Format, format!("names of type {other}"))
                .hint("give a column of text")),
        }
    }

    fn plain(text: ArrayRef) -> Self {
        Self { text, codes: None }
    }

    /// The distinct names, or one name per row; a null is the empty name.
    fn list(&self) -> Vec<&str> {
        self.text.as_string::<i32>().iter().map(Option::unwrap_or_default).collect()
    }

    fn column<'a>(&'a self, list: &'a [&'a str]) -> TextColumn<'a> {
        match &self.codes {
            Some(codes) => TextColumn::Dictionary { codes, names: list },
            None => TextColumn::Text(list),
        }
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}
