"""Goal 7: the week's bill of a large cluster beside f64 arithmetic in numpy, pandas and polars.

    peers_cost.py [--pods 10000] [--repeats 5]

Needs the release build of the binary `ours`, and benches/requirements.txt. Every peer does what the policy TwoTier
does: requests first, use beyond them from what is free, then used and wasted by pod and resource. Their amounts are
compared with ours first (relative 1e-9: theirs are floats, ours sum to the bill), then each is timed in a process of
its own.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

OURS = pathlib.Path(__file__).resolve().parent.parent / "target" / "release" / "ours"
NODES, HOURS, GIB = 400, 168, 2.0**30
CAPACITY = (64.0, 256.0 * GIB)
REQUESTS = (0.5, 2.0 * GIB)
# The hourly price, split by the default base table.
WEIGHTS = (64.0 * 0.031611, 256.0 * 0.004237)
PRICES = tuple(3.072 * weight / sum(WEIGHTS) for weight in WEIGHTS)


def read(folder):
    """Use by resource as pods × hours."""
    return [np.fromfile(folder / name).reshape(-1, HOURS) for name in ("cost_cpu.f64", "cost_memory.f64")]


def numpy_blocks(usage):
    """Arrays node × pod × hour, as large as a node at a time allows the cache."""
    columns = []
    for use, ceiling, request, price in zip(usage, CAPACITY, REQUESTS, PRICES, strict=True):
        used, wasted = np.empty(len(use)), np.empty(len(use))
        for node in range(NODES):
            own = use[node::NODES]
            asked = request * len(own)
            first = request * min(1.0, ceiling / asked)
            excess = np.maximum(own - request, 0.0)
            wanted = excess.sum(axis=0)
            free = ceiling - first * len(own)
            share = np.divide(free, wanted, out=np.ones(HOURS), where=wanted > free)
            allocated = first + excess * share
            spent = np.minimum(allocated, own)
            used[node::NODES] = spent.sum(axis=1) * (price / ceiling)
            wasted[node::NODES] = (allocated - spent).sum(axis=1) * (price / ceiling)
        columns += [used, wasted]
    return np.column_stack(columns)


def long_columns(usage):
    pods = len(usage[0])
    pod = np.repeat(np.arange(pods), HOURS)
    hour = np.tile(np.arange(HOURS), pods)
    return {"pod": pod, "node": pod % NODES, "hour": hour, "cpu": usage[0].ravel(), "memory": usage[1].ravel()}


def pandas_frame(usage):
    import pandas

    return pandas.DataFrame(long_columns(usage))


def pandas_groupby(frame):
    columns = []
    for name, ceiling, request, price in zip(("cpu", "memory"), CAPACITY, REQUESTS, PRICES, strict=True):
        excess = (frame[name] - request).clip(lower=0.0)
        cells = excess.groupby([frame["node"], frame["hour"]])
        asked = request * cells.transform("size")
        first = request * (ceiling / asked).clip(upper=1.0)
        wanted = cells.transform("sum")
        free = ceiling - asked.clip(upper=ceiling)
        allocated = first + excess * (free / wanted.where(wanted > 0, 1.0)).clip(upper=1.0)
        spent = np.minimum(allocated, frame[name])
        by_pod = frame["pod"]
        columns += [part.groupby(by_pod).sum() * (price / ceiling) for part in (spent, allocated - spent)]
    return np.column_stack(columns)


def polars_frame(usage):
    import polars

    return polars.DataFrame(long_columns(usage))


def polars_lazy(frame):
    import polars as pl

    cell, plan, out = ["node", "hour"], frame.lazy(), []
    for name, ceiling, request, price in zip(("cpu", "memory"), CAPACITY, REQUESTS, PRICES, strict=True):
        excess = (pl.col(name) - request).clip(lower_bound=0.0)
        asked = request * pl.len().over(cell)
        wanted = excess.sum().over(cell)
        share = pl.when(wanted > ceiling - asked).then((ceiling - asked).clip(lower_bound=0.0) / wanted).otherwise(1.0)
        allocated = request * pl.min_horizontal(ceiling / asked, 1.0) + excess * share
        plan = plan.with_columns(allocated.alias("allocated_" + name))
        spent = pl.min_horizontal("allocated_" + name, name)
        out += [
            (spent.sum() * (price / ceiling)).alias("used_" + name),
            ((pl.col("allocated_" + name) - spent).sum() * (price / ceiling)).alias("wasted_" + name),
        ]
    return plan.group_by("pod").agg(*out).sort("pod").drop("pod").collect().to_numpy()


PEERS = {
    "numpy, a node at a time": (None, numpy_blocks),
    "pandas": (pandas_frame, pandas_groupby),
    "polars": (polars_frame, polars_lazy),
}


def child(name, folder, repeats):
    """One peer: compares without repeats, else times."""
    prepare, work = PEERS[name]
    usage = read(folder)
    given = usage if prepare is None else prepare(usage)
    if not repeats:
        want = np.fromfile(folder / "cost.f64").reshape(-1, 4)
        got = work(given)
        wrong = np.abs(got - want) > 1e-9 * np.maximum(np.abs(want), 1e-3)
        if wrong.any():
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            sys.exit(f"{name}: {list(at)} is {got[at]!r}, not {want[at]!r}")
        return
    times = []
    for _ in range(repeats):
        begin = time.perf_counter(), time.process_time()
        work(given)
        times.append((time.process_time() - begin[1], time.perf_counter() - begin[0]))
    print(json.dumps({"cpuSeconds": min(t[0] for t in times), "wallSeconds": min(t[1] for t in times)}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pods", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--child")
    parser.add_argument("--folder", type=pathlib.Path)
    args = parser.parse_args()
    if args.child:
        return child(args.child, args.folder, args.repeats)
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for threads in (1, 2):
            command = [OURS, "cost", folder, str(args.pods), str(threads), str(args.repeats)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            rows.append((f"UPID, exact money, {threads} thread{'s' * (threads > 1)}", found))
        for name in PEERS:
            # What compares does not time.
            for repeats in (0, args.repeats):
                command = [sys.executable, __file__, "--child", name, "--folder", folder, "--repeats", str(repeats)]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    sys.exit(done.stderr.strip().splitlines()[-1])
            rows.append((name, json.loads(done.stdout)))
    ours = rows[0][1]["cpuSeconds"]
    print("| tool | CPU s | wall s | CPU beside ours on 1 thread |\n|---|---:|---:|---:|")
    for name, found in rows:
        cpu, wall = found["cpuSeconds"], found["wallSeconds"]
        print(f"| {name} | {cpu:.3f} | {wall:.3f} | {cpu / ours:.2f} |")


if __name__ == "__main__":
    main()
