//! Tests of the module as a whole: published examples, defects of peers, properties (cost.md §5, §12, §13).

mod anchors;
mod build;
mod defects;
mod example;
mod properties;
mod random;
