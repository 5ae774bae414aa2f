"""Diagrams of the architecture: drawn in a document, or a picture that a document shows.

Rule: a mermaid or PlantUML block in a document, or a file of a drawing whose name speaks of the architecture and that a
document names. A picture that no document names is configured and not wired.
Traps: logos, screenshots, pictures whose file is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.checks.readiness.rules.prose import documents
from bot.model import Evidence, Finding, State, Strength

_BLOCK = re.compile(r"\s*(?:```|~~~|:::|\.\. )\s*\{?(?:mermaid|plantuml|puml|d2|graphviz|dot|uml)\b", re.IGNORECASE)
_DRAWINGS = ("*.drawio", "*.drawio.svg", "*.drawio.png", "*.puml", "*.plantuml", "*.mmd", "*.mermaid", "*.d2", "*.dsl")
_PICTURES = tuple(
    f"*{word}*.{suffix}"
    for word in ("architect", "diagram", "topology", "system-overview", "system_overview", "c4-", "infrastructure")
    for suffix in ("svg", "png", "jpg", "jpeg", "webp", "gif", "excalidraw")
)
_MAX_EVIDENCE = 10


class DiagramsAsk(NeedsAsk):
    """Settings of the rule `diagrams`."""

    @property
    def reads_prose(self) -> bool:
        """Text for people is all that counts here."""
        return True


def judge_diagrams(look: Look, ask: DiagramsAsk) -> Judged:
    """Pass where a document shows a diagram."""
    found = sorted(_find(look), key=lambda seen: seen.strength is not Strength.WIRED)
    if found:
        return Judged(state=State.PASS, reason=f"{found[0].path}: {found[0].text}", evidence=found[:_MAX_EVIDENCE])
    if lack := judge_needs(look, ask):
        return lack
    reason = f"no diagram in {len(documents(look.files)):,} documents and no drawing beside them"
    return Judged(state=State.FAIL, reason=reason, missing=[Finding(rule="missing", message=reason)])


def _find(look: Look) -> Iterator[Evidence]:
    drawings = look.files.select(*_DRAWINGS, *_PICTURES, roles=(Role.DOCS, Role.PRODUCT))
    names = {path.rpartition("/")[2]: path for path in drawings}
    shown: dict[str, tuple[str, int]] = {}
    for path in documents(look.files):
        text = look.files.text(path) or ""
        mentioned = [name for name in names if name in text]
        if not mentioned and "mermaid" not in text and "uml" not in text and "graphviz" not in text:
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            if _BLOCK.match(line[:200]):
                yield Evidence(path=path, line=number, text="a diagram is drawn", strength=Strength.WIRED)
            for name in mentioned:
                if name in line:
                    shown.setdefault(name, (path, number))
    for name, path in names.items():
        if name in shown:
            at, number = shown[name]
            yield Evidence(path=at, line=number, text=f"shows {path}", strength=Strength.WIRED)
        else:
            yield Evidence(path=path, line=1, text="a drawing that no document shows", strength=Strength.CONFIGURED)
