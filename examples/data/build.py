#!/usr/bin/env python3
"""Builds the demo's files in `demo/` from the source data.

    pip install pandas pyarrow
    python build.py SOURCE_DIRECTORY

Maintainers run it once; everybody else reads the committed files. SOURCE_DIRECTORY holds
`online-boutique/{pod_metrics.csv.gz,upstream_resources.csv,2022-08-22-dependency.csv}`,
`train-ticket/pod_metrics.parquet` and `prices/three_regions.csv` (README.md says what they are). The output depends on
these files alone: the same input gives the same bytes. Every decision that the data does not force is one entry of
`demo/assumptions.json`, which the demo's report prints.
"""

import csv
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd

OUT = Path(__file__).parent / "demo"
MIB = 2**20
OB, TT = "online-boutique", "train-ticket"

WINDOW = ("2022-08-22T00:00:00Z", "2022-08-24T00:00:00Z")
# Whole days keep the hour of the day. 160 rather than 161 (whole weeks), so that both captures end together: with 161
# Train-Ticket's newest sample would be 24 h old at `now`, and every safety check would rightly refuse to decide.
SHIFT_DAYS = 160
# `ops` counts whole requests of 15 s: its steps are 1/15 per second.
OPS_SECONDS = 15
HOUR = 3600
# An hour counts as observed from so many samples on; it has 60, or at most 21 where a capture began or stopped.
OBSERVED_MINUTES = 58
# Two days are too short for the default of 3 (assumption `ShortHistory`).
CONFIG = {"rightsize": {"reclaimOnlyAfterDays": 1}}
# Train-Ticket has 31,540 rows of a nearly constant load; every third minute of it is enough (repository size).
THIN = {OB: 1, TT: 3}

# Name, instance type, zone. Kubelet reservations follow the public formula of Amazon's EKS images.
REGION = "us-east-1"
NODES = [
    ("demo-1", "m5.large", "us-east-1a"),
    ("demo-2", "m5.large", "us-east-1b"),
    ("demo-3", "m5.xlarge", "us-east-1a"),
    ("demo-4", "c5.xlarge", "us-east-1b"),
]
MAX_PODS = {"m5.large": 29, "m5.xlarge": 58, "c5.xlarge": 58}
RESERVED_CPU_MILLI = {2: 70, 4: 80}


def quantity(text):
    """`200m` and `64Mi` as a number; the only two forms in the source."""
    return int(text[:-1]) / 1000 if text.endswith("m") else int(text[:-2]) * MIB


