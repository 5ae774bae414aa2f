"""What makes or changes models while a module is imported, and is not followed: named where a change brings it.

A class that `type()` makes, fields added to a class from outside, decorators, loops in a class's body. What stood there
before the change is part of what was, so only what is new is told.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.checks.migrations.syntax.source import Parsed, dump

# Decorators that leave the fields and the Meta of a class alone, by the last part of their name.
_HARMLESS = frozenset(
    {
        *("total_ordering", "final", "runtime_checkable", "dataclass_transform", "deprecated", "register", "receiver"),
        *("register_snippet", "register_setting", "deconstructible", "python_2_unicode_compatible", "rules_model"),
        *("reversion_register", "strawberry_type", "override_settings", "setup_file_cleanup", "publish_on_save"),
    }
)
# A package whose triggers are written into migrations.
TRIGGERS = "pgtrigger"
_ADDERS = frozenset({"add_to_class", "contribute_to_class"})
_BODIES = ("body", "orelse", "finalbody")
_TYPE_ARGUMENTS = 3
Reader = Callable[[str], ast.AST | None]


@dataclass(frozen=True)
class Maker:
    """A statement that may make or change a model.

    Attributes:
        model: the class that it concerns; empty where it concerns none by name.
        what: the statement in words.
    """

    model: str
    what: str
    line: int
    key: str


def find_makers(parsed: Parsed, function: Reader) -> Mapping[tuple[str, str], Maker]:
    """The statements of a module that may make or change models as it is imported, by what they say.

    `function` gives the definition of a name, where the repository has it.
    """
    try:
        return {(one.model, one.key): one for one in _in_module(parsed.tree.body, function)}
    except RecursionError:
        return {("", ""): Maker("", "is nested too deep to be searched for models that are made as it runs", 1, "")}


def _in_module(body: Iterable[ast.stmt], function: Reader) -> Iterator[Maker]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _in_class(node, function)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            for name in _BODIES:
                yield from _in_module(getattr(node, name, ()), function)
        elif isinstance(node, ast.Expr | ast.Assign):
            yield from _of_statement(node, function)


def _of_statement(node: ast.Expr | ast.Assign, function: Reader) -> Iterator[Maker]:
    for target in node.targets if isinstance(node, ast.Assign) else ():
        if (owner := _meta_owner(target)) is not None:
            yield Maker(owner, f"changes {owner}._meta", node.lineno, dump(node))
    value = node.value
    if not isinstance(value, ast.Call):
        return
    if isinstance(value.func, ast.Attribute) and value.func.attr in _ADDERS and not _is_followed(value):
        given = value.args[0] if value.func.attr == "contribute_to_class" and value.args else value.func.value
        owner = _root(given) or ""
        yield Maker(owner, f"calls {value.func.attr}", node.lineno, dump(node))
    elif _makes_model(value):
        yield Maker("", "makes a class with type()", node.lineno, dump(node))
    elif isinstance(value.func, ast.Name) and (found := function(value.func.id)) is not None and _has_model(found):
        yield Maker("", f"calls {value.func.id}, which makes a class", node.lineno, dump(node))


def _has_model(found: ast.AST) -> bool:
    """Whether a function defines a class that may be a model."""
    if isinstance(found, ast.ClassDef):
        return False
    classes = (node for node in ast.walk(found) if isinstance(node, ast.ClassDef))
    return any("Model" in dump(base) for node in classes for base in node.bases)


def _makes_model(call: ast.Call) -> bool:
    by_type = isinstance(call.func, ast.Name) and call.func.id == "type" and len(call.args) == _TYPE_ARGUMENTS
    return by_type and "Model" in dump(call.args[1])


def _is_followed(call: ast.Call) -> bool:
    """Whether it is `Model.add_to_class("name", field)`, which counts as a member of the class."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="add_to_class"), args=[ast.Constant(value=str()), _]):
            return True
    return False


def _meta_owner(target: ast.expr) -> str | None:
    """The class whose `_meta` an assignment changes; None where it changes none."""
    node: ast.AST = target
    seen = False
    while True:
        match node:
            case ast.Attribute(value=inner, attr=name):
                seen = seen or name == "_meta"
                node = inner
            case ast.Call(func=inner) | ast.Subscript(value=inner):
                node = inner
            case ast.Name(id=name):
                return name if seen else None
            case _:
                return None


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


# Classes


def _in_class(node: ast.ClassDef, function: Reader) -> Iterator[Maker]:
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else _root(called)
        if _root(called) == TRIGGERS:
            yield Maker(node.name, f"has a trigger of {TRIGGERS}", decorator.lineno, dump(decorator))
        elif name is not None and name not in _HARMLESS and not _is_plain(function(name)):
            yield Maker(node.name, f"has the decorator {name}", decorator.lineno, dump(decorator))
    for part in node.body:
        if (what := _in_body(part)) is not None:
            yield Maker(node.name, what, part.lineno, dump(part))


def _is_plain(found: ast.AST | None) -> bool:
    """Whether a decorator of the repository touches no member of the class that it gets."""
    if found is None:
        return False
    words = {part.attr for part in ast.walk(found) if isinstance(part, ast.Attribute)}
    words |= {part.id for part in ast.walk(found) if isinstance(part, ast.Name)}
    return words.isdisjoint({*_ADDERS, "_meta", "type", "setattr", "Meta", "__dict__"})


def _in_body(part: ast.stmt) -> str | None:  # noqa: PLR0911 - one answer a statement
    """What a statement of a class's body does beyond binding names; None where it does not."""
    if isinstance(part, ast.For | ast.While):
        called = {one.func.id for one in ast.walk(part) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}
        return "makes members in a loop" if called & {"locals", "vars", "exec", "eval"} else None
    match part:
        case ast.ClassDef(name="Meta") if f"id='{TRIGGERS}'" in dump(part):
            return f"has triggers of {TRIGGERS}"
        case ast.Assign(
            value=ast.Call(func=ast.Name(id="HistoricalRecords") | ast.Attribute(attr="HistoricalRecords"))
        ):
            return "keeps its history in a table of its own"
        case ast.Expr(value=ast.Call(func=ast.Name(id="exec" | "eval" as name))):
            return f"calls {name}"
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="locals" | "vars"))))):
            return "makes members through locals()"
        case ast.Assign(targets=[ast.Subscript(value=ast.Call(func=ast.Name(id="locals" | "vars")))]):
            return "makes members through locals()"
    return None
