//! The operation `snapshot.validate`.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::json::Ignored;
use crate::model::{Finding, Snapshot};

/// Input of `snapshot.validate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidateInput {
    /// The Snapshot to check.
    pub snapshot: Snapshot,
}

/// Output of `snapshot.validate`; a Snapshot with problems is an error instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Validated {
    /// The Snapshot in its canonical form, with the defaults filled in.
    pub snapshot: Snapshot,
    /// Fields that nobody knows, and what is legal but probably not meant.
    pub quality: Vec<Finding>,
}

impl ValidateInput {
    /// Checks it.
    pub(super) fn run(self, ignored: Ignored) -> Result<Validated> {
        self.snapshot.validate()?;
        let mut quality: Vec<_> = Finding::unknown_fields(ignored).into_iter().collect();
        quality.extend(self.snapshot.oddities());
        Ok(Validated { snapshot: self.snapshot, quality })
    }
}
