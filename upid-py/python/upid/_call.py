"""Operations: typed or plain input, one call of the core, typed or plain result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from upid import _convert, _upid, types
from upid._errors import wrong_type
from upid._usage import Usage

T = TypeVar("T")
Json: TypeAlias = "Mapping[str, Any] | str | bytes"
"""An input as its JSON form: a dict with camelCase names, or JSON text."""


def native(usage: Usage | None) -> _upid.NativeUsage | None:
    """The engine's handle of a Usage."""
    if usage is None or isinstance(usage, Usage):
        return None if usage is None else usage._native
    raise wrong_type(usage, "usage", "an upid.Usage or None")


def run(operation: str, input: Any, usage: Usage | None, kind: type[T]) -> T:
    """Runs an operation and reads its result into its type."""
    return _convert.to_record(_upid.call(operation, _convert.text(input, name="input"), native(usage)), kind)


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
    text, handle = _convert.text(input, name="input"), native(usage)
    try:
        return json.loads(_upid.call(operation, text, handle))
    except (TypeError, UnicodeEncodeError) as error:
        raise _convert.not_text(error, operation=operation) from None


def analyze(snapshot: Any, usage: Usage | None = None, config: Any = None) -> types.Analysis:
    """The whole job: what is idle, how sure that is, what it costs, what size it should be, what that saves.

    It works with whatever is there: without a Usage it still gives costs, safety and packing, without prices
    idleness and sizes. What is missing is named in ``analysis.quality``, never guessed.

    Parameters
    ----------
    snapshot : Snapshot, dict, str or bytes
        What exists: nodes, workloads, pods, prices. As an object of `upid.Snapshot`, a dict with the JSON names, or
        JSON text.
    usage : Usage, optional
        What happened.
    config : Config, dict, str or bytes, optional
        Settings that differ from their defaults.

    Returns
    -------
    Analysis
        Frozen; amounts are `decimal.Decimal`, times aware datetimes. ``str()`` gives a report, ``to_json()`` the
        bytes that every face of UPID gives.

    Raises
    ------
    InvalidInputError
        ``UPID_INVALID_SNAPSHOT``, whose ``details["problems"]`` lists every problem with its path; or a wrong config.
    ParseError
        JSON that cannot be read, with path, line and column.
    """
    settings = None if config is None else _convert.text(config, "config")
    made = _upid.analyze(_convert.text(snapshot, "snapshot"), settings, native(usage))
    return _convert.to_record(made, types.Analysis)


def operations() -> list[dict[str, Any]]:
    """Every operation: ``name``, ``summary``, and the JSON Schemas of its ``input`` and ``output``."""
    return json.loads(_upid.operations())  # type: ignore[no-any-return]
