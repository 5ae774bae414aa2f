"""The name of an element, and where its text stands, from its node of the syntax tree.

Grammars name the same part differently; the first field that a node has counts. A repository has hundreds of thousands
of elements, and few of them are ever asked for: only the name is made here, a text is cut out when somebody wants it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.source.columns import MAX_NAME, MAX_TEXT, Found, Kind

if TYPE_CHECKING:
    from tree_sitter import Language, Node

_BLANKS = re.compile(r"\s+")
_MAX_CHAIN = 8_000
_QUOTED = re.compile(r"""["']([^"'\n]+)["']""")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ARGUMENTS = frozenset({"arguments", "argument_list", "token_tree"})
_LOADERS = frozenset({"require", "require_relative", "import"})
_LOADING = frozenset({"ruby", "typescript"})
_BASES = frozenset(
    {
        *("class_heritage", "base_list", "super_interfaces", "extends_interfaces", "base_clause"),
        "class_interface_clause",
    }
)
_KEYWORDS = frozenset(
    {"import", "from", "as", "type", "typeof", "default", "export", "use", "using", "static", "global"}
)


class Reader:
    """Reads the nodes of one language; fields are asked for by the numbers that its grammar gives them.

    Of code, `str` is given where each byte is a character, else `bytes`: places are counted in bytes.
    """

    def __init__(self, grammar: Language, language: str) -> None:
        def numbers(*names: str) -> Sequence[int]:
            return [number for name in names if (number := grammar.field_id_for_name(name)) is not None]

        self._language = language
        self._callee, self._object = numbers("function", "constructor", "type", "macro"), numbers("object")
        self._receiver, self._method = numbers("object", "receiver", "scope"), numbers("method", "name")
        self._arguments, self._block = numbers("arguments", "body"), numbers("block") if language == "ruby" else ()
        self._target, self._value = numbers("name", "left", "key", "pattern", "field"), numbers("value", "right")
        self._name, self._base = numbers("name"), numbers("superclasses", "superclass", "bases", "trait")
        self._condition, self._then = numbers("condition", "left"), numbers("consequence", "body", "right")
        self._readers: dict[str, Callable[[Node, bytes | str], Sequence[Found]]] = {
            Kind.IMPORT: self._imports,
            Kind.CALL: self._calls,
            Kind.DECORATOR: self._decorators,
            Kind.ASSIGN: self._assigns,
            Kind.FUNCTION: self._functions,
            Kind.CLASS: self._classes,
            Kind.BRANCH: self._branches,
        }

    def of(self, kind: str) -> Callable[[Node, bytes | str], Sequence[Found]]:
        """What makes elements of a node: two of a condition with another branch, several of `import a, b`, else one."""
        return self._readers[kind]

    def _imports(self, node: Node, code: bytes | str) -> Sequence[Found]:
        found = _IMPORTS[self._language](_text(node, code))
        return [_written(Kind.IMPORT, node, module, names) for module, names in found]

    def _calls(self, node: Node, code: bytes | str) -> Sequence[Found]:
        name = self._called(node, code)
        arguments = _first(node, self._arguments)
        if arguments is None:
            arguments = next((one for one in node.children if one.type in _ARGUMENTS), None)
        block = _first(node, self._block) if self._block else None
        if block is None:
            found = [_cut(Kind.CALL, node, name, arguments)]
        else:
            found = [_written(Kind.CALL, node, name, f"{_text(arguments, code)} {_text(block, code)}")]
        # Modules are loaded by calls in some languages.
        if name in _LOADERS and self._language in _LOADING and (quoted := _QUOTED.search(_text(arguments, code))):
            found.append(_written(Kind.IMPORT, node, quoted[1], ""))
        return found

    def _decorators(self, node: Node, code: bytes | str) -> Sequence[Found]:
        name, _, arguments = _text(node, code).lstrip("@#[").partition("(")
        return [_written(Kind.DECORATOR, node, name.strip().rstrip("]"), arguments.rstrip().rstrip("])"))]

    def _assigns(self, node: Node, code: bytes | str) -> Sequence[Found]:
        target, value = _first(node, self._target), _first(node, self._value)
        if target is None or value is None:
            parts = node.children
            target = target or (parts[0] if parts else None)
            value = value or (parts[-1] if len(parts) > 1 else None)
        name = _short(target, code).strip("\"'`:").removeprefix("$")
        return (_cut(Kind.ASSIGN, node, name, value),)

    def _functions(self, node: Node, code: bytes | str) -> Sequence[Found]:
        return (_cut(Kind.FUNCTION, node, _short(_first(node, self._name), code), None),)

    def _classes(self, node: Node, code: bytes | str) -> Sequence[Found]:
        base = _first(node, self._base)
        if base is not None:
            bases = _text(base, code).strip("() <:")
        else:
            bases = " ".join(_text(one, code) for one in node.children if one.type in _BASES)
        name = _short(_first(node, self._name), code)
        if node.type == "impl_item":
            # A block of Rust goes by the type that it is of.
            name = _short(node.child_by_field_name("type"), code).partition("<")[0].rpartition("::")[2]
        return (_written(Kind.CLASS, node, name, bases),)

    def _branches(self, node: Node, _code: bytes | str) -> Sequence[Found]:
        condition = _first(node, self._condition) or _second(node)
        negated = node.type in {"unless", "unless_modifier"} or _is_or(node)
        then = _first(node, self._then)
        other = [one for one in node.children_by_field_name("alternative") if one.type not in {"elif_clause", "elsif"}]
        if node.type == "conditional_expression" and then is None and node.named_child_count == 3:  # noqa: PLR2004 - a if b else c
            then, condition, other = node.named_children[0], node.named_children[1], [node.named_children[2]]
        found = [] if then is None else [_cut(Kind.BRANCH, then, "not" if negated else "", condition)]
        return found + [_cut(Kind.BRANCH, one, "" if negated else "not", condition) for one in other]

    def _called(self, node: Node, code: bytes | str) -> str:
        member = _first(node, self._callee)
        if member is not None and _first(node, self._object) is None:
            return _short(member, code)
        receiver = _first(node, self._receiver)
        name = _short(_first(node, self._method), code) or _short(_second(node), code)
        return f"{_short(receiver, code)}.{name}" if receiver is not None else name


def _is_or(node: Node) -> bool:
    operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
    return operator is not None and operator.type == "||"


def _cut(kind: Kind, node: Node, name: str, text: Node | None) -> Found:
    """An element whose text is that of a node."""
    start = text.start_byte if text is not None else 0
    end = min(text.end_byte, start + MAX_TEXT) if text is not None else 0
    # Names repeat: one that is kept once saves most of what they take.
    return kind, sys.intern(name[:MAX_NAME]), node.start_byte, node.end_byte, start, end, None


def _written(kind: Kind, node: Node, name: str, text: str) -> Found:
    """An element whose text is put together."""
    return kind, sys.intern(name[:MAX_NAME]), node.start_byte, node.end_byte, 0, 0, text


def _second(node: Node) -> Node | None:
    """`new Foo(...)` of PHP has no field: its class is the second child."""
    return node.children[1] if len(node.children) > 1 else None


def _first(node: Node, fields: Sequence[int]) -> Node | None:
    for field in fields:
        child = node.child_by_field_id(field)
        if child is not None:
            return child
    return None


def _text(node: Node | None, code: bytes | str) -> str:
    if node is None:
        return ""
    text = code[node.start_byte : min(node.end_byte, node.start_byte + MAX_TEXT)]
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def _short(node: Node | None, code: bytes | str) -> str:
    """A name in one word. Of a long chain the end counts, which is what is called."""
    if node is None:
        return ""
    name = _end_of(node, code, MAX_NAME)
    if name.isidentifier():
        return name
    short = "".join(name.split())
    if len(short) < len(name) // 2 and node.end_byte - node.start_byte > MAX_NAME:
        # Between the calls of a chain there are comments, which are blank here.
        short = "".join(_end_of(node, code, _MAX_CHAIN).split())[-MAX_NAME:]
    return short


def _end_of(node: Node, code: bytes | str, length: int) -> str:
    end = code[max(node.start_byte, node.end_byte - length) : node.end_byte]
    return end if isinstance(end, str) else end.decode("utf-8", "replace")


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
