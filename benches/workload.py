"""Workload W as each peer would compute it: the same outputs, in the peer's own way.

A block is a dict of arrays for some containers: cpu, memory, network (containers × samples, f32), requests
(containers × hours), requested and rates (containers × 2). Every answer is a dict of f64 arrays with the columns of
`OUTPUTS`; unknown is NaN. The window is one week of minutes from a Wednesday 00:00 UTC.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

START_MS, STEP_MS = 1_660_694_400_000, 60_000
IDLE_CORES, IDLE_BYTES, MARGIN = 0.002, 1024.0, 1.15
SHARES = (0.5, 0.9, 0.95, 0.99)
FIRST_HOUR = 48  # Wednesday 00:00 in hours since Monday 00:00
OUTPUTS = {
    "idle_share": 1,
    "longest_idle_ms": 1,
    "last_activity_ms": 1,
    "profile": 168,
    "cpu": 5,
    "memory": 5,
    "slope": 1,
    "daily_strength": 1,
    "cost": 1,
    "waste": 1,
    "recommended": 2,
}


def strength(hourly):
    """Cross-validated strength of the daily cycle; one row per container."""
    hours = hourly.shape[1]
    medians = np.median(sliding_window_view(hourly, 24, axis=1), axis=2)
    trend = medians[:, np.clip(np.arange(hours) - 12, 0, hours - 24)]
    cycles = np.sort((hourly - trend).reshape(len(hourly), -1, 24), axis=1)
    left = cycles.shape[1] - 1
    at = np.arange(left + 1)
    low, high = (left - 1) // 2, left // 2
    rest = (cycles[:, low + (low >= at)] + cycles[:, high + (high >= at)]) / 2
    spread = cycles.var(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, np.clip(1 - (cycles - rest).var(axis=(1, 2)) / spread, 0, 1), np.nan)


def line(hourly):
    """Slope of the least-squares line, per day."""
    x = np.arange(hourly.shape[1]) - (hourly.shape[1] - 1) / 2
    return (hourly - hourly.mean(axis=1, keepdims=True)) @ x / (x @ x) * 24


def money(block, cpu_hours, memory_hours):
    """Cost and waste of the reservation over the window."""
    rates = block["rates"]
    price = rates * np.array([1.0, 1.0 / 2**30])
    cost = (block["requested"] * price).sum(axis=1) * cpu_hours.shape[1]
    unused = [
        np.maximum(block["requested"][:, [i]] - hours, 0).sum(axis=1)
        for i, hours in enumerate((cpu_hours, memory_hours))
    ]
    return cost, unused[0] * price[:, 0] + unused[1] * price[:, 1]


def finish(block, cpu_hours, memory_hours, idle, runs, last, cpu, memory):
    """What follows from hourly means, idle counts and quantiles."""
    cost, waste = money(block, cpu_hours, memory_hours)
    return {
        "idle_share": idle,
        "longest_idle_ms": runs * float(STEP_MS),
        "last_activity_ms": np.where(last >= 0, START_MS + last * float(STEP_MS), np.nan),
        "profile": np.roll(cpu_hours, FIRST_HOUR, axis=1),
        "cpu": cpu,
        "memory": memory,
        "slope": line(cpu_hours),
        "daily_strength": strength(cpu_hours),
        "cost": cost,
        "waste": waste,
        "recommended": np.stack([cpu[:, 2] * MARGIN, memory[:, 4] * MARGIN], axis=1),
    }


def sorted_quantiles(values):
    """Type 7 from one sort per row, which beats numpy's partition for four shares at once."""
    rows = np.sort(values, axis=1)
    at = np.array(SHARES) * (rows.shape[1] - 1)
    below = at.astype(np.int64)
    low, high = rows[:, below].astype(np.float64), rows[:, below + 1].astype(np.float64)
    return np.concatenate([low + (high - low) * (at - below), rows[:, [-1]].astype(np.float64)], axis=1)


