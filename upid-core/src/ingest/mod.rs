//! Pure parsers: bytes in, plain structs out (ingest.md).
//!
//! No file, socket, clock or environment. What a parser cannot understand is reported with its place, never guessed
//! and never turned into 0. Time and memory are linear in the input.
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

mod access_log;
mod bills;
mod bytes;
mod concat;
mod csv;
mod detect;
mod exposition;
mod kubelet;
pub mod kubernetes;
mod lines;
mod open_cost;
pub mod operation;
mod options;
mod parsed;
mod place;
mod pod_metrics;
mod prometheus;
mod samples_csv;
mod scan;
mod series;
mod snapshot_metrics;
mod values;
mod whole;

pub use access_log::{
    AccessField, AccessLogOptions, AccessLogParser, ExtraField, parse_access_log,
};
pub use bills::{
    AwsCostExplorerOptions, AwsCurOptions, AwsCurParser, AzureExportOptions, AzureExportParser,
    AzureQueryOptions, DateOrder, FocusOptions, FocusParser, GcpBillingOptions, GcpBillingParser,
    PricesOptions, PricesParser, SplitCheck, check_split, hourly_rate, parse_aws_cost_explorer,
    parse_aws_cur, parse_azure_export, parse_azure_query, parse_focus, parse_gcp_billing,
    parse_prices, validate_focus,
};
pub use detect::{Format, detect};
pub use exposition::{ExpositionOptions, ExpositionParser, TimestampUnit, parse_exposition};
pub use kubelet::{KubeletOptions, parse_kubelet};
pub use kubernetes::{
    Capabilities, CapabilitiesOptions, KubernetesOptions, parse_capabilities, parse_kubernetes,
};
pub use open_cost::{OpenCostOptions, parse_open_cost};
pub use options::{Limits, Mode};
pub use parsed::{Notice, Parsed, Stats};
pub use pod_metrics::{PodMetricsOptions, parse_pod_metrics};
pub use prometheus::{
    PrometheusOptions, PrometheusReport, parse_prometheus, parse_prometheus_documents,
};
pub use samples_csv::{SamplesCsvOptions, SamplesCsvParser, parse_samples_csv};
pub use series::{IngestedSeries, RequestTotal, RequestTotals, SeriesSet};
