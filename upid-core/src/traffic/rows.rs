//! `traffic.rows`: records of access logs, counted by hour under whom they went to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::request::RequestRow;
use crate::error::Place;
use crate::ingest::Notice;
use crate::model::{AccessRecord, Severity, Snapshot};
use crate::units::{MS_PER_HOUR, Timestamp};
use crate::usage::UsageKey;
use crate::usage::operations::KeyedRequests;

/// How many places a notice lists.
const MAX_PLACES: usize = 10;

/// Requests by key, as `usage.summarize` takes them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Rows {
    /// By pod or workload, in order; one row per kind of request and hour.
    pub requests: Vec<KeyedRequests<RequestRow>>,
    /// What a reader must know.
    pub notices: Vec<Notice>,
}

/// Counts records of access logs into hourly rows (idle.md §2).
///
/// A request belongs to the record's pod, else to its workload, else to the workloads behind its host (Ingress, Service),
/// else to those behind the Service that `upstream` names. What a Service selects is known from the Snapshot alone, and a
/// host or Service of several workloads counts for each of them (`SharedTarget`): nobody knows which one answered, and a
/// workload too busy is never called idle. What stays unknown is left out (`UnresolvedTarget`).
pub fn rows(records: &[AccessRecord], snapshot: Option<&Snapshot>) -> Rows {
    let targets = snapshot.map(Targets::of).unwrap_or_default();
    let mut known: HashMap<Address<'_>, Vec<UsageKey>> = HashMap::new();
    let mut counts: BTreeMap<UsageKey, BTreeMap<RowKey<'_>, u64>> = BTreeMap::new();
    let (mut unresolved, mut shared) = (Told::default(), Told::default());
    for (index, record) in records.iter().enumerate() {
        let address = Address::of(record);
        let keys = known.entry(address).or_insert_with(|| targets.find(&address));
        if keys.is_empty() {
            unresolved.add(index);
        } else if keys.len() > 1 {
            shared.add(index);
        }
        for key in keys.iter() {
            // The key is cloned for its first row only.
            let of_key = match counts.get_mut(key) {
                Some(of_key) => of_key,
                None => counts.entry(key.clone()).or_default(),
            };
            let count = of_key.entry(RowKey::of(record)).or_default();
            *count = count.saturating_add(1);
        }
    }
    let requests = counts.into_iter().map(|(key, rows)| {
        let rows = rows.into_iter().map(|(row, count)| row.counted(count)).collect();
        KeyedRequests { key, rows, request_log: None }
    });
    let notices = [
        shared.notice(
            "SharedTarget",
            Severity::Info,
            "requests of a host or Service of several workloads count for each of them",
        ),
        unresolved.notice(
            "UnresolvedTarget",
            Severity::Warning,
            "nothing tells to which pod or workload requests went; they are left out",
        ),
    ];
    Rows { requests: requests.collect(), notices: notices.into_iter().flatten().collect() }
}

/// What tells to whom a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Address<'a> {
    namespace: Option<&'a str>,
    pod: Option<&'a str>,
    workload: Option<&'a str>,
    host: Option<&'a str>,
    upstream: Option<&'a str>,
}

impl<'a> Address<'a> {
    fn of(record: &'a AccessRecord) -> Self {
        Self {
            namespace: record.namespace.as_deref(),
            pod: record.pod.as_deref(),
            workload: record.workload.as_deref(),
            host: record.host.as_deref(),
            upstream: record.upstream.as_deref(),
        }
    }
}

/// What requests of one row have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RowKey<'a> {
    hour: i64,
    path: Option<&'a str>,
    user_agent: Option<&'a str>,
    method: Option<&'a str>,
    status: Option<u16>,
    source: Option<&'a str>,
}

impl<'a> RowKey<'a> {
    fn of(record: &'a AccessRecord) -> Self {
        Self {
            hour: record.timestamp.0.div_euclid(MS_PER_HOUR),
            path: record.path.as_deref(),
            user_agent: record.user_agent.as_deref(),
            method: record.method.as_deref(),
            status: record.status,
            source: record.source_ip.as_deref(),
        }
    }

    fn counted(self, count: u64) -> RequestRow {
        RequestRow {
            start: Timestamp(self.hour.saturating_mul(MS_PER_HOUR)),
            path: self.path.map(str::to_owned),
            user_agent: self.user_agent.map(str::to_owned),
            method: self.method.map(str::to_owned),
            status: self.status,
            source: self.source.map(str::to_owned),
            count: count as f64,
            dispersion: None,
            probe_header: None,
            verdict: None,
        }
    }
}

/// Kind and name of a workload.
type Named<'a> = (&'a str, &'a str);

