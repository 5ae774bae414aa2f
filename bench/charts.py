"""Renders the Helm charts of a checkout with the project's evaluator and with Helm itself, and counts equal objects.

    python -m bench.charts FOLDER --helm /path/to/helm

What Helm cannot render (a dependency or a value that is missing) is left out and counted.
"""

from __future__ import annotations

import argparse
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.helm.chart import find_chart_folders, load_chart
from bot.checks.readiness.facts.helm.release import render_chart
from bot.checks.readiness.facts.located import get_in
from bot.checks.readiness.facts.yaml_text import parse_yaml
from bot.model import Entry, Mode, NotRead

_TIMEOUT_S = 60
Objects = dict[tuple[str, str], list[object]]


class _Folder:
    """A `Tree` of the files of a checkout."""

    commit = "0" * 40

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def entries(self) -> Sequence[Entry]:
        return [Entry(path, Mode.FILE, path) for path in self._paths if not path.startswith(".git/")]

    def entry(self, path: str) -> Entry | None:
        return Entry(path, Mode.FILE, path) if path in self._paths else None

    def glob(self, *patterns: str) -> Iterator[Entry]:
        return (one for one in self.entries() if any(Path(one.path).match(pattern) for pattern in patterns))

    def read(self, path: str) -> bytes | NotRead:
        return (self._folder / path).read_bytes()

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        return ((path, self.read(path)) for path in paths)

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        return frozenset(values)


def _objects(text: str) -> Objects:
    found: Objects = defaultdict(list)
    for document, _ in parse_yaml(text):
        if isinstance(document, Mapping) and document.get("kind"):
            found[str(document["kind"]), str(get_in(document, "metadata", "name"))].append(document)
    return found


def _compare(files: Files, folder: str, root: Path, helm: str) -> tuple[int, int] | None:
    """Equal objects, and all that Helm gives; None where Helm gives none, as of a library."""
    command = [helm, "template", "release-name", str(root / folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S)
    if ended.returncode:
        return None
    theirs = _objects(ended.stdout)
    ours = _objects("\n---\n".join(one.text for one in render_chart(load_chart(files, folder)).rendered))
    equal = sum(one in ours.get(key, []) for key, ones in theirs.items() for one in ones)
    return equal, sum(map(len, theirs.values()))


def main() -> None:
    """Compare each chart, and print a line for each that differs and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--helm", default="helm")
    arguments = parser.parse_args()
    files = Files(_Folder(arguments.folder))
    equal = every = skipped = 0
    for folder in find_chart_folders(files):
        found = _compare(files, folder, arguments.folder, arguments.helm)
        if found is None:
            skipped += 1
            continue
        equal, every = equal + found[0], every + found[1]
        if found[0] != found[1]:
            print(f"{folder}: {found[0]} of {found[1]}")
    print(f"{equal} of {every} objects are equal; {skipped} charts were left out")


if __name__ == "__main__":
    main()
