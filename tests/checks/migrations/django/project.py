"""Made-up Django projects: what they declare, apart from how the source writes it.

A `Project` says what the models are; `render` writes it as files, in a style of which there are many: constants in
the same file or another, a package of models, other names for imports, positional names, options in any order.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any

Value = Any


@dataclass
class Fld:
    """A field: the class's name and its arguments as Python values, or as `Src` where they are code."""

    cls: str
    args: dict[str, Value]


@dataclass(frozen=True)
class Src:
    """Code, with the imports that it needs."""

    text: str
    needs: tuple[str, ...] = ()


@dataclass
class Mdl:
    """A model. `kind` is plain, abstract, proxy or child (of `parent`); `mixins` are abstract models."""

    name: str
    fields: dict[str, Fld] = field(default_factory=dict)
    meta: dict[str, Value] = field(default_factory=dict)
    kind: str = "plain"
    parent: str | None = None
    mixins: list[str] = field(default_factory=list)
    managers: list[str] = field(default_factory=list)
    methods: int = 0


@dataclass
class Project:
    """Two apps, `shop` and `stock`, abstract models in `common`, choices and constants."""

    apps: dict[str, dict[str, Mdl]]
    choices: dict[str, list[tuple[str, str]]]
    constants: dict[str, int]
    auto_field: str = "BigAutoField"
    stock_label: str | None = None

    def copy(self) -> Project:
        return copy.deepcopy(self)

    def concrete(self) -> list[tuple[str, Mdl]]:
        return [
            (app, model) for app, models in self.apps.items() for model in models.values() if model.kind != "abstract"
        ]


CASCADE = Src("models.CASCADE")
FUNCTIONS = (
    "def make_code():\n    return 'x'\n\n\ndef make_other():\n    return 'y'\n\n\n"
    "def place(instance, name):\n    return name\n"
)


FIELDS = """from django.db import models


class ShortField(models.CharField):
    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 20)
        super().__init__(*args, **kwargs)


class CodeField(models.CharField):
    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 8
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs


class UnitField(models.IntegerField):
    def __init__(self, *args, unit="kg", **kwargs):
        self.unit = unit
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.unit != "kg":
            kwargs["unit"] = self.unit
        return name, path, args, kwargs
"""


def make_field(random: Random, project: Project) -> Fld:
    kind = random.choice(_MAKERS)
    made = kind(random, project)
    _add_options(random, made)
    return made


def _char(random: Random, project: Project) -> Fld:
    args: dict[str, Value] = {
        "max_length": random.choice([10, 20, 40, Src("LIMIT", ("LIMIT",)), Src("WIDE", ("WIDE",))])
    }
    if random.random() < 0.4:
        name = random.choice(sorted(project.choices))
        args["choices"] = Src(f"{name}.choices", (name,))
        if random.random() < 0.5:
            args["default"] = Src(f"{name}.{project.choices[name][0][0].upper()}", (name,))
    elif random.random() < 0.3:
        args["default"] = random.choice(["", "new", Src("make_code", ("make_code",))])
    elif random.random() < 0.2:
        args["validators"] = [Src("RegexValidator('^[a-z]+$', 'no')", ("RegexValidator",))]
    elif random.random() < 0.2:
        args["choices"] = [("a", "A"), ("b", "B")]
    return Fld("CharField", args)


def _number(random: Random, _: Project) -> Fld:
    cls = random.choice(["IntegerField", "PositiveIntegerField", "BigIntegerField", "SmallIntegerField", "FloatField"])
    args: dict[str, Value] = {}
    if random.random() < 0.5:
        args["default"] = random.choice([0, 1, -1, 7])
    if random.random() < 0.3:
        args["validators"] = [Src("MinValueValidator(1)", ("MinValueValidator",))]
    return Fld(cls, args)


def _decimal(random: Random, _: Project) -> Fld:
    args: dict[str, Value] = {"max_digits": random.choice([8, 12]), "decimal_places": random.choice([2, 3])}
    if random.random() < 0.4:
        args["default"] = Src("Decimal('0.00')", ("Decimal",))
    return Fld("DecimalField", args)


def _date(random: Random, _: Project) -> Fld:
    cls = random.choice(["DateField", "DateTimeField", "TimeField"])
    kind = random.random()
    if kind < 0.3:
        return Fld(cls, {"auto_now": True})
    if kind < 0.5:
        return Fld(cls, {"auto_now_add": True})
    if cls == "DateTimeField" and kind < 0.7:
        return Fld(cls, {"default": Src("timezone.now", ("timezone",))})
    return Fld(cls, {"null": True})


def _simple(random: Random, _: Project) -> Fld:
    cls = random.choice(
        [
            "TextField",
            "BooleanField",
            "EmailField",
            "URLField",
            "SlugField",
            "UUIDField",
            "JSONField",
            "DurationField",
            "BinaryField",
            "GenericIPAddressField",
        ]
    )
    args: dict[str, Value] = {}
    match cls:
        case "BooleanField":
            args["default"] = random.choice([True, False])
        case "UUIDField" if random.random() < 0.5:
            args["default"] = Src("uuid.uuid4", ("uuid",))
        case "JSONField":
            args["default"] = Src(random.choice(["dict", "list"]))
        case "DurationField" if random.random() < 0.5:
            args["default"] = Src("timedelta(hours=24)", ("timedelta",))
        case "URLField" | "EmailField" | "SlugField" if random.random() < 0.4:
            args["max_length"] = random.choice([50, 100, 200, 254])
        case "SlugField":
            args["db_index"] = False
    return Fld(cls, args)


def _file(random: Random, _: Project) -> Fld:
    upload: Value = random.choice(["files/", Src("place", ("place",))])
    return Fld("FileField", {"upload_to": upload})


