"""What this check says: numbers, places and findings in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.coverage.known import ranges
from bot.model import Certainty, Finding, Severity, Tree

_MAX_FINDINGS = 200
_MAX_FILES = 5
_MAX_RANGES = 4


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def say_places(lines: Mapping[str, Sequence[int]]) -> str:
    """Files and lines, the ones with most first, such as `a.py:3-9, b.py:4 and 2 more files`."""
    order = sorted(lines, key=lambda path: (-len(lines[path]), path))
    places = [f"{path}:{_say_lines(lines[path])}" for path in order[:_MAX_FILES]]
    more = len(order) - _MAX_FILES
    return ", ".join(places) + (f" and {count(more, 'more file')}" if more > 0 else "")


def _say_lines(lines: Sequence[int]) -> str:
    found = ranges(lines)
    shown = [f"{first}-{last}" if last > first else str(first) for first, last in found[:_MAX_RANGES]]
    return ",".join(shown) + (",\u2026" if len(found) > _MAX_RANGES else "")


def merge_lines(lines: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending lines as ranges that hold none of the other ascending lines; what lies between does not count."""
    found: list[tuple[int, int]] = []
    stops = iter([*others, 1 << 60])
    stop = next(stops)
    for line in lines:
        crossed = False
        while stop < line:
            crossed, stop = True, next(stops)
        if found and not crossed:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found


@dataclass(frozen=True)
class Fault:
    """A kind of finding: its rule, its message, and what to do."""

    rule: str
    message: str
    fix: str


def make_findings(
    fault: Fault, places: Mapping[str, Sequence[tuple[int, int]]], tree: Tree, *, fails: bool
) -> list[Finding]:
    """One finding for each range of lines at head; past a limit one for all that are left."""
    shown = [(path, first, last) for path in sorted(places) for first, last in places[path]]
    texts = dict(tree.read_many(dict.fromkeys(path for path, _, _ in shown[:_MAX_FINDINGS])))
    split = {path: text.split(b"\n") for path, text in texts.items() if isinstance(text, bytes)}
    severity = Severity.MEDIUM if fails else Severity.LOW
    findings = [
        Finding(
            rule=fault.rule,
            message=f"{fault.message} (lines {first} to {last})" if last > first else fault.message,
            severity=severity,
            path=path,
            line=first,
            end_line=last,
            fingerprint=_fingerprint(fault.rule, path, split.get(path, [])[first - 1 : last]),
            fix=fault.fix,
            fails=fails,
        )
        for path, first, last in shown[:_MAX_FINDINGS]
    ]
    return [*findings, *_rest(fault.rule, len(shown) - _MAX_FINDINGS, severity, fails=fails)]


def _rest(rule: str, number: int, severity: Severity, *, fails: bool) -> Iterator[Finding]:
    if number > 0:
        message = (
            f"{count(number, 'further place is', 'further places are')} not listed; the figures of the JSON have all"
        )
        yield Finding(rule=rule, message=message, severity=severity, fails=fails)


def make_fingerprint(*parts: str) -> str:
    """A name that stays while the parts do."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _fingerprint(rule: str, path: str, lines: Sequence[bytes]) -> str:
    # Blanks do not count, so that a moved or reindented line is still the same.
    return make_fingerprint(rule, path, *(line.strip().decode("utf-8", "surrogateescape") for line in lines))


def make_whole_finding(fault: Fault, name: str = "") -> Finding:
    """A finding about the whole repository, or the part of that name."""
    return Finding(
        rule=fault.rule,
        message=fault.message,
        severity=Severity.MEDIUM,
        certainty=Certainty.CERTAIN,
        fingerprint=make_fingerprint(fault.rule, name),
        fix=fault.fix,
    )
