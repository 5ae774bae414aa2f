"""What MikroORM takes from a property's type in TypeScript, by the compiler's metadata or by the sources.

Source: TypeScript's `emitDecoratorMetadata` (asked of 5.9 for each form), MikroORM's `ReflectMetadataProvider` and
`TsMorphMetadataProvider`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.checks.migrations.script.folding import Folder
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Found
from bot.checks.migrations.script.values import Number, Object, Text

# What the compiler writes as `Object`, of which MikroORM makes a text.
ANY = "any"
_BRAND = re.compile(r"^(?:Opt|Hidden|Rel|RequiredNullable|ScalarRef|ScalarReference)<(.*)>$", re.DOTALL)
_LIST = re.compile(r"^(?:readonly )?(?:Array|ReadonlyArray)<.*>$|.*\[\]$", re.DOTALL)
_LITERAL = re.compile(r"""("[^"]*"|'[^']*'|`[^`]*`|-?\d+(?:\.\d+)?)""")
_KNOWN = {
    "string": "string", "number": "number", "boolean": "boolean", "Date": "Date", "Buffer": "Buffer",
    "bigint": "bigint", "Uint8Array": "uint8array", "any": ANY, "unknown": ANY, "object": ANY,
}  # fmt: skip
_NOTHINGS = frozenset({"null", "undefined"})
_INTERFACE = re.compile(r"^[ \t]*(?:export[ \t]+)?interface[ \t]+(\w+)", re.MULTILINE)
_ALIAS = re.compile(r"^[ \t]*(?:export[ \t]+)?type[ \t]+(\w+)[ \t]*=([^;{}<>()\[\]]+);", re.MULTILINE)
_MAX_DEPTH = 6


@dataclass(frozen=True, kw_only=True)
class Compiler:
    """How types are taken.

    Attributes:
        sources: whether TypeScript's sources are read, and not what the compiler writes for decorators.
        strict: whether the compiler minds null and undefined; None where that cannot be told.
    """

    folder: Folder
    sources: bool = False
    strict: bool | None = False


def type_of(compiler: Compiler, module: Module, annotation: str, depth: int = 0) -> str:
    """The name of the type that an annotation gives; empty where it cannot be told."""
    text = " ".join(annotation.split())
    parts = [part.strip() for part in text.removeprefix("|").split("|")]
    if _LIST.match(text) and len(parts) == 1:
        return "array"
    kept = [part for part in parts if part not in _NOTHINGS]
    if len(kept) != len(parts) and not compiler.sources:
        if compiler.strict is None:
            return ""
        if compiler.strict and kept:
            return ANY
    kinds = {_of_part(compiler, module, part, depth) for part in kept}
    if "" in kinds or not kinds:
        return ""
    if len(kinds) > 1:
        return "" if compiler.sources else ANY
    return kinds.pop()


def _of_part(compiler: Compiler, module: Module, part: str, depth: int) -> str:  # noqa: PLR0911 - one answer a form
    if part in _KNOWN:
        return _KNOWN[part]
    if part in {"true", "false"}:
        return "boolean"
    if _LITERAL.fullmatch(part):
        return "string" if part[0] in "\"'`" else "number"
    if (brand := _BRAND.match(part)) is not None:
        inner = type_of(compiler, module, brand[1], depth)
        # The brand is an object's: of an object and a brand the compiler writes `Object`.
        return inner if compiler.sources or inner in {"string", "number", "boolean", "bigint", ""} else ANY
    if "&" in part:
        return _of_both(compiler, module, part, depth)
    if part.startswith(("{", "Record<", "Partial<", "Dictionary<")):
        return ANY if not compiler.sources else "json" if part.startswith(("Record<", "Dictionary<")) else ""
    if _LIST.match(part):
        return "array"
    name = part.partition(".")[0]
    found = compiler.folder.program.find(module, name)
    value = found.declared.value if isinstance(found, Found) else None
    if isinstance(value, Object) and value.entries:
        kinds = {type(entry.value) for entry in value.entries}
        return "string" if kinds == {Text} else "number" if kinds == {Number} else ""
    return _of_alias(compiler, module, name, depth) if name == part and not compiler.sources else ""


def _of_both(compiler: Compiler, module: Module, part: str, depth: int) -> str:
    """What `A & B` gives: by the sources what is left without the brands, else an object, written as it stands."""
    if not compiler.sources:
        return ANY
    kept = [one.strip() for one in part.split("&") if not one.strip().startswith(("Opt", "Hidden", "RequiredNullable"))]
    return type_of(compiler, module, kept[0], depth) if len(kept) == 1 else ""


def _of_alias(compiler: Compiler, module: Module, name: str, depth: int) -> str:
    """What a type of the repository gives that is no class: an interface is an object, an alias what it stands for."""
    program = compiler.folder.program
    if name in module.imports and depth < _MAX_DEPTH:
        path = program.resolve(module.path, module.imports[name].source)
        home = program.module(path) if path is not None else None
        exported = module.imports[name].exported
        return _of_alias(compiler, home, exported, depth + 1) if home is not None and exported != "*" else ""
    if not name.isidentifier() or depth >= _MAX_DEPTH:
        return ""
    written = _types_in(program.content(module.path) or b"").get(name)
    if written is None:
        return ""
    if not written:
        return ANY
    # Of an alias the compiler asks what it can be given to: a text with a brand is a text.
    start = written.partition("&")[0].strip()
    first = start if start in {"string", "number", "boolean"} else written
    return type_of(compiler, module, first, depth + 1)


@lru_cache(maxsize=64)
def _types_in(content: bytes) -> Mapping[str, str]:
    """The aliases of a script as they are written, and its interfaces, with nothing."""
    text = content.decode("utf-8", "replace")
    return {**dict.fromkeys(_INTERFACE.findall(text), ""), **dict(_ALIAS.findall(text))}
