"""Markdown and its kin as headings with what stands under them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.roles import Role

SUFFIXES = ("*.md", "*.mdx", "*.markdown", "*.rst", "*.adoc", "*.asciidoc", "*.org", "*.textile")
# By the ending of the name: in Markdown a star begins an element of a list.
_HEADINGS = {
    "adoc": re.compile(r"([#=]{1,6})\s+(\S.*)"),
    "asciidoc": re.compile(r"([#=]{1,6})\s+(\S.*)"),
    "org": re.compile(r"(\*{1,6})\s+(\S.*)"),
    "textile": re.compile(r"(h[1-6]\.)\s+(\S.*)"),
}
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_UNDERLINE = re.compile(r"([=\-~^\"'*+#`])\1{2,}\s*")
_FENCE = re.compile(r"\s*(?:```|~~~|----$|\.\. code)")
_MAX_LINE = 2_000
_MAX_LINES = 5_000
# Words of others that are part of no documentation of this project.
_NOT_DOCS = re.compile(
    r"(?:^|/)(?:changelog|changes|history|news|releases?|licen[cs]e|code_of_conduct|contribut(?:ors|ing)|agents|claude"
    r"|gemini|copilot-instructions|skill)\b[^/]*$"
    # What was on one day, and what was day by day, tells nobody what to do.
    r"|(?:^|/)[^/]*\d{4}-\d{2}-\d{2}[^/]*$|[-_]log\.\w+$",
    re.IGNORECASE,
)
_NOT_FOLDERS = re.compile(
    r"(?:^|/)(?:\.changeset|\.claude|\.cursor|\.agents?|changelogs?|release[-_ ]?notes|i18n|locales?|translations?"
    r"|issue_template|skills|proposals?|rfcs?|enhancements|blog|posts|articles|marketing|src/content"
    r"|\.github/(?:prompts|workflows|agents|instructions|skills|chatmodes))/",
    re.IGNORECASE,
)


_SITES = ("docs.json", "mint.json", "mkdocs.yml", "mkdocs.yaml", "docusaurus.config.*", "book.toml", "antora.yml")


@dataclass(frozen=True, eq=False)
class Section:
    """A heading, what stands under it up to the next heading of its level or above, and where that begins.

    Attributes:
        read: gives the lines. Most are never asked for, and those of all documents together may be 100 MB.
    """

    path: str
    line: int
    title: str
    read: Callable[[], Sequence[str]]
    first: int

    @property
    def lines(self) -> Sequence[str]:
        """The lines under the heading."""
        return self.read()

    @property
    def text(self) -> str:
        """What stands under the heading."""
        return "\n".join(self.lines)

    @property
    def words(self) -> int:
        """How many words that are."""
        return sum(len(line.split()) for line in self.lines)


def documents(files: Files) -> Sequence[str]:
    """The project's own documents: no changelogs, translations and templates, and nothing on how its site is built."""
    found = files.select(*SUFFIXES, roles=(Role.DOCS,))
    sites = {path.rpartition("/")[0] for path in files.select(*_SITES, roles=(Role.DOCS, Role.PRODUCT))} - {""}
    return [path for path in found if _is_own(path) and not _of(sites, path)]


# Each item that asks for documents asks of the same paths.
@lru_cache(maxsize=1 << 14)
def _is_own(path: str) -> bool:
    return not (_NOT_DOCS.search(path) or _NOT_FOLDERS.search(path))


def _of(sites: Collection[str], path: str) -> bool:
    """Whether a README stands beside the settings of a site: it tells who writes there how to see what they wrote."""
    folder, _, name = path.rpartition("/")
    return folder in sites and name.lower().startswith("readme.")


def sections(files: Files, path: str) -> Sequence[Section]:
    """The sections of a document, in their order; none where it was not read."""
    content = files.content(path)
    return () if content is None else files.kept("sections", path, lambda: list(_sections(path, content)))


# Whoever asks for one section asks for others of the document.
@lru_cache(maxsize=4)
def _lines(path: str, content: bytes) -> Sequence[str]:
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return without_comments(path, text).split("\n")


def _between(path: str, content: bytes, begin: int, end: int) -> Sequence[str]:
    return _lines(path, content)[begin:end]


def _sections(path: str, content: bytes) -> Iterator[Section]:
    lines = _lines(path, content)
    headings = list(_headings(lines, _HEADINGS.get(path.rpartition(".")[2].lower(), _HEADING)))
    ends = _ends([level for _, level, _ in headings])
    for (at, _, title), end in zip(headings, ends, strict=True):
        below = headings[end][0] if end < len(headings) else len(lines)
        read = partial(_between, path, content, at + 1, min(below, at + 1 + _MAX_LINES))
        yield Section(path, at + 1, title, read, at + 2)


def _ends(levels: Sequence[int]) -> list[int]:
    """For each heading the number of the next one of its level or above; how many there are where none follows."""
    ends = [len(levels)] * len(levels)
    open_at: list[int] = []
    for number, level in enumerate(levels):
        while open_at and levels[open_at[-1]] >= level:
            ends[open_at.pop()] = number
        open_at.append(number)
    return ends


def _headings(lines: Sequence[str], heading: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """Yield number, level and title of each heading; those within code do not count."""
    fenced = False
    for number, line in enumerate(lines):
        if _FENCE.match(line[:_MAX_LINE]):
            fenced = not fenced
        if fenced:
            continue
        if found := heading.fullmatch(line[:_MAX_LINE].strip()):
            yield number, len(found[1]), found[2].strip("# =")
        elif line.strip() and number + 1 < len(lines) and _UNDERLINE.fullmatch(lines[number + 1][:_MAX_LINE]):
            yield number, 1 if lines[number + 1].startswith("=") else 2, line.strip()
