"""The part of the grade that Content-Security-Policy makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from bot.gate.rules.observatory.page import Mark, Page

Sources: TypeAlias = frozenset[str]
Directives: TypeAlias = Mapping[str, Sources]

_RULE: Final = "content-security-policy"
BROAD: Final = frozenset({"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"})
_INLINE: Final = frozenset({"'unsafe-inline'", "data:"})
_PASSIVE: Final = ("img-src", "media-src")
_NONCES: Final = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_TWICE: Final = frozenset({"report-uri", "report-to"})
_NOT_IN_META: Final = frozenset({"frame-ancestors", "report-uri", "sandbox"})
_ANY: Final = frozenset({"*"})
_NONE: Final = frozenset({"'none'"})
_SHORTEST: Final = len("img-src") - 1


class InvalidPolicyError(Exception):
    """A policy that cannot be read, or that repeats a directive."""


def judge_policy(page: Page) -> Mark:
    """The mark of a page's policies, in headers and in `<meta>`."""
    try:
        policies = read_policies(page)
    except InvalidPolicyError:
        return Mark(_RULE, "a policy cannot be read", -25)
    if not policies:
        return Mark(_RULE, "there is no policy", -25)
    mark = _judge(_merge(policies), https=page.https)
    if mark.points > 0 and any(_repeats(text) for text in _texts(page)):
        return Mark(_RULE, "directives for reports are repeated", 0)
    return mark


def frames_are_limited(page: Page) -> bool:
    """Whether a policy in a header says who may frame the page, be it anybody: that is what the grade asks."""
    return frame_ancestors(page) is not None


def frame_ancestors(page: Page) -> Sources | None:
    """Who may frame the page by policies in headers; None where none says so, or they cannot be read."""
    try:
        found = [policy["frame-ancestors"] for policy in read_policies(page, meta=False) if "frame-ancestors" in policy]
    except InvalidPolicyError:
        return None
    return frozenset.intersection(*found) if found else None


def read_policies(page: Page, *, meta: bool = True) -> list[Directives]:
    """Each policy's directives with their sources, in lower case.

    Raises:
        InvalidPolicyError: one is too short, or repeats a directive.
    """
    found = [_parse(text) for text in _split(page.values(_RULE))]
    in_page = [_parse(text) for text in _split(page.equivalents(_RULE))] if meta else []
    found += [{name: sources for name, sources in policy.items() if name not in _NOT_IN_META} for policy in in_page]
    return [policy for policy in found if policy]


def _texts(page: Page) -> list[str]:
    return [*_split(page.values(_RULE)), *_split(page.equivalents(_RULE))]


def _split(values: Sequence[str]) -> list[str]:
    return [text.strip() for value in values for text in value.split(",")]


def _entries(text: str) -> list[list[str]]:
    return [words for part in text.split(";") if (words := part.lower().split())]


def _repeats(text: str) -> bool:
    names = [entry[0] for entry in _entries(text)]
    return len(names) != len(set(names))


def _parse(text: str) -> Directives:
    if len(text) < _SHORTEST:
        raise InvalidPolicyError
    found: dict[str, Sources] = {}
    for name, *sources in _entries(text):
        if name not in found:
            found[name] = frozenset(sources) or (_NONE if name.endswith("-src") else frozenset())
        elif name not in _TWICE:
            raise InvalidPolicyError
    return found


def _merge(policies: Sequence[Directives]) -> Directives:
    """What all of them allow: a browser asks each."""
    merged = dict(policies[0])
    for policy in policies[1:]:
        for name, sources in policy.items():
            merged[name] = (merged[name] & sources or _NONE) if name in merged else sources
    return merged


def _judge(policy: Directives, *, https: bool) -> Mark:
    """The first rule, from the worst, that a policy breaks; or how good it is."""
    fallback = policy.get("default-src", _ANY)
    scripts = policy.get("script-src", fallback)
    strict = "'strict-dynamic'" in scripts
    if strict and not any(source.startswith(_NONCES) for source in scripts):
        return Mark(_RULE, "'strict-dynamic' stands without a nonce or a hash", -25)
    scripts = _without_idle_inline(scripts)
    if strict:
        scripts = frozenset(one for one in scripts if not one.startswith(tuple(BROAD)) and one != "'self'")
    styles = _without_idle_inline(policy.get("style-src", fallback))
    objects = policy.get("object-src", fallback)
    active = scripts.union(*(found for name, found in policy.items() if name not in {*_PASSIVE, "script-src"}))
    passive = frozenset[str]().union(*(policy.get(name, policy.get("default-src", frozenset())) for name in _PASSIVE))
    faults = (
        (scripts & (BROAD | _INLINE) or objects & BROAD, "scripts or objects from anywhere, or in the page", -20),
        (https and _has_plain(active), "active content without TLS", -20),
        ("'unsafe-eval'" in scripts | styles, "'unsafe-eval'", -10),
        (https and _has_plain(passive), "images or media without TLS", -10),
        (styles & (BROAD | _INLINE), "styles from anywhere, or in the page", 0),
        (policy.get("default-src") == _NONE, "nothing unsafe is allowed, and nothing by default", 10),
    )
    found = next(((words, points) for broken, words, points in faults if broken), ("nothing unsafe is allowed", 5))
    return Mark(_RULE, *found)


def _has_plain(sources: Sources) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def _without_idle_inline(sources: Sources) -> Sources:
    """Browsers pass over 'unsafe-inline' beside a nonce or a hash."""
    return sources - {"'unsafe-inline'"} if any(source.startswith(_NONCES) for source in sources) else sources
