"""Writes the table of benches/README.md from criterion's estimates and peers.json, both of this machine and run."""

import datetime
import json
import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "benches" / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TITLES = {
    "W": "Workload W: {containers:,} containers × {samples:,} samples × CPU, memory, network",
    "W, three numbers of it": "Less than W: two percentiles of CPU and the maximum of memory",
    "usage": "Quantiles of one metric by container, {containers:,} × {samples:,} samples",
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
            cells.append(
                [
                    f"{row['name']} {row.get('version', '')}".strip(),
                    seconds(row["cpuSeconds"]),
                    seconds(row["wallSeconds"]),
                    f"{row['peakMiB']:,.0f} MiB",
                    f"{row['cpuSeconds'] / mine['cpuSeconds']:.3g}" if mine else "",
                    f"{row['wallSeconds'] / floor:.3g}" if floor else "",
                ]
            )
        header = ["", "CPU", "wall", "peak memory", "CPU ÷ UPID's, 1 thread", "wall ÷ floor"]
        lines += ["", f"**{title.format(**run)}**", "", *table(header, cells)]
    return lines


def benches():
    """Criterion's medians with the multiple of the floor of their group."""
    found = {}
    for path in sorted((ROOT / "target" / "criterion").glob("**/new/benchmark.json")):
        about = json.loads(path.read_text())
        median = json.loads((path.parent / "estimates.json").read_text())["median"]["point_estimate"]
        found[about["group_id"], about["function_id"] or ""] = (median, about.get("throughput") or {})
    rows = []
    for (group, name), (median, throughput) in found.items():
        floor = found.get((group, "floor"))
        elements = throughput.get("Elements")
        amount = throughput.get("Bytes")
        rate = f"{median / elements:.3g} ns" if elements else f"{amount / median * 1e3:.3g} MB/s" if amount else ""
        multiple = f"{median / floor[0]:.3g}" if floor and name != "floor" else ""
        rows.append([f"{group}: {name}", seconds(median / 1e9), rate, multiple])
    return rows


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
        header = ["", "median", "per element", "÷ floor"]
        lines += ["", "**Groups**", "", *table(header, groups)]
    text = README.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}")


if __name__ == "__main__":
    main()
