"""Prints the table of sizes: bytes per day of a summary beside 16-byte samples, on made-up and on real data.

    python benches/sizes.py [--data FOLDER]

Real data are the extracts that the tests embed. A folder adds whole public sets, where it has them:
`anomaly/nab/nab_cloud.csv.gz` (its CPU series), `vm-traces/azure-v1-vm-cpu/azure_v1_100vm.parquet` and
`vm-traces/bitbrains/bitbrains_small_cpu.parquet`. Percent of a CPU and MHz of a 2.6 GHz core become cores.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import gzip
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EMBEDDED = ROOT / "upid-core/tests/data"
MADE = ROOT / "target/sizes"
Row = tuple[str, int, float]


def embedded(file: str, scale: float) -> Iterable[Row]:
    with open(EMBEDDED / file, newline="") as lines:
        for seconds, value in csv.reader(lines):
            if value:
                yield file, int(seconds) * 1000, float(value) * scale


def nab(path: Path) -> Iterable[Row]:
    with gzip.open(path, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            if "cpu_utilization" in row["series"]:
                at = datetime.datetime.fromisoformat(row["ts"]).replace(tzinfo=datetime.timezone.utc)
                yield row["series"], int(at.timestamp()) * 1000, float(row["value"]) / 100


def azure(path: Path) -> Iterable[Row]:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=["vm", "t", "cpu_avg_pct"])
    for vm, t, percent in zip(*(column.to_pylist() for column in table.columns), strict=True):
        yield vm, t * 1000, percent / 100


def bitbrains(path: Path) -> Iterable[Row]:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=["vm", "timestamp", "cpu_usage_mhz"])
    for vm, at, mhz in zip(*(column.to_pylist() for column in table.columns), strict=True):
        yield vm, round(at.timestamp() * 1000), mhz / 2600


SETS = {
    "NAB cloud CPU, 5 min": ("anomaly/nab/nab_cloud.csv.gz", nab),
    "Azure VM CPU, 5 min": ("vm-traces/azure-v1-vm-cpu/azure_v1_100vm.parquet", azure),
    "Bitbrains CPU, irregular": ("vm-traces/bitbrains/bitbrains_small_cpu.parquet", bitbrains),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    folder = parser.parse_args().data
    sets: dict[str, Iterable[Row]] = {
        "NAB, one embedded series, 5 min": embedded("nab-cpu.csv", 0.01),
        "Online Boutique, embedded, 1 min": embedded("online-boutique-cpu.csv", 1),
        "Train-Ticket, embedded, 1 min": embedded("train-ticket-cpu.csv", 1),
    }
    for name, (path, read) in SETS.items() if folder else ():
        if (folder / path).exists():
            sets[name] = read(folder / path)
        else:
            print(f"{name}: no {folder / path}")
    MADE.mkdir(parents=True, exist_ok=True)
    arguments = []
    for number, (name, rows) in enumerate(sets.items()):
        series = defaultdict(list)
        for key, ms, value in rows:
            series[key].append(f"{ms},{value}")
        file = MADE / f"{number}.csv"
        with open(file, "w") as out:
            for key, lines in series.items():
                out.writelines(f"{key.replace(',', '-')},{line}\n" for line in lines)
        arguments.append(f"{name}={file}")
    subprocess.run(
        ["cargo", "run", "--quiet", "--release", "-p", "upid-benches", "--bin", "sizes", *arguments],
        cwd=ROOT,
        check=True,
    )


if __name__ == "__main__":
    main()
