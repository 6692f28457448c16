"""Operations: typed or plain input, one call of the core, typed or plain result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from upid import _convert, _upid
from upid._usage import Usage

T = TypeVar("T")
Json: TypeAlias = "Mapping[str, Any] | str | bytes"
"""An input as its JSON form: a dict with camelCase names, or JSON text."""


def native(usage: Usage | None) -> _upid.NativeUsage | None:
    """The engine's handle of a Usage."""
    if usage is None or isinstance(usage, Usage):
        return None if usage is None else usage._native
    raise TypeError(f"usage must be an upid.Usage or None, not {type(usage).__name__}")


def run(operation: str, input: Any, usage: Usage | None, kind: type[T]) -> T:
    """Runs an operation and reads its result into its type."""
    return _convert.to_record(_upid.call(operation, _convert.text(input), native(usage)), kind)


def call(operation: str, input: Any, usage: Usage | None = None) -> Any:
    """Runs any operation on its JSON form.

    Parameters
    ----------
    operation : str
        Name, e.g. ``cost.attribute``; `operations` lists all.
    input : dict, typed object, str or bytes
        The input: a dict with the JSON names (camelCase), an object of `upid.types`, or JSON text.
    usage : Usage, optional
        Stands for the input's ``usage`` field where the operation takes one.

    Returns
    -------
    dict
        The JSON form of the result: amounts are decimal strings, times RFC 3339 text.

    Raises
    ------
    UpidError
        With code, place and hint.
    """
    return json.loads(_upid.call(operation, _convert.text(input), native(usage)))


def operations() -> list[dict[str, Any]]:
    """Every operation: ``name``, ``summary``, and the JSON Schemas of its ``input`` and ``output``."""
    return json.loads(_upid.operations())  # type: ignore[no-any-return]
