"""One tree of the change, read as Django would: its apps, its models, and what its migrations add up to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from bot.checks.migrations.django.apps import App, Apps
from bot.checks.migrations.django.evaluate import Evaluator
from bot.checks.migrations.django.graph import Graph, find_files, read_graph
from bot.checks.migrations.django.models import Models
from bot.checks.migrations.django.replay import AppState, Replay
from bot.checks.migrations.django.state import ModelState
from bot.checks.migrations.django.values import Definition
from bot.checks.migrations.syntax.layout import Layout, is_test
from bot.checks.migrations.syntax.source import Sources, words
from bot.model import Tree

# Models that packages make beside those of the code, and how the code asks for that.
_MADE_NAMES = re.compile(r"^(?:historical|tagulous)|(?:event|history|version|log|translation|through|audit)$")
_MAKERS = re.compile(rb"(?i)histor|tagulous|translat|reversion|audit|version|\btype\(|create_model|make_model")
# How a package imports its modules without naming them.
_LOADERS = re.compile(rb"import_module|__import__|iter_modules|walk_packages|importlib|listdir|\bglob\b|autodiscover")
ModelKey = tuple[str, str]


class Side:
    """One tree."""

    def __init__(self, tree: Tree, sources: Sources) -> None:
        self.layout = Layout(tree)
        self.evaluator = Evaluator(tree, sources, self.layout)
        self.apps = Apps(self.evaluator)
        self.models = Models(self.evaluator, self.apps)
        self._graphs: dict[str, Graph] = {}
        self._states: dict[str, AppState] = {}
        self._followed: dict[str, str] = {}
        self._loaded: dict[str, bool] = {}

    # Models

    def model_files(self, app: App) -> list[str]:
        """The files of an app in which Django looks for models first: `models.py` and what is under `models/`."""
        return self._model_files.get(app.folder, [])

    @cached_property
    def _model_files(self) -> Mapping[str, list[str]]:
        by_folder: dict[str, list[str]] = {}
        for path in sorted(self.layout.python_files):
            folder, inside = _split_at_models(path)
            if folder is not None and not is_test(inside):
                by_folder.setdefault(folder, []).append(path)
        return by_folder

    def is_loaded(self, path: str) -> bool:
        """Whether Django comes to a file of models: not to a module of a package `models` that nothing names."""
        if path not in self._loaded:
            self._loaded[path] = self._is_named(path)
        return self._loaded[path]

    def _is_named(self, path: str) -> bool:
        folder, inside = _split_at_models(path)
        app = self.apps.of(path)
        if folder is None or app is None or inside in {"models.py", "models/__init__.py"}:
            return True
        name = (path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]).encode()
        others = [one for one in self.model_files(app) if one != path]
        self.evaluator.sources.prefetch(self.evaluator.tree, others)
        near = [self.evaluator.sources.text(self.evaluator.tree, one) for one in others]
        texts = chain(near, (text for one, text in self._texts(app) if one != path))
        return any(isinstance(text, bytes) and (_LOADERS.search(text) or name in words(text)) for text in texts)

    def classes_in(self, paths: Iterable[str]) -> Iterator[Definition]:
        """Yield the classes of models that files define, each once."""
        wanted = list(dict.fromkeys(paths))
        self.evaluator.sources.prefetch(self.evaluator.tree, wanted)
        for path in wanted:
            if path in self.layout.python_files and self.is_loaded(path):
                yield from self.models.find_classes(path)

    def read(self, classes: Iterable[Definition]) -> dict[ModelKey, ModelState]:
        """The states of models, by their app's folder and their name in small letters."""
        found = {}
        for owner in classes:
            if (read := self.models.read(owner)) is not None:
                app, model = read
                found[app.folder, model.name.lower()] = model
        return found

    def is_model(self, path: str, name: str) -> bool:
        """Whether a module's top-level name is a model, abstract or not."""
        return self.models.inheritance.is_model(self.evaluator.lookup(path, name))

    def definition(self, path: str, name: str) -> ast.AST | None:
        """The class or function of the repository that a module's name stands for; None where it stands for another."""
        found = self.evaluator.lookup(path, name)
        return found.node if isinstance(found, Definition) else None

    def locate(self, app: App, names: frozenset[str]) -> list[str]:
        """The files of an app, beyond those of models, that mention the names (in small letters) of models."""
        prefix = f"{app.folder}/" if app.folder else ""
        own = app.migrations or ""
        paths = [
            path
            for path in sorted(self.layout.python_files)
            if path.startswith(prefix) and not path.startswith(f"{own}/") and self.apps.of(path) == app
        ]
        self.evaluator.sources.prefetch(self.evaluator.tree, paths)
        found = []
        for path in paths:
            text = self.evaluator.sources.text(self.evaluator.tree, path)
            if isinstance(text, bytes) and b"class " in text.replace(b"\t", b" "):
                lowered = {word.lower() for word in words(text)}
                if any(name.encode() in lowered for name in names):
                    found.append(path)
        return found

    def makes_models(self, app: App, name: str) -> bool:
        """Whether a model is likely made at run time: by its name, and by what the app's code mentions."""
        if not _MADE_NAMES.search(name):
            return False
        return any(_MAKERS.search(text) is not None for _, text in self._texts(app))

    def find_class(self, app: App, name: str) -> str | None:
        """The file of an app's code that has a class of a name, whatever its bases; None where none has."""
        pattern = re.compile(rb"\bclass\s+" + re.escape(name.encode("utf-8", "surrogateescape")) + rb"\b")
        return next((path for path, text in self._texts(app) if pattern.search(text) is not None), None)

    def _texts(self, app: App) -> Iterator[tuple[str, bytes]]:
        """Yield the files of an app but its migrations, with their contents."""
        prefix, own = f"{app.folder}/" if app.folder else "", f"{app.migrations}/"
        paths = [path for path in sorted(self.layout.python_files) if path.startswith(prefix)]
        paths = [path for path in paths if not path.startswith(own)]
        self.evaluator.sources.prefetch(self.evaluator.tree, paths)
        for path in paths:
            text = self.evaluator.sources.text(self.evaluator.tree, path)
            if isinstance(text, bytes):
                yield path, text

    # Migrations

    def graph(self, app: App) -> Graph:
        """An app's migrations."""
        if app.folder not in self._graphs:
            self._graphs[app.folder] = read_graph(self.evaluator, app)
        return self._graphs[app.folder]

    def state(self, app: App) -> AppState:
        """What an app's migrations add up to."""
        if app.folder not in self._states:
            self._states[app.folder] = Replay(self.evaluator, self.graph(app), self.models.place).run()
        return self._states[app.folder]

    def take_state(self, app: App, other: Side) -> None:
        """Use the state of another tree whose migrations of the app are the same."""
        if app.folder in other._states:
            self._states[app.folder] = other._states[app.folder]

    def follow(self, label: str) -> str:
        """The label that a model has now: other apps' references follow where it was renamed."""
        if label not in self._followed:
            self._followed[label] = self._follow(label)
        return self._followed[label]

    def _follow(self, label: str) -> str:
        app_label, _, name = label.partition(".")
        for app in self._by_label.get(app_label, ()):
            if not self._renames(app):
                continue
            renames = self.state(app).renames
            for _ in range(len(renames)):
                if name not in renames:
                    break
                name = renames[name]
        return f"{app_label}.{name}"

    @cached_property
    def _by_label(self) -> Mapping[str, list[App]]:
        by_label: dict[str, list[App]] = {}
        for app in self.apps.all.values():
            if app.migrations is not None:
                by_label.setdefault(app.label, []).append(app)
        return by_label

    def _renames(self, app: App) -> bool:
        """Whether some migration of an app may rename a model, told from its text alone."""
        paths = find_files(self.evaluator, app)
        self.evaluator.sources.prefetch(self.evaluator.tree, paths)
        for path in paths:
            text = self.evaluator.sources.text(self.evaluator.tree, path)
            if not isinstance(text, bytes) or b"RenameModel" in text:
                return True
        return False


def _split_at_models(path: str) -> tuple[str | None, str]:
    """The folder of the app whose models a file may hold, by its path, and the path inside; None where by none."""
    folders, _, name = path.rpartition("/")
    if name == "models.py":
        return folders, name
    parts = folders.split("/")
    if "models" not in parts:
        return None, path
    place = parts.index("models")
    return "/".join(parts[:place]), "/".join([*parts[place:], name])
