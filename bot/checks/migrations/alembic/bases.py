"""What a class is by its bases: the base that others are declared on, a model, neither."""

from __future__ import annotations

import ast

from bot.checks.migrations.alembic.bindings import class_bindings
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.values import Attribute, Call, ClassDef, Ref, Value, call_name, last_name

_ROOTS = frozenset({"DeclarativeBase", "DeclarativeBaseNoMeta", "SQLModel", "AutomapBase"})
_MODEL_PACKAGES = ("flask_sqlalchemy", "flask_appbuilder", "gino", "quart_sqlalchemy", "sqlalchemy_utils")
_ROOT_CALLS = frozenset({"declarative_base", "automap_base", "generate_base", "declarative_base_meta"})
_PLAIN_BASES = frozenset(
    {
        *("object", "ABC", "Generic", "MappedAsDataclass", "AsyncAttrs", "Protocol", "DeclarativeBase", "SQLModel"),
        *("DeclarativeBaseNoMeta", "Model", "UserMixin", "SerializerMixin", "BaseModel", "AllFeaturesMixin", "Base"),
        *("TypedDict", "NamedTuple", "Enum", "DeferredReflection", "SerializeMixin", "ActiveRecordMixin", "ABCMeta"),
    }
)


def is_declarative(order: list[Value], owner: ClassDef, reader: Reader) -> bool:
    """Whether a class (with its bases, nearest first) may be mapped to a table."""
    named = class_bindings(owner).get("__tablename__", class_bindings(owner).get("__table__"))
    if any(is_root(one, reader) for one in order[1:]):
        return isinstance(named, ast.expr) or not is_base(owner, reader)
    return named is not None and bool(owner.node.bases or owner.node.decorator_list)


def is_base(owner: ClassDef, reader: Reader) -> bool:
    """Whether a class is itself the base that others are declared on."""
    return any(last_name(one) in {"DeclarativeBase", "DeclarativeBaseNoMeta"} for one in reader.bases(owner))


def is_root(one: Value, reader: Reader) -> bool:
    """Whether a class makes tables of the classes below it: `DeclarativeBase`, `db.Model`, `@as_declarative`."""
    if isinstance(one, ClassDef):
        return _is_made_root(one, reader)
    if call_name(one) in _ROOT_CALLS or last_name(one) in _ROOTS:
        return True
    match one:
        case Attribute(owner=Call(), name="Model"):
            return True
        case Ref(name=name):
            return name.endswith(".db.Model") or (name.endswith(".Model") and name.startswith(_MODEL_PACKAGES))
    return False


def _is_made_root(one: ClassDef, reader: Reader) -> bool:
    calls = [node.func if isinstance(node, ast.Call) else node for node in one.node.decorator_list]
    if any(last_name(reader.eval(node, one.scope)) in {"as_declarative", "as_declarative_base"} for node in calls):
        return True
    words = {word.arg: word.value for word in one.node.keywords}
    return "metaclass" in words and last_name(reader.eval(words["metaclass"], one.scope)) == "DeclarativeMeta"


def may_add_columns(one: Value) -> bool:
    """Whether a base class is out of sight and not known to have no columns."""
    if isinstance(one, ClassDef) or call_name(one) in _ROOT_CALLS:
        return False
    return last_name(one) not in _PLAIN_BASES
