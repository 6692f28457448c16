"""Quick start: the demo in one line, and the same from its files.

    python examples/python/quickstart.py
"""

import csv
from collections import defaultdict
from pathlib import Path

import upid

# 1. The embedded demo: two real applications.
print(upid.demo())

# 2. The same from files. A Snapshot says what exists and what it costs; its JSON is documented in upid.types.Snapshot.
data = Path(__file__).parents[1] / "data" / "demo"
snapshot = (data / "snapshot.json").read_text()

# 3. A Usage says what happened. Arrays go in per container and metric; NaN is a missing value, never 0.
metrics = {
    "cpu_cores": "cpu",
    "memory_bytes": "memory",
    "network_rx_bytes_per_second": "network_rx",
    "network_tx_bytes_per_second": "network_tx",
}
times = defaultdict(list)
values = defaultdict(list)
with open(data / "samples.csv", newline="") as file:
    for row in csv.DictReader(file):
        key = row["namespace"], row["pod"], row["container"]
        times[key].append(int(row["timestamp"]) * 1000)
        for column in metrics:
            values[*key, column].append(float(row[column] or "nan"))

usage = upid.Usage()
for (namespace, pod, container, column), samples in values.items():
    of_pod = column.startswith("network")
    usage.add_series(
        namespace=namespace,
        pod=pod,
        container="" if of_pod else container,
        metric=metrics[column],
        timestamps=times[namespace, pod, container],
        values=samples,
    )

# 4. One question, one answer: typed, with Decimal money and reasons for every verdict.
analysis = upid.analyze(snapshot, usage)
print(analysis.totals.monthly_cost, analysis.currency, "a month, of which", analysis.totals.wasted, "is wasted")
for recommendation in analysis.recommendations[:5]:
    print(f"{recommendation.monthly_savings:>10}  {recommendation.action}")

# 5. Summaries are small, mergeable and travel as bytes.
assert upid.Usage.from_bytes(usage.to_bytes()) == usage
