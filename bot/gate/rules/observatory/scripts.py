"""The part of the grade that the integrity of scripts from elsewhere makes."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from bot.gate.rules.observatory.page import Mark, Page

_RULE: Final = "subresource-integrity"


def judge_scripts(page: Page) -> Mark:
    """The mark of a page's scripts."""
    if not page.is_html:
        return Mark(_RULE, "no page", 0)
    tags = list(page.tags("script"))
    sources = [(tag["src"].strip(), "integrity" in tag) for tag in tags if tag.get("src")]
    foreign = [(source, checked) for source, checked in sources if _is_foreign(source, page.host)]
    if not foreign:
        checked = page.https and any(checked for _, checked in sources)
        return Mark(_RULE, "all scripts are its own", 5 if checked else 0)
    return min((_judge(source, checked=checked) for source, checked in foreign), key=lambda mark: mark.points)


def _judge(source: str, *, checked: bool) -> Mark:
    # An address that begins with // is fetched as the page is, and counts as if without TLS.
    secure = source.lower().startswith("https://")
    if checked:
        words = "scripts from elsewhere are checked"
        return Mark(_RULE, words, 5) if secure else Mark(_RULE, f"{words}, and come without TLS", -20)
    words = "scripts from elsewhere are not checked"
    return Mark(_RULE, words, -5) if secure else Mark(_RULE, f"{words}, and come without TLS", -50)


def _is_foreign(source: str, host: str) -> bool:
    if source.startswith("//"):
        return True
    if not source.lower().startswith(("http://", "https://")):
        return False
    try:
        other = (urlsplit(source).hostname or "").lower()
    except ValueError:
        return True
    return other != host and not other.endswith(f".{host}") and not host.endswith(f".{other}")
