"""The apps of a tree: their folders, labels, migrations and automatic keys; the settings that models depend on."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname

from bot.checks.migrations.django import classes
from bot.checks.migrations.django.evaluate import Evaluator
from bot.checks.migrations.django.same import compare
from bot.checks.migrations.django.scopes import Scope
from bot.checks.migrations.django.values import Definition, ModuleValue, Opaque, Ref, Same
from bot.checks.migrations.syntax.folding import Value
from bot.checks.migrations.syntax.layout import is_test

_CONFIG_FILES = ("apps.py", "config.py", "__init__.py", "app.py")
# Where a project replaces what fields say of themselves to migrations.
_OVERRIDING_FILES = ("/apps.py", "/management/commands/makemigrations.py", "/management/commands/migrate.py")
_OVERRIDE = b"Field.deconstruct"
_AUTO_FIELD = "django.db.models.AutoField"


@dataclass(frozen=True)
class App:
    """One app.

    Attributes:
        folder: where its code is; it tells apps of one label apart.
        label: what stands before the dot in `shop.order`.
        migrations: the folder of its migrations; None where it has none, so that Django leaves its models alone.
        auto_field: dotted name of the class of automatic keys, where the app's configuration says.
    """

    folder: str
    label: str
    migrations: str | None
    auto_field: Value | None = None


class Apps:
    """The apps of one tree."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._layout = evaluator.layout
        evaluator.settings = self.setting

    @cached_property
    def all(self) -> Mapping[str, App]:
        """The apps by folder."""
        folders = {dirname(folder): folder for folder in self._layout.migration_folders()}
        bare = {dirname(path) for path in self._layout.python_files if path.endswith("/apps.py")}
        apps = {folder: self._read(folder, folders.get(folder)) for folder in sorted({*folders, *bare})}
        moved = self._moved
        return {folder: self._moved_app(app, moved) for folder, app in apps.items()}

    def _read(self, folder: str, migrations: str | None) -> App:
        config = self._config(folder)
        label: Value = folder.rpartition("/")[2]
        auto: Value = None
        if config is not None:
            named = self._attribute(config, "name")
            label = named.rpartition(".")[2] if isinstance(named, str) and named else label
            given = self._attribute(config, "label")
            label = given if isinstance(given, str) else label
            auto = self._attribute(config, "default_auto_field")
        return App(folder, str(label), migrations, None if isinstance(auto, Opaque) else auto)

    def _attribute(self, config: Definition, name: str) -> Value:
        return classes.attribute(self._evaluator, config, name)

    def _config(self, folder: str) -> Definition | None:
        for name in _CONFIG_FILES:
            path = f"{folder}/{name}" if folder else name
            text = (
                self._evaluator.sources.text(self._evaluator.tree, path) if path in self._layout.python_files else None
            )
            if not isinstance(text, bytes) or b"Config" not in text:
                continue
            module = self._evaluator.module(path)
            found = [self._evaluator.lookup(path, one) for one in module.parsed.bindings] if module else []
            configs = [
                one for one in found if isinstance(one, Definition) and one.path == path and self._is_config(one)
            ]
            default = [one for one in configs if self._attribute(one, "default") is True]
            if configs:
                return (default or configs)[0]
        return None

    def _is_config(self, one: Definition) -> bool:
        return one.is_class and any(
            isinstance(base, Ref) and base.last.endswith("Config") for base in classes.mro(self._evaluator, one)
        )

    @cached_property
    def _moved(self) -> Mapping[str, str | None]:
        """MIGRATION_MODULES: folder of migrations by label; None where an app is said to have none."""
        value = self.setting("MIGRATION_MODULES")
        if not isinstance(value, dict):
            return {}
        moved = {}
        for label, dotted in value.items():
            path = self._layout.find(dotted, "") if isinstance(dotted, str) else None
            moved[str(label)] = dirname(path) if path is not None and path.endswith("__init__.py") else None
        return moved

    def _moved_app(self, app: App, moved: Mapping[str, str | None]) -> App:
        if app.label not in moved or moved[app.label] is None:
            return app
        return App(app.folder, app.label, moved[app.label], app.auto_field)

    def of(self, path: str) -> App | None:
        """The app that a module belongs to: that of the nearest folder above it."""
        folder = dirname(path)
        while True:
            if (app := self.all.get(folder)) is not None:
                return app
            if not folder:
                return None
            folder = dirname(folder)

    @cached_property
    def by_migrations(self) -> Mapping[str, App]:
        """The apps by the folder of their migrations."""
        return {app.migrations: app for app in self.all.values() if app.migrations is not None}

    # A project's own rules of what migrations see

    @cached_property
    def exempt(self) -> frozenset[Value]:
        """What a project's own `Field.deconstruct` leaves out: names of arguments, and classes of their values."""
        found: set[Value] = set()
        for path in sorted(self._layout.python_files):
            if not path.endswith(_OVERRIDING_FILES):
                continue
            text = self._evaluator.sources.text(self._evaluator.tree, path)
            module = self._evaluator.module(path) if isinstance(text, bytes) and _OVERRIDE in text else None
            if module is None:
                continue
            for node in module.parsed.tree.body:
                if isinstance(node, ast.Assign) and _OVERRIDE.decode() in ast.unparse(node.targets[0]):
                    found |= self._named_by(self._evaluator.eval(node.value, Scope(module)))
        return frozenset(found)

    def _named_by(self, func: Value) -> set[Value]:
        """The texts that a function goes through or pops, and the classes that it asks for."""
        if not isinstance(func, Definition) or func.is_class:
            return set()
        found: set[Value] = set()
        for node in ast.walk(func.node):
            match node:
                case ast.Call(func=ast.Attribute(attr="pop"), args=[ast.Constant(value=str() as name), *_]):
                    found.add(name)
                case ast.Name(id=name, ctx=ast.Load()):
                    value = self._evaluator.name(name, func.scope)
                    if isinstance(value, tuple | list | set | frozenset):
                        found |= {one for one in value if isinstance(one, str)}
                    elif isinstance(value, Definition) and value.is_class:
                        found.add(value)
        return found

    # Settings

    @cached_property
    def _settings_files(self) -> list[str]:
        files = self._layout.settings_files()
        real = [path for path in files if not is_test(path) and "test" not in path]
        return real or files

    def setting(self, name: str) -> Value:
        """A setting, where all the settings modules that give it agree; else what cannot be told."""
        cached = self._settings.get(name)
        if cached is None:
            value, files = self._evaluator.tracked(lambda: self._find_setting(name))
            cached = self._settings[name] = value, files
        self._evaluator.rests_on(cached[1])
        return cached[0]

    @cached_property
    def _settings(self) -> dict[str, tuple[Value, frozenset[str]]]:
        return {}

    def _find_setting(self, name: str) -> Value:
        word = name.encode()
        values: list[Value] = []
        self._evaluator.sources.prefetch(self._evaluator.tree, self._settings_files)
        for path in self._settings_files:
            text = self._evaluator.sources.text(self._evaluator.tree, path)
            if not isinstance(text, bytes) or word not in text:
                continue
            module = self._evaluator.module(path)
            if module is None or name not in module.parsed.bindings:
                continue
            value = self._evaluator.lookup(path, name)
            if all(compare(value, one) is not Same.YES for one in values):
                values.append(value)
        good = [value for value in values if not isinstance(value, Opaque | Ref | ModuleValue)]
        if len(good) == 1 and len(values) == 1:
            return good[0]
        return Opaque("setting", (name, tuple(values)))

    def user_model(self) -> str | None:
        """AUTH_USER_MODEL in small letters; None where settings disagree, Django's own where none gives it."""
        value = self.setting("AUTH_USER_MODEL")
        if isinstance(value, str):
            return value.lower()
        unset = isinstance(value, Opaque) and value.parts[1:] == ((),)
        return "auth.user" if unset and self._settings_files else None

    def auto_field(self, app: App) -> Value:
        """The dotted name of the class of an app's automatic keys."""
        if app.auto_field is not None:
            return app.auto_field
        value = self.setting("DEFAULT_AUTO_FIELD")
        unset = isinstance(value, Opaque) and value.parts[1:] == ((),)
        return _AUTO_FIELD if unset else value