/// Who answers to which name.
#[derive(Default)]
struct Targets<'a> {
    /// Namespaces of the pods of a name.
    pods: HashMap<&'a str, BTreeSet<&'a str>>,
    /// Namespaces and kinds of the workloads of a name.
    workloads: HashMap<&'a str, BTreeSet<Named<'a>>>,
    /// Workloads behind a host, which is in lower case, with their namespaces.
    hosts: HashMap<String, BTreeSet<(&'a str, Named<'a>)>>,
    /// Workloads behind the Services of a name, by namespace.
    services: HashMap<&'a str, BTreeMap<&'a str, BTreeSet<Named<'a>>>>,
    /// Services by `namespace-name`, as ingress controllers call them; several names may read alike.
    joined: HashMap<String, BTreeSet<(&'a str, &'a str)>>,
}

impl<'a> Targets<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let mut targets = Self::default();
        for pod in &snapshot.pods {
            targets.pods.entry(&pod.name).or_default().insert(&pod.namespace);
        }
        for workload in &snapshot.workloads {
            let named = (workload.kind.as_str(), workload.name.as_str());
            let namespaced = (workload.namespace.as_str(), named.0);
            targets.workloads.entry(&workload.name).or_default().insert(namespaced);
            for host in workload.ingress_hosts.iter().flatten() {
                targets.behind(host, &workload.namespace, named);
            }
            for service in workload.services.iter().flatten() {
                targets.serves(&workload.namespace, &service.name, named);
            }
        }
        for service in &snapshot.services {
            for selected in service.selects.iter().flatten() {
                let named = (selected.kind.as_str(), selected.name.as_str());
                targets.serves(&service.namespace, &service.name, named);
                for host in service.ingress.iter().flatten() {
                    targets.behind(host, &service.namespace, named);
                }
            }
        }
        targets
    }

    fn behind(&mut self, host: &str, namespace: &'a str, workload: Named<'a>) {
        let host = host.to_ascii_lowercase();
        self.hosts.entry(host).or_default().insert((namespace, workload));
    }

    fn serves(&mut self, namespace: &'a str, service: &'a str, workload: Named<'a>) {
        let of_name = self.services.entry(service).or_default();
        of_name.entry(namespace).or_default().insert(workload);
        let joined = self.joined.entry(format!("{namespace}-{service}")).or_default();
        joined.insert((namespace, service));
    }

    /// The keys of a request's target; none if it is not known.
    fn find(&self, of: &Address<'_>) -> Vec<UsageKey> {
        if let Some(pod) = of.pod {
            let namespace = of.namespace.or_else(|| only(self.pods.get(pod)?).copied());
            return namespace.map(|n| UsageKey::new(n, pod, "")).into_iter().collect();
        }
        if let Some(workload) = of.workload {
            return self.workload(of.namespace, workload).into_iter().collect();
        }
        if let Some(keys) = of.host.and_then(|host| self.host(host)) {
            return keys;
        }
        of.upstream.and_then(|upstream| self.upstream(of.namespace, upstream)).unwrap_or_default()
    }

    /// A workload by `Kind/name`, or by a name that only one has.
    fn workload(&self, namespace: Option<&str>, workload: &str) -> Option<UsageKey> {
        let (kind, name) = match workload.split_once('/') {
            Some((kind, name)) => (Some(kind), name),
            None => (None, workload),
        };
        if let (Some(namespace), Some(_)) = (namespace, kind) {
            return Some(UsageKey::new(namespace, workload, ""));
        }
        let fits = |(of, its): &&Named<'_>| {
            namespace.is_none_or(|namespace| namespace == *of) && kind.is_none_or(|k| k == *its)
        };
        let mut fitting = self.workloads.get(name)?.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some((namespace, kind)), None) => Some(key(namespace, &(kind, name))),
            _ => None,
        }
    }

    /// The workloads behind a host, or behind the wildcard that covers it.
    fn host(&self, host: &str) -> Option<Vec<UsageKey>> {
        let host = without_port(host).trim_end_matches('.').to_ascii_lowercase();
        let wildcard = || {
            let (_, domain) = host.split_once('.')?;
            self.hosts.get(&format!("*.{domain}"))
        };
        let found = self.hosts.get(&host).or_else(wildcard)?;
        Some(found.iter().map(|(namespace, workload)| key(namespace, workload)).collect())
    }

    /// The workloads of the Service that a proxy names: `outbound|80||cart.shop.svc.cluster.local` (Istio),
    /// `shop-cart-80@kubernetes` (Traefik), `shop-cart-80` (ingress-nginx), `cart.shop` or `cart`.
    fn upstream(&self, namespace: Option<&str>, upstream: &str) -> Option<Vec<UsageKey>> {
        let name = upstream.rsplit('|').next().unwrap_or(upstream);
        let name = name.split('@').next().unwrap_or(name);
        let name = without_port(name.trim_matches(['[', ']']));
        let mut parts = name.split('.');
        let (service, of) = (parts.next()?, parts.next());
        if let (Some(of), Some(named)) = (of, self.services.get(service)) {
            let (of, workloads) = named.get_key_value(of)?;
            return Some(workloads.iter().map(|workload| key(of, workload)).collect());
        }
        let joined = || {
            let (both, _port) = name.rsplit_once('-')?;
            only(self.joined.get(both)?).copied()
        };
        let plain = || {
            let namespaces = self.services.get(service)?;
            match namespace {
                Some(namespace) => namespaces.get_key_value(namespace),
                None => only(namespaces),
            }
        };
        let (of, workloads) = if let Some((of, workloads)) = plain() {
            (*of, workloads)
        } else {
            let (of, service) = joined()?;
            (of, self.services.get(service)?.get(of)?)
        };
        Some(workloads.iter().map(|workload| key(of, workload)).collect())
    }
}

