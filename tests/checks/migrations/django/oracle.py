"""Django's own autodetector, asked about projects that were written to disk.

    python -m tests.checks.migrations.django.oracle     reads a JSON request a line, writes a JSON answer a line

It runs in a process of its own, for it imports what was generated. A request: {`root`, `apps`, `settings`}; the
answer: {`operations`: what makemigrations would write, `migrations`: {app label: [[name, text]]}} or {`error`}.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Oracle:
    """The client's side: a process that answers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.checks.migrations.django.oracle"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, root: Path, apps: list[str]) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the process has no pipes")
        self._process.stdin.write(json.dumps({"root": str(root), "apps": apps}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()


def _forget(apps: list[str]) -> None:
    from django.apps import apps as registry  # type: ignore[import-untyped]

    tops = {name.partition(".")[0] for name in apps}
    for name in [name for name in sys.modules if name.partition(".")[0] in {*tops, "project"}]:
        del sys.modules[name]
    for label in list(registry.all_models):
        if label not in {"auth", "contenttypes"}:
            registry.all_models[label].clear()
    registry.clear_cache()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    import importlib

    from django.apps import apps as registry
    from django.conf import settings  # type: ignore[import-untyped]
    from django.db.migrations.autodetector import MigrationAutodetector  # type: ignore[import-untyped]
    from django.db.migrations.loader import MigrationLoader  # type: ignore[import-untyped]
    from django.db.migrations.questioner import MigrationQuestioner  # type: ignore[import-untyped]
    from django.db.migrations.state import ProjectState  # type: ignore[import-untyped]
    from django.db.migrations.writer import MigrationWriter  # type: ignore[import-untyped]

    root, names = request["root"], request["apps"]
    _forget(names)
    sys.path.insert(0, root)
    importlib.invalidate_caches()
    try:
        given = importlib.import_module("project.settings")
        for name in ("AUTH_USER_MODEL", "DEFAULT_AUTO_FIELD", "MIGRATION_MODULES", "LABEL_LENGTH"):
            default = {"AUTH_USER_MODEL": "auth.User", "MIGRATION_MODULES": {}}.get(
                name, "django.db.models.BigAutoField"
            )
            setattr(settings, name, getattr(given, name, default))
        registry.set_installed_apps(["django.contrib.auth", "django.contrib.contenttypes", *names])
        loader = MigrationLoader(None, ignore_no_migrations=True)
        before = loader.project_state()
        detector = MigrationAutodetector(
            before, ProjectState.from_apps(registry), MigrationQuestioner({"ask_initial": True})
        )
        labels = {config.label for config in registry.get_app_configs() if not config.name.startswith("django.")}
        changes = detector.changes(graph=loader.graph, trim_to_apps=labels, convert_apps=labels)
        found = {label: migrations for label, migrations in changes.items() if label in labels}
        return {
            "operations": [
                [label, operation.__class__.__name__, operation.describe()]
                for label, migrations in sorted(found.items())
                for migration in migrations
                for operation in migration.operations
            ],
            "migrations": {
                label: [
                    [migration.name, MigrationWriter(migration, include_header=False).as_string()]
                    for migration in migrations
                ]
                for label, migrations in found.items()
            },
        }
    except Exception as error:  # noqa: BLE001 - what was generated may be refused; the test says so
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        sys.path.remove(root)
        if registry.stored_app_configs:
            registry.unset_installed_apps()


def main() -> None:
    sys.dont_write_bytecode = True
    import warnings

    import django  # type: ignore[import-untyped]
    from django.conf import settings

    warnings.simplefilter("ignore")
    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=True,
    )
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
