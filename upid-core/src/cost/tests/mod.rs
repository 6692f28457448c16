//! Tests of the module as a whole: published examples, defects of peers, properties (cost.md §5, §12, §13).

mod example;
