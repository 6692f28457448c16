"""Summarises a Parquet file of any size in bounded memory, and proves that parts give the same bytes.

    python parquet_stream.py samples.parquet --generate 100x1440     # writes the file first
    python parquet_stream.py samples.parquet --split 8               # also in 8 processes, merged and compared

The file is a wide table: timestamp, namespace, pod, container and a column per metric. Files of your own need the same
names, sorted by key or by time. Needs pyarrow and numpy.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pathlib
import resource
import sys
import time
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import upid

START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
NAMES = ("namespace", "pod", "container")


def generate(path: pathlib.Path, containers: int, minutes: int) -> None:
    """Writes containers x minutes rows, sorted by key then time; the same numbers on every machine."""
    name = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema(
        [
            ("timestamp", pa.timestamp("ms", "UTC")),
            *((column, name) for column in NAMES),
        ]
        + [
            (column, pa.float32())
            for column in ("cpu_cores", "memory_bytes", "network_bytes_per_second")
        ]
    )
    minute = np.arange(minutes)
    daily = 0.5 - 0.5 * np.cos(minute % 1440 / 1440 * 2 * np.pi)
    times = pa.array(START_MS + 60_000 * minute, schema.field("timestamp").type)
    per_group = max(1, 1_000_000 // minutes)
    # Numbers that hardly repeat gain nothing from a dictionary.
    with pq.ParquetWriter(
        path, schema, compression="snappy", use_dictionary=list(NAMES)
    ) as writer:
        for first in range(0, containers, per_group):
            group = []
            for container in range(first, min(first + per_group, containers)):
                random = np.random.Generator(np.random.PCG64(container))
                noise = random.random(minutes, dtype=np.float32)
                busy = daily * (container % 10 >= 3)  # three of ten are idle
                cpu = np.round(0.001 + busy * (0.2 + 0.3 * noise), 3)
                memory = np.round((200 + 50 * daily + 5 * noise) * 256) * 4096
                network = np.round(busy * noise * 1e5)
                keys = (
                    f"team-{container % 20}",
                    f"app-{container // 3}-{container % 3}",
                    "server",
                )
                columns = [
                    times,
                    *(
                        pa.DictionaryArray.from_arrays(
                            np.zeros(minutes, np.int32), [key]
                        ).cast(name)
                        for key in keys
                    ),
                    *(
                        pa.array(column, pa.float32())
                        for column in (cpu, memory, network)
                    ),
                ]
                group.append(pa.record_batch(columns, schema=schema))
            rows = pa.Table.from_batches(group).unify_dictionaries()
            writer.write_table(rows, row_group_size=len(rows))


def batches(path: pathlib.Path, part: int, parts: int) -> Iterator[pa.RecordBatch]:
    """The batches of every parts-th row group."""
    with pq.ParquetFile(path, read_dictionary=NAMES, pre_buffer=False) as file:
        groups = list(range(part, file.num_row_groups, parts))
        if groups:
            yield from file.iter_batches(batch_size=1 << 18, row_groups=groups)


def summarise(
    path: pathlib.Path, part: int = 0, parts: int = 1, progress: bool = False
) -> upid.Usage:
    usage = upid.Usage()
    show = (
        (lambda rows: print(f"\r{rows:,} rows", end="", file=sys.stderr))
        if progress
        else None
    )
    usage.add_table(batches(path, part, parts), progress=show)
    return usage


def summarise_part(job: tuple[pathlib.Path, int, int]) -> bytes:
    return summarise(*job).to_bytes()


def peak_mib() -> float:
    """The most memory this process ever held (VmHWM)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", type=pathlib.Path)
    parser.add_argument(
        "--generate", metavar="CONTAINERSxMINUTES", help="write the file first"
    )
    parser.add_argument(
        "--split",
        type=int,
        default=0,
        metavar="N",
        help="also in N processes, merged and compared",
    )
    parser.add_argument("--progress", action="store_true")
    arguments = parser.parse_args()
    if arguments.generate:
        containers, minutes = map(int, arguments.generate.split("x"))
        generate(arguments.path, containers, minutes)
    before, wall, cpu = peak_mib(), time.perf_counter(), time.process_time()
    usage = summarise(arguments.path, progress=arguments.progress)
    wall, cpu, peak = time.perf_counter() - wall, time.process_time() - cpu, peak_mib()
    rows = pq.read_metadata(arguments.path).num_rows
    print(
        f"{rows:,} rows, {len(usage):,} containers: {wall:.1f} s, {cpu:.1f} s CPU, {rows / wall / 1e6:.2f} M rows/s"
    )
    whole = usage.to_bytes()
    print(
        f"summary {len(whole) / 2**20:.1f} MiB; peak memory {peak:.0f} MiB, {before:.0f} MiB before"
    )
    if arguments.split:
        jobs = [
            (arguments.path, part, arguments.split) for part in range(arguments.split)
        ]
        merged = upid.Usage()
        with multiprocessing.get_context("spawn").Pool(
            min(len(jobs), multiprocessing.cpu_count())
        ) as pool:
            for part in pool.imap_unordered(summarise_part, jobs):
                merged.merge(upid.Usage.from_bytes(part))
        same = merged.to_bytes() == whole
        print(
            f"{arguments.split} parts merged: {'the same bytes' if same else 'DIFFERENT BYTES'}"
        )
        sys.exit(not same)


if __name__ == "__main__":
    main()
