"""Whether what a line of a chart says reaches the cluster: a template, and a value, that nothing renders are not wired.

Out of sight: charts whose templates could not be rendered; what they say counts as not applied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from bot.checks.readiness.facts.helm.chart import find_chart_folders
from bot.checks.readiness.facts.kubernetes.objects import KubernetesObject, Means
from bot.checks.readiness.look import Look

_VALUES = re.compile(r"values[^/]*\.ya?ml|[^/]*values\.ya?ml")
_MAX_LINE = 2_000


def is_applied(look: Look, path: str, line: re.Pattern[str]) -> bool:
    """Whether a line of a file is applied: in a chart, some object that is rendered holds what the pattern describes.

    Other files than templates and values, and files that are in no chart, are taken as they are.
    """
    folder = next((one for one in find_chart_folders(look.files) if path.startswith(f"{one}/" if one else "")), None)
    if folder is None:
        return True
    template = "/templates/" in f"/{path}"
    if not template and not _VALUES.fullmatch(basename(path)):
        return True
    return any(
        line.search(text[:_MAX_LINE])
        for one in _objects(look, folder)
        if not template or one.start.path == path
        for text in _lines(one.value)
    )


def _objects(look: Look, folder: str) -> Iterator[KubernetesObject]:
    for stack in look.kubernetes.judged:
        if stack.means is Means.HELM and stack.folder == folder:
            yield from stack.objects


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
