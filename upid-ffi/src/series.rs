//! The samples of one container and metric, as C arrays.

use core::ffi::{c_char, c_void};
use core::ptr;

use upid_core::usage::{Columns, IngestOptions, MAX_NAME_BYTES, MetricId, Times, UsageKey, Values};
use upid_core::{Error, ErrorKind, Result};

use crate::choice::upid_value_type::{
    UPID_VALUES_F32, UPID_VALUES_F64, UPID_VALUES_I64, UPID_VALUES_U64,
};
use crate::choice::{
    DUPLICATES, INVALID_ROWS, SAMPLE_KINDS, VALUE_TYPES, choice, upid_duplicates,
    upid_invalid_rows, upid_sample_kind, upid_value_type,
};
use crate::layout::{self, Versioned};
use crate::panic::guard;
use crate::slice;

/// Longer than the name of any metric.
const METRIC_LIMIT: usize = 128;

/// The samples of one container (or pod) and metric. Set up with upid_series_init; nothing is kept after the call.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct upid_series {
    /// sizeof(upid_series), set by upid_series_init.
    pub struct_size: usize,
    /// Cluster; NULL or "" if there is only one. All names: at most 253 bytes.
    pub cluster: *const c_char,
    /// Kubernetes namespace, not NULL (`namespace` is a keyword of C++).
    pub namespace_: *const c_char,
    /// Pod, not NULL; or "Kind/name" for what is known only per workload.
    pub pod: *const c_char,
    /// Container; NULL or "" for what is known per pod (network, connections).
    pub container: *const c_char,
    /// Metric: "cpu" (cores), "memory" (working set in bytes), "network" and so on, or a long name such as "CpuCores".
    pub metric: *const c_char,
    /// A upid_sample_kind; default gauge.
    pub kind: i32,
    /// A upid_value_type; default double.
    pub value_type: i32,
    /// Number of samples: of `values`, and of `timestamps_ms` if given.
    pub len: usize,
    /// The samples, in the unit of the metric. NaN is missing.
    pub values: *const c_void,
    /// Times in milliseconds since 1970, in any order; NULL: sample i stands at start_ms + i * step_ms.
    pub timestamps_ms: *const i64,
    /// Time of the first sample if `timestamps_ms` is NULL.
    pub start_ms: i64,
    /// Milliseconds between samples if `timestamps_ms` is NULL; above 0.
    pub step_ms: i64,
    /// Bit i (least significant first) says whether sample i is valid, as in Arrow; (len + 7) / 8 bytes; NULL: all are.
    pub validity: *const u8,
    /// A upid_duplicates; default keep the largest.
    pub duplicates: i32,
    /// A upid_invalid_rows; default count.
    pub invalid_rows: i32,
}

// SAFETY: repr(C), starts with `struct_size`, holds only integers and raw pointers.
unsafe impl Versioned for upid_series {
    const NAME: &'static str = "upid_series";

    fn initial() -> Self {
        Self {
            struct_size: size_of::<Self>(),
            cluster: ptr::null(),
            namespace_: ptr::null(),
            pod: ptr::null(),
            container: ptr::null(),
            metric: ptr::null(),
            kind: upid_sample_kind::UPID_KIND_GAUGE as i32,
            value_type: upid_value_type::UPID_VALUES_F64 as i32,
            len: 0,
            values: ptr::null(),
            timestamps_ms: ptr::null(),
            start_ms: 0,
            step_ms: 0,
            validity: ptr::null(),
            duplicates: upid_duplicates::UPID_DUPLICATES_KEEP_MAX as i32,
            invalid_rows: upid_invalid_rows::UPID_INVALID_ROWS_COUNT as i32,
        }
    }
}

/// Sets the defaults of a series: `upid_series_init(&s, sizeof s)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upid_series_init(series: *mut upid_series, struct_size: usize) -> i32 {
    // SAFETY: the caller's contract.
    guard(|| unsafe { layout::init(series, struct_size, "series") })
}

/// A series of C as the core takes it.
pub(crate) struct Series<'a> {
    pub(crate) key: UsageKey,
    pub(crate) metric: MetricId,
    pub(crate) columns: Columns<'a>,
    pub(crate) options: IngestOptions,
}

