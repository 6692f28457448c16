//! The JSON form that all parsers share.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::concat::Concat;
use super::options::{AllOptions, Limits, exceeded};
use super::{
    AccessLogOptions, AwsCostExplorerOptions, AwsCurOptions, AzureExportOptions, AzureQueryOptions,
    Capabilities, CapabilitiesOptions, ExpositionOptions, FocusOptions, GcpBillingOptions,
    KubeletOptions, KubernetesOptions, OpenCostOptions, Parsed, PodMetricsOptions, PricesOptions,
    PrometheusOptions, SamplesCsvOptions, SeriesSet, parse_access_log, parse_aws_cost_explorer,
    parse_aws_cur, parse_azure_export, parse_azure_query, parse_capabilities, parse_exposition,
    parse_focus, parse_gcp_billing, parse_kubelet, parse_open_cost, parse_pod_metrics,
    parse_prices, parse_prometheus_documents, parse_samples_csv,
};
use crate::error::{Error, ErrorKind, Result};
use crate::json::{from_json, to_json};
use crate::model::{AccessRecords, BillSet, CatalogEntries, ShareInput, Snapshot};

/// Input of an operation `ingest.…`: one document, or several, and the parser's options.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(bound = "O: schemars::JsonSchema + Serialize + Default"))]
#[serde(bound(deserialize = "O: Deserialize<'de> + Default"), default)]
pub struct IngestInput<O> {
    /// The document as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The document as base64 of its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Several documents, in any order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// Options of the parser.
    pub options: O,
}

/// One document: text, or base64 of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Document {
    /// As text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// As base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// Options that know which documents they are for.
pub trait Parse: Default {
    /// What the documents say.
    type Value;

    /// Reads documents as if they were one.
    ///
    /// # Errors
    /// Those of the parser, with `documents[i]` where there are several.
    fn parse(&self, documents: &[&[u8]]) -> Result<Parsed<Self::Value>>;
}

impl<O: Parse> IngestInput<O> {
    /// Runs the operation.
    ///
    /// # Errors
    /// Those of the parser; `UPID_EMPTY_INPUT` without a document.
    pub fn run(&self) -> Result<Parsed<O::Value>> {
        let documents = self.documents()?;
        let documents: Vec<&[u8]> = documents.iter().map(AsRef::as_ref).collect();
        self.options.parse(&documents)
    }
}

impl<O> IngestInput<O> {
    /// The bytes of every document.
    fn documents(&self) -> Result<Vec<Cow<'_, [u8]>>> {
        let own = bytes(self.text.as_deref(), self.base64.as_deref())?;
        let mut all = Vec::with_capacity(self.documents.len().saturating_add(1));
        all.extend(own);
        for (index, document) in self.documents.iter().enumerate() {
            let under = |e: Error| e.under(&format!("documents[{index}]"));
            let read =
                bytes(document.text.as_deref(), document.base64.as_deref()).map_err(under)?;
            all.push(read.ok_or_else(nothing).map_err(under)?);
        }
        Ok(all)
    }
}

/// Reads each document with a parser that takes one, and puts the values together.
fn each<O: AllOptions, T: Concat>(
    documents: &[&[u8]],
    options: &O,
    parse: impl Fn(&[u8], &O) -> Result<Parsed<T>>,
) -> Result<Parsed<T>> {
    match documents {
        [] => Err(nothing()),
        [one] => parse(one, options),
        several => {
            let shared = options.shared();
            within(several, &shared.limits)?;
            let mut all = Parsed::empty(());
            let mut values = Vec::with_capacity(several.len());
            for (index, document) in several.iter().enumerate() {
                let name = format!("documents[{index}]");
                let parsed = parse(document, options).map_err(|e| e.under(&name))?;
                values.push(all.absorb(parsed, Some(&name), shared.max_places));
            }
            let value = T::concat(values)?;
            Ok(all.map(|()| value))
        }
    }
}

/// `UPID_LIMIT_EXCEEDED` for documents that are too large together.
pub(super) fn within(documents: &[impl AsRef<[u8]>], limits: &Limits) -> Result<()> {
    let bytes = documents.iter().fold(0u64, |n, d| n.saturating_add(d.as_ref().len() as u64));
    if bytes > limits.max_bytes {
        return Err(exceeded("maxBytes", limits.max_bytes, limits.max_bytes as usize));
    }
    Ok(())
}