def idle_flags(block):
    samples = block["cpu"].shape[1]
    quiet = np.repeat(block["requests"] == 0, 60, axis=1)[:, :samples]
    return (block["cpu"] < np.float32(IDLE_CORES)) & (block["network"] < np.float32(IDLE_BYTES)) & quiet


def numpy_tuned(block, rows=16):
    """numpy in blocks that fit the cache."""
    parts = []
    for start in range(0, len(block["cpu"]), rows):
        part = {name: array[start : start + rows] for name, array in block.items()}
        samples = part["cpu"].shape[1]
        hourly = [
            part[name].reshape(-1, samples // 60, 60).mean(axis=2, dtype=np.float64) for name in ("cpu", "memory")
        ]
        idle = idle_flags(part)
        places = np.arange(samples, dtype=np.int32)
        since = np.maximum.accumulate(np.where(idle, np.int32(-1), places), axis=1)
        parts.append(
            finish(
                part,
                *hourly,
                idle.mean(axis=1),
                (places - since).max(axis=1),
                since[:, -1],
                sorted_quantiles(part["cpu"]),
                sorted_quantiles(part["memory"]),
            )
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in OUTPUTS}


def numpy_loop(block):
    """numpy as a notebook has it: one container after the other."""
    found = []
    for i in range(len(block["cpu"])):
        one = {name: array[i : i + 1] for name, array in block.items()}
        cpu, memory = one["cpu"][0].astype(np.float64), one["memory"][0].astype(np.float64)
        idle = idle_flags(one)[0]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], idle.view(np.int8), [0]])))
        runs = edges[1::2] - edges[::2]
        active = np.flatnonzero(~idle)
        hourly = [
            np.array([values[h : h + 60].mean() for h in range(0, len(values), 60)])[None] for values in (cpu, memory)
        ]
        quantiles = [np.array([[np.quantile(values, q) for q in SHARES] + [values.max()]]) for values in (cpu, memory)]
        found.append(
            finish(
                one,
                *hourly,
                np.array([idle.mean()]),
                np.array([runs.max() if len(runs) else 0]),
                np.array([active[-1] if len(active) else -1]),
                *quantiles,
            )
        )
    return {name: np.concatenate([one[name] for one in found]) for name in OUTPUTS}


def long_columns(block):
    """One row per sample, as data frames and databases want it."""
    containers, samples = block["cpu"].shape
    columns = {name: block[name].ravel() for name in ("cpu", "memory", "network")}
    columns["container"] = np.repeat(np.arange(containers, dtype=np.int32), samples)
    columns["minute"] = np.tile(np.arange(samples, dtype=np.int32), containers)
    columns["busy"] = np.repeat(block["requests"] > 0, 60, axis=1)[:, :samples].ravel()
    return columns


def of_frames(block, hours, stats, runs):
    """Results of a group-by engine: hourly means, quantiles and idle counts by container, the longest runs."""
    containers = len(block["cpu"])
    cpu, memory = (hours[name].reshape(containers, -1) for name in ("cpu", "memory"))
    quantiles = [stats[name].reshape(containers, 5) for name in ("cpu", "memory")]
    return finish(block, cpu, memory, stats["idle"], runs, stats["last"], *quantiles)


