"""The parts of the grade that single headers make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.gate.rules.observatory.page import Mark, Page
from bot.gate.rules.observatory.policies import frames_are_limited

HALF_A_YEAR_S: Final = 15_552_000
_MAX_AGE: Final = re.compile(r"max-age=\"?([0-9]{1,12})\"?")
_PRIVATE: Final = frozenset({"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"})
_LEAKING: Final = frozenset({"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"})
_OPENERS: Final = {"same-origin": 10, "same-origin-allow-popups": 10, "noopener-allow-popups": 10, "unsafe-none": 0}
_EMBEDDERS: Final = {"require-corp": 10, "credentialless": 10, "unsafe-none": 0}
_RESOURCES: Final = {"same-origin": 10, "same-site": 10, "cross-origin": 0}


def hsts_seconds(page: Page) -> int | None:
    """For how long browsers are to insist on TLS; None where the header is not there or not valid."""
    values = page.values("strict-transport-security")
    if not page.https or len(values) != 1 or "," in values[0]:
        return None
    ages = [found[1] for part in values[0].lower().split(";") if (found := _MAX_AGE.fullmatch(part.strip()))]
    return int(ages[-1]) if ages else None


def judge_hsts(page: Page) -> Mark:
    """The mark of Strict-Transport-Security."""
    rule = "strict-transport-security"
    seconds = hsts_seconds(page)
    if seconds is None:
        return Mark(rule, "not valid" if page.values(rule) and page.https else "not there", -20)
    if seconds < HALF_A_YEAR_S:
        return Mark(rule, f"for {seconds:,} s, less than half a year", -10)
    return Mark(rule, f"for {seconds:,} s", 0)


def judge_frames(page: Page) -> Mark:
    """The mark of X-Frame-Options, or of the policy in its place."""
    rule = "x-frame-options"
    if frames_are_limited(page):
        return Mark(rule, "by frame-ancestors", 5)
    value = ", ".join(page.values(rule)).strip().lower()
    if value in {"deny", "sameorigin"}:
        return Mark(rule, value, 5)
    if value.startswith("allow-from"):
        return Mark(rule, "allow-from, which no browser obeys any more", 0)
    return Mark(rule, "not valid" if value else "not there", -20)


def judge_sniffing(page: Page) -> Mark:
    """The mark of X-Content-Type-Options."""
    rule = "x-content-type-options"
    value = ", ".join(page.values(rule)).strip().lower()
    return Mark(rule, "nosniff", 0) if value == "nosniff" else Mark(rule, "not valid" if value else "not there", -5)


def judge_referrer(page: Page) -> Mark:
    """The mark of Referrer-Policy, whose last known word counts."""
    rule = "referrer-policy"
    values = [*page.values(rule), *page.equivalents(rule)]
    words = [word.strip().lower() for value in values for word in value.split(",")]
    known = [word for word in words if word in _PRIVATE | _LEAKING]
    if not values:
        return Mark(rule, "not there", 0)
    if known and known[-1] in _PRIVATE:
        return Mark(rule, known[-1], 5)
    return Mark(rule, known[-1] if known else "not valid", -5)


def judge_isolation(page: Page) -> list[Mark]:
    """The marks of the three headers that keep other origins apart."""
    return [
        _by_table(page, "cross-origin-embedder-policy", _EMBEDDERS),
        _by_table(page, "cross-origin-opener-policy", _OPENERS),
        _by_table(page, "cross-origin-resource-policy", _RESOURCES),
    ]


def _by_table(page: Page, rule: str, points: Mapping[str, int]) -> Mark:
    values = page.values(rule)
    if not values:
        return Mark(rule, "not there", 0)
    word = values[0].partition(";")[0].strip()
    return Mark(rule, word, points[word]) if len(values) == 1 and word in points else Mark(rule, "not valid", -5)


def judge_sharing(page: Page) -> Mark:
    """The mark of what is allowed to another origin."""
    rule = "cross-origin-resource-sharing"
    said = dict(page.foreign)
    allowed = said.get("access-control-allow-origin", "").strip()
    credentials = said.get("access-control-allow-credentials", "").strip().lower() == "true"
    if allowed and allowed.lower() == page.origin.lower() and credentials:
        return Mark(rule, "any origin may read it, with the user's credentials", -50)
    return Mark(rule, "any origin may read it" if allowed == "*" else "not open to any origin", 0)


def judge_redirection(page: Page) -> Mark:
    """The mark of what is answered without TLS."""
    rule = "redirection"
    if page.plain is None:
        return Mark(rule, "nobody answers without TLS", 0)
    first, *later = page.plain
    if not later:
        return Mark(rule, "stays without TLS", -20)
    if not later[-1].startswith("https://"):
        return Mark(rule, "does not end with TLS", -20)
    if not later[0].startswith("https://"):
        return Mark(rule, "does not lead to TLS at once", -10)
    same = _host(first) == _host(later[0])
    return Mark(rule, "to TLS", 0) if same else Mark(rule, "to another host first", -5)


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].partition(":")[0].lower()
