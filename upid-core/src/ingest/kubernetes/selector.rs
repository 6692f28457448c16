//! Label selectors.

use std::collections::BTreeMap;

use super::read::{labels, text, texts};
use crate::error::Result;
use crate::ingest::scan::Scanner;

/// `matchLabels` and `matchExpressions`; empty matches everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct LabelSelector {
    pub(super) labels: BTreeMap<String, String>,
    expressions: Vec<Expression>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Expression {
    key: String,
    operator: String,
    values: Vec<String>,
}

impl LabelSelector {
    /// Reads the selector of a disruption budget or workload; none for null.
    pub(super) fn read(scan: &mut Scanner<'_>) -> Result<Option<Self>> {
        if scan.null()? {
            return Ok(None);
        }
        let mut read = Self::default();
        scan.object(|scan, key| {
            match key {
                "matchLabels" => read.labels = labels(scan)?,
                "matchExpressions" => scan.array(|scan, _| {
                    read.expressions.push(Expression::read(scan)?);
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(Some(read))
    }

    /// The selector of a Service, which knows only labels.
    pub(super) fn of(labels: &BTreeMap<String, String>) -> Self {
        Self { labels: labels.clone(), expressions: Vec::new() }
    }

    /// Whether it picks something with these labels. An operator that nobody knows picks nothing.
    pub(super) fn matches(&self, of: &BTreeMap<String, String>) -> bool {
        self.labels.iter().all(|(key, value)| of.get(key) == Some(value))
            && self.expressions.iter().all(|expression| expression.holds(of))
    }
}

impl Expression {
    fn read(scan: &mut Scanner<'_>) -> Result<Self> {
        let mut read = Self::default();
        scan.object(|scan, key| {
            match key {
                "key" => read.key = text(scan)?.unwrap_or_default(),
                "operator" => read.operator = text(scan)?.unwrap_or_default(),
                "values" => read.values = texts(scan)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(read)
    }

    fn holds(&self, of: &BTreeMap<String, String>) -> bool {
        let value = of.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator.as_str() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    }
}
