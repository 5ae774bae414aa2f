"""The name and the text of an element, from its node of the syntax tree.

Grammars name the same part differently; the first field that a node has counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.source.elements import Element, Kind

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_NAME = 200
_MAX_TEXT = 4000
_BLANKS = re.compile(r"\s+")
_QUOTED = re.compile(r"""["']([^"'\n]+)["']""")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_QUOTES = re.compile(r"""^(?:[A-Za-z@$]{0,3})(?:\"{3}|'{3}|["'`])|(?:\"{3}|'{3}|["'`])$""")
_KEYWORDS = frozenset(
    {"import", "from", "as", "type", "typeof", "default", "export", "use", "using", "static", "global"}
)


def elements_of(kind: Kind, node: Node, code: bytes, language: str) -> Iterator[Element]:
    """Yield the elements of a node: two for a condition with another branch, several for `import a, b`, else one."""
    match kind:
        case Kind.BRANCH:
            yield from _branches(node, code)
        case Kind.IMPORT:
            for module, names in _IMPORTS[language](_text(node, code)):
                yield _element(kind, node, module, names)
        case Kind.CALL:
            yield from _call(node, code, language)
        case Kind.DECORATOR:
            name, _, arguments = _text(node, code).lstrip("@#[").partition("(")
            yield _element(kind, node, name.strip().rstrip("]"), arguments.rstrip().rstrip("])"))
        case Kind.ASSIGN:
            parts = node.children
            target = _first(node, "name", "left", "key", "pattern", "field") or (parts[0] if parts else None)
            value = _first(node, "value", "right") or (parts[-1] if len(parts) > 1 else None)
            name = _short(target, code).strip("\"'`:")
            yield _element(kind, node, name.removeprefix("$"), _text(value, code) if value else "")
        case Kind.FUNCTION | Kind.CLASS:
            bases = _first(node, "superclasses", "superclass", "bases", "trait")
            rest = "" if kind is Kind.FUNCTION else _bases(node, bases, code)
            yield _element(kind, node, _short(_first(node, "name"), code), rest)
        case Kind.STRING:
            yield _element(kind, node, "", _QUOTES.sub("", _text(node, code)))


def _element(kind: Kind, node: Node, name: str, text: str) -> Element:
    start, end = node.start_point.row + 1, node.end_point.row + 1
    return Element(kind, name[:_MAX_NAME], text, start, end, node.start_byte, node.end_byte)


def _call(node: Node, code: bytes, language: str) -> Iterator[Element]:
    name = _callee(node, code)
    arguments = _first(node, "arguments", "body") or next(
        (one for one in node.children if one.type in {"arguments", "argument_list", "token_tree"}), None
    )
    text = _text(arguments, code)
    block = node.child_by_field_name("block") if language == "ruby" else None
    yield _element(Kind.CALL, node, name, text if block is None else f"{text} {_text(block, code)}")
    # Modules are loaded by calls in some languages.
    if name in {"require", "require_relative", "import"} and language in {"ruby", "typescript"}:
        quoted = _QUOTED.search(text)
        if quoted:
            yield _element(Kind.IMPORT, node, quoted[1], "")


def _callee(node: Node, code: bytes) -> str:
    member = _first(node, "function", "constructor", "type", "macro")
    if member is not None and node.child_by_field_name("object") is None:
        return _short(member, code)
    receiver = _first(node, "object", "receiver", "scope")
    name = _short(_first(node, "method", "name"), code) or _short(_second(node), code)
    return f"{_short(receiver, code)}.{name}" if receiver is not None else name


def _second(node: Node) -> Node | None:
    """`new Foo(...)` of PHP has no field: its class is the second child."""
    return node.children[1] if len(node.children) > 1 else None


def _bases(node: Node, bases: Node | None, code: bytes) -> str:
    if bases is not None:
        return _text(bases, code).strip("() <:")
    named = {
        "class_heritage",
        "base_list",
        "super_interfaces",
        "extends_interfaces",
        "base_clause",
        "class_interface_clause",
    }
    return " ".join(_text(one, code) for one in node.children if one.type in named)


def _branches(node: Node, code: bytes) -> Iterator[Element]:
    condition = _text(_first(node, "condition", "left") or _second(node), code)
    negated = node.type in {"unless", "unless_modifier"}
    then = _first(node, "consequence", "body", "right")
    other = [one for one in node.children_by_field_name("alternative") if one.type not in {"elif_clause", "elsif"}]
    if node.type == "conditional_expression" and then is None and node.named_child_count == 3:  # noqa: PLR2004 - a if b else c
        then, condition, other = node.named_children[0], _text(node.named_children[1], code), [node.named_children[2]]
    if then is not None:
        yield _element(Kind.BRANCH, then, "not" if negated else "", condition)
    for one in other:
        yield _element(Kind.BRANCH, one, "" if negated else "not", condition)


def _first(node: Node, *fields: str) -> Node | None:
    for field in fields:
        child = node.child_by_field_name(field)
        if child is not None:
            return child
    return None


def _text(node: Node | None, code: bytes) -> str:
    if node is None:
        return ""
    return code[node.start_byte : min(node.end_byte, node.start_byte + _MAX_TEXT)].decode("utf-8", "replace")


def _short(node: Node | None, code: bytes) -> str:
    """A name in one word. Of a long chain the end counts, which is what is called."""
    if node is None:
        return ""
    start = max(node.start_byte, node.end_byte - _MAX_NAME)
    return _BLANKS.sub("", code[start : node.end_byte].decode("utf-8", "replace"))


def _script_imports(text: str) -> Iterator[tuple[str, str]]:
    modules = _QUOTED.findall(text)
    if modules and not text.startswith("import type"):
        yield modules[-1], _names(text[: text.rfind(modules[-1])])


def _python_imports(text: str) -> Iterator[tuple[str, str]]:
    if text.startswith("from"):
        module, _, names = text[4:].partition("import")
        yield module.strip(), _names(names.replace("(", " ").replace(")", " "))
        return
    for one in text.removeprefix("import").split(","):
        module, _, alias = one.partition(" as ")
        yield module.strip(), (alias or module).strip().partition(".")[0]


def _go_imports(text: str) -> Iterator[tuple[str, str]]:
    alias, _, rest = text.partition('"')
    module = rest.rstrip('"')
    parts = [part for part in module.split("/") if not re.fullmatch(r"v\d+", part)]
    yield module, alias.strip() or (parts[-1] if parts else "")


def _java_imports(text: str) -> Iterator[tuple[str, str]]:
    module = text.removeprefix("import").strip().removeprefix("static ").rstrip(";").strip()
    yield module, module.rpartition(".")[2]


def _csharp_imports(text: str) -> Iterator[tuple[str, str]]:
    module = text.rstrip(";").rpartition("=")[2].split()[-1:]
    yield (module[0] if module else ""), ""


def _php_imports(text: str) -> Iterator[tuple[str, str]]:
    for one in text.removeprefix("use").rstrip(";").split(","):
        module, _, alias = one.strip().partition(" as ")
        yield module, alias or module.rpartition("\\")[2]


def _rust_imports(text: str) -> Iterator[tuple[str, str]]:
    module = _BLANKS.sub("", text[text.find("use") + 3 :].rstrip(";"))
    yield module, _names(module)


def _ruby_imports(_text_of_node: str) -> Iterator[tuple[str, str]]:
    return iter(())


def _names(text: str) -> str:
    return " ".join(word for word in _WORD.findall(text) if word not in _KEYWORDS)


_IMPORTS: dict[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    "typescript": _script_imports,
    "python": _python_imports,
    "go": _go_imports,
    "java": _java_imports,
    "csharp": _csharp_imports,
    "php": _php_imports,
    "rust": _rust_imports,
    "ruby": _ruby_imports,
}
