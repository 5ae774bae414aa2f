"""A scalar property's column: its type, size, default and nullability.

Source: MikroORM's `MetadataDiscovery` (`initCustomType`, `initColumnType`, `initDefaultValue`) and metadata providers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.mikroorm.annotations import ANY, Compiler, type_of
from bot.checks.migrations.mikroorm.defaults import default_of
from bot.checks.migrations.mikroorm.facts import Prop
from bot.checks.migrations.mikroorm.types import NAMES, Size, compared, is_whole, mapped, sized, written
from bot.checks.migrations.script.classes import Class
from bot.checks.migrations.script.folding import Folder
from bot.checks.migrations.script.module import Import, Module
from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.program import Found
from bot.checks.migrations.script.values import Array, Call, Constant, Member, Name, Number, Object, Text, Value

# Stands for a type that cannot be told.
UNTOLD = "?"
_TRUE, _FALSE = Constant("true"), Constant("false")
_NOTHING = (None, Constant("undefined"))
# Types whose class is named otherwise than `t` names them.
_CLASSES = {"DateTimeType": "datetime", "BigIntType": "bigint", "SmallIntType": "smallint", "TinyIntType": "tinyint"}
_SCALARS = frozenset({"string", "number", "boolean", "bigint", "Date", "Buffer", "RegExp", "any", "unknown"})
_RETURNED = re.compile(r"""^\s*\{\s*return\s+(["'`])([^"'`$]*)\1\s*;?\s*\}\s*$""")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How properties are read: the dialect, MikroORM's version, and whether types come from TypeScript's sources.

    Attributes:
        sources: None where it cannot be told.
        strict: whether the compiler minds null and undefined; None where it cannot be told.
        infers: whether what a class gives a property is the column's default.
    """

    folder: Folder
    dialect: str
    version: int = 6
    sources: bool | None = False
    strict: bool | None = False
    infers: bool = True


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A column's type: the text that is declared, MikroORM's name of it, its size, and what it is told apart by."""

    text: str = ""
    name: str = ""
    size: Size = field(default_factory=Size)
    items: tuple[str, ...] | None = None
    native: str = ""
    unsigned: bool = False
    counted: bool = False
    extra: str = ""
    doubt: str = ""

    def compared(self, dialect: str) -> str:
        """The text by which it is told apart from another."""
        end = " unsigned" if self.unsigned and dialect == "mysql" and is_whole(self.name, dialect) else ""
        end += f" {self.extra.lower()}" if self.extra and dialect == "mysql" else ""
        return compared(dialect, self.name, self.text, self.size) + end if self.text else UNTOLD


def flag(options: Mapping[str, Value], name: str) -> bool | None:
    """Whether an option is set; None where that cannot be told."""
    value = options.get(name)
    if value in _NOTHING or value in (_FALSE, Constant("null")):
        return False
    return True if value == _TRUE else None


def text_of(value: Value | None) -> str:
    """A text; empty for anything else."""
    return value.text if isinstance(value, Text) else ""


def read_kind(reading: Reading, prop: Prop, *, makes: bool | None = True) -> Kind:
    """The type of a scalar property's column; `makes` says whether its class can be made without arguments."""
    options, dialect = prop.options, reading.dialect
    size, told = _size(options)
    items, listed = _items(options)
    native = text_of(options.get("nativeEnumName"))
    explicit = options.get("columnType", _only(options.get("columnTypes")))
    primary, number = flag(options, "primary"), False
    doubt = "" if told and listed else "an option of it cannot be told"
    if isinstance(explicit, Text):
        text, name = explicit.text, mapped(dialect, explicit.text)
    elif explicit not in _NOTHING:
        return Kind(doubt="its type cannot be told")
    else:
        kind, custom = _named(reading, prop, items, native, makes=makes)
        if not kind:
            return Kind(doubt="its type cannot be told")
        text = custom or _text(dialect, kind, size, items, native)
        name, number = mapped(dialect, text), kind == "number"
    if flag(options, "enum") and not flag(options, "array") and (items is not None or native):
        name = "enum"
    if text and not native and (version := flag(options, "version")) and name == "datetime" and version:
        size = Size(length=size.length if size.length is not None else 3)
        text = _text(dialect, "datetime", size, None, "")
    counted = flag(options, "autoincrement")
    if counted is False and options.get("autoincrement") in _NOTHING:
        counted = bool(primary) and (number or is_whole(name, dialect))
    unsigned = flag(options, "unsigned")
    if options.get("unsigned") in _NOTHING:
        unsigned = dialect == "mysql" and bool(primary) and is_whole(name, dialect)
    return Kind(
        text=native if native and name == "enum" else text,
        name=name,
        size=sized(dialect, name, text, size, reading.version),
        items=items,
        native=native,
        unsigned=bool(unsigned),
        counted=bool(counted),
        extra=text_of(options.get("extra")),
        doubt=doubt if None not in {counted, unsigned} else "an option of it cannot be told",
    )


def _only(value: Value | None) -> Value | None:
    return value.items[0] if isinstance(value, Array) and len(value.items) == 1 else None


def _text(dialect: str, kind: str, size: Size, items: tuple[str, ...] | None, native: str) -> str:
    """The column's type of a property's, as the platform writes it."""
    if native:
        return native
    name = mapped(dialect, "datetime" if kind == "Date" else kind)
    if name == "unknown":
        bare = kind in _SCALARS
        end = f"({size.length})" if size.length is not None and not kind.endswith(")") else ""
        return written(dialect, "string", size) if bare else kind + end
    return written(dialect, name, size, items)


def _size(options: Mapping[str, Value]) -> tuple[Size, bool]:
    found: dict[str, int | None] = {}
    for name in ("length", "precision", "scale"):
        value = options.get(name)
        if isinstance(value, Number) and value.text.isdigit():
            found[name] = int(value.text)
        elif value not in (*_NOTHING, Constant("null")):
            return Size(), False
    return Size(**found), True


def _items(options: Mapping[str, Value]) -> tuple[tuple[str, ...] | None, bool]:
    """The texts of an enumeration; None where it has none or they are numbers, and whether that can be told."""
    value = options.get("items")
    if getattr(value, "result", None) is not None:
        value = getattr(value, "result", None)
    if value in _NOTHING:
        return None, True
    parts: Sequence[Value]
    if isinstance(value, Object) and all(one.key for one in value.entries):
        parts = [one.value for one in value.entries]
    elif isinstance(value, Array):
        parts = value.items
    else:
        return None, False
    if parts and all(isinstance(one, Number) for one in parts):
        return None, True
    texts = [one.text for one in parts if isinstance(one, Text)]
    return (tuple(texts), True) if len(texts) == len(parts) else (None, False)


def _named(
    reading: Reading, prop: Prop, items: tuple[str, ...] | None, native: str, *, makes: bool | None
) -> tuple[str, str]:
    """A property's type by its name, and the column's type that a class of the project's gives; empty if unknown."""
    options, enum = prop.options, bool(flag(prop.options, "enum"))
    if flag(options, "array") and (enum or "items" in options):
        return "array", f"{native}[]" if native else ""
    if enum or native:
        if items is None and "items" not in options:
            return ("enum", "") if native else ("", "")
        return ("enum", "") if items is not None or native else ("tinyint", "")
    given = options.get("type")
    if given in _NOTHING:
        runtime = options.get("runtimeType")
        return _inferred(reading, prop, makes=makes) or text_of(runtime), ""
    if isinstance(given, Text):
        return ("Date" if given.text == "Date" else given.text), ""
    return _of_class(reading, prop.module, given)


def _of_class(reading: Reading, module: Module, value: Value | None) -> tuple[str, str]:
    """The type that a class of types stands for: MikroORM's own, or one of the repository's."""
    if isinstance(value, Call):
        value = value.function
    if isinstance(value, Name) and value.name in {"String", "Number", "Boolean", "Date", "Buffer", "BigInt", "Array"}:
        return {"Date": "Date"}.get(value.name, value.name.lower()), ""
    program = reading.folder.program
    found: Found | Import | None = None
    if isinstance(value, Name):
        found = program.find(module, value.name)
    elif isinstance(value, Member) and isinstance(value.value, Name):
        owner = program.find(module, value.value.name)
        if isinstance(owner, Import) and "mikro-orm" in owner.source and owner.exported in {"t", "types"}:
            return ("Date" if value.name == "datetime" else value.name), ""
        found = program.member(module, value.value.name, value.name)
    if isinstance(found, Import) and "mikro-orm" in found.source and found.exported.endswith("Type"):
        name = _CLASSES.get(found.exported, found.exported.removesuffix("Type").lower())
        return (name if name in NAMES else ""), ""
    if isinstance(found, Found) and isinstance(found.declared.value, Class):
        return _custom(reading, found.module, found.declared.value)
    return "", ""


def _custom(reading: Reading, module: Module, value: Class) -> tuple[str, str]:
    """The type of a class that extends one of MikroORM's."""
    method = value.method("getColumnType")
    if method is not None and method.body is not None:
        found = _RETURNED.match(node_text(method.body))
        return (found[2], found[2]) if found else ("", "")
    base = value.base
    if base is None:
        return "", ""
    known = reading.folder.program.find(module, base.name) if isinstance(base, Name) else None
    if isinstance(known, Import) and known.exported == "Type":
        return "text", "text"
    return _of_class(reading, module, base)


def _inferred(reading: Reading, prop: Prop, *, makes: bool | None) -> str:
    """The type that TypeScript, or what the class gives the property, says; empty where it cannot be told."""
    given = _of_initial(prop.initial) if makes is not False else ""
    if given and makes:
        return given
    compiler = Compiler(folder=reading.folder, sources=bool(reading.sources), strict=reading.strict)
    if not prop.annotation:
        return given if makes else ""
    found = type_of(compiler, prop.module, prop.annotation)
    if (prop.initial is not None and makes is not False and found == ANY) or (given and makes is None):
        # It is given something of a type that its annotation names, whatever the compiler writes.
        return type_of(replace(compiler, sources=True), prop.module, prop.annotation)
    if found == ANY and (told := _of_default(prop)):
        return told
    return "object" if found == ANY and reading.version < 6 else found  # noqa: PLR2004 - a version


def _of_default(prop: Prop) -> str:
    """The type that a default tells where the annotation tells none."""
    raw = prop.options.get("defaultRaw")
    if isinstance(raw, Text):
        return "Date" if raw.text.startswith("current_timestamp") else ""
    return _of_initial(prop.options.get("default"))


def _of_initial(value: Value | None) -> str:
    match value:
        case Text():
            return "string"
        case Number(text):
            return "bigint" if text.endswith("n") else "number"
        case Constant("true" | "false"):
            return "boolean"
        case Call(Name("Date"), _):
            return "Date"
    return ""


def nullable_of(reading: Reading, prop: Prop) -> bool | None:
    """Whether a scalar may be null; None where that cannot be told."""
    told = flag(prop.options, "nullable")
    if prop.options.get("nullable") not in _NOTHING:
        return told
    if prop.initial == Constant("null"):
        return True
    open_ = prop.optional or bool(re.search(r"\|\s*(null|undefined)\b|\b(null|undefined)\s*\|", prop.annotation))
    if open_ and reading.sources is None:
        return None
    by_source = reading.sources and prop.options.get("type") in _NOTHING and prop.options.get("entity") in _NOTHING
    return bool(open_ and by_source)


def read_default(reading: Reading, prop: Prop, kind: Kind, *, makes: bool | None) -> tuple[str | None, str]:
    """The default as MikroORM compares it, and why it cannot be told."""
    generated = prop.options.get("generated")
    if generated not in _NOTHING:
        return (f"generated {loose(generated.text)}", "") if isinstance(generated, Text) else (None, "its expression")
    if flag(prop.options, "version") and not {"default", "defaultRaw"} & prop.options.keys():
        return ("now(3)" if reading.dialect != "sqlite" else "now") if kind.name == "datetime" else "1", ""
    options = dict(prop.options)
    if reading.infers and options.get("default") in _NOTHING and "defaultRaw" not in options:
        told, given = _inherited_default(prop, makes=makes)
        if not told:
            return None, "its default cannot be told"
        if given is not None:
            options["default"] = given
    found, told = default_of(reading.dialect, kind.name, options, kind.size)
    return found, "" if told else "its default cannot be told"


def _inherited_default(prop: Prop, *, makes: bool | None) -> tuple[bool, Value | None]:
    """Whether it can be told what a class gives a property that stays the same, and what that is."""
    if prop.initial is None or makes is False:
        return True, None
    match prop.initial:
        case Text() | Number() | Constant("true" | "false"):
            return makes is True, prop.initial
        case Constant() | Array() | Object() | Call():
            return True, None
    return False, None


def loose(text: str) -> str:
    """An expression without what a database may write otherwise. Source: `SchemaComparator.diffExpression`."""
    text = re.sub(r"_\w+'(.*?)'", r"\1", text)
    return re.sub(r"""['"`()\n\[\]]|::\w+| +""", "", text).lower()
