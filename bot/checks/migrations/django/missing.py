"""`migrations.missing`: the differences between models and migrations that the head adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from bot.checks.migrations.django import words
from bot.checks.migrations.django.apps import App
from bot.checks.migrations.django.drift import Drift, Kind, find_drift
from bot.checks.migrations.django.pairs import Pair, is_same_model
from bot.checks.migrations.django.relevance import changed_names
from bot.checks.migrations.django.replay import AppState
from bot.checks.migrations.django.runtime import TRIGGERS, Maker, find_makers
from bot.checks.migrations.django.show import show
from bot.checks.migrations.django.side import ModelKey, Side
from bot.checks.migrations.django.state import ModelState
from bot.checks.migrations.django.twins import find_drift_of_twin, names_of_original
from bot.checks.migrations.django.values import Ref
from bot.checks.migrations.syntax.layout import is_settings, is_test
from bot.checks.migrations.syntax.source import Parsed, Sources, Unreadable
from bot.checks.migrations.syntax.source import words as words_of
from bot.model import Certainty, Change, ChangedFile, Finding, Unknown

# What a file that declares models, or the fields of models, says somewhere.
_DECLARES = re.compile(rb"\bmodels\.(?:Model|\w*Field|ForeignKey)\b|\bModel\)")
_MAX_UNREAD = 20
_SETTLE = "run `python manage.py makemigrations --check {app}` where the project is installed"
# What migrations hold and the class does not say, as where code adds to the class or changes it.
_HELD = frozenset({Kind.FIELD_REMOVED, Kind.FIELD_CHANGED, Kind.MODEL_REMOVED})
_Models = dict[ModelKey, ModelState]


@dataclass(frozen=True, kw_only=True)
class _Touched:
    """What of a change can matter.

    Attributes:
        code: the files, beside migrations, in which something differs that a schema may rest on.
        apps: the folders of the apps whose migrations differ.
        deleted: whether a file of code is gone, so that what rested on it cannot be traced.
    """

    code: frozenset[str]
    apps: frozenset[str]
    deleted: bool


@dataclass(kw_only=True)
class Missing:
    """What was found."""

    findings: list[Finding] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)


class MissingMigrations:
    """Compares both sides of a change."""

    def __init__(self, change: Change, sources: Sources, base: Side, head: Side) -> None:
        self._change, self._sources, self._base, self._head = change, sources, base, head
        self._result = Missing()
        self._declared: list[ModelState] = []
        self._models: tuple[_Models, _Models] = ({}, {})
        # Folder of the app and model (empty for all) that code may change as it is imported: named already.
        self._clouded: set[tuple[str, str]] = set()

    def find(self) -> Missing:
        """All differences that the head adds, and what could not be told."""
        touched = self._find_touched()
        if not touched.code and not touched.apps:
            return self._result
        head, base = self._read_models(touched)
        self._declared, self._models = list(head.values()), (head, base)
        for path in sorted(touched.code):
            self._note_makers(path)
        for folder in sorted(self._apps_to_compare(head, base, touched)):
            self._compare_app(folder, head, base, touched)
        return self._result

    # What is touched

    def _find_touched(self) -> _Touched:
        files = [
            file for file in self._change.files if file.path.endswith(".py") or (file.old_path or "").endswith(".py")
        ]
        apps, code = set(), list[ChangedFile]()
        for file in files:
            folders = {self._migrations_app(path) for path in (file.path, file.old_path) if path}
            apps |= {folder for folder in folders if folder is not None}
            if None in folders:
                code.append(file)
        telling = {path for file in code if not self._is_idle(file) for path in (file.path, file.old_path) if path}
        deleted = any(file.new_oid is None or file.old_path not in {None, file.path} for file in code)
        return _Touched(code=frozenset(telling), apps=frozenset(apps), deleted=deleted and bool(telling))

    def _migrations_app(self, path: str) -> str | None:
        folder = path.rpartition("/")[0]
        for side in (self._head, self._base):
            if (app := side.apps.by_migrations.get(folder)) is not None:
                return app.folder
        return None

    def _is_idle(self, file: ChangedFile) -> bool:
        """Whether nothing differs in a file that a schema may rest on."""
        app = self._head.apps.of(file.path) or self._base.apps.of(file.path)
        inside = file.path[len(app.folder) :].lstrip("/") if app is not None else file.path
        if is_test(inside) and not is_settings(file.path):
            return True
        old = self._sources.parse(self._change.merge_base, file.old_path) if file.old_path else None
        new = self._sources.parse(self._change.head, file.path) if file.new_oid else None
        if isinstance(new, Unreadable):
            self._note_unreadable(file.path, new, app)
            return False
        differ, functions = changed_names(old if isinstance(old, Parsed) else None, new)
        if not differ:
            return True
        return functions == differ and not self._is_called(functions)

    def _note_unreadable(self, path: str, why: Unreadable, app: App | None) -> None:
        text = self._sources.text(self._change.head, path)
        if app is None or (isinstance(text, bytes) and not _DECLARES.search(text)):
            return
        self._result.unknowns.append(
            Unknown(path=path, line=why.line, reason=why.reason, settle=_SETTLE.format(app=app.label))
        )

    def _note_makers(self, path: str) -> None:
        """Name what may make or change a model as its module is imported, where the change brings it."""
        app = self._head.apps.of(path)
        if app is None or app.migrations is None:
            return
        old_path = next((file.old_path for file in self._change.files if file.path == path), None)
        old = self._makers(self._base, old_path) if old_path else {}
        for key, maker in self._makers(self._head, path).items():
            if key not in old and self._is_unanswered(app, path, maker):
                self._clouded.add((app.folder, maker.model.lower()))
                name = f"{app.label}.{maker.model}: it" if maker.model else f"{app.label}: the module"
                reason = f"{name} {maker.what}, which may change a table and is not followed"
                self._result.unknowns.append(
                    Unknown(path=path, line=maker.line, reason=reason, settle=_SETTLE.format(app=app.label))
                )

    def _is_unanswered(self, app: App, path: str, maker: Maker) -> bool:
        """Whether it concerns a model, and the migrations make no table beside the model's own."""
        if not maker.model:
            return True
        if TRIGGERS in maker.what and self._migrations_mention(app, TRIGGERS):
            return False
        copies = (one for name in self._head.state(app).models for one in names_of_original(name))
        return self._head.is_model(path, maker.model) and maker.model.lower() not in copies

    def _migrations_mention(self, app: App, word: str) -> bool:
        """Whether a migration that the change brings to an app holds a word."""
        paths = [file.path for file in self._change.files if file.path.startswith(f"{app.migrations}/")]
        texts = (self._sources.text(self._change.head, path) for path in paths)
        return any(isinstance(text, bytes) and word.encode() in text for text in texts)

    def _makers(self, side: Side, path: str) -> Mapping[tuple[str, str], Maker]:
        parsed = self._sources.parse(side.evaluator.tree, path)
        return find_makers(parsed, lambda name: side.definition(path, name)) if isinstance(parsed, Parsed) else {}

    def _is_called(self, functions: frozenset[str]) -> bool:
        """Whether the code of models mentions a function, so that its body may count."""
        names = {name.encode("utf-8", "surrogateescape") for name in functions}
        files = [path for app in self._head.apps.all.values() for path in self._head.model_files(app)]
        self._sources.prefetch(self._change.head, files)
        texts = (self._sources.text(self._change.head, path) for path in files)
        return any(isinstance(text, bytes) and not names.isdisjoint(words_of(text)) for text in texts)

    # Models

    def _read_models(self, touched: _Touched) -> tuple[_Models, _Models]:
        head_files = self._files_of_models(self._head, touched)
        head = self._head.read(self._head.classes_in(head_files))
        same = {
            key: model for key, model in head.items() if not touched.deleted and touched.code.isdisjoint(model.files)
        }
        settled = {model.path for model in same.values()} - {
            model.path for key, model in head.items() if key not in same
        }
        base_files = [path for path in self._files_of_models(self._base, touched) if path not in settled]
        owners = self._base.classes_in(base_files)
        known = {(model.path, model.name) for model in same.values()}
        base = self._base.read(owner for owner in owners if (owner.path, owner.qualname) not in known)
        for key, model in same.items():
            if self._base.is_loaded(model.path):
                base.setdefault(key, model)
        return head, base

    def _files_of_models(self, side: Side, touched: _Touched) -> list[str]:
        apps = [app for app in side.apps.all.values() if app.migrations is not None]
        if not touched.code:
            apps = [app for app in apps if app.folder in touched.apps]
        files = [path for app in apps for path in side.model_files(app)]
        extra = [path for path in sorted(touched.code) if side.apps.of(path) is not None]
        return [*files, *extra]

    def _apps_to_compare(self, head: _Models, base: _Models, touched: _Touched) -> set[str]:
        folders = set(touched.apps)
        for key in head.keys() | base.keys():
            if not is_same_model(head.get(key), base.get(key)):
                folders.add(key[0])
        return folders

    # One app

    def _compare_app(self, folder: str, head: _Models, base: _Models, touched: _Touched) -> None:
        app = self._head.apps.all.get(folder)
        if app is None or app.migrations is None:
            return
        old_app = self._base.apps.all.get(folder)
        edited = folder in touched.apps
        state = self._head.state(app)
        if old_app is not None and old_app.migrations is not None and not edited:
            self._base.take_state(old_app, self._head)
        before = self._base.state(old_app) if old_app is not None and old_app.migrations is not None else None
        held = state.models
        was_held = before.models if before is not None else {}
        self._find_elsewhere(app, {name for name in held if (folder, name) not in head}, head, base)
        doubt = self._doubt(app, state)
        names = {name for at, name in (*head, *base) if at == folder} | held.keys() | was_held.keys()
        for name in sorted(names):
            key = (folder, name)
            pair = Pair(head.get(key), held.get(name), base.get(key), was_held.get(name))
            self._judge(app, name, pair, edited=edited, doubt=doubt)

    def _doubt(self, app: App, state: AppState) -> Certainty:
        """How sure a difference may be at most: NOTE where the change brings a migration that cannot be followed."""
        changed = {file.path for file in self._change.files}
        unclear = [one for one in state.unclear if one.path in changed]
        unread = {one.path: one for one in reversed(unclear) if not one.foreign}
        self._result.unknowns += [
            Unknown(path=path, line=one.line, reason=one.reason, settle=_SETTLE.format(app=app.label))
            for path, one in sorted(unread.items())[:_MAX_UNREAD]
        ]
        if unread:
            return Certainty.NOTE
        return Certainty.LIKELY if unclear else Certainty.CERTAIN

    def _find_elsewhere(self, app: App, names: set[str], head: _Models, base: _Models) -> None:
        """Look for models that migrations make and that no file of models declares, in the app's other files."""
        if not names:
            return
        for side, models in ((self._head, head), (self._base, base)):
            own = side.apps.all.get(app.folder)
            if own is None:
                continue
            for key, model in side.read(side.classes_in(side.locate(own, frozenset(names)))).items():
                if key[1] in names:
                    models.setdefault(key, model)

    def _judge(self, app: App, name: str, pair: Pair, *, edited: bool, doubt: Certainty) -> None:
        if pair.is_dynamic:
            self._judge_twin(app, name, pair, edited=edited)
            if pair.is_made_up and pair.state is not None and doubt is not Certainty.NOTE:
                self._judge_made_up(app, pair.state)
            return
        if pair.model is None and pair.old_model is not None and pair.old_model.path in self._head.evaluator.unreadable:
            # Its file is named as one that cannot be read; whether the model is still there is not known.
            return
        if pair.is_unanswered and pair.model is not None:
            self._result.unknowns.append(_of_bases(app, pair.model))
        now = find_drift(pair.model, pair.state, self._head.follow)
        if not now:
            return
        old = find_drift(pair.old_model, pair.old_state, self._base.follow)
        added = [one for one in now.values() if not one.is_old(old)]
        shown = pair.model or pair.old_model or pair.state or pair.old_state
        title = shown.name if shown is not None else name
        sure: list[tuple[Drift, Certainty]] = []
        unsure: list[Drift] = []
        for one in added:
            certainty = pair.weigh(one)
            if Certainty.NOTE in {certainty, doubt} or (one.key.kind in _HELD and self._is_clouded(app, name)):
                continue
            if certainty is None:
                unsure.append(one)
            else:
                sure.append((one, doubt if certainty is Certainty.CERTAIN else certainty))
        for drifts, certainty in _grouped(sure):
            self._result.findings.append(words.describe(app, title, drifts, certainty, edited=edited))
        self._result.unknowns += [self._unknown(app, title, one) for one in unsure[:1]]

    def _is_clouded(self, app: App, name: str) -> bool:
        return not self._clouded.isdisjoint({(app.folder, ""), (app.folder, name)})

    def _judge_twin(self, app: App, name: str, pair: Pair, *, edited: bool) -> None:
        """A table beside a model's own, made by a package, of which the change must keep both alike."""
        if pair.state is None or pair.old_state is None:
            return
        for original in names_of_original(name):
            model, old_model = (models.get((app.folder, original)) for models in self._models)
            if model is None or old_model is None:
                continue
            drifts = list(find_drift_of_twin(model, old_model, pair.state, pair.old_state))
            for group, certainty in _grouped((one, Certainty.LIKELY) for one in drifts):
                self._result.findings.append(words.describe(app, pair.state.name, group, certainty, edited=edited))
            return

    def _judge_made_up(self, app: App, state: ModelState) -> None:
        """A model that the change's migrations make and no class that can be read declares."""
        declares = any(one.path.startswith(f"{app.folder}/" if app.folder else "") for one in self._declared)
        if not declares or self._head.makes_models(app, state.name.lower()):
            return
        if path := self._head.find_class(app, state.name):
            reason = f"{app.label}.{state.name}: its class has a base that cannot be read from the source"
            self._result.unknowns.append(Unknown(path=path, reason=reason, settle=_SETTLE.format(app=app.label)))
        else:
            self._result.findings.append(words.describe_made_up(app, state))

    def _unknown(self, app: App, name: str, drift: Drift) -> Unknown:
        where = f"{app.label}.{name}{f'.{drift.key.name}' if drift.key.name else ''}"
        what = f" ({drift.key.aspect})" if drift.key.aspect else ""
        return Unknown(
            path=drift.path or None,
            line=drift.line or None,
            reason=f"{where}{what}: the change touches what cannot be read from the source",
            settle=_SETTLE.format(app=app.label),
        )


def _of_bases(app: App, model: ModelState) -> Unknown:
    names = ", ".join(show(one) for one in model.open_bases if isinstance(one, Ref)) or "one that is gone"
    return Unknown(
        path=model.path,
        line=model.line,
        reason=f"{app.label}.{model.name}: its bases changed, and what they bring is not in the repository ({names})",
        settle=_SETTLE.format(app=app.label),
    )


def _grouped(drifts: Iterable[tuple[Drift, Certainty]]) -> Iterator[tuple[list[Drift], Certainty]]:
    """Yield the differences that one operation answers together, with the highest certainty among them."""

    def subject(pair: tuple[Drift, Certainty]) -> tuple[str, str, str]:
        key = pair[0].key
        one = key.aspect if key.kind in {Kind.LIST_ADDED, Kind.LIST_REMOVED} else ""
        return key.kind.value, "" if key.kind is Kind.OPTION_CHANGED else key.name, one

    for _, group in groupby(sorted(drifts, key=subject), key=subject):
        pairs = list(group)
        certain = any(certainty is Certainty.CERTAIN for _, certainty in pairs)
        yield [one for one, _ in pairs], Certainty.CERTAIN if certain else Certainty.LIKELY
