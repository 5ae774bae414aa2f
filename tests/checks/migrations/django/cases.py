"""One case: a project, a change of it, Django's answer and gonogo's."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from bot.checks.migrations import CHECK
from bot.model import ItemRequest, Outcome, Request, State
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.django.mutate import NEEDED, QUIET, Mutation
from tests.checks.migrations.django.oracle import Oracle
from tests.checks.migrations.django.project import Project, make_project
from tests.checks.migrations.django.render import Style, make_style, render

_APPS = ["common", "shop.apps.ShopConfig", "stock.apps.StockConfig"]
# More than half of the changes lack what they need; more than a quarter bring a migration that is wrong or incomplete.
_MODES = [*["missing"] * 6, *["wrong"] * 7, *["right"] * 3, *["quiet"] * 5]
_TRIES = 4
_PROJECTS = 12
_PAST = 0.3
_WORK = "migrations.RunPython(migrations.RunPython.noop, lambda apps, editor: None)"
_DATA = """\
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("{label}", "0001_initial")]
    operations = [{work}, migrations.RunSQL("SELECT 1", migrations.RunSQL.noop)]
"""
_FOLDERS = {"store": "stock"}


@dataclass(frozen=True)
class Case:
    """What was asked and answered.

    Attributes:
        kind: of the change; `mode` is missing, right, wrong or quiet.
        needed: the operations that Django would write at head.
        outcome: gonogo's.
    """

    kind: str
    mode: str
    needed: list[Any]
    outcome: Outcome
    base: Mapping[str, str]
    head: Mapping[str, str]

    @property
    def verdict(self) -> str:
        """agreed, abstained, missed or false alarm."""
        if self.outcome.state is State.NOT_CHECKED:
            return "abstained"
        if (self.outcome.state is State.FAIL) is bool(self.needed):
            return "agreed"
        return "missed" if self.needed else "false alarm"


def check(base: Mapping[str, str], head: Mapping[str, str]) -> Outcome:
    """gonogo's answer to a change."""
    spec = next(one for one in CHECK.items() if one.id == "migrations.missing")
    item = ItemRequest(id=spec.id, settings=spec.settings(), matches=lambda _: True)
    request = Request(change=make_change(base, head), items=[item], tools=None, salt=b"", deadline_s=60)  # type: ignore[arg-type]
    [outcome] = CHECK.run(request).outcomes
    return outcome


def make_case(random: Random, oracle: Oracle, folder: Path) -> Case | None:
    """Make a case and have it answered; None where Django refuses what was made up."""
    mode = random.choice(_MODES)
    kinds = QUIET if mode == "quiet" else NEEDED
    kind = random.choice(sorted(kinds))
    project, changed = _make_change(random, kinds[kind])
    if changed is None:
        return None
    style = make_style(random, package=random.random() < 0.3)
    base = _with_migrations(random, oracle, folder, render(project, style))
    if base is None:
        return None
    other = project.copy()
    code = render(changed, _restyle(random, style, quiet=mode == "quiet"))
    head = {**{path: text for path, text in base.items() if "/migrations/0" in path}, **code}
    if mode == "right":
        head |= _migrations(oracle, folder, head)
    if mode == "wrong":
        head = _wrong(random, oracle, folder, head, other, style)
    answer = _ask(oracle, folder, head)
    if "error" in answer:
        return None
    return Case(kind, mode, answer["operations"], check(base, head), base, head)


def _make_change(random: Random, mutation: Mutation) -> tuple[Project, Project | None]:
    """A project and what a change makes of it; None where no project of some had what the change asks for."""
    project = make_project(random)
    for _ in range(_PROJECTS):
        changed = project.copy()
        if mutation(random, changed):
            return project, changed
        project = make_project(random)
    return project, None


def _restyle(random: Random, style: Style, *, quiet: bool) -> Style:
    if not quiet and random.random() < 0.6:
        return style
    other = make_style(random, style.package)
    return replace(other, package=not style.package) if random.random() < 0.1 else other


def _with_migrations(random: Random, oracle: Oracle, folder: Path, files: dict[str, str]) -> dict[str, str] | None:
    made = _ask(oracle, folder, files).get("migrations", {})
    base = {**files, **_paths(made)}
    for label, migrations in made.items():
        if len(migrations) == 1:
            base |= _past(random, label, migrations[0][1])
    answer = _ask(oracle, folder, base)
    return base if made and not answer.get("operations", ["error"]) else None


def _past(random: Random, label: str, initial: str) -> dict[str, str]:
    """What may stand between an initial migration and the change: work on data, and a squash of the two."""
    past: dict[str, str] = {}
    if random.random() < _PAST:
        past["0002_data"] = _DATA.format(label=label, work=_WORK)
        if random.random() < _PAST:
            replaces = f"    replaces = [('{label}', '0001_initial'), ('{label}', '0002_data')]\n"
            head, found, operations = initial.partition("    operations = [")
            past["0001_squashed_0002_data"] = f"{head}{replaces}{found}\n        {_WORK},{operations}"
    return _paths({label: list(past.items())})


def _migrations(oracle: Oracle, folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    return _paths(_ask(oracle, folder, files).get("migrations", {}))


def _paths(migrations: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    """Where the migrations of each label stand, and their text."""
    return {
        f"{_FOLDERS.get(label, label)}/migrations/{name}.py": text
        for label, made in migrations.items()
        for name, text in made
    }


def _wrong(
    random: Random, oracle: Oracle, folder: Path, head: Mapping[str, str], other: Project, style: Style
) -> dict[str, str]:
    """The head with migrations that do not do: the last try counts where none of some is wrong."""
    made = dict(head)
    for _ in range(_TRIES):
        made = {**head, **_wrong_migrations(random, oracle, folder, head, other.copy(), style)}
        if _ask(oracle, folder, made).get("operations"):
            break
    return made


def _wrong_migrations(
    random: Random, oracle: Oracle, folder: Path, head: Mapping[str, str], other: Project, style: Style
) -> dict[str, str]:
    """Migrations that are empty, of another change, or of this one with something changed."""
    way = random.choice(["empty", "other", "edited", "edited"])
    right = _migrations(oracle, folder, head)
    if way == "other":
        NEEDED[random.choice(sorted(NEEDED))](random, other)
        kept = {path: text for path, text in head.items() if "/migrations/0" in path}
        return _migrations(oracle, folder, {**kept, **render(other, style)})
    if way == "empty":
        return {
            path: re.sub(r"operations = \[.*\n    \]", "operations = []", text, flags=re.DOTALL)
            for path, text in right.items()
        }
    return {path: _edit(random, text) for path, text in right.items()}


def _edit(random: Random, text: str) -> str:
    edits = [
        (r"=True\b", "=False"),
        (r"=False\b", "=True"),
        (r"max_length=(\d+)", r"max_length=1\1"),
        (r", null=True", ""),
        (r", default=[^,()]+(?=[,)])", ""),
        (r"CASCADE", "PROTECT"),
        (r"name='(\w+)'", r"name='\1x'"),
        (r"verbose_name='", "verbose_name='x"),
        (r"'-?id'", "'pk'"),
    ]
    pattern, put = random.choice(edits)
    head, found, tail = text.partition("operations")
    return head + found + re.sub(pattern, put, tail, count=1)


def _ask(oracle: Oracle, folder: Path, files: Mapping[str, str]) -> dict[str, Any]:
    return ask(oracle, folder, files, _APPS)


def ask(oracle: Oracle, folder: Path, files: Mapping[str, str], apps: list[str]) -> dict[str, Any]:
    """Django's answer to a project, written to a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return oracle.ask(folder, apps)