/// The parsers, by the name of their operation, with their options and values.
macro_rules! parsers {
    ($($name:literal: $options:ident => $value:ty, |$documents:ident, $own:ident| $parse:expr;)+) => {
        $(impl Parse for $options {
            type Value = $value;

            fn parse(&self, $documents: &[&[u8]]) -> Result<Parsed<$value>> {
                let $own = self;
                $parse
            }
        })+

        /// Reads documents with the parser of an operation, and options as JSON; gives JSON. None: it has no parser.
        pub(crate) fn parse_raw(
            operation: &str,
            documents: &[&[u8]],
            options: &str,
        ) -> Option<Result<String>> {
            match operation {
                $($name => Some(raw::<$options>(documents, options)),)+
                _ => None,
            }
        }
    };
}

parsers! {
    "ingest.accessLog": AccessLogOptions => AccessRecords, |d, o| each(d, o, parse_access_log);
    "ingest.awsCostExplorer": AwsCostExplorerOptions => BillSet, |d, o| each(d, o, parse_aws_cost_explorer);
    "ingest.awsCur": AwsCurOptions => BillSet, |d, o| each(d, o, parse_aws_cur);
    "ingest.azureExport": AzureExportOptions => BillSet, |d, o| each(d, o, parse_azure_export);
    "ingest.azureQuery": AzureQueryOptions => BillSet, |d, o| each(d, o, parse_azure_query);
    // No document at all leaves everything unknown.
    "ingest.capabilities": CapabilitiesOptions => Capabilities, |d, o| parse_capabilities(d, o);
    "ingest.exposition": ExpositionOptions => SeriesSet, |d, o| each(d, o, parse_exposition);
    "ingest.focus": FocusOptions => BillSet, |d, o| each(d, o, parse_focus);
    "ingest.gcpBilling": GcpBillingOptions => BillSet, |d, o| each(d, o, parse_gcp_billing);
    "ingest.kubelet": KubeletOptions => SeriesSet, |d, o| each(d, o, parse_kubelet);
    "ingest.kubernetes": KubernetesOptions => Snapshot, |d, o| {
        if d.is_empty() { Err(nothing()) } else { Snapshot::from_kubernetes(d, o) }
    };
    "ingest.openCost": OpenCostOptions => ShareInput, |d, o| each(d, o, parse_open_cost);
    "ingest.podMetrics": PodMetricsOptions => SeriesSet, |d, o| each(d, o, parse_pod_metrics);
    "ingest.prices": PricesOptions => CatalogEntries, |d, o| each(d, o, parse_prices);
    "ingest.prometheus": PrometheusOptions => SeriesSet, |d, o| {
        if d.is_empty() { Err(nothing()) } else { parse_prometheus_documents(d, o) }
    };
    "ingest.samplesCsv": SamplesCsvOptions => SeriesSet, |d, o| each(d, o, parse_samples_csv);
}

fn raw<O>(documents: &[&[u8]], options: &str) -> Result<String>
where
    O: Parse<Value: Serialize> + for<'de> Deserialize<'de>,
{
    let options: O = match options.trim() {
        "" => O::default(),
        given => from_json(given).map_err(|e| e.under("options"))?,
    };
    to_json(&options.parse(documents)?)
}

fn bytes<'a>(text: Option<&'a str>, base64: Option<&'a str>) -> Result<Option<Cow<'a, [u8]>>> {
    match (text, base64) {
        (Some(text), None) => Ok(Some(Cow::Borrowed(text.as_bytes()))),
        (None, Some(base64)) => STANDARD.decode(base64).map(|b| Some(Cow::Owned(b))).map_err(|e| {
            Error::new(ErrorKind::Format, format!("not base64: {e}"))
                .at_path("base64")
                .hint("use the standard alphabet with padding")
        }),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => {
            Err(Error::new(ErrorKind::InvalidValue, "both text and base64 are given")
                .at_path("base64")
                .hint("give one of them"))
        }
    }
}

