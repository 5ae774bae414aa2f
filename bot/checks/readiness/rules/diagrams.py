"""Diagrams of the architecture: drawn in a document, or a picture that a document shows.

Rule: a mermaid or PlantUML block in a document, or a file of a drawing whose name speaks of the architecture and that a
document names. A picture that no document names is configured and not wired, and so is one that is said to be a diagram
and of what nobody says: a product that draws diagrams shows its own.
A picture of another name counts where its words, its heading or its document's name say that it is of the architecture,
and one that is kept elsewhere where its words, its heading or its own name do. A heading that says no more than that
there is a diagram tells so in a document about an architecture.
Traps: logos, screenshots, pictures whose file is not there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from posixpath import normpath

from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.checks.readiness.rules.prose import documents, sections
from bot.model import Evidence, Finding, State, Strength

_BLOCK = re.compile(r"\s*(?:```|~~~|:::|\.\. )\s*\{?(?:mermaid|plantuml|puml|d2|graphviz|dot|uml)\b", re.IGNORECASE)
_DRAWINGS = (
    "*.drawio",
    "*.drawio.svg",
    "*.drawio.png",
    "*.puml",
    "*.plantuml",
    "*.mmd",
    "*.mermaid",
    "*.d2",
    "*.dsl",
    "*.dgml",
)
_PICTURES = tuple(
    f"*{word}*.{suffix}"
    for word in ("architect", "diagram", "topology", "system-overview", "system_overview", "c4-", "infrastructure")
    for suffix in ("svg", "png", "jpg", "jpeg", "webp", "gif", "excalidraw")
)
# What a diagram of an architecture is about, in its path, its heading, or twice in itself.
_SUBJECT = re.compile(
    r"architect|infrastructure|topology|overview|system|component|deploy|data[- _]?flow|how it works|c4\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\b(?:api|server|service|database|db|postgres\w*|mysql|redis|queue|worker|broker|cache|proxy|gateway|client|browser|front-?end"
    r"|back-?end|web|app|storage|bucket|s3|container|pod|cluster|node|load ?balancer|ingress|nginx|kafka|nats|scheduler"
    r"|agent|controller|module|package|plugin|webhook|sdk|cdn|auth\w*)s?\b",
    re.IGNORECASE,
)
_FEWEST_PARTS = 2
# Where a product shows what it looks like.
_SHOWCASE = re.compile(r"screen-?shots?|gallery|showcase|\bexamples?\b|\bdemos?\b", re.IGNORECASE)
_TELLING = re.compile(r"architect", re.IGNORECASE)
_SYSTEMS = re.compile(
    r"\bsub-?systems\b|\bsystem (?:overview|diagram)|\b(?:component|deployment|data[- ]?flow) diagram", re.IGNORECASE
)
# A picture of another host, by what it is said to show and its address.
_REMOTE = re.compile(
    r"!\[([^\]\n]{1,200})\]\((https?://[^)\s]{1,500})|<img\b(?=[^>\n]{0,500}\balt=\"([^\"\n]{1,200})\")[^>\n]{0,500}\bsrc=\"(https?:[^\"\n]{1,500})",
    re.IGNORECASE,
)
# A picture of this repository, by what it is said to show and its path.
_LOCAL = re.compile(r"!\[([^\]\n]{0,200})\]\(\s{0,3}([^)\s:]{1,300}\.(?:svg|png|jpe?g|webp|gif))\b", re.IGNORECASE)
_OF_PARTS = re.compile(
    r"architect|infrastructure|topolog|system (?:overview|design|diagram)"
    r"|(?:component|deployment|sequence|context) diagram|data[- ]?flow",
    re.IGNORECASE,
)
_NO_DIAGRAM = re.compile(
    r"logo|badge|shields\.io|sponsor|banner|screen-?shot|avatar|icon|book-?cover|[-_]cover(?:[-_.]|$)", re.IGNORECASE
)
# What a service draws of a build, and what is shown to be looked at.
_BADGE = re.compile(
    r"\b(?:build|pipeline|coverage|quality|license|downloads?)[ -]?(?:status|gate)?$|\b(?:demo|preview|video)$"
    r"|\b(?:sparkline|star(?:gazers|[- ]?history))\b|/stars?\.|star-history"
    r"|_apis/build|/workflows/|codecov\.io|coveralls",
    re.IGNORECASE,
)
# In the name of a product that of a style says nothing: `clean-architecture-shop.png`.
_STYLE = re.compile(r"(?:clean|onion|hexagonal|vertical[-_ ]?slice)[-_ .]?architecture", re.IGNORECASE)
# How people draw with the product.
_OF_A_TOOL = re.compile(r"(?:mermaid|plantuml|graphviz|kroki)[^/]*$", re.IGNORECASE)
_GUIDE = re.compile(r"(?:^|/)(?:clients?|sdks?|guides?|tutorials?|integrat\w*|assets|fragments)/", re.IGNORECASE)
_DIAGRAM = re.compile(r"(?:the )?diagrams?:?", re.IGNORECASE)
_MAX_LINE = 2_000
_MAX_BLOCK = 60
_MAX_DEPTH = 12
_MAX_EVIDENCE = 10


class DiagramsAsk(NeedsAsk):
    """Settings of the rule `diagrams`."""

    @property
    def reads_prose(self) -> bool:
        """Text for people is all that counts here."""
        return True


def judge_diagrams(look: Look, ask: DiagramsAsk) -> Judged:
    """Pass where a document shows a diagram."""
    found = sorted(_find(look), key=_rank)
    if found:
        return Judged(state=State.PASS, reason=f"{found[0].path}: {found[0].text}", evidence=found[:_MAX_EVIDENCE])
    if lack := judge_needs(look, ask):
        return lack
    reason = f"no diagram in {len(documents(look.files)):,} documents and no drawing beside them"
    return Judged(state=State.FAIL, reason=reason, missing=[Finding(rule="missing", message=reason)])


def _rank(seen: Evidence) -> tuple[bool, bool, bool, bool, int]:
    """What counts first, what is no guide for those who use it, what speaks of architecture, what stands at the top."""
    path = seen.path or ""
    said = f"{path} {seen.text}"
    architecture = re.search("architect", said, re.IGNORECASE) is not None
    guide = _GUIDE.search(path) is not None
    return seen.strength is not Strength.WIRED, guide, not architecture, not _SUBJECT.search(said), path.count("/")


def _find(look: Look) -> Iterator[Evidence]:
    drawings = look.files.select(*_DRAWINGS, *_PICTURES, roles=(Role.DOCS, Role.PRODUCT))
    named = {path.rpartition("/")[2]: path for path in drawings}
    # The picture of a book about architectures shows none.
    names = {name: path for name, path in named.items() if not _NO_DIAGRAM.search(name)}
    shown: dict[str, Evidence] = {}
    for path in documents(look.files):
        text = look.files.text(path) or ""
        mentioned = [name for name in names if name in text]
        words = ("mermaid", "uml", "graphviz", "](http", "<img", "![")
        if not mentioned and not any(word in text for word in words):
            continue
        lines = text.split("\n")
        titles = {section.line: section.title for section in sections(look.files, path)}
        about = any(_TELLING.search(title[:200]) for title in titles.values())
        heading = ""
        for number, line in enumerate(lines, start=1):
            heading = titles.get(number, heading)
            if _BLOCK.match(line[:200]) and not _OF_A_TOOL.search(path):
                yield _drawn(path, number, heading, lines[number : number + _MAX_BLOCK])
            told = (
                heading
                if _OF_PARTS.search(heading[:200]) or (about and _DIAGRAM.fullmatch(heading[:200].strip("# ")))
                else ""
            )
            yield from _elsewhere(path, number, heading, line[:_MAX_LINE], told=told)
            yield from _beside(look, path, number, line[:_MAX_LINE], names, told=told)
            for name in mentioned:
                if name in line and (name not in shown or shown[name].strength is Strength.CONFIGURED):
                    shown[name] = _shown(path, number, heading, line[:_MAX_LINE], names[name])
    for name, path in names.items():
        lonely = Evidence(path=path, line=1, text="a drawing that no document shows", strength=Strength.CONFIGURED)
        yield shown.get(name, lonely)


def _elsewhere(path: str, number: int, heading: str, line: str, *, told: str) -> Iterator[Evidence]:
    """Yield the pictures of other hosts that are said to be of the architecture; `told` is a heading that says so."""
    for found in _REMOTE.finditer(line) if "http" in line and not _SHOWCASE.search(heading[:200]) else ():
        said, address = found[1] or found[3], found[2] or found[4]
        name = _STYLE.sub("", address.rpartition("/")[2].partition("?")[0])
        about = told or _OF_PARTS.search(f"{said} {name}")
        if about and not (_NO_DIAGRAM.search(f"{said} {address}") or _BADGE.search(said) or _BADGE.search(address)):
            yield Evidence(path=path, line=number, text=f"shows {said}, from elsewhere", strength=Strength.WIRED)


def _beside(  # noqa: PLR0913 - a line with its place, and what is known besides
    look: Look, path: str, number: int, line: str, known: Collection[str], *, told: str
) -> Iterator[Evidence]:
    """Yield the pictures that are there, and that their words, or the name of their document, say to be of it."""
    for found in _LOCAL.finditer(line) if "![" in line else ():
        said, picture = found[1], found[2]
        telling = told or _SYSTEMS.search(said) or _TELLING.search(f"{said} {path.rpartition('/')[2]}")
        about = telling and not _NO_DIAGRAM.search(f"{said} {picture}")
        if about and picture.rpartition("/")[2] not in known and _is_there(look, path, picture):
            yield Evidence(path=path, line=number, text=f"shows {picture}", strength=Strength.WIRED)


def _is_there(look: Look, path: str, picture: str) -> bool:
    """Whether a document's picture is a file: beside it, or below any folder above it that its pages may begin at."""
    folders = path.split("/")[:-1]
    beside = normpath("/".join([*folders, picture.lstrip("/")])).lstrip("/")
    above = ("/".join([*folders[:depth], picture.lstrip("/")]) for depth in range(min(len(folders), _MAX_DEPTH) + 1))
    return beside in look.files or any(normpath(one) in look.files for one in above)


