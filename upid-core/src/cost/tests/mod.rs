//! Tests of the module as a whole: published examples, defects of peers, properties (cost.md §5, §12, §13).

mod anchors;
pub(super) mod build;
mod defects;
pub(super) mod example;
mod money;
pub(super) mod properties;
pub(super) mod random;
