"""Writes the table of benches/README.md from criterion's estimates and peers.json, both of this machine and run."""

import datetime
import json
import os
import pathlib
import platform
import re
import subprocess

from gate import KERNELS

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "benches" / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TITLES = {
    "W": "Workload W: {containers:,} containers × {samples:,} samples × CPU, memory, network",
    "W, three numbers of it": "Less than W: two percentiles of CPU and the maximum of memory",
    "usage": "Quantiles of one metric by container, {containers:,} × {samples:,} samples",
}


# Goals of performance.md for the other tools: processor time as a multiple of ours.
PEER_GOALS = {
    "numpy, blocks": 6,
    "numpy, loop": 100,
    "pandas": 80,
    "polars": 30,
    "DuckDB": 50,
    "KRR's arithmetic": 5,
}


def machine():
    """Processor, cores, compiler."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return processor, os.cpu_count(), " ".join(rustc.split()[:2])


def table(header, rows):
    """Markdown; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def seconds(value):
    for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if value * scale >= 1:
            return f"{value * scale:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def goal(bar, measured):
    """A cell: the bar, and what was measured beside it."""
    return f"{bar}: {measured}"


def screening_goal(row, run, mine):
    """Kernel and memory (goals 1 and 5) of our own rows of W."""
    threads = int(re.search(r"(\d+) thread", row["name"])[1])
    bars = [goal(f"≤ {8 if threads == 1 else 6} × floor", f"{row['wallSeconds'] / row['floorSeconds']:.3g}")]
    if threads == 2:
        bars.append(goal("≥ 1.85 × 1 thread", f"{mine['wallSeconds'] / row['wallSeconds']:.3g}"))
    # Three metrics in f32, requests by the hour, two requests and two rates.
    given = run["containers"] * (run["samples"] * 12 + run["samples"] // 60 * 4 + 32)
    most = (given + run["containers"] * 2500 + threads * 500_000) / 2**20
    return "; ".join([*bars, goal(f"≤ {most:,.0f} MiB", f"{row['peakMiB']:,.0f} with the program itself")])


def peers(run):
    """One table per comparison; ratios to our single thread in processor time."""
    lines = []
    for comparison, title in TITLES.items():
        rows = [row for row in run["results"] if row["comparison"] == comparison]
        # What KRR computes is compared with all that we compute.
        own = "W" if comparison.startswith("W") else comparison
        mine = next((r for r in run["results"] if r["name"].startswith("UPID") and r["comparison"] == own), None)
        cells = []
        for row in rows:
            floor = row.get("floorSeconds")
            ratio = f"{row['cpuSeconds'] / mine['cpuSeconds']:.3g}" if mine else ""
            if row["name"] in PEER_GOALS:
                bar = goal(f"≥ {PEER_GOALS[row['name']]} × UPID", ratio)
            elif comparison == "W" and row["name"].startswith("UPID"):
                bar = screening_goal(row, run, mine)
            else:
                bar = ""
            cells.append(
                [
                    f"{row['name']} {row.get('version', '')}".strip(),
                    seconds(row["cpuSeconds"]),
                    seconds(row["wallSeconds"]),
                    f"{row['peakMiB']:,.0f} MiB",
                    ratio,
                    f"{row['wallSeconds'] / floor:.3g}" if floor else "",
                    bar,
                ]
            )
        header = ["", "CPU", "wall", "peak memory", "CPU ÷ UPID's, 1 thread", "wall ÷ floor", "goal: measured"]
        lines += ["", f"**{title.format(**run)}**", "", *table(header, cells)]
    return lines


def floor_name(group, name, found):
    """The floor of a row: that of its type where the group has one for each, else of the group; f64 needs its own."""
    names = ["floor/f64"] if name.startswith("f64") else ["floor/f32", "floor"]
    return next((floor for floor in names if (group, floor) in found), None)


def bars(group, name):
    """The goals of performance.md for a row: sign, bar, and the row it is a multiple of, or a unit of time."""
    if match := re.fullmatch(r"(f32|f64)/(\w+)/([12])", name) if group == "kernel" else None:
        kind, arm, threads = match.groups()
        if kind == "f32" and arm != "baseline":
            yield "≤", 8 if threads == "1" else 6, "floor/f32"
        if kind == "f64":
            yield "≤", 1.5, f"f32/{arm}/{threads}"
        if arm == "baseline":
            yield "≤", 1.4, f"{kind}/avx2/{threads}"
        if threads == "2":
            yield "≥", 1.85, f"{kind}/{arm}/1"
    elif group.startswith("quantile/") and name.startswith("f32/"):
        if group == "quantile/lognormal/10080":
            yield "≥", 1.9, "nested select_nth_unstable"
        else:
            yield "≤", 1.3, "nested select_nth_unstable"
        if "/1 % NaN/" in group:
            yield "≤", 1.25, ("quantile/lognormal/" + group.rpartition("/")[2], name)
    elif (
        group == "usage/summarize"
        and name in ("f32", "f64", "f32, a time per row")
        or (group, name) == ("usage/batch", "threads/1")
    ):
        yield "≤", 6, "ns"
    elif (group, name) == ("usage/state", "merge two weeks"):
        yield "≤", 20, "µs"
    elif group == "parse/prometheus" and name.endswith("1 thread"):
        yield "≥", 2, "serde_json visitor"
    elif group.startswith("pods ") and name == "objects/1":
        yield "≥", 6, "k8s-openapi"
        yield "≥", 1400, "MB/s"


def goals(group, name, found):
    """The goal cell of a row; a bar with ≥ is how much faster than the other row it must be."""
    median, throughput = found[group, name]
    cells = []
    for sign, bar, other in bars(group, name):
        if other == "ns":
            cells.append(goal(f"{sign} {bar} ns", f"{median / throughput['Elements']:.3g}"))
        elif other == "MB/s":
            cells.append(goal(f"{sign} {bar} MB/s", f"{throughput['Bytes'] / median * 1e3:.4g}"))
        elif other == "µs":
            cells.append(goal(f"{sign} {bar} µs", f"{median / 1e3:.3g}"))
        else:
            at = other if isinstance(other, tuple) else (group, other)
            if at not in found:
                continue
            ratio = found[at][0] / median if sign == "≥" else median / found[at][0]
            shown = "without NaN" if isinstance(other, tuple) else other
            speed = "faster than " if sign == "≥" else ""
            cells.append(goal(f"{sign} {bar} × {speed}{shown}", f"{ratio:.3g}"))
    return "; ".join(cells)


def benches():
    """Criterion's medians with the multiple of the floor of their group and type."""
    found = {}
    for path in sorted((ROOT / "target" / "criterion").glob("**/new/benchmark.json")):
        about = json.loads(path.read_text())
        median = json.loads((path.parent / "estimates.json").read_text())["median"]["point_estimate"]
        name = "/".join(part for part in (about["function_id"], about.get("value_str")) if part)
        found[about["group_id"], name] = (median, about.get("throughput") or {})
    rows = []
    for (group, name), (median, throughput) in found.items():
        floor = floor_name(group, name, found)
        elements = throughput.get("Elements")
        amount = throughput.get("Bytes")
        rate = f"{median / elements:.3g} ns" if elements else f"{amount / median * 1e3:.3g} MB/s" if amount else ""
        multiple = f"{median / found[group, floor][0]:.3g}" if floor and not name.startswith("floor") else ""
        rows.append([f"{group}: {name}", seconds(median / 1e9), rate, multiple, goals(group, name, found)])
    return rows


def prometheus():
    """Answers of Prometheus read from Python, ours beside the usual way (goal 6)."""
    run = json.loads((ROOT / "target" / "peers_prometheus.json").read_text())
    ours = run["cpuSeconds"]["UPID, from Python"]
    rows = []
    for name, cpu in run["cpuSeconds"].items():
        ratio = f"{cpu / ours:.3g}"
        bar = goal("≥ 20 × UPID", ratio) if name == "orjson, np.array" else ""
        per_sample = f"{cpu * 1e9 / run['samples']:.3g} ns"
        rows.append([name, seconds(cpu), f"{run['bytes'] / cpu / 1e6:,.0f} MB/s", per_sample, ratio, bar])
    return run, rows


def faces():
    """What a call costs in each face, beside the core's own (goal 8)."""
    run = json.loads((ROOT / "target" / "faces.json").read_text())
    native = run["faces"]["Rust"]
    rows = []
    for name, cost in run["faces"].items():
        ratio = f"{cost['batchSeconds'] / native['batchSeconds']:.3g}"
        call = f"{(cost['callSeconds'] - native['callSeconds']) * 1e6:.3g}"
        own = name == "Rust"
        bars = "" if own else "; ".join([goal("≤ 1.1 × Rust", ratio), goal("≤ 5 µs a call above Rust", call)])
        rows.append([name, seconds(cost["batchSeconds"]), "" if own else ratio, seconds(cost["callSeconds"]), bars])
    return run, rows


def instructions():
    """What the gate holds to (goal 10)."""
    baseline = json.loads((ROOT / "benches" / "baseline.json").read_text())["instructions"]
    return [
        [kernel, f"{count:.1f} per {KERNELS[kernel]}", goal("≤ 15", f"{count:.3g}") if kernel == "screen" else ""]
        for kernel, count in baseline.items()
    ]


def main():
    run = json.loads((ROOT / "target" / "peers.json").read_text())
    processor, cores, rustc = machine()
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    lines = [
        f"{today}, {processor}, {cores} cores, {rustc}, Python {run['python']}, "
        f"load average {run['load'][0]:.1f} while the peers ran.",
        *peers(run),
    ]
    if groups := benches():
        header = ["", "median", "per element", "÷ floor", "goal: measured"]
        lines += ["", "**Groups**", "", *table(header, groups)]
    run, rows = prometheus()
    header = ["", "CPU", "rate", "per sample", "CPU ÷ UPID's", "goal: measured"]
    title = f"**An answer of Prometheus**, {run['bytes'] / 1e6:.1f} MB of {run['samples']:,} samples, into a Usage"
    lines += ["", title, "", *table(header, rows)]
    run, rows = faces()
    header = ["", "batch", "÷ Rust's", "call with one sample", "goal: measured"]
    title = f"**Faces**: {run['containers']:,} series × {run['samples']:,} samples in one call, all cores; wall time"
    lines += ["", title, "", *table(header, rows)]
    header = ["", "instructions", "goal: measured"]
    lines += ["", "**Instructions**, those of baseline.json", "", *table(header, instructions())]
    text = README.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}")


if __name__ == "__main__":
    main()
