"""Whether what a line of a chart says reaches the cluster: a template, and a value, that nothing renders are not wired.

Out of sight: charts whose templates could not be rendered; what they say counts as not applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import basename

from bot.checks.readiness.facts.helm.chart import find_chart_folders
from bot.checks.readiness.facts.kubernetes.objects import Means
from bot.checks.readiness.look import Look

_VALUES = re.compile(r"values[^/]*\.ya?ml|[^/]*values\.ya?ml")
_MAX_LINE = 2_000


class Applied:
    """Tells of one pattern of lines where it is applied."""

    def __init__(self, look: Look, line: re.Pattern[str]) -> None:
        self._look = look
        self._line = line

    def __contains__(self, path: str) -> bool:
        """Whether what the pattern finds in a file is applied: in a chart, whether some rendered object holds it.

        Other files than templates and values, and files that are in no chart, are taken as they are.
        """
        folder = next((one for one in self._folders if path.startswith(f"{one}/" if one else "")), None)
        if folder is None:
            return True
        if "/templates/" in f"/{path}":
            return path in self._rendered.get(folder, ())
        return not _VALUES.fullmatch(basename(path)) or bool(self._rendered.get(folder))

    @cached_property
    def _folders(self) -> Sequence[str]:
        return find_chart_folders(self._look.files)

    @cached_property
    def _rendered(self) -> Mapping[str, set[str]]:
        """The templates whose objects the pattern is found in, by the folder of the chart."""
        found: dict[str, set[str]] = {}
        for stack in self._look.kubernetes.judged:
            for one in stack.objects if stack.means is Means.HELM else ():
                if any(self._line.search(text[:_MAX_LINE]) for text in _lines(one.value)):
                    found.setdefault(stack.folder, set()).add(one.start.path)
        return found


def _lines(value: object) -> Iterator[str]:
    """Yield an object as lines of YAML, without what they are indented by."""
    if isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, dict | list):
                yield f"{key}:"
                yield from _lines(one)
            else:
                yield from f"{key}: {one}".split("\n")
    elif isinstance(value, list):
        for one in value:
            yield from _lines(one) if isinstance(one, dict | list) else f"- {one}".split("\n")
