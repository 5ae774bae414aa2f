"""Changelogs of every format as the same elements. Entities are refused, and what is shared or endless is bounded.

Source: https://docs.liquibase.com/concepts/changelogs/home.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_BYTES = 8_000_000
_MAX_ELEMENTS = 200_000
_MAX_DEPTH = 60
# Above this many bytes the events of YAML are counted before anything is made of them.
_MAX_UNCOUNTED = 500_000
_MAX_EVENTS = 3 * _MAX_ELEMENTS
# Lists that are no element of their own in XML.
_FLAT = frozenset({"changes", "columns", "databaseChangeLog", "sqlVisitors"})


class UnreadError(Exception):
    """A changelog cannot be read; the message says why, `line` where (from 1)."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(kw_only=True)
class Node:
    """An element: its name without a namespace, attributes, children, text, and line."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly within, without blanks around it."""
        return "".join(self.parts).strip()

    def get(self, *names: str) -> str:
        """The first attribute of one of the names, or the text of a child of that name; empty where there is none."""
        for name in names:
            if name in self.attributes:
                return self.attributes[name]
        return next((child.text for child in self.children if child.name in names), "")

    def first(self, name: str) -> Node | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator[Node]:
        """Yield the children of a name."""
        return (child for child in self.children if child.name == name)


def read_xml(content: bytes) -> Node:
    """The root element of an XML file.

    Raises:
        UnreadError: it is no XML, declares entities, or is larger or deeper than changelogs are.
    """
    reader = _XmlReader()
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 - expat's own signature
    except expat.ExpatError as error:
        raise UnreadError(error.lineno, "is no well-formed XML") from None
    except (LookupError, ValueError):
        raise UnreadError(1, "is in an encoding that is not known") from None
    if reader.root is None:
        raise UnreadError(1, "is empty")
    return reader.root


class _XmlReader:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._stack: list[Node] = []
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._add_text
        self.parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise UnreadError(self.parser.CurrentLineNumber, "declares entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self._count += 1
        if len(self._stack) >= _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise UnreadError(line, f"has more than {_MAX_ELEMENTS:,} elements or {_MAX_DEPTH} levels")
        node = Node(name=name.rpartition(":")[2], line=line, attributes=attributes)
        if self._stack:
            self._stack[-1].children.append(node)
        else:
            self.root = node
        self._stack.append(node)

    def _end(self, _: str) -> None:
        self._stack.pop()

    def _add_text(self, text: str) -> None:
        self._stack[-1].parts.append(text)


def read_yaml(content: bytes) -> Node:
    """The root of a YAML or JSON file, as the elements that XML would have.

    Raises:
        UnreadError: it is no YAML, has no list of changes, or is larger or deeper than changelogs are.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = yaml.parse(content, Loader=loader) if len(content) > _MAX_UNCOUNTED else ()
        if any(number > _MAX_EVENTS for number, _ in enumerate(events)):
            raise UnreadError(1, f"has more than {_MAX_EVENTS:,} values")
        document = yaml.compose(content, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise UnreadError(mark.line + 1 if mark is not None else 1, "is no well-formed YAML") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnreadError(1, "is no well-formed YAML") from None
    root = Node(name="databaseChangeLog", line=1)
    if isinstance(document, yaml.MappingNode):
        for key, value in document.value:
            if isinstance(key, yaml.ScalarNode) and key.value == "databaseChangeLog":
                _YamlReader().fill(root, key.value, value, 0)
                return root
    raise UnreadError(1, "has no databaseChangeLog")


class _YamlReader:
    def __init__(self) -> None:
        self._count = 0

    def fill(self, parent: Node, name: str, value: object, depth: int) -> None:
        """Put what stands under a key into an element."""
        import yaml

        self._count += 1
        if depth > _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise UnreadError(parent.line, f"has more than {_MAX_ELEMENTS:,} elements or {_MAX_DEPTH} levels")
        if isinstance(value, yaml.ScalarNode):
            null = value.tag == "tag:yaml.org,2002:null"
            parent.attributes[name] = "" if null else value.value
        elif isinstance(value, yaml.MappingNode):
            node = Node(name=name, line=value.start_mark.line + 1)
            parent.children.append(node)
            self._entries(node, value, depth)
        elif isinstance(value, yaml.SequenceNode):
            target = parent
            if name not in _FLAT:
                target = Node(name=name, line=value.start_mark.line + 1)
                parent.children.append(target)
            for item in value.value:
                if isinstance(item, yaml.MappingNode):
                    self._entries(target, item, depth + 1)
                elif isinstance(item, yaml.ScalarNode):
                    target.parts.append(f"{item.value}\n")

    def _entries(self, node: Node, value: object, depth: int) -> None:
        import yaml

        for key, one in value.value if isinstance(value, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                self.fill(node, key.value, one, depth + 1)


def canonical(node: Node) -> object:
    """An element as a value that is equal for elements that say the same: order of attributes and layout are gone."""
    return (
        node.name,
        tuple(sorted(node.attributes.items())),
        " ".join(node.text.split()),
        tuple(canonical(child) for child in node.children),
    )
