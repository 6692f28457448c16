//! Prices: base tables, the price of a node, and its split into resources (cost.md §4).

mod amortise;
mod node_price;
mod split;
mod tables;

pub use amortise::{Amortisation, amortise};
pub(crate) use node_price::{NodeRate, PriceContext, PricedNode, resolve};
pub use split::{PoolSplit, split};
pub(crate) use split::{PoolWeights, gcd, pool_weights, split_by};
pub use tables::{BaseRates, BaseTable, RateTable};