def _relation(random: Random, project: Project) -> Fld:
    targets = [f"{_label(project, app)}.{model.name}" for app, model in project.concrete() if model.kind == "plain"]
    target: Value = random.choice([*targets, "self", Src("settings.AUTH_USER_MODEL", ("settings",))])
    cls = random.choice(["ForeignKey", "ForeignKey", "OneToOneField", "ManyToManyField"])
    args: dict[str, Value] = {"to": target}
    args["related_name"] = random.choice(["+", "%(app_label)s_%(class)s_set" if cls != "ManyToManyField" else "+"])
    if cls != "ManyToManyField":
        args["on_delete"] = random.choice([CASCADE, Src("models.PROTECT"), Src("models.DO_NOTHING")])
        if random.random() < 0.2:
            args["db_constraint"] = False
    return Fld(cls, args)


def _custom(random: Random, _: Project) -> Fld:
    """Of the project's own classes: one fills in an argument, one takes it away again, one adds one."""
    cls = random.choice(["ShortField", "CodeField", "UnitField"])
    args: dict[str, Value] = {"unit": random.choice(["kg", "m"])} if cls == "UnitField" else {}
    if random.random() < 0.3:
        args["default"] = "x" if cls != "UnitField" else 1
    return Fld(cls, args)


_MAKERS = [_custom, _char, _char, _number, _decimal, _date, _simple, _simple, _file, _relation, _relation]


def _label(project: Project, app: str) -> str:
    return project.stock_label or app if app == "stock" else app


def _add_options(random: Random, made: Fld) -> None:
    options: dict[str, Value] = {
        "null": True,
        "blank": True,
        "verbose_name": random.choice(["the name", Src("_('the label')", ("_",))]),
        "help_text": random.choice(["read this", Src("_('help')", ("_",))]),
        "db_column": f"col{random.randrange(1000)}",
        "editable": False,
        "db_index": True,
        "unique": True,
        "error_messages": {"blank": "no"},
        "db_comment": "kept",
    }
    for name in random.sample(sorted(options), random.choice([0, 0, 1, 2])):
        m2m = made.cls == "ManyToManyField"
        if name in made.args or (m2m and name not in {"blank", "verbose_name", "help_text"}):
            continue
        if name in {"unique", "db_index"} and made.cls in {
            "FileField",
            "OneToOneField",
            "JSONField",
            "TextField",
            "BinaryField",
            "SlugField",
        }:
            continue
        if name == "blank" and "auto_now" in str(made.args):
            continue
        made.args[name] = options[name]


def make_model(random: Random, project: Project, name: str) -> Mdl:
    model = Mdl(name)
    for number in range(random.choice([1, 2, 3])):
        model.fields[f"f{number}"] = make_field(random, project)
    if random.random() < 0.3:
        model.meta["ordering"] = ["-id"]
    if random.random() < 0.2:
        model.meta["verbose_name"] = Src("_('thing')", ("_",))
    if random.random() < 0.2:
        model.meta["db_table"] = f"{name.lower()}_table"
    columns = [one for one, made in model.fields.items() if made.cls not in {"ManyToManyField", "JSONField"}]
    if columns and random.random() < 0.3:
        model.meta["indexes"] = [
            random.choice(
                [
                    Src(f"models.Index(fields=['{columns[0]}'])"),
                    Src(f"models.Index(fields=['-{columns[0]}'], name='{name.lower()}_named')"),
                ]
            )
        ]
    if columns and random.random() < 0.2:
        model.meta["constraints"] = [
            Src(
                f"models.UniqueConstraint(fields=['{columns[0]}'], name='%(class)s_uniq', "
                "condition=models.Q(id__gt=0) | ~models.Q(id=7))"
            )
        ]
    if len(columns) > 1 and random.random() < 0.2:
        model.meta["unique_together"] = [(columns[0], columns[1])]
    if random.random() < 0.15:
        model.meta["permissions"] = [("can_look", "Can look")]
    if random.random() < 0.2:
        model.managers.append(
            random.choice(["objects = PlainManager()", "objects = KeptManager()", "things = models.Manager()"])
        )
    return model


def make_project(random: Random) -> Project:
    project = Project(
        apps={"common": {}, "shop": {}, "stock": {}},
        choices={
            "Status": [("draft", "Draft"), ("done", "Done")],
            "Kind": [("one", "One"), ("two", "Two"), ("three", "Three")],
        },
        constants={"LIMIT": random.choice([30, 50]), "WIDE": random.choice([100, 120])},
        auto_field=random.choice(["BigAutoField", "AutoField"]),
        stock_label=random.choice([None, None, "store"]),
    )
    project.apps["common"]["Stamped"] = Mdl(
        "Stamped", {"created": Fld("DateTimeField", {"auto_now_add": True})}, kind="abstract"
    )
    named = Mdl("Named", {"title": Fld("CharField", {"max_length": Src("LIMIT", ("LIMIT",))})}, kind="abstract")
    named.meta["ordering"] = ["title"]
    project.apps["common"]["Named"] = named
    for app, names in {"shop": ["Order", "Item"], "stock": ["Box"]}.items():
        for name in names:
            model = make_model(random, project, name)
            project.apps[app][name] = model
            if random.random() < 0.5:
                model.mixins = random.sample(["Stamped", "Named"], random.choice([1, 2]))
    if random.random() < 0.4:
        project.apps["shop"]["OrderProxy"] = Mdl("OrderProxy", kind="proxy", parent="Order")
    if random.random() < 0.4:
        project.apps["shop"]["Special"] = Mdl(
            "Special", {"more": Fld("IntegerField", {"default": 0})}, kind="child", parent="Item"
        )
    return project
