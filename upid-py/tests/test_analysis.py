"""The whole job through this face: the core's bytes, typed, shown, and the same from any thread."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

import upid
from upid import _upid

SNAPSHOT, USAGE, CONFIG = upid.demo_data()
INPUT = f'{{"snapshot":{SNAPSHOT},"config":{CONFIG}}}'
DIGEST = Path(__file__).parents[2] / "examples" / "data" / "demo" / "analysis.sha256"
BYTES = _upid.call("analyze", INPUT, USAGE._native)


def test_the_demo_gives_the_bytes_of_every_face() -> None:
    analysis = upid.demo()
    assert analysis.to_json() == BYTES
    assert sha256(BYTES.encode()).hexdigest() == DIGEST.read_text().strip()
    assert analysis.to_dict().keys() == json.loads(BYTES).keys()
    assert upid.Analysis.from_json(BYTES) == analysis == pickle.loads(pickle.dumps(analysis))


def test_typed_plain_and_text_input_give_the_same() -> None:
    for snapshot in (SNAPSHOT.encode(), json.loads(SNAPSHOT), upid.Snapshot.read(SNAPSHOT)):
        assert upid.analyze(snapshot, USAGE, CONFIG).to_json() == BYTES
    assert upid.analyze(SNAPSHOT, USAGE, json.loads(CONFIG)).to_json() == BYTES
    plain = {upid.analyze(SNAPSHOT, USAGE, config).to_json() for config in (upid.Config(), {}, "{}", None)}
    assert len(plain) == 1 and plain != {BYTES}


def test_money_is_decimal_and_adds_up() -> None:
    totals = upid.demo().totals
    assert isinstance(totals.monthly_cost, Decimal)


def test_reports() -> None:
    analysis = upid.demo()
    assert str(analysis) == analysis.report("Text") and "online-boutique" in str(analysis)
    page = analysis._repr_html_()
    assert page.lstrip().lower().startswith("<") and "</html>" in page
    with pytest.raises(upid.ParseError):
        analysis.report("Pdf")
    assert len(repr(analysis)) < 260


def test_without_usage() -> None:
    assert upid.analyze(SNAPSHOT).to_json() != BYTES


def test_threads_give_the_same_bytes() -> None:
    with ThreadPoolExecutor(8) as pool:
        results = pool.map(lambda _: upid.analyze(SNAPSHOT, USAGE, CONFIG).to_json(), range(16))
        assert set(results) == {BYTES}


def test_a_wrong_config_names_its_path() -> None:
    with pytest.raises(upid.InvalidInputError) as caught:
        upid.analyze(SNAPSHOT, USAGE, {"idel": {}})
    assert caught.value.code == "UPID_INVALID_CONFIG"


@pytest.mark.parametrize("snapshot", ['{"cluster":', "{}},{", '{},"config":{}', "[1", ""])
def test_text_that_is_not_one_value(snapshot: str) -> None:
    with pytest.raises(upid.UpidError) as caught:
        upid.analyze(snapshot, USAGE)
    assert caught.value.where["path"].startswith("snapshot")


@pytest.mark.parametrize("usage", [{}, b"", 7, _upid.NativeUsage()])
def test_a_usage_is_a_usage(usage: object) -> None:
    with pytest.raises(TypeError, match="Usage"):
        upid.analyze(SNAPSHOT, usage)  # type: ignore[arg-type]
