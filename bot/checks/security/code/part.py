"""Answers `security.code`: faults in Python that the change adds.

Rule: ruff's S rules and bandit's tests, over the changed files of merge base and head, compared.
A suppression that stood at the merge base on the same code is honoured, and so are the project's settings of ruff and
bandit as the base has them; what the change adds of either is shown.
Out of sight: data that flows from a request to a sink; other languages (bring their tool's SARIF).
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Sequence
from functools import cache

from bot.checks.security.code import rules
from bot.checks.security.code.places import Places
from bot.checks.security.code.project import Project, leave_out
from bot.checks.security.code.scan import Scanned, scan
from bot.checks.security.matching.compare import Compared, Hit, compare
from bot.checks.security.matching.outcome import judge
from bot.checks.security.matching.python import is_python, may_be_python
from bot.checks.security.matching.sources import Sources, read_sources
from bot.checks.security.settings import CodeSettings
from bot.checks.security.suppressions.comments import Comment, covers, find_comments, find_standing
from bot.model import Evidence, ItemRequest, Outcome, Request, State

_SHARE = 0.8
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


def answer(request: Request, item: ItemRequest) -> Outcome:
    """The outcome of the item."""
    settings = CodeSettings.model_validate(item.settings)
    places = Places(settings)
    sources = read_sources(
        request.change,
        lambda path: may_be_python(path) and item.matches(path),
        of_kind=is_python,
        decode=decode_python,
        moved=lambda file: places.is_own(file.path) and not places.is_own(file.old_path or file.path),
    )
    if not sources.head and not sources.base and not sources.unknowns:
        return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason="the change edits no Python file")
    scanned = scan(sources, request.tools, places=places, timeout_s=request.deadline_s * _SHARE)
    found = _honour(_compare(scanned, places), sources)
    evidence: Sequence[Evidence] = ()
    if settings.project_settings == "honour":
        found, evidence = leave_out(found, Project(request.change.base))
    return judge(
        item.id,
        found,
        [*sources.unknowns, *scanned.unknowns],
        looked_at=f"{len(sources.head)} Python files",
        fail_on=settings.fail_on,
        evidence=evidence,
        fix=rules.fix,
        suppression=_suppressions(sources),
    )


def _compare(scanned: Scanned, places: Places) -> Compared:
    def keep(hit: Hit) -> bool:
        return not (hit.rule in rules.QUIET_IN_TESTS and places.is_test(hit.path))

    found = compare(filter(keep, scanned.base), filter(keep, scanned.head))
    # A file that no longer parses mends nothing.
    fixed = [hit for hit in found.fixed if hit.pair not in scanned.broken]
    return Compared(found.new, fixed, found.known)


def _honour(found: Compared, sources: Sources) -> Compared:
    """Take what suppressions of the merge base cover out of what is new.

    A comment on a line counts where the whole statement stands on it, so that no other is put before the comment.
    """
    touched = {hit.path for hit in found.new}
    base = {source.pair: source for source in sources.base}
    standing: dict[str, list[Comment]] = {
        source.path: find_standing(find_comments(base[source.pair].text), find_comments(source.text))
        for source in sources.head
        if source.path in touched and source.pair in base
    }

    def stands(hit: Hit) -> bool:
        comments = standing.get(hit.path, [])
        counting = [one for one in comments if one.whole_file or hit.line == hit.end_line]
        return covers(counting, hit.rule, hit.line, hit.end_line) is not None

    new = [hit for hit in found.new if not stands(hit)]
    return Compared(new, found.fixed, found.known + len(found.new) - len(new))


def _suppressions(sources: Sources) -> Callable[[Hit], str | None]:
    texts = {source.path: source.text for source in sources.head}
    comments = cache(lambda path: find_comments(texts.get(path, "")))
    return lambda hit: covers(comments(hit.path), hit.rule, hit.line, hit.end_line)


def decode_python(content: bytes) -> str:
    """The text of a Python file by its byte order mark or coding cookie; the cookie is made void.

    Raises:
        SyntaxError, LookupError, ValueError: the encoding is unknown or the bytes are not of it.
    """
    encoding, first = tokenize.detect_encoding(io.BytesIO(content).readline)
    text = content.decode(encoding)
    if encoding.startswith("utf-8"):
        return text
    for line in first:
        if _COOKIE.match(line):
            shown = line.decode(encoding)
            return text.replace(shown, shown.replace("coding", "c0ding"), 1)
    return text
