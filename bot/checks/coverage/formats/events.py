"""Drives an XML reader with expat's events: no tree, no entity, no external file, no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias
from xml.parsers import expat

from bot.checks.coverage.formats.bounds import Refused, Source
from bot.checks.coverage.lines import Report

_BLOCK_BYTES = 1 << 16
_MAX_TOKEN_BYTES = 4 << 20
_MAX_DEPTH = 64
_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252"})
_TRUNCATED = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


class XmlReader(Protocol):
    """Takes the events of one report.

    Attributes:
        depth: how many elements are open; leaves need not be counted.
    """

    depth: int

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        ...

    def end(self, tag: str) -> None:
        """An element ends."""
        ...

    def flush(self) -> None:
        """Called between blocks of input: what was put aside may be worked off."""
        ...

    def report(self, name: str) -> Report:
        """The report, at the end."""
        ...


Choose: TypeAlias = "Callable[[str, Mapping[str, str], expat.XMLParserType], XmlReader]"


def read_xml(source: Source, name: str, choose: Choose) -> Report:
    """Read a report with the reader that its root element asks for; one that wants text or comments asks for them.

    Raises:
        Refused: it is no such report, is damaged, or has what a report needs not: entities, a DTD of its own.
    """
    parser = expat.ParserCreate()
    chosen: list[XmlReader] = []

    def start_root(tag: str, attributes: dict[str, str]) -> None:
        reader = choose(tag, attributes, parser)
        chosen.append(reader)
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        reader.start(tag, attributes)

    parser.StartElementHandler = start_root
    _close_doors(parser)
    try:
        _feed(parser, source, chosen)
        reader = chosen[0]
        reader.flush()
        return reader.report(name)
    except Refused as refused:
        raise Refused(refused.reason, refused.line or parser.CurrentLineNumber) from None
    except expat.ExpatError as error:
        truncated = error.code in _TRUNCATED
        reason = "it ends too early: truncated" if truncated else f"it is no well-formed XML ({_words(error.code)})"
        raise Refused(reason, error.lineno) from None


def _words(code: int) -> str:
    return expat.ErrorString(code) or f"error {code}"


def _feed(parser: expat.XMLParserType, source: Source, chosen: list[XmlReader]) -> None:
    fed = 0
    while block := source.read(_BLOCK_BYTES):
        parser.Parse(block, False)  # noqa: FBT003 - expat's own
        fed += len(block)
        # Expat reads an unfinished tag again with each block, so that one long tag would take hours.
        if fed - max(parser.CurrentByteIndex, 0) > _MAX_TOKEN_BYTES:
            raise Refused(f"a tag is longer than {_MAX_TOKEN_BYTES >> 20} MiB")
        if chosen:
            chosen[0].flush()
            if chosen[0].depth > _MAX_DEPTH:
                raise Refused(f"its elements are nested more than {_MAX_DEPTH} deep")
    parser.Parse(b"", True)  # noqa: FBT003 - expat's own


def _close_doors(parser: expat.XMLParserType) -> None:
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def doctype(_name: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal:
            raise Refused("it declares entities or a document type of its own")

    def entity(*_: object) -> None:
        raise Refused("it declares entities")

    def external(*_: object) -> int:
        raise Refused("it asks for an external entity")

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise Refused("its encoding is none of UTF-8, ASCII and Latin-1")

    # JaCoCo names an external DTD, which is not fetched.
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.ExternalEntityRefHandler = external
    parser.SkippedEntityHandler = entity
    parser.XmlDeclHandler = declaration
