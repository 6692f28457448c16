//! The columns of an allocated charge, and how a file of them is written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::json::to_json;
use crate::units::{Amount, Currency, RateAmount, Timestamp};

/// What an attribution does not know of its bill. All fields are required, but those that say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct FocusContext {
    /// `BillingAccountId`.
    pub billing_account_id: String,
    /// `BillingAccountName`. Optional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_account_name: Option<String>,
    /// `SubAccountId`. Optional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_account_id: Option<String>,
    /// `BillingPeriodStart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_period_start: Option<Timestamp>,
    /// `BillingPeriodEnd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_period_end: Option<Timestamp>,
    /// `ServiceProviderName`: who sells the service.
    pub service_provider_name: String,
    /// `HostProviderName`: on whose machines it runs.
    pub host_provider_name: String,
    /// `InvoiceIssuerName`.
    pub invoice_issuer_name: String,
    /// `ServiceName`.
    pub service_name: String,
    /// `InvoiceId`. Optional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<String>,
    /// Tags of every origin. Optional.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// An allocated charge: the columns of FOCUS 1.3 in the order of the file. Tags and details are JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
#[allow(missing_docs, reason = "FOCUS 1.3 defines the columns")]
pub struct FocusRow {
    pub billing_account_id: String,
    pub billing_account_name: Option<String>,
    pub sub_account_id: Option<String>,
    pub billing_currency: Currency,
    pub billing_period_start: Timestamp,
    pub billing_period_end: Timestamp,
    pub charge_period_start: Timestamp,
    pub charge_period_end: Timestamp,
    pub charge_category: String,
    pub charge_class: Option<String>,
    pub charge_description: String,
    pub charge_frequency: String,
    pub billed_cost: Amount,
    pub effective_cost: Amount,
    pub list_cost: Amount,
    pub contracted_cost: Amount,
    pub list_unit_price: Option<RateAmount>,
    pub contracted_unit_price: Option<RateAmount>,
    pub pricing_category: Option<String>,
    pub pricing_quantity: Amount,
    pub pricing_unit: String,
    pub consumed_quantity: Amount,
    pub consumed_unit: String,
    pub service_provider_name: String,
    pub host_provider_name: String,
    pub invoice_issuer_name: String,
    pub invoice_id: Option<String>,
    pub service_category: String,
    pub service_name: String,
    pub region_id: Option<String>,
    pub availability_zone: Option<String>,
    pub resource_id: String,
    pub resource_name: String,
    pub resource_type: String,
    pub tags: String,
    pub allocated_method_id: String,
    pub allocated_method_details: String,
    pub allocated_resource_id: String,
    pub allocated_resource_name: String,
    pub allocated_tags: String,
}

/// The form of a FOCUS file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum FocusFormat {
    /// RFC 4180; what is null is empty.
    #[default]
    Csv,
    /// One JSON object per line; numbers are decimal strings.
    Json,
}

/// Writes charges as a file that any FOCUS reader takes.
///
/// # Errors
/// None in practice: text is written to memory.
pub fn write_focus(rows: &[FocusRow], format: FocusFormat) -> Result<String> {
    let failed = |error: String| Error::new(ErrorKind::Internal, error);
    if format == FocusFormat::Json {
        let mut text = String::new();
        for row in rows {
            text += &to_json(row)?;
            text.push('\n');
        }
        return Ok(text);
    }
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|e| failed(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| failed(e.to_string()))
}
