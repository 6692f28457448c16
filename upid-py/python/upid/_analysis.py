"""What an Analysis can do beyond holding its fields."""

from __future__ import annotations

import json
from typing import Any

from upid import _convert, _upid
from upid._base import Record


class AnalysisMethods(Record, frozen=True, kw_only=True):
    """Reports of an Analysis: `str(analysis)` is text, a notebook shows HTML."""

    def report(self, format: str = "Text", **options: Any) -> str:
        """A report as text.

        Parameters
        ----------
        format : str
            ``Text``, ``Markdown``, ``Csv``, ``Json`` or ``Html``.
        **options
            Fields of the operation's ``options`` by their JSON names, e.g. ``width=100``.
        """
        how = _convert.text({"format": format, "options": options})
        request = f'{{"analysis":{self.to_json()},{how[1:]}'
        text: str = json.loads(_upid.call("report.render", request, None))["text"]
        return text

    def __str__(self) -> str:
        return self.report("Text")

    def _repr_html_(self) -> str:
        return self.report("Html")
