//! The C ABI of UPID. `include/upid.h` is generated from this crate and is its reference.
//!
//! A function here checks its arguments, makes one call of `upid-core` and converts back; it decides nothing.
//! `status panic slice layout handle` carry the machinery, the other files hold one concept each.
#![deny(
    unsafe_op_in_unsafe_fn,
    clippy::undocumented_unsafe_blocks,
    clippy::multiple_unsafe_ops_per_block
)]
// The names are those of C.
#![allow(non_camel_case_types)]
// The comments of exports become those of the header, where backticks around every name would be noise.
#![allow(clippy::doc_markdown)]
// What a caller must keep is the same for every function and stands once, at the head of upid.h.
#![allow(clippy::missing_safety_doc)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod handle;
mod layout;
mod panic;
mod slice;

// In the order of the header; the blank lines keep rustfmt from sorting them.
pub mod status;

pub mod version;

pub mod last_error;

pub mod text;

pub mod choice;

pub mod report;

pub mod series;

pub mod usage;

pub mod call;

pub mod quantiles;