def pandas_groupby(block, frame):
    import pandas as pd

    idle = (frame.cpu < np.float32(IDLE_CORES)) & (frame.network < np.float32(IDLE_BYTES)) & ~frame.busy
    frame = frame.assign(idle=idle, hour=frame.minute // 60, active=frame.minute.where(~idle, -1))
    by = frame.groupby("container", sort=True)
    quantile = by[["cpu", "memory"]].quantile(list(SHARES))
    most = by[["cpu", "memory"]].max()
    run = (idle != idle.shift()).cumsum()
    runs = frame[idle].groupby(["container", run[idle]], sort=False).size().groupby("container").max()
    hourly = frame.groupby(["container", "hour"], sort=True)[["cpu", "memory"]].mean()
    containers = len(block["cpu"])
    stats = {
        name: np.column_stack([quantile[name].to_numpy().reshape(containers, 4), most[name].to_numpy()])
        for name in ("cpu", "memory")
    }
    stats |= {"idle": by.idle.mean().to_numpy(), "last": by.active.max().to_numpy()}
    runs = runs.reindex(pd.RangeIndex(containers), fill_value=0).to_numpy()
    return of_frames(block, {name: hourly[name].to_numpy() for name in ("cpu", "memory")}, stats, runs)


def polars_groupby(block, frame):
    import polars as pl

    idle = (pl.col("cpu") < np.float32(IDLE_CORES)) & (pl.col("network") < np.float32(IDLE_BYTES)) & ~pl.col("busy")
    frame = frame.lazy().with_columns(idle=idle, hour=pl.col("minute") // 60)
    exprs = [
        pl.col(name).quantile(q, interpolation="linear").alias(f"{name}{q}")
        for name in ("cpu", "memory")
        for q in SHARES
    ]
    exprs += [pl.col(name).max().alias(f"{name}max") for name in ("cpu", "memory")]
    exprs += [
        pl.col("idle").mean(),
        pl.col("minute").filter(~pl.col("idle")).max().fill_null(-1).alias("last"),
        pl.col("idle")
        .rle()
        .struct.field("len")
        .filter(pl.col("idle").rle().struct.field("value"))
        .max()
        .fill_null(0)
        .alias("run"),
    ]
    whole = frame.group_by("container").agg(exprs).sort("container")
    hourly = (
        frame.group_by("container", "hour")
        .agg(pl.col("cpu", "memory").cast(pl.Float64).mean())
        .sort("container", "hour")
    )
    whole, hourly = pl.collect_all([whole, hourly])
    stats = {
        name: whole.select([f"{name}{q}" for q in SHARES] + [f"{name}max"]).to_numpy().astype(np.float64)
        for name in ("cpu", "memory")
    }
    stats |= {"idle": whole["idle"].to_numpy(), "last": whole["last"].to_numpy()}
    return of_frames(
        block, {name: hourly[name].to_numpy() for name in ("cpu", "memory")}, stats, whole["run"].to_numpy()
    )


def duckdb_sql(block, connection):
    flagged = f"""
        select *, (cpu < {IDLE_CORES}::float and network < {IDLE_BYTES}::float and not busy) as idle from samples"""
    whole = connection.execute(f"""
        select container, quantile_cont(cpu::double, {list(SHARES)}) as cpu, max(cpu) as cpu_max,
               quantile_cont(memory::double, {list(SHARES)}) as memory, max(memory) as memory_max,
               avg(idle::int) as idle, coalesce(max(minute) filter (not idle), -1) as last
        from ({flagged}) group by container order by container""").fetchnumpy()
    runs = connection.execute(f"""
        with f as ({flagged}),
        r as (select container, minute, minute - row_number() over (partition by container order by minute) as run
              from f where idle),
        n as (select container, count(*) as n from r group by container, run),
        longest as (select container, max(n) as n from n group by container)
        select coalesce(n, 0) as n from (select distinct container from samples) left join longest using (container)
        order by container""").fetchnumpy()["n"]
    hourly = connection.execute("""
        select avg(cpu::double) as cpu, avg(memory::double) as memory from samples
        group by container, minute // 60 order by container, minute // 60""").fetchnumpy()
    stats = {
        name: np.column_stack([np.stack(whole[name]), whole[f"{name}_max"].astype(np.float64)])
        for name in ("cpu", "memory")
    }
    stats |= {"idle": np.asarray(whole["idle"]), "last": np.asarray(whole["last"])}
    return of_frames(block, hourly, stats, np.asarray(runs))
