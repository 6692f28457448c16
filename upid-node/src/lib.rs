//! The Node face of UPID: it checks, converts, makes one call of `upid-core` and converts back.
//!
//! Errors cross as the core's error JSON in `Error.reason`; `lib/error.js` makes the `UpidError` that callers see.
//! Nothing here is public to users: `index.js` is.
// napi hands every argument over by value.
#![allow(clippy::needless_pass_by_value)]

pub mod call;
pub mod columns;
pub mod drill;
mod failure;
pub mod info;
mod input;
mod output;
pub mod rollup;
pub mod rows;
pub mod table;
pub mod usage;
