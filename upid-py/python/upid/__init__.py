"""UPID: which pods are idle, how sure that is, what each costs, what size it should be.

Four nouns: a `Snapshot` (what exists), a `Usage` (what happened), a `Config`, and the `Analysis` that `analyze` makes
of them. Every step is also an operation of its own, typed (``upid.cost.attribute``) or on plain dicts (`call`);
`operations` lists them. Nothing here reads a file, a socket, a clock or an environment variable.
"""

from __future__ import annotations

from upid import _errors, _operations, _upid, types
from upid._call import analyze, call, operations
from upid._demo import demo, demo_data
from upid._errors import *  # noqa: F403
from upid._operations import *  # noqa: F403
from upid._rollup import RollupTable
from upid._usage import Usage
from upid.types import Analysis, Config, Snapshot

__version__ = version = _upid.version

__all__ = [
    "Analysis",
    "Config",
    "RollupTable",
    "Snapshot",
    "Usage",
    "__version__",
    "analyze",
    "call",
    "demo",
    "demo_data",
    "operations",
    "types",
    "version",
]
__all__ += _errors.__all__
__all__ += _operations.__all__