def iso(epoch_seconds):
    return datetime.fromtimestamp(int(epoch_seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def manifests(source, services):
    """(namespace, service) -> container name, requests and limits as (cores, bytes)."""
    found = {}
    with open(source / OB / "upstream_resources.csv", newline="") as file:
        for row in csv.DictReader(file):
            request = (quantity(row["cpu_request"]), quantity(row["mem_request"]))
            limit = (quantity(row["cpu_limit"]), quantity(row["mem_limit"]))
            found[OB, row["deployment"]] = (row["container"], request, limit)
    # The capture ran with 512 MiB here (mem_mib / mem_pct_of_limit), not with upstream's 128 MiB.
    name, request, limit = found[OB, "emailservice"]
    found[OB, "emailservice"] = (name, request, (limit[0], 512 * MIB))
    # Train-Ticket 1.0.0, deployment/kubernetes-manifests/quickstart-k8s/yamls/deploy.yaml.sample.
    for service in services[TT]:
        request, limit = (0.1, 300 * MIB), (0.5, 2000 * MIB)
        if service == "ts-ui-dashboard":
            request, limit = (0.1, 100 * MIB), (0.5, 500 * MIB)
        found[TT, service] = (service, request, limit)
    return found


def load(source):
    """Both captures in one frame; times in epoch seconds inside the window."""
    boutique = pd.read_csv(source / OB / "pod_metrics.csv.gz").assign(namespace=OB)
    tickets = pd.read_parquet(source / TT / "pod_metrics.parquet").assign(namespace=TT)
    tickets["ts"] -= SHIFT_DAYS * 86400
    columns = ["namespace", "service", "pod", "ts", "cpu_millicores", "cpu_pct_of_limit", "mem_mib",
               "net_rx", "net_tx", "ops", "ts_raw_bad"]
    frame = pd.concat([boutique[columns], tickets[columns]], ignore_index=True)
    return frame.sort_values(["namespace", "service", "ts", "pod"], ignore_index=True)


def clean(frame, found):
    """Values in the units of the output; NaN where nothing was measured."""
    limit = [found[key][2][0] for key in zip(frame["namespace"], frame["service"])]
    percent = frame["cpu_pct_of_limit"].astype(float) / 100 * pd.Series(limit)
    frame["cpu"] = percent.where(frame["namespace"] == OB, frame["cpu_millicores"] / 1000)
    frame["memory"] = frame["mem_mib"].astype(float) * MIB
    # 0 bytes of memory are no reading of a running container: its cAdvisor series were missing.
    frame.loc[frame["mem_mib"] == 0, ["cpu", "memory"]] = float("nan")
    return frame[~frame["ts_raw_bad"]].copy()


def number(value, digits=0):
    if pd.isna(value):
        return ""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else str(round(value))


def write_samples(frame, found):
    with open(OUT / "samples.csv", "w", newline="") as file:
        file.write("timestamp,namespace,pod,container,cpu_cores,memory_bytes,"
                   "network_rx_bytes_per_second,network_tx_bytes_per_second\n")
        for (namespace, service, pod), rows in frame.groupby(["namespace", "service", "pod"]):
            container = found[namespace, service][0]
            for row in rows.iloc[:: THIN[namespace]].itertuples():
                values = (number(row.cpu, 5), number(row.memory), number(row.net_rx), number(row.net_tx))
                file.write(f"{row.ts},{namespace},{pod},{container},{','.join(values)}\n")


def write_requests(frame):
    """The input of the operation `usage.summarize`: what was counted per pod and hour, and which hours were observed."""
    frame = frame.assign(hour=frame["ts"] // HOUR * HOUR)
    lines = []
    for (namespace, _, pod), rows in frame.groupby(["namespace", "service", "pod"]):
        hours = rows.groupby("hour")["ops"].agg(["sum", "size"])
        counts = ((hour, round(float(ops) * OPS_SECONDS)) for hour, ops in hours["sum"].items())
        lines.append(compact({
            "key": {"namespace": namespace, "pod": pod},
            "rows": [{"start": iso(hour), "verdict": "Business", "count": n} for hour, n in counts if n > 0],
            "requestLog": {"coverage": "Sampled", "sampleRate": OPS_SECONDS / 60, "userAgents": "Absent",
                           "observed": spans(hours.index[hours["size"] >= OBSERVED_MINUTES])},
        }))
    (OUT / "requests.json").write_text('{"requests":[\n' + ",\n".join(lines) + "\n]}\n")


def spans(hours):
    """Intervals of hours that follow each other."""
    merged = []
    for hour in hours:
        if not merged or merged[-1]["end"] != iso(hour):
            merged.append({"start": iso(hour)})
        merged[-1]["end"] = iso(hour + HOUR)
    return merged


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def nodes(source):
    with open(source / "prices" / "three_regions.csv", newline="") as file:
        prices = {row["instance_type"]: row for row in csv.DictReader(file) if row["region"] == REGION}
    made = []
    for name, kind, zone in NODES:
        price = prices[kind]
        cores, memory = int(float(price["vcpu"])), int(float(price["mem_gib"]) * 1024)
        usable = (cores * 1000 - RESERVED_CPU_MILLI[cores]) / 1000
        reserved_mib = 255 + 11 * MAX_PODS[kind] + 100
        made.append({
            "name": name, "instanceType": kind, "region": REGION, "zone": zone, "architecture": price["arch"],
            "operatingSystem": "linux", "capacityType": "OnDemand",
            "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone,
                       "node.kubernetes.io/instance-type": kind},
            "capacity": {"cpuCores": cores, "memoryBytes": memory * MIB, "pods": MAX_PODS[kind]},
            "allocatable": {"cpuCores": usable, "memoryBytes": (memory - reserved_mib) * MIB, "pods": MAX_PODS[kind]},
            "price": {"hourlyCost": price["on_demand_usd_h"], "kind": "OnDemand", "source": "Quoted",
                      "asOf": price["as_of"] + "T00:00:00Z"},
        })
    return made


def place(keys, found, machines):
    """(namespace, service) -> node: in name order, to the node that stays the emptiest, as Kubernetes' LeastAllocated."""
    taken = {machine["name"]: [0.0, 0.0] for machine in machines}
    size = {m["name"]: (m["allocatable"]["cpuCores"], m["allocatable"]["memoryBytes"]) for m in machines}
    placed = {}
    for key in keys:
        request = found[key][1]

        def load_of(name):
            return sum((taken[name][i] + request[i]) / size[name][i] for i in (0, 1)), name

        best = min(taken, key=load_of)
        placed[key] = best
        taken[best] = [taken[best][i] + request[i] for i in (0, 1)]
    return placed


def container(found, key):
    name, request, limit = found[key]
    return {"name": name, "type": "App", "requests": {"cpuCores": request[0], "memoryBytes": request[1]},
            "limits": {"cpuCores": limit[0], "memoryBytes": limit[1]}}


def snapshot(source, frame, found):
    keys = sorted({(n, s) for n, s in zip(frame["namespace"], frame["service"])})
    machines = nodes(source)
    placed = place(keys, found, machines)
    life = frame.groupby(["namespace", "service", "pod"])["ts"].agg(["min", "max"])
    ends = life.groupby("namespace")["max"].max()
    pods = []
    for (namespace, service, pod), (first, last) in life.iterrows():
        made = {
            "namespace": namespace, "name": pod, "node": placed[namespace, service],
            "owner": {"kind": "Deployment", "name": service}, "qosClass": "Burstable", "labels": {"app": service},
            # When it was created is not known. That it ran from its first sample on bounds its cost.
            "scheduledAt": iso(first), "startedAt": iso(first),
            "containers": [container(found, (namespace, service))],
        }
        # Sampling of one round takes up to 5 s; a pod of the last round was running when the capture ended.
        if ends[namespace] - last < 60:
            made["phase"] = "Running"
        else:
            made["finishedAt"] = iso(last)
        pods.append(made)
    return {
        "apiVersion": "upid/v1", "kind": "Snapshot",
        "cluster": {"name": "upid-demo", "provider": "Aws", "region": REGION},
        "now": WINDOW[1], "window": {"start": WINDOW[0], "end": WINDOW[1]},
        "timeZone": "UTC", "currency": "USD", "prices": "Given",
        "nodes": machines,
        "workloads": [
            {"kind": "Deployment", "namespace": n, "name": s, "replicas": 1, "labels": {"app": s},
             "containers": [container(found, (n, s))]}
            for n, s in keys
        ],
        "collected": ["Deployment", "Node", "Pod", "Service"],
        "pods": pods,
        "services": [
            {"namespace": n, "name": s, "type": "ClusterIP", "selects": [{"kind": "Deployment", "name": s}]}
            for n, s in keys
        ],
        "dependencies": dependencies(source, keys),
    }


def dependencies(source, keys):
    def edge(namespace, caller, callee):
        return {"from": {"namespace": namespace, "kind": "Deployment", "name": caller},
                "to": {"namespace": namespace, "kind": "Deployment", "name": callee}}

    with open(source / OB / "2022-08-22-dependency.csv", newline="") as file:
        calls = sorted((row["Source"], row["Target"]) for row in csv.DictReader(file))
    front = "ts-ui-dashboard"
    return [edge(OB, *call) for call in calls] + [edge(TT, front, s) for n, s in keys if n == TT and s != front]


def main(source):
    frame = load(source)
    services = {n: sorted(rows["service"].unique()) for n, rows in frame.groupby("namespace")}
    found = manifests(source, services)
    document = snapshot(source, frame, found)
    (OUT / "snapshot.json").write_text(json.dumps(document, indent=1) + "\n")
    good = clean(frame, found)
    (OUT / "config.json").write_text(compact(CONFIG) + "\n")
    write_samples(good, found)
    write_requests(good)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
