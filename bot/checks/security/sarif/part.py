"""Answers `security.sarif` and `security.infrastructure`: what other tools found, and the change adds.

Rule: a tool's results for head are compared with those for the base, as multisets. Of a tool without a file for the
base, results on lines that the change adds or edits are new. Results that a tool marks as no fault, suppressed or
absent do not count; a run that failed is no answer.
Out of sight: what a tool did not look at, and without a file for the base what lies on unchanged lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.checks.security.matching.compare import Compared, Hit, compare
from bot.checks.security.matching.outcome import judge
from bot.checks.security.sarif.producers import find_edited_producers, with_producers
from bot.checks.security.sarif.sides import Placed, Side, Wanted, read_side
from bot.checks.security.settings import SarifSettings
from bot.model import Change, Evidence, ItemRequest, Outcome, Request, State, Status, Strength, Unknown

_INFRASTRUCTURE = "security.infrastructure"
_TOOLS = re.compile(
    r"checkov|trivy|kics|tfsec|terrascan|tflint|cfn[-_ ]?(lint|nag|guard)|kube-?(linter|sec|score|audit|scape)|polaris"
    r"|regula|snyk iac|datree|ansible-lint|template analyzer|terraform|kyverno|prisma|bridgecrew",
    re.IGNORECASE,
)
_NONE = "no SARIF file was given; docs/security.md shows how to bring a tool's"
_NONE_OF_KIND = "no SARIF of a tool for infrastructure was given (Checkov, Trivy, KICS...); docs/security.md shows how"


def answer(request: Request, item: ItemRequest) -> Outcome:
    """The outcome of either item."""
    settings = SarifSettings.model_validate(item.settings)
    change, given = request.change, request.sarif
    if given.head is None:
        return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason=_NONE)
    wanted = _wanted_tools(request, item)
    head = read_side(given.head, change.head, {}, tool=wanted, path=item.matches)
    if not head.tools and not head.unknowns:
        return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason=_NONE_OF_KIND)
    base = None
    if given.base is not None:
        base = read_side(given.base, change.merge_base, _pairs(change), tool=wanted, path=item.matches)
    outcome = judge(
        item.id,
        _compare(change, head, base),
        [*head.unknowns, *_doubts(head, base)],
        looked_at=f"the results of {', '.join(sorted(head.tools)) or 'no tool'}",
        fail_on=settings.fail_on,
        evidence=_evidence(head, base),
        fix=lambda _: "mend it as the tool's page of the rule says",
    )
    producers = find_edited_producers(change, fails=settings.producer_edited == "fail")
    return with_producers(outcome, [one for one in producers if item.matches(one.path or "")])


def _wanted_tools(request: Request, item: ItemRequest) -> Wanted:
    """Tools for infrastructure answer their own item where it is asked, else with all others."""
    if item.id == _INFRASTRUCTURE:
        return lambda name: _TOOLS.search(name) is not None
    apart = any(other.id == _INFRASTRUCTURE for other in request.items)
    return lambda name: not apart or _TOOLS.search(name) is None


def _pairs(change: Change) -> dict[str, str]:
    return {file.old_path: file.path for file in change.files if file.old_path and file.status is not Status.DELETED}


def _comparable(base: Side | None) -> frozenset[str]:
    """Tools whose results for the base can be counted on."""
    return frozenset(base.tools) if base is not None and not base.unknowns else frozenset()


def _compare(change: Change, head: Side, base: Side | None) -> Compared:
    lines = _Lines(change)
    comparable = _comparable(base)
    new: list[Hit] = []
    fixed: list[Hit] = []
    known = 0
    for tool in sorted(head.tools | comparable):
        ours = [one for one in head.placed if one.tool == tool]
        counting = [one for one in ours if not one.suppressed]
        if tool not in comparable:
            fresh = [one.hit for one in counting if lines.are_new(one)]
            new, known = [*new, *fresh], known + len(counting) - len(fresh)
        elif tool in head.tools and base is not None:
            theirs = [one.hit for one in base.placed if one.tool == tool and not one.suppressed]
            found = compare(theirs, [one.hit for one in counting])
            # What is only suppressed is not mended; what a run that failed does not name may still be there.
            left = compare(found.fixed, [one.hit for one in ours if one.suppressed]).fixed
            new, known = [*new, *found.new], known + found.known
            fixed += left if not head.unknowns else []
    return Compared(new, fixed, known)


class _Lines:
    """Which lines the change adds or edits."""

    def __init__(self, change: Change) -> None:
        self._files = {file.path: file for file in change.files if file.new_oid and file.new_oid != file.old_oid}
        self._added = {path: list(file.added_lines()) for path, file in self._files.items()}

    def are_new(self, one: Placed) -> bool:
        """Whether a result lies on such a line, or in a changed file as a whole, or is new by the tool's own word."""
        if one.state in {"new", "unchanged"}:
            return one.state == "new"
        file = self._files.get(one.hit.path)
        if file is None:
            return False
        if one.whole_file or not file.lines_known:
            return True
        return any(one.hit.line < lines.stop and lines.start <= one.hit.end_line for lines in self._added[file.path])


def _doubts(head: Side, base: Side | None) -> Iterable[Unknown]:
    if base is None:
        return
    yield from base.unknowns
    for tool in sorted(base.tools - head.tools):
        yield Unknown(
            reason=f"{tool} looked at the base and not at head", settle=f"give the SARIF of {tool} for head too"
        )


def _evidence(head: Side, base: Side | None) -> Sequence[Evidence]:
    alone = sorted(head.tools - _comparable(base))
    made = []
    if alone:
        text = f"of {', '.join(alone)} there is no SARIF for the base: only results on lines that the change adds count"
        made.append(Evidence(text=text))
    if head.outside:
        made.append(Evidence(text=f"{head.outside:,} results name no file of the repository and do not count"))
    suppressed = sum(one.suppressed for one in head.placed)
    if suppressed:
        made.append(Evidence(text=f"{suppressed:,} results are suppressed by the tool", strength=Strength.CONFIGURED))
    return made