/// The one item of a collection that has no second.
fn only<I: IntoIterator>(items: I) -> Option<I::Item> {
    let mut items = items.into_iter();
    items.next().filter(|_| items.next().is_none())
}

fn key(namespace: &str, (kind, name): &Named<'_>) -> UsageKey {
    UsageKey::new(namespace, &format!("{kind}/{name}"), "")
}

/// A host without its port; an address of IPv6 stands in brackets if it has one.
fn without_port(host: &str) -> &str {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split(']').next().unwrap_or(inner);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => {
            name
        }
        _ => host,
    }
}

/// Counts records of one kind and keeps the first places.
#[derive(Default)]
struct Told {
    count: u64,
    places: Vec<Place>,
}

impl Told {
    fn add(&mut self, index: usize) {
        self.count = self.count.saturating_add(1);
        if self.places.len() < MAX_PLACES {
            let path = Some(format!("records[{index}]"));
            self.places.push(Place { path, row: Some(index as u64), ..Place::default() });
        }
    }

    fn notice(self, code: &str, severity: Severity, message: &str) -> Option<Notice> {
        let Self { count, places } = self;
        let (code, message) = (code.to_owned(), message.to_owned());
        (count > 0).then_some(Notice { code, severity, message, count, places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Pod, Service, Workload, WorkloadRefLocal};
    use crate::traffic::{TrafficConfig, TrafficInput, Verdict, add_requests, classify_usage};
    use crate::units::TimeRange;
    use crate::usage::{Usage, UsageSpec};

    const HOUR: i64 = 1_773_532_800_000;

    fn record(minute: i64) -> AccessRecord {
        AccessRecord {
            timestamp: Timestamp(HOUR + minute * 60_000),
            method: Some("GET".into()),
            path: Some("/orders".into()),
            status: Some(200),
            ..AccessRecord::default()
        }
    }

    fn snapshot() -> Snapshot {
        let window = TimeRange { start: Timestamp(HOUR), end: Timestamp(HOUR + 1) };
        let mut snapshot = Snapshot::new("c", Timestamp(HOUR), window);
        let pod = |namespace: &str, name: &str| Pod {
            namespace: namespace.into(),
            name: name.into(),
            ..Pod::default()
        };
        snapshot.pods = vec![pod("shop", "cart-0"), pod("shop", "twin"), pod("bank", "twin")];
        let workload = |namespace: &str, kind: &str, name: &str| Workload {
            namespace: namespace.into(),
            kind: kind.into(),
            name: name.into(),
            ..Workload::default()
        };
        snapshot.workloads =
            vec![workload("shop", "Deployment", "cart"), workload("shop", "StatefulSet", "db")];
        let selects =
            |kind: &str, name: &str| WorkloadRefLocal { kind: kind.into(), name: name.into() };
        let service = |name: &str, selects: Vec<WorkloadRefLocal>, host: &str| Service {
            namespace: "shop".into(),
            name: name.into(),
            selects: Some(selects),
            ingress: Some(vec![host.into()]),
            ..Service::default()
        };
        snapshot.services = vec![
            service("cart-web", vec![selects("Deployment", "cart")], "Shop.example.com"),
            service(
                "all",
                vec![selects("Deployment", "cart"), selects("StatefulSet", "db")],
                "*.all.example.com",
            ),
        ];
        snapshot
    }

    #[test]
    fn targets_are_found_in_the_order_of_what_is_surest() {
        let snapshot = snapshot();
        let set = |change: &dyn Fn(&mut AccessRecord)| {
            let mut record = record(0);
            change(&mut record);
            let rows = rows(&[record], Some(&snapshot));
            let keys: Vec<_> = rows
                .requests
                .iter()
                .map(|r| format!("{}/{}", r.key.namespace, r.key.pod))
                .collect();
            let codes: Vec<_> = rows.notices.into_iter().map(|n| n.code).collect();
            (keys.join(" "), codes.join(" "))
        };
        let cart = ("shop/Deployment/cart".to_owned(), String::new());
        let both =
            ("shop/Deployment/cart shop/StatefulSet/db".to_owned(), "SharedTarget".to_owned());
        let none = (String::new(), "UnresolvedTarget".to_owned());
        let pod = |name: &str| (name.to_owned(), String::new());
        assert_eq!(set(&|r| r.pod = Some("cart-0".into())), pod("shop/cart-0"));
        assert_eq!(set(&|r| r.pod = Some("twin".into())), none);
        assert_eq!(
            set(&|r| (r.pod, r.namespace) = (Some("twin".into()), Some("bank".into()))),
            pod("bank/twin")
        );
        for workload in ["cart", "Deployment/cart"] {
            assert_eq!(set(&|r| r.workload = Some(workload.into())), cart, "{workload}");
        }
        assert_eq!(set(&|r| r.workload = Some("StatefulSet/cart".into())), none);
        for host in ["shop.example.com", "SHOP.example.com:8080", "shop.example.com."] {
            assert_eq!(set(&|r| r.host = Some(host.into())), cart, "{host}");
        }
        assert_eq!(set(&|r| r.host = Some("a.all.example.com".into())), both);
        assert_eq!(set(&|r| r.host = Some("a.b.all.example.com".into())), none);
        for upstream in [
            "outbound|80||cart-web.shop.svc.cluster.local",
            "cart-web.shop.svc.cluster.local:80",
            "shop-cart-web-80",
            "[shop-cart-web-http]",
            "shop-cart-web-80@kubernetes",
            "cart-web",
        ] {
            assert_eq!(set(&|r| r.upstream = Some(upstream.into())), cart, "{upstream}");
        }
        for upstream in ["10.0.0.7:8080", "other.shop", "cart-web.bank", "-"] {
            assert_eq!(set(&|r| r.upstream = Some(upstream.into())), none, "{upstream}");
        }
        // An unknown host leaves it to the upstream.
        let proxied = set(&|r| {
            (r.host, r.upstream) = (Some("10.1.2.3".into()), Some("cart-web.shop".into()));
        });
        assert_eq!(proxied, cart);
        assert_eq!(set(&|_| ()), none);
        // Without a Snapshot only what the record says.
        let mut lone = record(0);
        (lone.workload, lone.namespace) = (Some("Deployment/cart".into()), Some("shop".into()));
        assert_eq!(
            rows(&[lone], None).requests[0].key,
            UsageKey::new("shop", "Deployment/cart", "")
        );
    }

    /// Rows, and from them the classes of a Usage.
    #[test]
    fn requests_are_counted_by_hour_and_kind() {
        let of = |minute: i64, agent: &str, path: &str| AccessRecord {
            user_agent: Some(agent.into()),
            path: Some(path.into()),
            source_ip: Some("10.0.0.1".into()),
            namespace: Some("shop".into()),
            pod: Some("cart-0".into()),
            ..record(minute)
        };
        let mut records: Vec<AccessRecord> =
            (0..120).map(|m| of(m, "kube-probe/1.31", "/healthz")).collect();
        records.extend((0..3).map(|_| of(70, "Mozilla/5.0", "/orders")));
        let made = rows(&records, None);
        let counts: Vec<_> =
            made.requests[0].rows.iter().map(|r| (r.start.ms(), r.count)).collect();
        assert_eq!(counts, [(HOUR, 60.0), (HOUR + 3_600_000, 60.0), (HOUR + 3_600_000, 3.0)]);
        let mut backwards = records.clone();
        backwards.reverse();
        assert_eq!(rows(&backwards, None).requests, made.requests);

        let mut usage = Usage::new(UsageSpec::default()).unwrap();
        let config = TrafficConfig::default();
        for item in made.requests {
            let input = TrafficInput { requests: item.rows, ..TrafficInput::default() };
            add_requests(&mut usage, &item.key, &input, None, &config).unwrap();
        }
        let range = TimeRange::new(Timestamp(HOUR), Timestamp(HOUR + 2 * 3_600_000)).unwrap();
        let report =
            classify_usage(&usage.pod("", "shop", "cart-0"), range, &config).unwrap().report;
        assert_eq!(report.totals.get(&Verdict::Probe), Some(&120));
        assert_eq!(report.totals.get(&Verdict::Business), Some(&3));
    }
}
