//! Arrow data into columns.
