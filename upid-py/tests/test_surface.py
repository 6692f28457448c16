"""The surface of this face is the core's: operations, error codes, types, version."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import msgspec

import upid
from upid import _operations, _upid, types
from upid._base import Record

FACE = Path(__file__).resolve().parent.parent
SCHEMA = json.loads(_upid.schema())


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def test_every_operation_is_a_typed_function() -> None:
    names = [operation["name"] for operation in SCHEMA["operations"]]
    assert [operation["name"] for operation in upid.operations()] == names
    for operation in SCHEMA["operations"]:
        name = operation["name"]
        group, _, rest = name.rpartition(".")
        if group and group not in names:
            module = getattr(upid, snake(group))
            function = getattr(module, snake(rest), None) or getattr(module, snake(rest) + "_")
        else:
            function = getattr(upid, snake(name.replace(".", "_")))
        assert callable(function)
        assert name == "analyze" or operation["summary"] in (inspect.getdoc(function) or ""), name


def test_operations_are_closed_schemas() -> None:
    for operation in upid.operations():
        for role in ("input", "output"):
            text = json.dumps(operation[role])
            for used in re.findall(r'"#/\$defs/(\w+)"', text):
                assert used in operation[role]["$defs"], (operation["name"], used)


def test_every_error_class_is_an_exception() -> None:
    for error in SCHEMA["errors"]:
        kind = getattr(upid, error["class"])
        assert issubclass(kind, upid.UpidError)
        made = upid._errors.from_json(json.dumps(error | {"message": "m", "hint": "h", "where": {}, "details": {}}))
        assert type(made) is kind and made.code == error["code"] and made.number == error["number"]


def test_every_definition_is_a_frozen_type_with_its_fields() -> None:
    for name, schema in SCHEMA["$defs"].items():
        if "properties" not in schema or name not in vars(types):
            continue
        kind = vars(types)[name]
        assert issubclass(kind, Record) and kind.__struct_config__.frozen, name
        assert set(kind.__struct_encode_fields__) == set(schema["properties"]), name
        msgspec.json.Decoder(kind)  # every field has a type that can be read


def test_one_version() -> None:
    manifest = (FACE.parent / "Cargo.toml").read_text(encoding="utf-8")
    expected = re.search(r'^version = "([^"]+)"', manifest, re.MULTILINE)
    assert expected is not None
    assert upid.version == upid.__version__ == version("upid") == expected[1]


def test_generated_files_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(FACE / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_pandas_and_polars_are_not_imported() -> None:
    code = (
        "import sys, upid; print([m for m in ('pandas', 'polars', 'pyarrow', 'numpy', 'altair') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_the_table_knows_every_result() -> None:
    for operation in SCHEMA["operations"]:
        name = operation["output"].get("$ref", "").removeprefix("#/$defs/")
        if "properties" in SCHEMA["$defs"].get(name, ()):
            assert _operations.RESULTS[operation["name"]] is vars(types)[name]
