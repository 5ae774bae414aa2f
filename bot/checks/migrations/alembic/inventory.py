"""Which files of a tree matter: environments, revision files, files that may declare tables, the database's kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from bot.checks.migrations.alembic.models import may_declare
from bot.checks.migrations.alembic.revisions import is_revision
from bot.checks.migrations.syntax.source import Sources
from bot.model import Change, Entry, Mode, Tree

_FILES = (Mode.FILE, Mode.EXECUTABLE)
# Folders whose tables are no part of the application's schema.
_ASIDE = frozenset(
    {
        *("test", "tests", "testing", "docs", "doc", "docs_src", "example", "examples", "node_modules", "benchmarks"),
        *("site-packages", ".venv", "venv", "fixtures", "tutorial", "samples"),
    }
)
_DRIVERS = (
    (
        "postgresql",
        re.compile(
            rb"postgres(?:ql)?(?:\+\w+)?://|psycopg|asyncpg|pg8000|dialects\.postgresql|dialects import postgresql"
        ),
    ),
    ("mysql", re.compile(rb"(?:mysql|mariadb)(?:\+\w+)?://|pymysql|mysqlclient|aiomysql|dialects\.mysql")),
    ("sqlite", re.compile(rb"sqlite(?:\+\w+)?://|aiosqlite|dialects\.sqlite")),
)


@dataclass
class Inventory:
    """What a tree holds, by paths first and by contents where paths do not tell."""

    tree: Tree
    sources: Sources
    kinds: dict[str, tuple[bool, bool]] = field(default_factory=dict)

    @cached_property
    def _python(self) -> dict[str, Entry]:
        entries = self.tree.entries()
        return {one.path: one for one in entries if one.path.endswith(".py") and one.mode in _FILES}

    @property
    def python_files(self) -> list[str]:
        """All Python files."""
        return list(self._python)

    @cached_property
    def environments(self) -> list[str]:
        """The folders that hold Alembic's `env.py`, told by the template of revisions or their folder beside it."""
        paths = {one.path for one in self.tree.entries()}
        folders = [
            path.removesuffix("env.py") for path in self.python_files if path.endswith("/env.py") or path == "env.py"
        ]
        versions = {folder.partition("versions/")[0] for folder in paths if "versions/" in folder}
        return [one for one in folders if f"{one}script.py.mako" in paths or one in versions]

    def is_aside(self, path: str) -> bool:
        """Whether a path is in a folder of tests, examples or the like that holds no environment."""
        parts = path.split("/")
        if parts[-1].startswith("test_") or parts[-1] == "conftest.py":
            return True
        for position, part in enumerate(parts[:-1]):
            if part in _ASIDE:
                prefix = "/".join(parts[: position + 1]) + "/"
                if not any(one.startswith(prefix) for one in self.environments):
                    return True
        return False

    def _classify(self) -> tuple[list[str], list[str]]:
        candidates = [path for path in self.python_files if not self.is_aside(path)]
        self.sources.prefetch(self.tree, candidates)
        models: list[str] = []
        revisions: list[str] = []
        for path in candidates:
            entry = self._python[path]
            if entry.oid not in self.kinds:
                text = self.sources.text(self.tree, path)
                content = text if isinstance(text, bytes) else b""
                self.kinds[entry.oid] = (may_declare(content), is_revision(content))
            declares, migrates = self.kinds[entry.oid]
            if migrates:
                revisions.append(path)
            elif declares and not any(path.startswith(one) for one in self.environments if one):
                models.append(path)
        return models, revisions

    @cached_property
    def _classified(self) -> tuple[list[str], list[str]]:
        return self._classify()

    @property
    def model_files(self) -> list[str]:
        """The files that may declare tables or parts of them."""
        return self._classified[0]

    @property
    def revision_files(self) -> list[str]:
        """The revision files."""
        return self._classified[1]

    @cached_property
    def dialect(self) -> str:
        """The database: what the most telling files name; PostgreSQL where nothing does."""
        telling = [
            one.path
            for one in self.tree.entries()
            if one.mode in _FILES and _TELLING.search(one.path) is not None and not self.is_aside(one.path)
        ][:60]
        paths = [*telling, *(f"{one}env.py" for one in self.environments)]
        self.sources.prefetch(self.tree, paths)
        found = [text for path in paths if isinstance(text := self.sources.text(self.tree, path), bytes)]
        counts = {name: sum(len(pattern.findall(text)) for text in found) for name, pattern in _DRIVERS}
        for name in ("postgresql", "mysql", "sqlite"):
            if counts[name]:
                return name
        migrations = [self.sources.text(self.tree, path) for path in self.revision_files]
        for name, pattern in _DRIVERS:
            if any(isinstance(text, bytes) and pattern.search(text) for text in migrations):
                return name
        return "postgresql"


_TELLING = re.compile(
    r"(^|/)(alembic\.ini|requirements[^/]*\.(txt|in)|pyproject\.toml|setup\.(py|cfg)|Pipfile|docker-compose[^/]*\.ya?ml|compose\.ya?ml"
    r"|\.env(\.[a-z]+)?|(config|settings|database|db)\.py)$"
)


def inventories(change: Change, sources: Sources) -> tuple[Inventory, Inventory]:
    """Those of the merge base and the head; contents are looked at once."""
    base = Inventory(change.merge_base, sources)
    return base, Inventory(change.head, sources, base.kinds)
