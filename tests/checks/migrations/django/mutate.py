"""Changes of a project: each kind that Django makes a migration of, and those that it makes none of."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.checks.migrations.django.project import Fld, Mdl, Project, Src, make_field, make_model

Mutation = Callable[[Random, Project], bool]


def _any_model(random: Random, project: Project, kinds: tuple[str, ...] = ("plain",)) -> Mdl | None:
    models = [model for _, model in project.concrete() if model.kind in kinds]
    return random.choice(models) if models else None


def _any_field(random: Random, project: Project, *classes: str) -> tuple[Mdl, str, Fld] | None:
    found = [
        (model, name, made)
        for models in project.apps.values()
        for model in models.values()
        for name, made in model.fields.items()
        if (not classes or made.cls in classes) and not _is_used(model, name)
    ]
    return random.choice(found) if found else None


def _is_used(model: Mdl, name: str) -> bool:
    return f"'{name}'" in repr(model.meta)


def _set(argument: str, values: list[object], *classes: str, drop: bool = True) -> Mutation:
    def mutate(random: Random, project: Project) -> bool:
        found = _any_field(random, project, *classes)
        if found is None:
            return False
        _, __, made = found
        if drop and argument in made.args and random.random() < 0.4:
            del made.args[argument]
            return True
        value = random.choice(values)
        if made.args.get(argument) == value:
            return False
        made.args[argument] = value
        return True

    return mutate


def add_field(random: Random, project: Project) -> bool:
    model = _any_model(random, project, ("plain", "child"))
    if model is None:
        return False
    model.fields["added"] = make_field(random, project)
    return True


def add_field_to_mixin(random: Random, project: Project) -> bool:
    mixin = random.choice(["Stamped", "Named"])
    project.apps["common"][mixin].fields["mixed"] = make_field(random, project)
    return True


def remove_field(random: Random, project: Project) -> bool:
    found = _any_field(random, project)
    if found is None:
        return False
    model, name, _ = found
    del model.fields[name]
    return True


def rename_field(random: Random, project: Project) -> bool:
    found = _any_field(random, project)
    if found is None:
        return False
    model, name, made = found
    del model.fields[name]
    model.fields[f"{name}_renamed"] = made
    return True


def change_class(random: Random, project: Project) -> bool:
    found = _any_field(random, project, "IntegerField", "TextField", "SmallIntegerField", "FloatField")
    if found is None:
        return False
    made = found[2]
    made.cls = {"IntegerField": "BigIntegerField", "TextField": "JSONField"}.get(made.cls, "IntegerField")
    return True


def add_model(random: Random, project: Project) -> bool:
    project.apps[random.choice(["shop", "stock"])]["Fresh"] = make_model(random, project, "Fresh")
    return True


def remove_model(random: Random, project: Project) -> bool:
    for app, name in (("shop", "Special"), ("shop", "OrderProxy"), ("stock", "Box")):
        used = any(f".{name}'" in repr(models) for models in project.apps.values())
        if name in project.apps[app] and not used and random.random() < 0.6:
            del project.apps[app][name]
            return True
    return False


def rename_model(_: Random, project: Project) -> bool:
    if any(".Box'" in repr(models) for models in project.apps.values()):
        return False
    model = project.apps["stock"].pop("Box")
    model.name = "Crate"
    project.apps["stock"]["Crate"] = model
    return True


def add_proxy(_: Random, project: Project) -> bool:
    project.apps["shop"]["ItemProxy"] = Mdl("ItemProxy", kind="proxy", parent="Item")
    return True


def add_child(_: Random, project: Project) -> bool:
    project.apps["shop"]["Child"] = Mdl("Child", {"extra": Fld("TextField", {})}, kind="child", parent="Order")
    return True


def add_unmanaged(_: Random, project: Project) -> bool:
    project.apps["shop"]["View"] = Mdl("View", {"x": Fld("IntegerField", {})}, meta={"managed": False})
    return True


def _meta(name: str, values: list[object]) -> Mutation:
    def mutate(random: Random, project: Project) -> bool:
        model = _any_model(random, project, ("plain", "child"))
        if model is None:
            return False
        if name in model.meta and random.random() < 0.4:
            del model.meta[name]
            return True
        value = random.choice(values)
        changed = model.meta.get(name) != value
        model.meta[name] = value
        return changed

    return mutate


def add_index(random: Random, project: Project) -> bool:
    model = _any_model(random, project)
    if model is None:
        return False
    name = random.choice(["indexes", "constraints"])
    made = {
        "indexes": [
            Src("models.Index(fields=['id'])"),
            Src("models.Index('id', name='by_expr')"),
            Src("models.Index(fields=['id', '-id'], name='two')"),
        ],
        "constraints": [
            Src("models.CheckConstraint(condition=models.Q(id__gte=0), name='ck')"),
            Src("models.UniqueConstraint(fields=['id'], name='uq')"),
        ],
    }[name]
    model.meta[name] = [*model.meta.get(name, []), random.choice(made)]
    return True


def remove_index(random: Random, project: Project) -> bool:
    for _, model in project.concrete():
        for name in ("indexes", "constraints", "unique_together"):
            if name in model.meta and random.random() < 0.7:
                del model.meta[name]
                return True
    return False


def add_together(random: Random, project: Project) -> bool:
    found = _any_field(random, project, "IntegerField", "CharField", "BooleanField", "DateField")
    if found is None or found[0].kind == "abstract":
        return False
    found[0].meta["unique_together"] = [("id", found[1])]
    return True


def change_choices(random: Random, project: Project) -> bool:
    name = random.choice(sorted(project.choices))
    kind = random.randrange(3)
    if kind == 0:
        project.choices[name].append(("extra", "Extra"))
    elif kind == 1:
        value, _ = project.choices[name][0]
        project.choices[name][0] = (value, "Other label")
    else:
        project.choices[name].reverse()
    return True


def change_constant(random: Random, project: Project) -> bool:
    name = random.choice(sorted(project.constants))
    project.constants[name] += 7
    return True


def change_manager(random: Random, project: Project) -> bool:
    model = _any_model(random, project)
    if model is None:
        return False
    model.managers = [
        random.choice(["objects = KeptManager()", "things = PlainManager()", "objects = models.Manager()"])
    ]
    return True


def order_by_relation(random: Random, project: Project) -> bool:
    """Only a relation can be what a model is ordered with respect to, and then there is no other order."""
    found = [
        (model, name)
        for _, model in project.concrete()
        for name, made in model.fields.items()
        if made.cls in _KEYS and model.kind == "plain" and made.args.get("related_name") != "+"
    ]
    if not found:
        return False
    model, name = random.choice(found)
    model.meta.pop("ordering", None)
    model.meta["order_with_respect_to"] = name
    return True


def change_auto_field(_: Random, project: Project) -> bool:
    project.auto_field = "AutoField" if project.auto_field == "BigAutoField" else "BigAutoField"
    return True


def change_mixins(random: Random, project: Project) -> bool:
    model = _any_model(random, project)
    if model is None:
        return False
    model.mixins = [] if model.mixins else ["Stamped"]
    return True


def move_field_to_mixin(_: Random, project: Project) -> bool:
    for _app, model in project.concrete():
        if model.mixins and model.kind == "plain" and "title" not in model.fields and "Stamped" in model.mixins:
            model.mixins = [mixin for mixin in model.mixins if mixin != "Stamped"]
            model.fields["created"] = Fld("DateTimeField", {"auto_now_add": True})
            return True
    return False


def nothing(random: Random, project: Project) -> bool:
    model = _any_model(random, project)
    if model is not None:
        model.methods += 1
    return True


def unused_abstract(random: Random, project: Project) -> bool:
    project.apps["common"]["Unused"] = Mdl("Unused", {"x": make_field(random, project)}, kind="abstract")
    return True


_TEXTS = ("CharField", "TextField", "SlugField", "EmailField")
_KEYS = ("ForeignKey", "OneToOneField")
_LABEL = Src("_('changed')", ("_",))
NEEDED: dict[str, Mutation] = {
    "add field": add_field,
    "add field to mixin": add_field_to_mixin,
    "remove field": remove_field,
    "rename field": rename_field,
    "change class": change_class,
    "add model": add_model,
    "remove model": remove_model,
    "rename model": rename_model,
    "add proxy": add_proxy,
    "add child": add_child,
    "add unmanaged": add_unmanaged,
    "max_length": _set(
        "max_length",
        [11, 12, Src("WIDE", ("WIDE",)), Src("settings.LABEL_LENGTH", ("settings",))],
        "CharField",
        drop=False,
    ),
    "null": _set("null", [True], "IntegerField", "TextField", "FloatField", "CharField"),
    "blank": _set("blank", [True], *_TEXTS, "IntegerField", "ManyToManyField"),
    "default": _set("default", ["", "b", Src("make_other", ("make_other",))], *_TEXTS),
    "verbose_name": _set("verbose_name", ["changed", _LABEL]),
    "help_text": _set("help_text", ["changed", _LABEL]),
    "choices": _set(
        "choices",
        [[("x", "X")], Src("Kind.choices", ("Kind",)), Src("[(one, one.title()) for one in ('p', 'q')]")],
        "CharField",
    ),
    "validators": _set(
        "validators", [[Src("MinValueValidator(2)", ("MinValueValidator",))]], "IntegerField", "FloatField"
    ),
    "on_delete": _set(
        "on_delete", [Src("models.CASCADE"), Src("models.PROTECT"), Src("models.RESTRICT")], *_KEYS, drop=False
    ),
    "related_name": _set("related_name", ["theirs", "+"], *_KEYS, "ManyToManyField", drop=False),
    "editable": _set("editable", [False], "CharField", "IntegerField", "ForeignKey"),
    "unique": _set("unique", [True], "CharField", "IntegerField"),
    "db_column": _set("db_column", ["other"], "CharField", "IntegerField", "ForeignKey"),
    "db_index": _set("db_index", [True], "CharField", "IntegerField"),
    "db_comment": _set("db_comment", ["changed"], "CharField", "IntegerField"),
    "to": _set("to", ["shop.Item", "shop.Order", Src("settings.AUTH_USER_MODEL", ("settings",))], *_KEYS, drop=False),
    "upload_to": _set("upload_to", ["other/", Src("place", ("place",))], "FileField", drop=False),
    "unit": _set("unit", ["km"], "UnitField"),
    "digits": _set("max_digits", [20], "DecimalField", drop=False),
    "ordering": _meta("ordering", [["id"], ["-id"], ["id", "-id"], ("id",)]),
    "meta verbose_name": _meta("verbose_name", ["thing", _LABEL]),
    "permissions": _meta("permissions", [[("can", "Can")], []]),
    "default_permissions": _meta("default_permissions", [("add",), ()]),
    "db_table": _meta("db_table", ["a_table", "b_table"]),
    "db_table_comment": _meta("db_table_comment", ["said"]),
    "get_latest_by": _meta("get_latest_by", ["id"]),
    "managed": _meta("managed", [False, True]),
    "select_on_save": _meta("select_on_save", [True]),
    "default_related_name": _meta("default_related_name", ["all_of"]),
    "order_with_respect_to": order_by_relation,
    "add index": add_index,
    "remove index": remove_index,
    "unique_together": add_together,
    "members of choices": change_choices,
    "constant": change_constant,
    "managers": change_manager,
    "auto field": change_auto_field,
    "mixins": change_mixins,
}
QUIET: dict[str, Mutation] = {
    "style": nothing,
    "methods": nothing,
    "unused abstract": unused_abstract,
    "field to mixin": move_field_to_mixin,
}
