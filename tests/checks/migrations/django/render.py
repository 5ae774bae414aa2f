"""Writes a project as source, in one of many styles."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.checks.migrations.django.project import FIELDS, FUNCTIONS, Fld, Mdl, Project, Src, Value

_IMPORTS = {
    "RegexValidator": "from django.core.validators import RegexValidator",
    "MinValueValidator": "from django.core.validators import MinValueValidator",
    "Decimal": "from decimal import Decimal",
    "timezone": "from django.utils import timezone",
    "uuid": "import uuid",
    "timedelta": "from datetime import timedelta",
    "settings": "from django.conf import settings",
    "_": "from django.utils.translation import gettext_lazy as _",
}
_MANAGERS = (
    "class PlainManager(models.Manager):\n    pass\n\n\n"
    "class KeptManager(models.Manager):\n    use_in_migrations = True\n"
)
_CUSTOM = ("CodeField", "ShortField", "UnitField")
_HELPERS = ("make_code", "make_other", "place")


@dataclass(frozen=True)
class Style:
    """How source is written.

    Attributes:
        package: models in a package, one file each.
        elsewhere: constants in a file of their own, imported from another.
        alias: the name under which `django.db.models` is known.
        positional: verbose_name comes first, by position.
        spread: `null=True, blank=True` comes from a dict.
        spelled: options that say what is so anyway are written out.
        arithmetic: numbers are written as sums.
        annotated: fields have annotations.
        shuffle: seed of the order of arguments and fields.
        noise: comments, docstrings, methods.
        factory: fields of text come from a function or a partial.
    """

    package: bool = False
    elsewhere: bool = True
    alias: str = "models"
    positional: bool = False
    spread: bool = False
    spelled: bool = False
    arithmetic: bool = False
    annotated: bool = False
    shuffle: int = 0
    noise: int = 0
    factory: str = ""
    nested_if: bool = False


def make_style(random: Random, package: bool) -> Style:  # noqa: FBT001 - a property of the style
    return Style(
        package=package,
        elsewhere=random.random() < 0.6,
        alias=random.choice(["models", "models", "db"]),
        positional=random.random() < 0.4,
        spread=random.random() < 0.3,
        spelled=random.random() < 0.3,
        arithmetic=random.random() < 0.3,
        annotated=random.random() < 0.2,
        shuffle=random.randrange(1000),
        noise=random.randrange(4),
        factory=random.choice(["", "", "", "def", "partial"]),
        nested_if=random.random() < 0.2,
    )


def render(project: Project, style: Style) -> dict[str, str]:
    """All files of a project but its migrations (and those of `project/`)."""
    files = {
        "manage.py": "import django\n",
        "project/__init__.py": "",
        "project/settings.py": f"DEFAULT_AUTO_FIELD = 'django.db.models.{project.auto_field}'\nLABEL_LENGTH = 33\n",
        "common/__init__.py": "",
        "common/models.py": _module(project, style, list(project.apps["common"].values()), own=True),
        "common/managers.py": f"from django.db import models\n\n\n{_MANAGERS}",
        "common/helpers.py": FUNCTIONS,
        "common/fields.py": FIELDS,
        "common/constants.py": _constants(project, style, "constants"),
        "common/limits.py": "from .constants import LIMIT, WIDE\n",
        "common/choices.py": _choices(project),
    }
    for app in ("shop", "stock"):
        files[f"{app}/__init__.py"] = ""
        label = f"    label = '{project.stock_label}'\n" if app == "stock" and project.stock_label else ""
        name = app.capitalize()
        files[f"{app}/apps.py"] = (
            f"from django.apps import AppConfig\n\n\nclass {name}Config(AppConfig):\n    name = '{app}'\n{label}"
        )
        files[f"{app}/migrations/__init__.py"] = ""
        models = list(project.apps[app].values())
        if style.package:
            lines = [f"from .{model.name.lower()} import {model.name}  # noqa: F401\n" for model in models]
            files[f"{app}/models/__init__.py"] = "".join(lines)
            for model in models:
                files[f"{app}/models/{model.name.lower()}.py"] = _module(project, style, [model], own=False)
        else:
            files[f"{app}/models.py"] = _module(project, style, models, own=False)
    return files


def _constants(project: Project, style: Style, _: str) -> str:
    return "".join(
        f"{name} = {f'{value - 5} + 5' if style.arithmetic else value}\n" for name, value in project.constants.items()
    )


def _choices(project: Project) -> str:
    text = "from django.db import models\nfrom django.utils.translation import gettext_lazy as _\n"
    for name, members in project.choices.items():
        body = "".join(f"    {value.upper()} = '{value}', _('{label}')\n" for value, label in members)
        text += f"\n\nclass {name}(models.TextChoices):\n{body}"
    return text


class _Writer:
    def __init__(self, project: Project, style: Style) -> None:
        self.project, self.style = project, style
        self.needs: set[str] = set()

    def value(self, value: Value) -> str:
        match value:
            case Src(text=text, needs=needs):
                self.needs |= set(needs)
                alias = self.style.alias
                return text if alias == "models" else text.replace("models.", f"{alias}.")
            case list():
                return f"[{', '.join(map(self.value, value))}]"
            case bool():
                return repr(value)
            case int() if self.style.arithmetic and value > 4:
                return f"{value - 3} + 3"
        return repr(value)

    def field(self, made: Fld) -> str:
        random = Random(self.style.shuffle)  # noqa: S311 - a style, no secret
        args = dict(made.args)
        if self.style.spelled:
            args.setdefault("editable", True) if made.cls != "BinaryField" else None
            if made.cls in {"CharField", "IntegerField", "TextField"}:
                args.setdefault("null", False)
                args.setdefault("help_text", "")
        parts: list[str] = []
        relation = made.cls in {"ForeignKey", "OneToOneField", "ManyToManyField"}
        if relation:
            parts.append(self.value(args.pop("to")))
            if self.style.positional and "on_delete" in args:
                parts.append(self.value(args.pop("on_delete")))
        elif self.style.positional and "verbose_name" in args:
            parts.append(self.value(args.pop("verbose_name")))
        spread = self.style.spread and args.get("null") is True and args.get("blank") is True
        if spread:
            del args["null"], args["blank"]
        named = [f"{name}={self.value(one)}" for name, one in args.items()]
        random.shuffle(named)
        if spread:
            self.needs.add("OPTIONAL")
            named.append("**OPTIONAL")
        call = f"{self.style.alias}.{made.cls}"
        if made.cls in _CUSTOM:
            self.needs.add(made.cls)
            call = made.cls
        if self.style.factory and made.cls == "CharField":
            self.needs.add("text_field")
            call = "text_field"
        return f"{call}({', '.join([*parts, *named])})"

    def model(self, model: Mdl) -> str:
        alias = self.style.alias
        bases = (
            [model.parent] if model.parent else [*model.mixins, f"{alias}.Model"] if not model.mixins else model.mixins
        )
        lines = [f"class {model.name}({', '.join(str(base) for base in bases)}):"]
        if self.style.noise & 1:
            lines.append('    """Says what it is."""\n')
        items = list(model.fields.items())
        Random(self.style.shuffle).shuffle(items)  # noqa: S311 - a style, no secret
        for name, made in items:
            if self.style.noise & 2:
                lines.append(f"    # about {name}")
            annotation = f": {alias}.Field" if self.style.annotated else ""
            if self.style.nested_if and name == "f0":
                lines.append("    if True:")
                lines.append(f"        {name}{annotation} = {self.field(made)}")
            else:
                lines.append(f"    {name}{annotation} = {self.field(made)}")
        for manager in model.managers:
            self.needs |= {one for one in ("PlainManager", "KeptManager") if one in manager}
            lines.append(f"    {manager.replace('models.', f'{alias}.')}")
        lines += self._meta(model)
        for number in range(model.methods + (self.style.noise & 1)):
            lines.append(f"\n    def method{number}(self):\n        return {number}")
        if len(lines) == 1:
            lines.append("    pass")
        return "\n".join(lines)

    def _meta(self, model: Mdl) -> list[str]:
        meta = dict(model.meta)
        if model.kind == "abstract":
            meta["abstract"] = True
        if model.kind == "proxy":
            meta["proxy"] = True
        if not meta:
            return []
        base = "(Named.Meta)" if model.mixins == ["Named"] and self.style.shuffle % 2 and "ordering" in meta else ""
        return [f"\n    class Meta{base}:", *(f"        {name} = {self.value(value)}" for name, value in meta.items())]


def _module(project: Project, style: Style, models: list[Mdl], *, own: bool) -> str:  # noqa: C901 - a line a need
    writer = _Writer(project, style)
    bodies = [writer.model(model) for model in models]
    alias = style.alias
    lines = ["from django.db import models" + ("" if alias == "models" else f" as {alias}")]
    lines += [_IMPORTS[name] for name in sorted(writer.needs & _IMPORTS.keys())]
    if helpers := sorted(writer.needs & set(_HELPERS)):
        lines.append(f"from common.helpers import {', '.join(helpers)}")
    if custom := sorted(writer.needs & set(_CUSTOM)):
        lines.append(f"from common.fields import {', '.join(custom)}")
    if managers := sorted(writer.needs & {"PlainManager", "KeptManager"}):
        lines.append(f"from common.managers import {', '.join(managers)}")
    if choices := sorted(writer.needs & project.choices.keys()):
        lines.append(f"from common.choices import {', '.join(choices)}")
    constants = sorted(writer.needs & project.constants.keys())
    if constants and style.elsewhere:
        lines.append(f"from common.limits import {', '.join(constants)}")
    elif constants:
        lines += [f"{name} = {project.constants[name]}" for name in constants]
    mixins = sorted({mixin for model in models for mixin in model.mixins}) if not own else []
    if mixins:
        lines.append(f"from common.models import {', '.join(mixins)}")
    here = {model.name for model in models}
    parents = sorted({model.parent for model in models if model.parent and model.parent not in here})
    lines += [f"from .{parent.lower()} import {parent}" for parent in parents]
    if "OPTIONAL" in writer.needs:
        lines.append("OPTIONAL = {'null': True, 'blank': True}")
    if "text_field" in writer.needs and style.factory == "partial":
        lines += ["from functools import partial", f"text_field = partial({alias}.CharField)"]
    elif "text_field" in writer.needs:
        lines.append(f"\n\ndef text_field(*args, **kwargs):\n    return {alias}.CharField(*args, **kwargs)")
    return "\n".join(lines) + "\n\n\n" + "\n\n\n".join(bodies) + "\n"