def _shown(path: str, number: int, heading: str, line: str, drawing: str) -> Evidence:
    """A picture in a document, which counts where its name, its words or its heading say that it is of what runs."""
    said = f"{path.rpartition('/')[2]} {drawing} {line}"
    showcase = _SHOWCASE.search(heading[:200]) is not None
    about = _TELLING.search(said) or (not showcase and _SUBJECT.search(f"{said} {heading[:200]}"))
    shows = f"shows {drawing}" if about else f"shows {drawing}, and does not say that it is of what runs"
    return Evidence(path=path, line=number, text=shows, strength=Strength.WIRED if about else Strength.CONFIGURED)


def _drawn(path: str, number: int, heading: str, block: Sequence[str]) -> Evidence:
    """A block of a diagram, which counts where it is about what runs and how that hangs together."""
    ends = (at for at, line in enumerate(block) if line.strip().startswith(("```", "~~~", ":::")))
    text = "\n".join(line[:200] for line in block[: next(ends, len(block))])
    parts = {found.lower().rstrip("s") for found in _PARTS.findall(text)}
    about = _SUBJECT.search(path) or _SUBJECT.search(heading[:200]) or len(parts) >= _FEWEST_PARTS
    shows = "a diagram is drawn" if about else "a diagram is drawn, of something else than what runs"
    return Evidence(path=path, line=number, text=shows, strength=Strength.WIRED if about else Strength.CONFIGURED)
