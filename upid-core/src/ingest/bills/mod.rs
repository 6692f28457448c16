//! Cloud bills and price lists (ingest.md §9 and §10): every format to one row type.

mod aws_cost_explorer;
mod aws_cur;
mod aws_split;
mod azure_export;
mod azure_query;
mod category;
mod fields;
mod focus;
mod focus_validate;
mod gcp;
mod literal;
mod prices;
mod records;

pub use aws_cost_explorer::{AwsCostExplorerOptions, hourly_rate, parse_aws_cost_explorer};
pub use aws_cur::{AwsCurOptions, AwsCurParser, parse_aws_cur};
pub use aws_split::{SplitCheck, check_split};
pub use azure_export::{AzureExportOptions, AzureExportParser, DateOrder, parse_azure_export};
pub use azure_query::{AzureQueryOptions, parse_azure_query};
pub use focus::{FocusOptions, FocusParser, parse_focus};
pub use focus_validate::validate as validate_focus;
pub use gcp::{GcpBillingOptions, GcpBillingParser, parse_gcp_billing};
pub use prices::{PricesOptions, PricesParser, parse_prices};
