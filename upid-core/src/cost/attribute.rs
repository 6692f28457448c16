//! The attribution of a whole input.

use super::{Attribution, CostConfig, CostInput};
use crate::error::{Error, ErrorKind, Result};

/// Splits everything that was paid over those who caused it.
pub fn attribute(input: &CostInput, config: &CostConfig) -> Result<Attribution> {
    let _ = input;
    config.validate()?;
    Err(Error::new(ErrorKind::Internal, "not wired yet"))
}
