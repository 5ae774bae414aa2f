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
_ARGUMENTS = frozenset({"arguments", "argument_list", "token_tree"})
_LOADERS = frozenset({"require", "require_relative", "import"})
_LOADING = frozenset({"ruby", "typescript"})
_KEYWORDS = frozenset(
    {"import", "from", "as", "type", "typeof", "default", "export", "use", "using", "static", "global"}
)


def _element(kind: Kind, node: Node, name: str, text: str) -> Element:
    start, end = node.start_point.row + 1, node.end_point.row + 1
    return Element(kind, name[:_MAX_NAME], text, start, end, node.start_byte, node.end_byte)


def _import(node: Node, code: bytes, language: str) -> list[Element]:
    return [_element(Kind.IMPORT, node, module, names) for module, names in _IMPORTS[language](_text(node, code))]


def _call(node: Node, code: bytes, language: str) -> list[Element]:
    name = _callee(node, code)
    arguments = node.child_by_field_name("arguments") or node.child_by_field_name("body")
    if arguments is None:
        arguments = next((one for one in node.children if one.type in _ARGUMENTS), None)
    text = _text(arguments, code)
    block = node.child_by_field_name("block") if language == "ruby" else None
    found = [_element(Kind.CALL, node, name, text if block is None else f"{text} {_text(block, code)}")]
    # Modules are loaded by calls in some languages.
    if name in _LOADERS and language in _LOADING:
        quoted = _QUOTED.search(text)
        if quoted:
            found.append(_element(Kind.IMPORT, node, quoted[1], ""))
    return found


def _decorator(node: Node, code: bytes, _language: str) -> list[Element]:
    name, _, arguments = _text(node, code).lstrip("@#[").partition("(")
    return [_element(Kind.DECORATOR, node, name.strip().rstrip("]"), arguments.rstrip().rstrip("])"))]


def _assign(node: Node, code: bytes, _language: str) -> list[Element]:
    target = _first(node, "name", "left", "key", "pattern", "field")
    value = _first(node, "value", "right")
    if target is None or value is None:
        parts = node.children
        target = target or (parts[0] if parts else None)
        value = value or (parts[-1] if len(parts) > 1 else None)
    name = _short(target, code).strip("\"'`:").removeprefix("$")
    return [_element(Kind.ASSIGN, node, name, _text(value, code))]


def _function(node: Node, code: bytes, _language: str) -> list[Element]:
    return [_element(Kind.FUNCTION, node, _short(node.child_by_field_name("name"), code), "")]


def _class(node: Node, code: bytes, _language: str) -> list[Element]:
    bases = _first(node, "superclasses", "superclass", "bases", "trait")
    return [_element(Kind.CLASS, node, _short(node.child_by_field_name("name"), code), _bases(node, bases, code))]


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


def _branches(node: Node, code: bytes, _language: str) -> list[Element]:
    condition = _text(_first(node, "condition", "left") or _second(node), code)
    negated = node.type in {"unless", "unless_modifier"}
    then = _first(node, "consequence", "body", "right")
    other = [one for one in node.children_by_field_name("alternative") if one.type not in {"elif_clause", "elsif"}]
    if node.type == "conditional_expression" and then is None and node.named_child_count == 3:  # noqa: PLR2004 - a if b else c
        then, condition, other = node.named_children[0], _text(node.named_children[1], code), [node.named_children[2]]
    found = [] if then is None else [_element(Kind.BRANCH, then, "not" if negated else "", condition)]
    return found + [_element(Kind.BRANCH, one, "" if negated else "not", condition) for one in other]


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
    name = code[start : node.end_byte].decode("utf-8", "replace")
    return name if name.isidentifier() else _BLANKS.sub("", name)


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

READERS: dict[str, Callable[[Node, bytes, str], list[Element]]] = {
    Kind.IMPORT: _import,
    Kind.CALL: _call,
    Kind.DECORATOR: _decorator,
    Kind.ASSIGN: _assign,
    Kind.FUNCTION: _function,
    Kind.CLASS: _class,
    Kind.BRANCH: _branches,
}
"""What makes elements of a node: two of a condition with another branch, several of `import a, b`, else one."""
