"""Roll-ups as tables: numpy arrays or an Arrow stream, without a Python object per row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from upid import _convert, _upid

if TYPE_CHECKING:
    from upid import types
    from upid._call import Json
    from upid._usage import Usage


class RollupTable:
    """A roll-up by key, then by time; slots without a sample are absent.

    Columns ``cluster, namespace, pod, container, metric, start_ms, count, sum, mean, min, max``, in units; with
    ``quanta`` also ``sum_quanta, min_quanta, max_quanta``, the exact integers that are stored. Everything that reads an
    Arrow stream takes it as it is: ``pyarrow.table(table)``, ``polars.DataFrame(table)``, a query of DuckDB.

    Parameters
    ----------
    input : dict, `types.RollupInput` or JSON text
        That of the operation ``usage.rollup``: a selection of a Usage, or series at any step that divides a day.
    usage : Usage, optional
        The Usage, if `input` holds none.

    Examples
    --------
    >>> import upid
    >>> usage = upid.Usage()
    >>> _ = usage.add_series(namespace="shop", pod="cart-0", metric="cpu", start="2026-03-01T00:00:00Z", step=1800,
    ...                      values=[0.25, 0.75, 0.5])
    >>> usage.rollup("cpu", "1h").to_numpy()["mean"].tolist()
    [0.5, 0.5]
    """

    __slots__ = ("_native",)

    def __init__(self, input: types.RollupInput | Json, usage: Usage | None = None) -> None:
        self._native = _upid.NativeRollup(_convert.text(input, name="input"), None if usage is None else usage._native)

    def to_numpy(self) -> dict[str, Any]:
        """Each column as a numpy array."""
        import numpy

        columns = self._native.columns()
        for name, column in columns.items():
            if isinstance(column, tuple):
                codes, names = column
                columns[name] = numpy.array(names, dtype=str)[codes]
        return columns

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._native.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"RollupTable({len(self)} rows)"
