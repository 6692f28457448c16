//! What exists: plain structs of a cluster, as a Snapshot holds them.

mod access;
mod bill;
mod catalog;
mod charge;
mod context;
mod cost;
pub mod facts;
mod finding;
mod node;
pub mod owner;
mod pod;
mod price;
pub mod requests;
mod resources;
mod snapshot;
mod validate;
mod workload;

pub use access::{AccessRecord, AccessRecords};
pub use bill::{
    BillCategory, BillCosts, BillCredit, BillKubernetes, BillLine, BillPricing, BillSet,
    BillSpecial, BillSplit, ChargeType, Commitment, CommitmentStatus, CostKind, SplitResource,
};
pub use catalog::{CatalogEntries, CatalogEntry};
pub use charge::{
    Backend, ClaimRef, Fee, FeeKind, LoadBalancer, Mount, NetworkRates, NetworkStep, Volume,
};
pub use context::{
    BusinessCalendar, CalendarException, Context, Criticality, Dependency, ExceptionKind, Holiday,
    Identity, JvmSettings, Revenue, Selector, Weekday, WeeklyRule, WorkloadRef,
};
pub use cost::{
    CellAmount, CostRemainder, CostResource, CostRow, ResourceCost, ResourceHours, ShareInput,
    ShareNode, Split,
};
pub use finding::{Direction, Finding, Reason, Severity};
pub use node::{CapacityType, Node, Taint};
pub use pod::{Container, ContainerType, OwnerRef, Pod, PodResources, PodVolume, Termination};
pub use price::{BilledCost, NodePrice, PriceKind, PriceSource, Rates};
pub use resources::Resources;
pub use snapshot::{
    Cluster, Prices, Provider, Service, ServiceMesh, Snapshot, SnapshotKind, WorkloadRefLocal,
};
pub use workload::{
    ApiBackend, Autoscaler, DisruptionBudget, GitOps, Lease, Mesh, Rollback, ServiceFact, Upstream,
    VolumeFact, Workload,
};
