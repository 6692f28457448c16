//! Inputs that cost a careless parser far more than their length, in every format (ingest.md §13.12).
//!
//! Shared with the benches, which count the instructions that they take.

#![allow(unreachable_pub)] // both programs that hold this file are the whole of their crate

use upid_core::ingest::{
    AwsCostExplorerOptions, AwsCurOptions, AzureExportOptions, AzureQueryOptions,
    ExpositionOptions, FocusOptions, GcpBillingOptions, KubernetesOptions, PodMetricsOptions,
    PricesOptions, PrometheusOptions, parse_aws_cost_explorer, parse_aws_cur, parse_azure_export,
    parse_azure_query, parse_exposition, parse_focus, parse_gcp_billing, parse_kubernetes,
    parse_pod_metrics, parse_prices, parse_prometheus,
};

/// A parser, told only to read; whether it took the input.
pub type Parse = fn(&[u8]) -> bool;

/// A document around the hostile part.
pub struct Format {
    /// Name of the parser, and where the hostile part stands.
    pub name: &'static str,
    parse: Parse,
    /// What stands before and behind all records.
    ends: [&'static str; 2],
    /// A record, and what separates two.
    record: [&'static str; 2],
    comma: &'static str,
    /// What may fill the record.
    shapes: &'static [Shape],
}

/// What makes an input hostile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing but very many short records.
    Records,
    /// Arrays in arrays, as deep as is allowed, again and again.
    Nesting,
    /// Arrays in arrays without an end.
    Deep,
    /// One string.
    Long,
    /// One cell or label.
    Cell,
    /// Keys that are all different.
    Keys,
    /// One key again and again.
    SameKey,
    /// A string of escapes.
    Escapes,
    /// A label of escapes.
    Backslashes,
    /// A string that never ends.
    Unclosed,
    /// A cell of doubled quotes.
    Quotes,
    /// A quoted cell that never ends, over many lines.
    OpenQuote,
    /// Very many cells in a row.
    Cells,
    /// Labels in a text exposition.
    Labels,
}

use Shape::{
    Backslashes, Cell, Cells, Deep, Escapes, Keys, Labels, Long, Nesting, OpenQuote, Quotes,
    Records, SameKey, Unclosed,
};

const JSON: &[Shape] = &[Records, Nesting, Deep, Long, Keys, SameKey, Escapes, Unclosed];
const TABLE: &[Shape] = &[Records, Cell, Quotes, OpenQuote, Cells];
const TEXT: &[Shape] = &[Records, Cell, Backslashes, Labels];

/// Every format with every parser.
pub const FORMATS: &[Format] = &[
    Format {
        name: "kubernetes",
        parse: |b| parse_kubernetes(b, &KubernetesOptions::default()).is_ok(),
        ends: [r#"{"kind":"PodList","apiVersion":"v1","items":["#, "]}"],
        record: [r#"{"metadata":{"name":"p","#, r#""namespace":"s"}}"#],
        comma: ",",
        shapes: JSON,
    },
    Format {
        name: "kubernetes, containers",
        parse: |b| parse_kubernetes(b, &KubernetesOptions::default()).is_ok(),
        ends: [
            r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","namespace":"s"},"spec":{"containers":["#,
            "]}}",
        ],
        record: ["{", r#""name":"c"}"#],
        comma: ",",
        shapes: JSON,
    },
    Format {
        name: "kubernetes, labels",
        parse: |b| parse_kubernetes(b, &KubernetesOptions::default()).is_ok(),
        ends: [r#"{"kind":"PodList","apiVersion":"v1","items":["#, "]}"],
        record: [r#"{"metadata":{"name":"p","labels":{"#, r#""namespace":"s"}}}"#],
        comma: ",",
        shapes: JSON,
    },
    Format {
        name: "pod metrics",
        parse: |b| parse_pod_metrics(b, &PodMetricsOptions::default()).is_ok(),
        ends: [r#"{"kind":"PodMetricsList","items":["#, "]}"],
        record: [
            r#"{"metadata":{"#,
            r#""name":"p"},"timestamp":"2026-03-15T00:00:15Z","containers":[]}"#,
        ],
        comma: ",",
        shapes: JSON,
    },
    Format {
        name: "prometheus",
        parse: |b| parse_prometheus(b, &PrometheusOptions::default()).is_ok(),
        ends: [r#"{"status":"success","data":{"resultType":"matrix","result":["#, "]}}"],
        record: [
            r#"{"metric":{"__name__":"container_memory_rss","pod":"p","#,
            r#""container":"c"},"values":[[1,"1"]]}"#,
        ],
        comma: ",",
        shapes: JSON,
    },
    Format {
        name: "prometheus, samples",
        parse: |b| parse_prometheus(b, &PrometheusOptions::default()).is_ok(),
        ends: [r#"[{"metric":{"__name__":"container_memory_rss","pod":"p"},"values":["#, "]}]"],
        record: ["[1,", r#""1"]"#],
        comma: ",",
        shapes: &[Records, Deep, Unclosed],
    },
    Format {
        name: "aws cost explorer",
        parse: |b| parse_aws_cost_explorer(b, &AwsCostExplorerOptions::default()).is_ok(),
        ends: [r#"{"ResultsByTime":["#, "]}"],
        record: [
            r#"{"TimePeriod":{"Start":"2026-03-01","End":"2026-03-02"},"Total":{"UnblendedCost":{"Amount":"1","#,
            r#""Unit":"USD"}}}"#,
        ],
        comma: ",",
        shapes: JSON,
    },
    Format {
        name: "azure query",
        parse: |b| parse_azure_query(b, &AzureQueryOptions::default()).is_ok(),
        ends: [
            r#"{"properties":{"columns":[{"name":"Cost","type":"Number"},{"name":"UsageDate","type":"Number"},{"name":"Currency","type":"String"}],"rows":["#,
            "]}}",
        ],
        record: ["[1,", r#"20260301,"USD"]"#],
        comma: ",",
        shapes: &[Records, Deep, Unclosed],
    },
    Format {
        name: "google",
        parse: |b| parse_gcp_billing(b, &GcpBillingOptions::default()).is_ok(),
        ends: ["", ""],
        record: [
            r#"{"cost":1,"currency":"USD","usage_start_time":"2026-03-01T00:00:00Z","#,
            r#""usage_end_time":"2026-03-01T01:00:00Z"}"#,
        ],
        comma: "\n",
        shapes: JSON,
    },
    Format {
        name: "exposition",
        parse: |b| parse_exposition(b, &ExpositionOptions::default()).is_ok(),
        ends: ["", ""],
        record: [r#"container_memory_rss{pod="p",id=""#, "\"} 1 1000\n"],
        comma: "",
        shapes: TEXT,
    },
    Format {
        name: "aws cur",
        parse: |b| parse_aws_cur(b, &AwsCurOptions::default()).is_ok(),
        ends: [
            "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/CurrencyCode,lineItem/UnblendedCost,lineItem/UsageType\n",
            "",
        ],
        record: ["Usage,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,USD,1,", "\n"],
        comma: "",
        shapes: TABLE,
    },
    Format {
        name: "azure export",
        parse: |b| parse_azure_export(b, &AzureExportOptions::default()).is_ok(),
        ends: ["Date,Cost,BillingCurrency,MeterCategory,Tags\n", ""],
        record: ["2026-03-01,1,USD,x,", "\n"],
        comma: "",
        shapes: TABLE,
    },
    Format {
        name: "google table",
        parse: |b| parse_gcp_billing(b, &GcpBillingOptions::default()).is_ok(),
        ends: ["cost,currency,usage_start_time,usage_end_time,labels\n", ""],
        record: ["1,USD,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,", "\n"],
        comma: "",
        shapes: TABLE,
    },
    Format {
        name: "focus",
        parse: |b| parse_focus(b, &FocusOptions::default()).is_ok(),
        ends: [
            "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ServiceName,Tags\n",
            "",
        ],
        record: [
            "1,1,1,1,USD,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,Usage,Compute,x,",
            "\n",
        ],
        comma: "",
        shapes: TABLE,
    },
    Format {
        name: "prices",
        parse: |b| parse_prices(b, &PricesOptions::default()).is_ok(),
        ends: ["provider,region,instance_type,on_demand_usd_h,as_of,arch\n", ""],
        record: ["aws,r,t,1,2026-03-01,", "\n"],
        comma: "",
        shapes: TABLE,
    },
];

impl Format {
    /// Every shape of this format.
    pub fn shapes(&self) -> impl Iterator<Item = Shape> + use<> {
        self.shapes.iter().copied()
    }

    /// Reads an input.
    pub fn parse(&self, input: &[u8]) -> bool {
        (self.parse)(input)
    }

    /// An input of about `n` bytes.
    pub fn input(&self, shape: Shape, n: usize) -> Vec<u8> {
        let fill = shape.fill(n);
        let ([before, after], [start, end]) = (self.ends, self.record);
        let records = if shape == Records { n / (start.len() + end.len()) + 1 } else { 1 };
        let record = format!("{start}{fill}{end}");
        let mut text = String::with_capacity(2 * n + before.len() + after.len());
        text.push_str(before);
        for index in 0..records {
            text.push_str(if index > 0 { self.comma } else { "" });
            text.push_str(&record);
        }
        // What never ends has nothing behind it.
        if matches!(shape, Unclosed | Deep | OpenQuote) {
            let end = text.rfind(end).unwrap_or(text.len());
            text.truncate(end);
        } else {
            text.push_str(after);
        }
        text.into_bytes()
    }
}

impl Shape {
    fn fill(self, n: usize) -> String {
        let repeat = |what: &str| what.repeat(n / what.len() + 1);
        match self {
            Records => String::new(),
            Nesting => {
                let nest = format!("{}{},", "[".repeat(40), "]".repeat(40));
                format!(r#""x":[{}0],"#, repeat(&nest))
            }
            Deep => format!(r#""x":{}"#, repeat("[")),
            Long => format!(r#""x":"{}","#, repeat("a")),
            Cell => repeat("a"),
            Backslashes => repeat(r"\\\\"),
            Keys => joined(n / 12, |key| format!(r#""k{key:07}":1,"#)),
            SameKey => repeat(r#""name":"a","#),
            Escapes => format!(r#""name":"{}","#, repeat(r"\u0041")),
            Unclosed => format!(r#""name":"{}"#, repeat("a")),
            Quotes => format!(r#""{}""#, repeat(r#""""#)),
            OpenQuote => format!(r#""{}"#, repeat("a,b\n")),
            Cells => repeat("a,"),
            Labels => joined(n / 12, |key| format!(r#"",k{key:07}=""#)),
        }
    }
}

fn joined(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect::<Vec<_>>().concat()
}
