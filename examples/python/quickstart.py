"""Quick start: the demo in one line, and the same from its files.

python examples/python/quickstart.py
"""

import csv
from collections import defaultdict
from pathlib import Path

import upid

# 1. The embedded demo: two real applications.
print(upid.demo())

# 2. The same from files.
data = Path(__file__).parents[1] / "data" / "demo"

# A Usage says what happened. Arrays go in per container and metric; NaN is a missing value, never 0.
series = defaultdict(lambda: defaultdict(list))
with open(data / "samples.csv", newline="") as file:
    for row in csv.DictReader(file):
        columns = series[row["namespace"], row["pod"], row["container"]]
        columns["times"].append(int(row["timestamp"]) * 1000)
        for name in (
            "cpu_cores",
            "memory_bytes",
            "network_rx_bytes_per_second",
            "network_tx_bytes_per_second",
        ):
            columns[name].append(float(row[name] or "nan"))

usage = upid.Usage()
for (namespace, pod, container), columns in series.items():
    key = {"namespace": namespace, "pod": pod, "timestamps": columns["times"]}
    usage.add_series(
        **key, container=container, metric="cpu", values=columns["cpu_cores"]
    )
    usage.add_series(
        **key, container=container, metric="memory", values=columns["memory_bytes"]
    )
    # The network belongs to the pod, not to one of its containers.
    usage.add_network(
        **key,
        rx=columns["network_rx_bytes_per_second"],
        tx=columns["network_tx_bytes_per_second"],
    )

# 3. Everything that is JSON goes through an operation; summaries merge in any order.
requests = (data / "requests.json").read_text()
usage.merge(upid.Usage.from_json(upid.call("usage.summarize", requests)))

# 4. A Snapshot says what exists and what it costs; its JSON is documented in upid.types.Snapshot. One question, one
#    answer: typed, with Decimal money and reasons for every verdict.
snapshot, config = (
    (data / name).read_text() for name in ("snapshot.json", "config.json")
)
analysis = upid.analyze(snapshot, usage, config)
assert analysis == upid.demo()
print(
    analysis.totals.monthly_cost,
    analysis.currency,
    "a month, of which",
    analysis.totals.wasted,
    "is wasted",
)
for recommendation in analysis.recommendations[:5]:
    print(f"{recommendation.monthly_savings:>10}  {recommendation.action}")

# 5. Summaries are small, mergeable and travel as bytes.
assert upid.Usage.from_bytes(usage.to_bytes()) == usage
