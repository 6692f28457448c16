//! What costs money beside nodes.

use std::collections::BTreeMap;

use super::Reading;
use crate::error::Place;
use crate::ingest::kubernetes::objects::Objects;
use crate::ingest::kubernetes::storage::{ClaimObject, VolumeObject};
use crate::ingest::parsed::Log;
use crate::ingest::snapshot_metrics::StateMetric as M;
use crate::model::{ClaimRef, Fee, FeeKind, LoadBalancer, NetworkRates, Snapshot, Volume};
use crate::units::RateAmount;

/// Prices that no object carries.
#[derive(Debug, Default)]
pub(in super::super) struct Charges {
    volumes: BTreeMap<String, RateAmount>,
    /// By namespace and Service.
    balancers: BTreeMap<(String, String), RateAmount>,
    fees: BTreeMap<String, RateAmount>,
    network: NetworkRates,
}

/// Adds volumes and claims that are not there as objects; gives the prices.
pub(super) fn add(objects: &mut Objects, readings: &[Reading], log: &mut Log) -> Charges {
    let mut charges = Charges::default();
    let mut claims: BTreeMap<(String, String), ClaimObject> = BTreeMap::new();
    let mut volumes: BTreeMap<String, VolumeObject> = BTreeMap::new();
    for reading in readings.iter().filter(|r| r.metric >= M::Claim) {
        let named = match reading.metric {
            M::Claim | M::ClaimRequest => {
                let id = reading.text("namespace").zip(reading.text("persistentvolumeclaim"));
                id.map(|id| claim(claims.entry(id).or_default(), reading))
            }
            M::Volume | M::VolumeClaim | M::VolumeCapacity => {
                let name = reading.text("persistentvolume");
                name.map(|name| volume(volumes.entry(name).or_default(), reading))
            }
            _ => charges.take(reading, log),
        };
        if named.is_none() {
            let message =
                || "series of charges that do not name what they are for are left out".to_owned();
            log.warn("NoSubject", message, Place::default());
        }
    }
    for object in &objects.claims {
        claims.remove(&(object.namespace.clone(), object.name.clone()));
    }
    for object in &objects.volumes {
        volumes.remove(&object.name);
    }
    let named = |((namespace, name), claim)| ClaimObject { namespace, name, ..claim };
    objects.claims.extend(claims.into_iter().map(named));
    let named = |(name, volume)| VolumeObject { name, ..volume };
    objects.volumes.extend(volumes.into_iter().map(named));
    charges
}

fn claim(claim: &mut ClaimObject, reading: &Reading) {
    if reading.metric == M::Claim {
        claim.volume = reading.text("volumename");
        claim.storage_class = reading.text("storageclass");
    } else {
        claim.capacity_bytes = Some(reading.value).filter(|bytes| (0.0..9e18).contains(bytes));
    }
}

fn volume(volume: &mut VolumeObject, reading: &Reading) {
    match reading.metric {
        M::VolumeCapacity => {
            volume.capacity_bytes = Some(reading.value).filter(|bytes| (0.0..9e18).contains(bytes));
        }
        M::VolumeClaim => {
            let claim = reading.text("claim_namespace").zip(reading.text("name"));
            volume.claim = claim.map(|(namespace, name)| ClaimRef { namespace, name });
        }
        _ => volume.is_local = !reading.label("local_path").is_empty(),
    }
}

impl Charges {
    /// None: the reading does not name its subject.
    fn take(&mut self, reading: &Reading, log: &mut Log) -> Option<()> {
        let rate = reading.rate(log);
        match reading.metric {
            M::VolumeCost => {
                let name = reading.text("persistentvolume").or(reading.text("volumename"))?;
                self.volumes.extend(rate.map(|rate| (name, rate)));
            }
            M::LoadBalancerCost => {
                let name = reading.text("namespace").zip(reading.text("service_name"))?;
                self.balancers.extend(rate.map(|rate| (name, rate)));
            }
            M::ManagementCost => {
                let name = reading.text("provisioner_name");
                let name = name.unwrap_or_else(|| "cluster management".to_owned());
                self.fees.extend(rate.map(|rate| (name, rate)));
            }
            M::ZoneEgressCost => self.network.zone_gib = rate,
            M::RegionEgressCost => self.network.region_gib = rate,
            _ => self.network.internet_gib = rate,
        }
        Some(())
    }

    /// Puts the prices where they belong.
    pub(in super::super) fn give(self, snapshot: &mut Snapshot, log: &mut Log) {
        let mut volumes: BTreeMap<String, &mut Volume> =
            snapshot.volumes.iter_mut().map(|volume| (volume.name.clone(), volume)).collect();
        for (name, rate) in self.volumes {
            if let Some(volume) = volumes.get_mut(&name) {
                volume.gib_hourly_cost = Some(rate);
                continue;
            }
            let message =
                || format!("the price of volume {name} is left out: nothing tells its size");
            log.warn("UnknownVolume", message, Place::default());
        }
        let mut balancers = self.balancers;
        for balancer in &mut snapshot.load_balancers {
            let name = (balancer.namespace.clone(), balancer.service.clone());
            balancer.hourly_cost = balancers.remove(&name).or(balancer.hourly_cost);
        }
        let alone = |((namespace, service), rate)| LoadBalancer {
            namespace,
            service,
            hourly_cost: Some(rate),
            ..LoadBalancer::default()
        };
        snapshot.load_balancers.extend(balancers.into_iter().map(alone));
        snapshot
            .load_balancers
            .sort_by(|a, b| (&a.namespace, &a.service).cmp(&(&b.namespace, &b.service)));
        let fee = |(name, rate)| Fee {
            name,
            kind: FeeKind::ControlPlane,
            hourly_cost: Some(rate),
            ..Fee::default()
        };
        snapshot.fees.extend(self.fees.into_iter().map(fee));
        if self.network != NetworkRates::default() {
            snapshot.network_rates = Some(self.network);
        }
    }
}
