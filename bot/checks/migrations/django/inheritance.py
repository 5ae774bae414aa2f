"""Which classes are models, and what they inherit: fields, Meta and managers, as Django's ModelBase collects them.

Source: ModelBase.__new__ of django/db/models/base.py and Options of django/db/models/options.py, Django 5.2.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.django import classes, known_fields
from bot.checks.migrations.django.evaluate import Evaluator
from bot.checks.migrations.django.fields import is_field
from bot.checks.migrations.django.values import Call, Definition, Opaque, Ref
from bot.checks.migrations.syntax.folding import Value

_MODEL = frozenset({"django.db.models.Model", "django.db.models.base.Model", "django.contrib.gis.db.models.Model"})
# Bases that are no models, whatever they bring.
_PLAIN_PACKAGES = frozenset({"builtins", "typing", "abc", "enum", "collections", "dataclasses", "typing_extensions"})
_NOT_MODEL_PACKAGES = frozenset(
    {
        "pydantic",
        "rest_framework",
        "graphene",
        "marshmallow",
        "sqlalchemy",
        "ninja",
        "factory",
        "django_filters",
        "haystack",
    }
)
_OTHER_THINGS = ("Manager", "QuerySet", "Field", "Form", "Choices", "Admin", "Index", "Expression", "Func", "Lookup")
_KNOWN_BASES = frozenset(
    {
        *("AbstractUser", "AbstractBaseUser", "PermissionsMixin", "AbstractBaseSession", "MPTTModel", "Page"),
        *("MP_Node", "NS_Node", "AL_Node", "Orderable", "ClusterableModel", "AbstractImage", "AbstractRendition"),
        *("AbstractDocument", "TimeStampedModel", "PolymorphicModel", "TranslatableModel", "TranslatedFieldsModel"),
        *("BaseSiteSetting", "BaseGenericSetting", "AbstractEmailForm", "AbstractForm", "AbstractFormField"),
    }
)
# Models of django.contrib that have a table of their own.
_WITH_TABLE = frozenset({"User", "Group", "Permission", "Site", "FlatPage", "ContentType", "Redirect", "Session"})


@dataclass(frozen=True, kw_only=True)
class RawField:
    """A field as a class writes it, and where; `name` is bound in the body of the class `owner`."""

    call: Call
    path: str
    line: int


@dataclass(kw_only=True)
class Members:
    """What a model class holds: fields by name, and what may be one."""

    fields: dict[str, RawField] = field(default_factory=dict)
    unsure: dict[str, Value] = field(default_factory=dict)


class Inheritance:
    """Answers for the classes of one tree."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._members: dict[tuple[str, str], Members] = {}

    def order(self, owner: Definition) -> list[classes.Class]:
        """The class and its bases in Python's order."""
        return classes.mro(self._evaluator, owner)

    def is_model(self, owner: Value) -> bool:
        """Whether a class is a model, abstract or not, by what it inherits from."""
        if not isinstance(owner, Definition) or not owner.is_class:
            return False
        return any(isinstance(one, Ref) and self.is_model_base(one) for one in self.order(owner))

    @staticmethod
    def is_model_base(base: Ref) -> bool:
        """Whether a base outside the repository is a model."""
        package = base.name.partition(".")[0]
        if base.name in _MODEL:
            return True
        if package == "django":
            in_models = any(part in base.name for part in (".models.", ".base_user.", ".base_session."))
            return base.name.startswith("django.contrib.") and in_models and not base.last.endswith(_OTHER_THINGS)
        if package in _PLAIN_PACKAGES or package in _NOT_MODEL_PACKAGES or ".forms." in base.name:
            return False
        if base.last in _KNOWN_BASES:
            return True
        in_models = ".models." in f".{base.name}" or package.endswith("models") or ".db." in base.name
        return in_models and not base.last.endswith(_OTHER_THINGS)

    def open_bases(self, owner: Definition) -> list[Value]:
        """The bases that are not in sight and may bring fields."""
        return [
            one
            for one in self.order(owner)
            if isinstance(one, Opaque)
            or (
                isinstance(one, Ref)
                and one.name not in _MODEL
                and one.name.partition(".")[0] not in _PLAIN_PACKAGES
                and one.name != "django.db.models"
            )
        ]

    def names(self, owner: Definition) -> dict[str, Value]:
        """What the body of a class binds."""
        return classes.namespace(self._evaluator, owner).names

    # Meta

    def own_meta(self, owner: Definition) -> Definition | None:
        """The class Meta in the body of a class."""
        meta = self.names(owner).get("Meta")
        return meta if isinstance(meta, Definition) and meta.is_class else None

    def is_abstract(self, owner: Definition) -> bool:
        """Whether the class's own Meta says that it is abstract; that is not inherited."""
        meta = self.own_meta(owner)
        if meta is None:
            return False
        return classes.namespace(self._evaluator, meta).names.get("abstract") is True

    def meta(self, owner: Definition) -> Definition | None:
        """The Meta that counts for a class: its own, or that of the first abstract class it inherits from."""
        for one in self.order(owner):
            if not isinstance(one, Definition) or (meta := self.own_meta(one)) is None:
                continue
            if one == owner or self.is_abstract(one) or not self.is_model(one):
                return meta
        return None

    def options(self, owner: Definition) -> tuple[dict[str, Value], dict[str, int], bool]:
        """The options of a class's Meta with their lines, and whether all of Meta could be read."""
        meta = self.meta(owner)
        if meta is None:
            return {}, {}, True
        found: dict[str, Value] = {}
        lines: dict[str, int] = {}
        readable = True
        for one in self.order(meta):
            if not isinstance(one, Definition):
                readable = readable and isinstance(one, Ref) and one.name == "builtins.object"
                continue
            space = classes.namespace(self._evaluator, one)
            for name, value in space.names.items():
                if not name.startswith("_") and name not in found and not (name == "abstract" and one != meta):
                    found[name] = value
                    lines[name] = (
                        space.lines.get(name, one.node.lineno) if one.path == owner.path else owner.node.lineno
                    )
        return found, lines, readable

    def has_metaclass(self, owner: Definition) -> bool:
        """Whether a metaclass of the project makes the class, which may change its Meta."""
        nodes = (one.node for one in self.order(owner) if isinstance(one, Definition))
        return any(
            isinstance(node, ast.ClassDef) and any(word.arg == "metaclass" for word in node.keywords) for node in nodes
        )

    # Fields

    def members(self, owner: Definition) -> Members:
        """The fields of a class: its own and those of its abstract bases, in the rules of ModelBase."""
        key = (owner.path, owner.qualname)
        if key not in self._members:
            self._members[key] = Members()
            self._members[key] = self._collect(owner)
        return self._members[key]

    def _collect(self, owner: Definition) -> Members:
        members = self._own(owner)
        taken = set(self.names(owner))
        for parent in self._direct_parents(owner):
            if isinstance(parent, Definition) and not self.is_model(parent):
                # The names of plain classes hide the fields of abstract ones that come after.
                for one in self.order(parent):
                    taken |= set(self.names(one)) if isinstance(one, Definition) else set()
                continue
            if not isinstance(parent, Definition):
                continue
            if not self.is_abstract(parent):
                taken |= set(self.members(parent).fields)
                continue
            inherited = self.members(parent)
            for name, raw in inherited.fields.items():
                if name not in taken:
                    members.fields.setdefault(name, raw)
            for name, value in inherited.unsure.items():
                if name not in taken:
                    members.unsure.setdefault(name, value)
        return members

    def _direct_parents(self, owner: Definition) -> list[classes.Class]:
        """The direct bases in the order of the class's own order."""
        direct = classes.bases(self._evaluator, owner)
        order = self.order(owner)
        return sorted(direct, key=lambda one: order.index(one) if one in order else len(order))

    def _own(self, owner: Definition) -> Members:
        members = Members()
        space = classes.namespace(self._evaluator, owner)
        added = dict(self._added_from_outside(owner))
        seen: set[int] = set()
        for name, value in {**space.names, **added}.items():
            if id(value) in seen:
                # One field under two names has the name that it got first.
                continue
            if isinstance(value, Call):
                seen.add(id(value))
            line = value.line if name in added else space.lines.get(name, owner.node.lineno)
            if isinstance(value, Call) and is_field(self._evaluator, value):
                members.fields[name] = RawField(call=value, path=owner.path, line=line)
            elif isinstance(value, Opaque) or (isinstance(value, Call) and not _is_known_other(value)):
                members.unsure[name] = value
        return members

    def _added_from_outside(self, owner: Definition) -> Iterator[tuple[str, Call]]:
        """Yield what `Order.add_to_class("name", field)` adds to a class, in the module of the class."""
        module = self._evaluator.module(owner.path)
        bindings = module.parsed.bindings.get(owner.qualname, ()) if module is not None else ()
        for binding in bindings:
            match binding.node:
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(attr="add_to_class"), args=[ast.Constant(value=str() as name), made]
                    )
                ) if isinstance(value := self._evaluator.eval(made, owner.scope), Call):
                    yield name, value

    def concrete_parents(self, owner: Definition) -> Iterator[Definition | Ref]:
        """Yield the models with a table that a class extends directly, or through abstract bases alone."""
        for parent in self._direct_parents(owner):
            if isinstance(parent, Ref) and parent.name.startswith("django.contrib.") and parent.last in _WITH_TABLE:
                yield parent
            if not isinstance(parent, Definition) or not self.is_model(parent):
                continue
            if self.is_abstract(parent):
                yield from self.concrete_parents(parent)
            else:
                yield parent

    # Managers

    def managers(self, owner: Definition) -> Sequence[tuple[str, Value, bool | None]]:
        """The managers of a class in Django's order, each with whether migrations use it (None: not to be told)."""
        found: list[tuple[int, int, str, Value]] = []
        seen: set[str] = set()
        place = 0
        for depth, one in enumerate(self.order(owner)):
            if not isinstance(one, Definition) or not self.is_model(one):
                continue
            for name, value in self.names(one).items():
                place += 1
                if name in seen:
                    continue
                if self.is_manager(value):
                    found.append((depth, place, name, value))
                    seen.add(name)
        found.sort(key=lambda item: item[:2])
        return [(name, value, self._in_migrations(value)) for _, _, name, value in found]

    def is_manager(self, value: Value) -> bool:
        """Whether a value is a manager."""
        match value:
            case Call(func=Definition() as owner):
                return not is_field(self._evaluator, value) and any(
                    one.last.endswith("Manager")
                    if isinstance(one, Ref)
                    else isinstance(one, Opaque) and makes_manager(one)
                    for one in self.order(owner)
                )
            case Call(func=Ref() as name):
                if name.last.endswith("Manager"):
                    return not known_fields.looks_like_field(name)
        return makes_manager(value)

    def _in_migrations(self, value: Value) -> bool | None:
        match value:
            case Call(func=Definition() as owner):
                for one in self.order(owner):
                    if isinstance(one, Definition) and "use_in_migrations" in (names := self.names(one)):
                        return names["use_in_migrations"] is True
                    if isinstance(one, Ref) and one.last == "UserManager":
                        return True
                    if isinstance(one, Ref) and one.last == "Manager":
                        return False
                return False
            case Call(func=Ref() as name):
                return name.last in {
                    "UserManager",
                    "GroupManager",
                    "PermissionManager",
                    "SiteManager",
                    "CurrentSiteManager",
                }
        return False


def makes_manager(value: Value) -> bool:
    """Whether a value is `QuerySet.as_manager()`, or a class made by `Manager.from_queryset()`."""
    match value:
        case Opaque(kind="class attribute" | "attribute", parts=(_, name)):
            return name in {"as_manager", "from_queryset"}
        case Opaque(kind="call" | "base", parts=(inner, *_)):
            return makes_manager(inner)
        case Call(func=Ref() as name):
            return name.last in {"as_manager", "from_queryset"}
    return False


def _is_known_other(value: Call) -> bool:
    """Whether a call in a class's body makes what is certainly no field."""
    name = value.name
    return name in known_fields.NOT_FIELDS or name.endswith(("Manager", "Tracker", "Panel", "Descriptor", "property"))