fn nothing() -> Error {
    Error::new(ErrorKind::EmptyInput, "there is no document")
        .at_path("text")
        .hint("give text, base64 or documents")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "timestamp,namespace,pod,container,cpu_cores,requests\n";

    fn csv(documents: &[&str]) -> Parsed<SeriesSet> {
        let documents: Vec<String> = documents.iter().map(|rows| format!("{HEAD}{rows}")).collect();
        let documents: Vec<&[u8]> = documents.iter().map(String::as_bytes).collect();
        SamplesCsvOptions::default().parse(&documents).unwrap()
    }

    #[test]
    fn several_documents_are_as_one() {
        let [a, b, c] = [
            "1773532800,shop,cart-0,app,0.25,3\n1773532860,shop,cart-0,app,0.5,4\n",
            "1773532920,shop,cart-0,app,1,1\n1773532800,shop,web-0,app,2,\n",
            "1773532740,shop,cart-0,app,,2\n1773532860,shop,cart-0,app,0.75,\n",
        ];
        let one = csv(&[&format!("{a}{b}{c}")]);
        let several = csv(&[c, a, b]);
        assert_eq!(several.value, one.value);
        assert_eq!(several.value, csv(&[a, b, c]).value);
        assert_eq!(several.value.series[0].values, [None, Some(0.25), Some(0.75), Some(1.0)]);
        assert_eq!((several.stats.records, several.stats.accepted), (6, 6));
    }

    #[test]
    fn places_name_the_document() {
        let bad = format!("{HEAD}yesterday,shop,cart-0,app,1,\n");
        let good = format!("{HEAD}1773532800,shop,cart-0,app,1,\n1773532801,shop,cart-0,app,x,\n");
        let lenient = SamplesCsvOptions::default();
        let error = lenient.parse(&[good.as_bytes(), bad.as_bytes()]).unwrap_err();
        assert_eq!(error.code(), "UPID_NO_RECORDS");
        assert!(error.place().path.as_deref().unwrap().starts_with("documents[1]"), "{error}");
        let parsed = lenient.parse(&[good.as_bytes(), good.as_bytes()]).unwrap();
        let notice = parsed.notices.iter().find(|n| n.severity == crate::model::Severity::Error);
        let paths: Vec<&str> =
            notice.unwrap().places.iter().map(|p| p.path.as_deref().unwrap()).collect();
        assert_eq!(paths, ["documents[0]", "documents[1]"]);
        let small = SamplesCsvOptions {
            limits: Limits { max_bytes: 100, ..Limits::default() },
            ..SamplesCsvOptions::default()
        };
        let error = small.parse(&[HEAD.as_bytes(), HEAD.as_bytes()]).unwrap_err();
        assert_eq!(error.code(), "UPID_LIMIT_EXCEEDED");
        assert_eq!(lenient.parse(&[]).unwrap_err().code(), "UPID_EMPTY_INPUT");
    }

    #[test]
    fn bills_have_one_currency() {
        let bill = |unit: &str| {
            format!(
                r#"{{"ResultsByTime":[{{"TimePeriod":{{"Start":"2026-03-01","End":"2026-03-02"}},"Total":{{"UnblendedCost":{{"Amount":"1.5","Unit":"{unit}"}}}},"Groups":[]}}]}}"#
            )
        };
        let [usd, eur] = [bill("USD"), bill("EUR")];
        let options = AwsCostExplorerOptions::default();
        let both = options.parse(&[usd.as_bytes(), usd.as_bytes()]).unwrap();
        assert_eq!(both.value.lines.len(), 2);
        let error = options.parse(&[usd.as_bytes(), eur.as_bytes()]).unwrap_err();
        assert_eq!(error.code(), "UPID_CURRENCY_MISMATCH");
        assert_eq!(error.place().path.as_deref(), Some("documents[1]"));
    }

    #[test]
    fn allocations_of_one_container_are_added_up() {
        let day = |name: &str, cost: &str| {
            format!(
                r#"{{"code":200,"data":[{{"{name}":{{"name":"{name}","properties":{{"cluster":"c","node":"n","namespace":"a","pod":"p","container":"{name}"}},"minutes":60,"cpuCoreHours":1,"cpuCost":{cost},"totalCost":{cost}}}}}]}}"#
            )
        };
        let parts = [day("x", "0.1"), day("y", "0.4"), day("x", "0.2")];
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let options = OpenCostOptions::default();
        let sum = options.parse(&parts).unwrap().value;
        assert_eq!(sum.rows.len(), 2);
        let cost = sum.rows[0].costs.values().next().unwrap();
        assert_eq!(cost.amount, crate::units::Amount::parse("0.3").unwrap());
        assert_eq!(sum.rows[0].hours, 2.0);
        let turned: Vec<&[u8]> = parts.iter().rev().copied().collect();
        assert_eq!(options.parse(&turned).unwrap().value, sum);
    }

    #[test]
    fn of_two_prices_the_later_stays() {
        let list = |price: &str, day: &str| {
            format!(
                "provider,region,instance_type,on_demand_usd_h,as_of\naws,eu,m5,{price},{day}T00:00:00Z\n"
            )
        };
        let [old, new] = [list("0.2", "2026-01-01"), list("0.1", "2026-02-01")];
        for documents in [[&old, &new], [&new, &old]] {
            let documents = documents.map(String::as_bytes);
            let entries = PricesOptions::default().parse(&documents).unwrap().value.entries;
            let prices: Vec<String> =
                entries.iter().map(|e| e.on_demand.unwrap().to_string()).collect();
            assert_eq!(prices, ["0.1"]);
        }
    }
}
