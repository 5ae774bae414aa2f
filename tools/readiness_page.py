"""Writes docs/readiness.md anew: the production-readiness list as a table, out of the policy itself.

`python -m tools.readiness_page`
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.checks import CHECKS
from bot.policy.load import shipped_policy
from bot.policy.values import PolicyItem

PAGE = Path(__file__).parents[1] / "docs" / "readiness.md"
_MARK = "<!-- what is below is written by `python -m tools.readiness_page` -->"


def render_page() -> str:
    """The page: what stands above the mark as it is, and the tables below it."""
    above = PAGE.read_text(encoding="utf-8").partition(_MARK)[0] if PAGE.exists() else ""
    return f"{above}{_MARK}\n{''.join(_tables())}"


def _tables() -> Iterator[str]:
    policy = shipped_policy("production-readiness", CHECKS)
    for section, title in policy.sections.items():
        items = [item for item in policy.items if item.section == section]
        if items:
            yield f"\n## {title}\n\n| item | what is evidence | what is not | does not apply | how to fix |\n"
            yield "| --- | --- | --- | --- | --- |\n"
            yield from (_row(item) for item in items)


def _row(item: PolicyItem) -> str:
    settings = item.settings.model_dump()
    name = f"[{item.title}]({settings['source']})<br>`{item.id.removeprefix('readiness.')}`"
    evidence = f"{settings['evidence']} (*{settings['strength']}*)"
    cells = (name, evidence, settings["traps"], settings["not_applicable"], settings["fix"])
    return f"| {' | '.join(' '.join(cell.replace('|', '&#124;').split()) for cell in cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
