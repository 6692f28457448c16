"""The conformance vectors that all faces share: same input, same bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import upid
from upid import _call, _convert, _operations, _upid

FOLDER = Path(__file__).resolve().parents[2] / "upid-core" / "tests" / "vectors"
ERRORS = {error["code"]: error["class"] for error in json.loads(_upid.schema())["errors"]}


def replayed() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.json")):
        for vector in json.loads(path.read_text(encoding="utf-8")):
            yield pytest.param(vector, id=f"{path.stem}: {vector['name']}")


VECTORS = list(replayed())


def usage_of(vector: dict[str, Any]) -> upid.Usage | None:
    return upid.Usage.from_bytes(base64.b64decode(vector["usage"])) if vector.get("usage") else None


@pytest.mark.parametrize("vector", VECTORS)
def test_vector(vector: dict[str, Any]) -> None:
    usage = usage_of(vector)
    text = _convert.text(vector["input"])
    if "output" in vector:
        assert _upid.call(vector["operation"], text, _call.native(usage)) == vector["output"]
        assert upid.call(vector["operation"], vector["input"], usage) == json.loads(vector["output"])
    else:
        expected = vector["error"]
        with pytest.raises(upid.UpidError) as caught:
            upid.call(vector["operation"], vector["input"], usage)
        assert caught.value.code == expected["code"] and caught.value.where.get("path") == expected.get("path")
        assert type(caught.value).__name__ == ERRORS[expected["code"]]


@pytest.mark.parametrize("vector", VECTORS)
def test_typed_results_keep_every_byte(vector: dict[str, Any]) -> None:
    """The typed object of an output, written again, is the output."""
    if "output" not in vector or vector["operation"] not in _operations.RESULTS:
        return
    result = _convert.to_record(vector["output"], _operations.RESULTS[vector["operation"]])
    assert result.to_json() == vector["output"]
    assert type(result).from_dict(result.to_dict()) == result
