//! The JSON form that all parsers share.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

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

impl<O> IngestInput<O> {
    /// The bytes of every document.
    pub fn documents(&self) -> Result<Vec<Cow<'_, [u8]>>> {
        let own = bytes(self.text.as_deref(), self.base64.as_deref())?;
        let mut all = Vec::with_capacity(self.documents.len().saturating_add(1));
        all.extend(own);
        for (index, document) in self.documents.iter().enumerate() {
            let under = |e: Error| e.under(&format!("documents[{index}]"));
            let read =
                bytes(document.text.as_deref(), document.base64.as_deref()).map_err(under)?;
            all.push(read.ok_or_else(nothing).map_err(under)?);
        }
        if all.is_empty() { Err(nothing()) } else { Ok(all) }
    }

    /// The bytes of the one document.
    pub fn document(&self) -> Result<Cow<'_, [u8]>> {
        let mut all = self.documents()?;
        match (all.pop(), all.is_empty()) {
            (Some(one), true) => Ok(one),
            _ => Err(Error::new(ErrorKind::InvalidValue, "several documents where one is read")
                .at_path("documents")
                .hint("call once per document")),
        }
    }
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
