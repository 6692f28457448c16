"""Usage: what happened, as mergeable summaries."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from upid import _columns, _convert, _upid
from upid._errors import UpidError, wrong_type

if TYPE_CHECKING:
    from upid import types
    from upid._rollup import RollupTable


class Usage:
    """Mergeable summaries of samples, events and requests, one per container, of bounded size.

    The size does not grow with the number of samples in a day. Samples stream in by `add_series` or `add_table`,
    summaries of parts (days, clusters, partitions) come together by `merge`, and `to_bytes` makes a checkpoint. Each
    ``add_*`` and `merge` is all or nothing: on error nothing changes. Threads may share a Usage; the GIL is released
    while it works.

    Examples
    --------
    >>> import upid
    >>> usage = upid.Usage()
    >>> report = usage.add_series(namespace="shop", pod="cart-0", container="server", metric="cpu",
    ...                           start="2026-03-01T00:00:00Z", step=300, values=[0.10, 0.12, None, 0.90])
    >>> report.accepted, report.missing
    (3, 1)
    >>> len(usage)
    1
    """

    __slots__ = ("_native",)

    def __init__(self) -> None:
        self._native = _upid.NativeUsage()

    def add_series(
        self,
        *,
        namespace: str,
        pod: str,
        container: str = "",
        cluster: str = "",
        metric: str,
        values: Any,
        timestamps: Any = None,
        start: Any = None,
        step: Any = None,
        kind: str = "Gauge",
        duplicates: str = "KeepMax",
        invalid: str = "Count",
    ) -> types.IngestReport:
        """Adds one series of one metric.

        Parameters
        ----------
        namespace, pod, container, cluster : str
            The key; an empty container is the pod as a whole.
        metric : str
            ``cpu`` (cores), ``memory`` (bytes), ``network_rx`` (bytes per second), … or a name such as ``CpuCores``.
        values : array of float
            NaN, None and null are missing. A contiguous numpy array of float32, float64, int64 or uint64 and an Arrow
            array are read in place; anything else (list, strided or small-integer array, pandas Series) is
            converted first, which for a list takes some hundred times as long as reading it.
        timestamps : array, optional
            datetime64, datetimes with a zone, or integer epoch milliseconds; or else `start` and `step`.
        start : datetime, RFC 3339 text or epoch milliseconds, optional
            Time of the first value.
        step : timedelta or seconds, optional
            Distance of two values.
        kind : {"Gauge", "Counter", "Increment"}
            What a value is: a level, a running total, or the increase since the sample before.
        duplicates : {"KeepMax", "KeepLast", "Reject"}
            What to do with equal timestamps.
        invalid : {"Count", "Reject"}
            Whether a negative or infinite value is counted and skipped, or an error.

        Returns
        -------
        IngestReport
            How many rows were accepted, missing, negative, out of order, …

        Raises
        ------
        InvalidInputError
            Wrong lengths, types, times, metric or key; with the row where one is at fault.
        """
        try:
            report = self._native.add_series(
                (cluster, namespace, pod, container),
                metric,
                _kind(kind),
                _columns.times(timestamps, start, step),
                _columns.values(values, "values"),
                _options(duplicates, invalid),
            )
        except (TypeError, UnicodeEncodeError) as error:
            raise _convert.not_text(
                error, cluster=cluster, namespace=namespace, pod=pod, container=container, metric=metric
            ) from None
        return _report(report)

    def add_network(
        self,
        *,
        namespace: str,
        pod: str,
        container: str = "",
        cluster: str = "",
        rx: Any,
        tx: Any,
        timestamps: Any = None,
        start: Any = None,
        step: Any = None,
        kind: str = "Gauge",
        duplicates: str = "KeepMax",
        invalid: str = "Count",
    ) -> types.IngestReport:
        """Adds received and sent bytes per second of a pod, and their sum at equal times.

        The sum is what idle detection reads; two calls of `add_series` would leave it empty. Arguments as there.
        """
        try:
            report = self._native.add_network(
                (cluster, namespace, pod, container),
                _kind(kind),
                _columns.times(timestamps, start, step),
                _columns.values(rx, "rx"),
                _columns.values(tx, "tx"),
                _options(duplicates, invalid),
            )
        except (TypeError, UnicodeEncodeError) as error:
            raise _convert.not_text(error, cluster=cluster, namespace=namespace, pod=pod, container=container) from None
        return _report(report)

    def add_matrix(
        self,
        keys: Any,
        metric: str,
        values: Any,
        *,
        timestamps: Any = None,
        start: Any = None,
        step: Any = None,
        kind: str = "Gauge",
        duplicates: str = "KeepMax",
        invalid: str = "Count",
    ) -> types.IngestReport:
        """Adds many series of one metric on one time axis, on all cores.

        Parameters
        ----------
        keys : list of tuple or dict, or dict of columns
            Whose the rows are: tuples ``(cluster, namespace, pod, container)`` as `keys` gives them, dicts with these
            names, or a dict of columns in which one text stands for all rows.
        metric : str
            As in `add_series`.
        values : array of shape (keys, times)
            NaN is missing. A C-contiguous numpy array of float32, float64, int64 or uint64 is read in place; another
            order or type is copied first.
        timestamps, start, step, kind, duplicates, invalid
            As in `add_series`; `timestamps` has one time per column of `values`.

        Returns
        -------
        IngestReport
            Of all rows together; ``first_bad[i].series`` is the row of `values`.

        Raises
        ------
        InvalidInputError
            A shape that does not fit the keys or times; and as in `add_series`, under ``series[i]``.
        """
        keys = _columns.keys(keys)
        try:
            report = self._native.add_matrix(
                keys,
                metric,
                _kind(kind),
                _columns.times(timestamps, start, step),
                _columns.matrix(values, len(keys)),
                _options(duplicates, invalid),
            )
        except (TypeError, UnicodeEncodeError) as error:
            raise _convert.not_text(error, metric=metric, keys="".join(map("".join, keys))) from None
        return _report(report)

    def add_table(
        self,
        table: Any,
        *,
        kind: str = "Gauge",
        duplicates: str = "KeepMax",
        invalid: str = "Count",
        progress: Callable[[int], object] | None = None,
    ) -> types.IngestReport:
        """Adds a table of many series, of any size.

        Parameters
        ----------
        table : object with an Arrow stream, or an iterable of such
            A pandas or polars DataFrame, a pyarrow Table, RecordBatch or RecordBatchReader, a DuckDB relation, the
            generator ``pyarrow.parquet.ParquetFile(path).iter_batches()``, …
            *Long*: columns ``timestamp, namespace, pod, container, metric, value``; *wide*: ``timestamp, namespace,
            pod, container`` and a column per metric, e.g. ``cpu_cores, memory_bytes``. ``cluster`` is optional. Other
            columns are ignored and listed in the report.
        kind, duplicates, invalid : str
            As in `add_series`.
        progress : callable, optional
            Is told the rows done after each batch.

        Returns
        -------
        IngestReport

        Notes
        -----
        Batches are one call: the result does not depend on how the rows were batched. Repeats on both sides of a seam
        are settled by `duplicates`, counters go on over seams. Memory is bounded by the summaries, one batch and 1 KiB
        per series. An error or Ctrl-C between two batches changes nothing.

        Sort the rows by time, at least within each key; a table that comes in one batch may be in any order. Rows
        before the last ones of an earlier batch are accepted and counted as ``out_of_order``; as nobody can know
        whether they repeat a row, the five-minute slots that they share with earlier batches are counted as
        ``overlapping_slots``, and under ``duplicates="Reject"`` they are ``UPID_TIME_REVERSED``. Late rows within the
        time of a counter are ``UPID_USAGE_INTERLEAVED_COUNTER``.
        """
        if progress is not None and not callable(progress):
            raise wrong_type(progress, "progress", "a callable that takes the rows done")
        report = self._native.add_table(_columns.tables(table), _kind(kind), _options(duplicates, invalid), progress)
        return _report(report)

    def add_events(self, events: Any) -> None:
        """Adds events: a list of ``{key, atMs, kind, value?, limit?, request?}`` or of `types.UsageEvent`.

        Kinds are ``Restart, OomKilled, Evicted, ThrottleStart, Resize, Deploy``; equal events count once.
        """
        self._add_summarized("events", events)

    def add_prometheus(self, *answers: bytes | str, options: Any = None) -> types.ParsedPrometheusReport:
        """Adds answers of the Prometheus HTTP API (`/api/v1/query`, `/api/v1/query_range`) as they came.

        The fast way from Prometheus: no sample becomes a Python object. Received and sent bytes of a pod give their
        sum, which idle detection reads, only if they come in one call.

        Parameters
        ----------
        answers : bytes or str
            The bodies, as if they were one.
        options : dict or JSON text, optional
            Those of the operation ``ingest.prometheus``, e.g. ``{"metric": "cpu"}`` for answers without a metric name.

        Returns
        -------
        ParsedPrometheusReport
            What became of the samples, what was left out and why, and whether the answers are partial.

        Raises
        ------
        ParseError
            An answer that cannot be read, with its place; the Usage is unchanged.
        """
        documents = [_convert.document(answer, f"answers[{row}]") for row, answer in enumerate(answers)]
        from upid import types

        report = self._native.add_prometheus(documents, _convert.text(options or {}, "options"))
        return _convert.to_record(report, types.ParsedPrometheusReport)

    def add_requests(self, requests: Any) -> None:
        """Adds requests of pods: a list of ``{key, rows, requestLog}`` as operation ``usage.summarize`` takes them."""
        self._add_summarized("requests", requests)

    def _add_summarized(self, field: str, items: Any) -> None:
        """Merges what operation ``usage.summarize`` makes of a list."""
        if isinstance(items, Iterable) and not isinstance(items, (str, bytes, Mapping)):
            items = list(items)
        made = _upid.call("usage.summarize", f'{{"{field}":{_convert.text(items, field)}}}', None)
        self._native.merge(_upid.NativeUsage.from_json(made))

    def merge(self, other: Usage) -> types.MergeReport:
        """Adds another Usage to this one; the order of merges changes no bit.

        Raises
        ------
        UsageStateError
            Different specs, or counters whose parts overlap in time.
        """
        if not isinstance(other, Usage):
            raise wrong_type(other, "other", "an upid.Usage")
        from upid import types

        return _convert.to_record(self._native.merge(other._native), types.MergeReport)

    def rollup(
        self,
        metric: str,
        step: str = "1h",
        *,
        selector: Mapping[str, str] | None = None,
        start: Any = None,
        end: Any = None,
        quanta: bool = False,
    ) -> RollupTable:
        """Hours or days of one metric as a table, key by key.

        Parameters
        ----------
        metric : str
            As in `add_series`.
        step : {"1h", "1d"}
            Length of a slot, in UTC.
        selector : dict, optional
            Some of ``cluster, namespace, pod, container``; only keys with these names are rolled up.
        start, end : datetime, RFC 3339 text or epoch milliseconds, optional
            Whole UTC hours, or days for days; default: everything.
        quanta : bool
            Gives the exact integers that are stored beside the units.

        Raises
        ------
        InvalidInputError
            ``UPID_EMPTY_SERIES`` if no key has the metric.
        """
        from upid._rollup import RollupTable

        given = {"startMs": (start, "start"), "endMs": (end, "end")}
        edges = {name: _columns.instant(at, path) for name, (at, path) in given.items() if at is not None}
        return RollupTable({"metric": metric, "step": step, "selector": selector, "quanta": quanta} | edges, self)

    def to_bytes(self) -> bytes:
        """The versioned, checksummed bytes; equal content gives equal bytes."""
        return self._native.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Usage:
        """Reads what `to_bytes` wrote, in any language.

        Raises
        ------
        UsageStateError
            ``UPID_CORRUPT_USAGE`` with the byte offset.
        """
        usage = cls.__new__(cls)
        # A count would make bytes() as many zeros.
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise wrong_type(data, "data", "the bytes that to_bytes gave")
        usage._native = _upid.NativeUsage.from_bytes(bytes(data))
        return usage

    @classmethod
    def from_json(cls, data: Any) -> Usage:
        """Reads what an operation gives that makes a Usage, such as ``usage.summarize``.

        Parameters
        ----------
        data : dict, object of `upid.types`, str or bytes
            ``{"usage": base64}``; other members are ignored.

        Raises
        ------
        UsageStateError
            ``UPID_CORRUPT_USAGE``.
        """
        usage = cls.__new__(cls)
        try:
            usage._native = _upid.NativeUsage.from_json(_convert.text(data, name="data"))
        except UpidError as error:
            raise _convert.placed(error, "data") from None
        return usage

    def keys(self) -> list[tuple[str, str, str, str]]:
        """The keys ``(cluster, namespace, pod, container)`` in order."""
        return self._native.keys()

    def copy(self) -> Usage:
        """An independent copy."""
        return Usage.from_bytes(self.to_bytes())

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Usage:
        return self.copy()

    def __len__(self) -> int:
        return len(self._native)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self.to_bytes() == other.to_bytes() if isinstance(other, Usage) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Usage.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"Usage({len(self)} keys)"


def _kind(kind: str) -> str:
    try:
        return _json(kind)
    except TypeError:  # nothing that JSON or the cache can hold
        raise wrong_type(kind, "kind", "Gauge, Counter or Increment") from None


@functools.lru_cache
def _json(value: str) -> str:
    return json.dumps(value)


def _options(duplicates: str, invalid: str) -> str:
    try:
        return _ingest_options(duplicates, invalid)
    except TypeError:
        name = "duplicates" if not isinstance(duplicates, str) else "invalid"
        given = invalid if name == "invalid" else duplicates
        raise wrong_type(given, name, "the name of a policy as text") from None


@functools.lru_cache
def _ingest_options(duplicates: str, invalid: str) -> str:
    return json.dumps({"duplicates": duplicates, "invalid": invalid})


@functools.cache
def _report_type() -> type[types.IngestReport]:
    from upid import types

    return types.IngestReport


def _report(text: str) -> types.IngestReport:
    return _convert.to_record(text, _report_type())
