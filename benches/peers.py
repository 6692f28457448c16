"""Other tools on our data, beside ours: outputs compared first, then timed, each in processes of its own.

    peers.py [--containers 1000] [--repeats 3] [--out target/peers.json]

Needs the release build of the binary `ours`, and benches/requirements.txt. Writes JSON; `report.py` writes the table.
"""

import argparse
import importlib
import json
import os
import pathlib
import platform
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import workload

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ROOT / "target" / "release" / "ours"
SAMPLES = 10_080
# Containers that a peer holds at once as a long table; larger fleets go through in such blocks.
BLOCK = 1000
USAGE_SHARES = [0.5, 0.9, 0.95, 0.99]


def blocks(folder):
    """The fleet in blocks: arrays in memory, read before the clock starts."""
    shape = (-1, SAMPLES)
    files = {
        "cpu": ("f32", shape),
        "memory": ("f32", shape),
        "network": ("f32", shape),
        "requests": ("u32", (-1, SAMPLES // 60)),
        "requested": ("f64", (-1, 2)),
        "rates": ("f64", (-1, 2)),
    }
    dtypes = {"f32": np.float32, "u32": np.uint32, "f64": np.float64}
    maps = {
        name: np.memmap(folder / f"{name}.{kind}", dtypes[kind], mode="r").reshape(shape)
        for name, (kind, shape) in files.items()
    }
    for start in range(0, len(maps["cpu"]), BLOCK):
        yield {name: np.array(array[start : start + BLOCK]) for name, array in maps.items()}


def pandas_frame(block):
    import pandas

    return pandas.DataFrame(workload.long_columns(block))


def polars_frame(block):
    import polars

    return polars.DataFrame(workload.long_columns(block))


def duckdb_table(block):
    import duckdb

    connection = duckdb.connect()
    connection.register("columns", pandas_frame(block))
    connection.execute("create table samples as select * from columns")
    connection.unregister("columns")
    return connection


def duckdb_quantiles(block, connection):
    rows = connection.execute(f"""
        select quantile_cont(cpu, {USAGE_SHARES}) as q, max(cpu) as most from samples
        group by container order by container
        """).fetchnumpy()
    return {"cpu": np.column_stack([np.stack(rows["q"]), rows["most"]]).astype(np.float64)}


def polars_quantiles(block, frame):
    import polars as pl

    exprs = [pl.col("cpu").quantile(q, interpolation="linear").alias(str(q)) for q in USAGE_SHARES]
    rows = frame.lazy().group_by("container").agg(*exprs, pl.col("cpu").max().alias("most")).sort("container").collect()
    return {"cpu": rows.drop("container").to_numpy().astype(np.float64)}


def krr(block):
    """Robusta KRR's local arithmetic: two percentiles of CPU and the maximum of memory per container."""
    cpu, memory = block["cpu"], block["memory"]
    rows = [(np.percentile(cpu[i], 95), np.percentile(cpu[i], 99), np.max(memory[i])) for i in range(len(cpu))]
    return {"krr": np.array(rows, dtype=np.float64)}


# Name, comparison, mode of the binary `ours`, threads. The sketch is a Rust crate, so it runs there, too.
OURS_MODES = [
    ("UPID screening, 1 thread", "W", "screen", 1),
    ("UPID screening, 2 threads", "W", "screen", 2),
    ("UPID summaries and quantiles, 1 thread", "usage", "usage", 1),
    ("UPID summaries and quantiles, 2 threads", "usage", "usage", 2),
    ("DDSketch 1 % (Rust)", "usage", "ddsketch", 1),
]

# Name: (comparison, module whose version counts, preparation outside the clock, the work).
PEERS = {
    "numpy, blocks": ("W", "numpy", None, workload.numpy_tuned),
    "numpy, loop": ("W", "numpy", None, workload.numpy_loop),
    "pandas": ("W", "pandas", pandas_frame, workload.pandas_groupby),
    "polars": ("W", "polars", polars_frame, workload.polars_groupby),
    "DuckDB": ("W", "duckdb", duckdb_table, workload.duckdb_sql),
    "KRR's arithmetic": ("W, three numbers of it", "numpy", None, krr),
    "DuckDB quantile_cont": ("usage", "duckdb", duckdb_table, duckdb_quantiles),
    "polars quantile": ("usage", "polars", polars_frame, polars_quantiles),
}


def wanted(block, answer):
    """What the answer must be: the reference is numpy's, by other means than any peer's where that is cheap."""
    if "krr" in answer:
        return {
            "krr": np.column_stack(
                [*np.percentile(block["cpu"], [95, 99], axis=1), block["memory"].max(axis=1)]
            ).astype(np.float64)
        }
    if "profile" not in answer:
        return {"cpu": workload.sorted_quantiles(block["cpu"])}
    return workload.numpy_tuned(block)


# Relative to the size of the value; counts and times must agree exactly. polars and DuckDB sum in another order,
# and quantiles of f32 columns interpolate in f32.
TOLERANCE = {"idle_share": 1e-12, "longest_idle_ms": 0.0, "last_activity_ms": 0.0}
TOLERANCE_ELSE = 2e-6


def differ(answer, reference):
    """The first output that is not what it must be, or None."""
    for name, want in reference.items():
        got = np.asarray(answer[name], dtype=np.float64).reshape(want.shape)
        scale = np.maximum(
            np.abs(want), np.nanmax(np.abs(want)) * 1e-3 if name in ("slope", "waste", "daily_strength") else 1e-12
        )
        wrong = np.abs(got - want) > TOLERANCE.get(name, TOLERANCE_ELSE) * scale
        wrong |= np.isnan(got) != np.isnan(want)
        if wrong.any():
            at = tuple(int(i) for i in np.argwhere(wrong)[0])
            return f"{name}{list(at)} is {got[at]!r}, not {want[at]!r}"
    return None


def child(name, folder, repeats):
    """One peer: compares without repeats, else times. Prints JSON."""
    _, module, prepare, work = PEERS[name]
    cpu = wall = 0.0
    for block in blocks(folder):
        given = (block,) if prepare is None else (block, prepare(block))
        if not repeats:
            answer = work(*given)
            if problem := differ(answer, wanted(block, answer)):
                sys.exit(f"{name}: {problem}")
            continue
        times = []
        for _ in range(repeats):
            begin = time.perf_counter(), time.process_time()
            work(*given)
            times.append((time.process_time() - begin[1], time.perf_counter() - begin[0]))
        cpu += min(t[0] for t in times)
        wall += min(t[1] for t in times)
    print(
        json.dumps(
            {
                "cpuSeconds": cpu,
                "wallSeconds": wall,
                "peakMiB": peak_mib(),
                "version": importlib.import_module(module).__version__,
            }
        )
    )


def peak_mib():
    """VmHWM of this process, where the system tells."""
    try:
        text = pathlib.Path("/proc/self/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(*arguments):
    return json.loads(subprocess.run([OURS, *map(str, arguments)], check=True, capture_output=True, text=True).stdout)


def nearest(values):
    """Nearest rank, the definition of summaries."""
    rows = np.sort(values, axis=1)
    ranks = [max(1, int(np.ceil(q * rows.shape[1]))) for q in [*USAGE_SHARES, 1.0]]
    return rows[:, [rank - 1 for rank in ranks]].astype(np.float64)


def check_screening(folder):
    """All of W, against numpy."""
    width = sum(workload.OUTPUTS.values())
    rows = np.fromfile(folder / "screen.f64").reshape(-1, width)
    start = 0
    for block in blocks(folder):
        mine, at, answer = rows[start : start + len(block["cpu"])], 0, {}
        start += len(mine)
        for name, columns in workload.OUTPUTS.items():
            answer[name] = mine[:, at : at + columns]
            at += columns
        if problem := differ(answer, workload.numpy_tuned(block)):
            sys.exit(f"screening: {problem}")


def check_summaries(folder):
    """Ours keep their promise: 0.390625 % or half a quantum of the sample of that rank."""
    got = np.fromfile(folder / "usage.f64").reshape(-1, 5)
    want = np.concatenate([nearest(block["cpu"]) for block in blocks(folder)])
    if not (np.abs(got - want) <= np.maximum(want * 0.00390625, 0.5e-6) * (1 + 1e-12)).all():
        sys.exit("summaries: a quantile is outside its bound")


# What the modes of the binary `ours` write; it compares the sketches itself, before it times them.
CHECKS = {"screen": check_screening, "usage": check_summaries}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--containers", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "target" / "peers.json")
    parser.add_argument("--child")
    parser.add_argument("--folder", type=pathlib.Path)
    args = parser.parse_args()
    if args.child:
        return child(args.child, args.folder, args.repeats)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([OURS, "data", folder, str(args.containers)], check=True)
        for name, comparison, mode, threads in OURS_MODES:
            if check := CHECKS.get(mode):
                ours(mode, folder, args.containers, threads, 0)
                check(pathlib.Path(folder))
            found = ours(mode, folder, args.containers, threads, 5)
            results.append({"name": name, "comparison": comparison, **found})
        for name, (comparison, *_) in PEERS.items():
            # A notebook's loop is far too slow to repeat, and its noise is small beside it.
            repeats = 1 if "loop" in name else args.repeats
            # What compares does not time, so that the memory of the reference is not the peer's.
            for repeats in (0, repeats):
                command = [sys.executable, __file__, "--child", name, "--folder", folder, "--repeats", str(repeats)]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    sys.exit(done.stderr.strip().splitlines()[-1])
            results.append({"name": name, "comparison": comparison, **json.loads(done.stdout)})
            print(f"{name}: {results[-1]['cpuSeconds']:.2f} s CPU", file=sys.stderr)
    args.out.parent.mkdir(exist_ok=True)
    args.out.write_text(
        json.dumps(
            {
                "containers": args.containers,
                "samples": SAMPLES,
                "load": os.getloadavg(),
                "python": platform.python_version(),
                "results": results,
            },
            indent=1,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