impl Series<'_> {
    /// Reads and checks a series of C, which errors call `name`.
    ///
    /// # Safety
    /// `series` is NULL or points to a `upid_series` whose texts and arrays are NULL or readable while the result lives.
    pub(crate) unsafe fn read(series: *const upid_series, name: &str) -> Result<Self> {
        // SAFETY: the caller's contract.
        let series = unsafe { layout::read(series, name) }?;
        // SAFETY: the caller's contract.
        unsafe { Self::of(&series) }.map_err(|e| e.under(name))
    }

    /// # Safety
    /// As for [`Series::read`].
    unsafe fn of(series: &upid_series) -> Result<Self> {
        Ok(Self {
            // SAFETY: the caller's contract.
            key: unsafe { series.key() }?,
            // SAFETY: the caller's contract.
            metric: unsafe { series.metric() }?,
            // SAFETY: the caller's contract.
            columns: unsafe { series.columns() }?,
            options: series.options()?,
        })
    }

    /// Refuses a series of another metric.
    pub(crate) fn must_be(&self, metric: MetricId) -> Result<()> {
        if self.metric == metric {
            return Ok(());
        }
        Err(Error::new(ErrorKind::InvalidValue, format!("a series of {} stands here", self.metric))
            .at_path("metric")
            .hint(format!("give one of {metric}")))
    }
}

impl upid_series {
    fn options(&self) -> Result<IngestOptions> {
        Ok(IngestOptions::default()
            .duplicates(choice(&DUPLICATES, self.duplicates, "duplicates", "upid_duplicates")?)
            .invalid(choice(
                &INVALID_ROWS,
                self.invalid_rows,
                "invalid_rows",
                "upid_invalid_rows",
            )?))
    }

    /// # Safety
    /// The names are NULL or end with NUL.
    unsafe fn key(&self) -> Result<UsageKey> {
        let name = |pointer, place| {
            // SAFETY: the caller's contract.
            unsafe { slice::c_text(pointer, MAX_NAME_BYTES, ErrorKind::InvalidKey, place) }
        };
        let (namespace, pod) = ("namespace_", "pod");
        let mut key = UsageKey::new(
            required(name(self.namespace_, namespace)?, namespace, "name it, e.g. \"shop\"")?,
            required(name(self.pod, pod)?, pod, "name it, e.g. \"cart-0\"")?,
            name(self.container, "container")?.unwrap_or_default(),
        );
        name(self.cluster, "cluster")?.unwrap_or_default().clone_into(&mut key.cluster);
        Ok(key)
    }

    /// # Safety
    /// The name is NULL or ends with NUL.
    unsafe fn metric(&self) -> Result<MetricId> {
        let place = "metric";
        // SAFETY: the caller's contract.
        let name =
            unsafe { slice::c_text(self.metric, METRIC_LIMIT, ErrorKind::UnknownMetric, place) }?;
        MetricId::parse(required(name, place, "name it, e.g. \"cpu\" or \"memory\"")?)
            .map_err(|e| e.at_path(place))
    }

    /// # Safety
    /// The arrays are NULL or readable during `'a`, as long as `len` says.
    unsafe fn columns<'a>(&self) -> Result<Columns<'a>> {
        Ok(Columns {
            timestamps_ms: if self.timestamps_ms.is_null() {
                Times::Regular { start_ms: self.start_ms, step_ms: self.step_ms }
            } else {
                // SAFETY: the caller's contract.
                Times::Explicit(unsafe {
                    slice::array(self.timestamps_ms, self.len, "timestamps_ms")
                }?)
            },
            // SAFETY: the caller's contract.
            values: unsafe { self.values() }?,
            validity: if self.validity.is_null() {
                None
            } else {
                // SAFETY: the caller's contract.
                Some(unsafe { slice::array(self.validity, self.len.div_ceil(8), "validity") }?)
            },
            kind: choice(&SAMPLE_KINDS, self.kind, "kind", "upid_sample_kind")?,
        })
    }

    /// # Safety
    /// `values` is NULL or has `len` elements of `value_type`, readable during `'a`.
    unsafe fn values<'a>(&self) -> Result<Values<'a>> {
        /// # Safety
        /// `series.values` is NULL or has `len` elements of `T`.
        unsafe fn typed<'a, T: slice::Plain>(series: &upid_series) -> Result<&'a [T]> {
            // SAFETY: the same contract.
            unsafe { slice::array(series.values.cast(), series.len, "values") }
        }
        match choice(&VALUE_TYPES, self.value_type, "value_type", "upid_value_type")? {
            // SAFETY: the elements are of `value_type`, says the caller.
            UPID_VALUES_F64 => unsafe { typed(self) }.map(Values::F64),
            // SAFETY: as above.
            UPID_VALUES_F32 => unsafe { typed(self) }.map(Values::F32),
            // SAFETY: as above.
            UPID_VALUES_I64 => unsafe { typed(self) }.map(Values::I64),
            // SAFETY: as above.
            UPID_VALUES_U64 => unsafe { typed(self) }.map(Values::U64),
        }
    }
}

fn required<'a>(name: Option<&'a str>, place: &str, hint: &str) -> Result<&'a str> {
    name.ok_or_else(|| {
        Error::new(ErrorKind::NullPointer, format!("{place} is NULL")).at_path(place).hint(hint)
    })
}
