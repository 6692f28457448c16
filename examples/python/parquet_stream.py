"""Summarises a Parquet file of any size in bounded memory, and proves that parts give the same bytes.

    python parquet_stream.py samples.parquet --generate 100x1440     # writes the file first
    python parquet_stream.py samples.parquet --split 8               # also in 8 processes, merged and compared

The file is a wide table: timestamp, namespace, pod, container and a column per metric. Files of your own need the same
names, sorted by key or by time; parts are whole row groups. Needs pyarrow and numpy.
"""

from __future__ import annotations

import argparse
import collections
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


def generate(path: pathlib.Path, containers: int, minutes: int, slices: int) -> None:
    """Writes containers x minutes rows in slices of time, each sorted by key; the same numbers on every machine."""
    schema = pa.schema(
        [
            ("timestamp", pa.timestamp("ms", "UTC")),
            *((column, pa.dictionary(pa.int32(), pa.string())) for column in NAMES),
        ]
        + [
            (column, pa.float32())
            for column in ("cpu_cores", "memory_bytes", "network_bytes_per_second")
        ]
    )
    # Not a whole hour, so that the parts meet inside one, too.
    span = max(1, min(100, minutes // slices))
    # Numbers that hardly repeat gain nothing from a dictionary.
    with pq.ParquetWriter(
        path, schema, compression="snappy", use_dictionary=list(NAMES)
    ) as writer:
        for start in range(0, minutes, span):
            minute = np.arange(start, min(start + span, minutes))
            per_group = 1_000_000 // span
            for first in range(0, containers, per_group):
                group = np.arange(first, min(first + per_group, containers))
                rows = row_group(group, minute, schema)
                writer.write_table(rows, row_group_size=len(rows))


def row_group(group: np.ndarray, minute: np.ndarray, schema: pa.Schema) -> pa.Table:
    """Some containers in some minutes."""
    random = np.random.Generator(np.random.PCG64([group[0], minute[0]]))
    noise = random.random((len(group), len(minute)), dtype=np.float32)
    daily = 0.5 - 0.5 * np.cos(minute % 1440 / 1440 * 2 * np.pi)
    busy = daily * (group % 10 >= 3)[:, None]  # three of ten are idle
    cpu = np.round(0.001 + busy * (0.2 + 0.3 * noise), 3)
    memory = np.round((200 + 50 * daily + 5 * noise) * 256) * 4096
    network = np.round(busy * noise * 1e5)
    times = np.tile(START_MS + 60_000 * minute, len(group))
    keys = (
        (group % 20, [f"team-{team}" for team in range(20)]),
        (group - group[0], [f"app-{c // 3}-{c % 3}" for c in group]),
        (group * 0, ["server"]),
    )
    columns = [
        pa.array(times, schema.field("timestamp").type),
        *(
            pa.DictionaryArray.from_arrays(
                np.repeat(codes.astype(np.int32), len(minute)), names
            )
            for codes, names in keys
        ),
        *(pa.array(column.ravel(), pa.float32()) for column in (cpu, memory, network)),
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def batches(path: pathlib.Path, part: int, parts: int) -> Iterator[pa.RecordBatch]:
    """The batches of every parts-th row group; each round starts one part later, or a key could stay in its part."""
    with pq.ParquetFile(path, read_dictionary=NAMES, pre_buffer=False) as file:
        groups = [
            group
            for group in range(file.num_row_groups)
            if (group + group // parts) % parts == part
        ]
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
        generate(arguments.path, containers, minutes, max(1, arguments.split))
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
        merged, keys = upid.Usage(), []
        with multiprocessing.get_context("spawn").Pool(
            min(len(jobs), multiprocessing.cpu_count())
        ) as pool:
            for done in pool.imap_unordered(summarise_part, jobs):
                part = upid.Usage.from_bytes(done)
                keys.append(set(part.keys()))
                merged.merge(part)
        parts_of = collections.Counter(key for part in keys for key in part)
        shared = {key for key, parts in parts_of.items() if parts > 1}
        # Parts without a common key would give the same bytes whatever merging did.
        if not all(part & shared for part in keys):
            sys.exit(
                f"{arguments.split} parts prove nothing: one is empty or shares no container with another"
            )
        same = merged.to_bytes() == whole
        print(
            f"{arguments.split} parts merged, {len(shared):,} containers in several of them: "
            f"{'the same bytes' if same else 'DIFFERENT BYTES'}"
        )
        sys.exit(not same)


if __name__ == "__main__":
    main()
