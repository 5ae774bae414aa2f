"""How a made pull request is written down: files before and after, and what ought to be told of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Text is UTF-8; a pair names another encoding; None deletes. `ID` in a text becomes a name of the case's own.
Content = str | bytes | tuple[str, str] | None
Files = Mapping[str, Content]
# Rule, path, and line where that matters.
Told = tuple[str, str] | tuple[str, str, int]
# Of the rules told here, those that stop a change by docs/security.md.
STOPPING = frozenset(
    {"S102", "S202", "S301", "S306", "S307", "S324", "S501", "S502", "S505", "S506", "S507"}
    | {"S602", "S605", "S608", "S701", "B614"}
)


@dataclass(frozen=True)
class Case:
    """One pull request.

    Attributes:
        new: what is told as new, in any order.
        unread: the paths that are named as not checked.
        advice: whether what is told stops nobody, whatever its rule.
    """

    name: str
    base: Files
    head: Files
    new: Sequence[Told] = ()
    unread: Sequence[str] = ()
    advice: bool = False

    @property
    def stops(self) -> bool:
        """Whether it ought to fail."""
        return not self.advice and any(rule in STOPPING for rule, *_ in self.new)

    @property
    def deletes(self) -> bool:
        """Whether git may see renames in it: such a change stands alone, or files of others would be paired."""
        return None in self.head.values()


def notebook(*cells: str, prose: str = "", **more: object) -> str:
    """A notebook of code cells, with a cell of prose before them; `more` are further members of each code cell."""
    made: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "source": cell.splitlines(keepends=True), "outputs": [], **more}
        for cell in cells
    ]
    if prose:
        made.insert(0, {"cell_type": "markdown", "metadata": {}, "source": [prose]})
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def function(body: str, name: str = "f") -> str:
    """A function of these lines."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"def {name}(ID):\n{lines}"
