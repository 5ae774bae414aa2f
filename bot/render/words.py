"""What a report says in plain words: the verdict in a sentence, states, counts, places, and in which order.

Every format says the same in the same order: first what stands in the way, then what the policy only warns of, then
the rest; within each, in the order of the policy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Certainty, Finding, Item, Level, Report, Severity, State, Verdict
from bot.render.escape import escape_url_path, safe_url

OPEN = (State.FAIL, State.NOT_CHECKED, State.NEEDS_SIGN_OFF, State.PENDING)
_WAITING = (State.PENDING, State.NEEDS_SIGN_OFF)
_SETTLED = (State.PASS, State.WAIVED, State.NOT_APPLICABLE)
_STATE_WORDS = {
    State.PASS: "pass",
    State.FAIL: "fail",
    State.NOT_APPLICABLE: "does not apply",
    State.NOT_CHECKED: "not checked",
    State.PENDING: "waiting",
    State.NEEDS_SIGN_OFF: "needs a sign-off",
    State.WAIVED: "waived",
}
_STATE_VERBS = {
    State.PASS: ("passes", "pass"),
    State.FAIL: ("fails", "fail"),
    State.NOT_APPLICABLE: ("does not apply", "do not apply"),
    State.NOT_CHECKED: ("was not checked", "were not checked"),
    State.PENDING: ("is waiting for a result", "are waiting for a result"),
    State.NEEDS_SIGN_OFF: ("needs a sign-off", "need a sign-off"),
    State.WAIVED: ("is waived", "are waived"),
}
_VERDICT_WORDS = {Verdict.GO: "Go", Verdict.NO_GO: "No go", Verdict.PENDING: "Pending"}
_SEVERITIES = tuple(Severity)
_CERTAINTIES = tuple(Certainty)
_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# GitHub shows these rendered, without line numbers, unless it is asked for the plain text.
_SHOWN_RENDERED = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".asciidoc", ".textile", ".ipynb", ".svg", ".csv")
_MAX_URL_LENGTH = 1_000


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 file`, `2 files`, `1,000 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def state_word(item: Item) -> str:
    """An item's state as a reader says it; a failure that decides nothing is a warning."""
    if item.outcome.needs_network:
        return "needs the network"
    if item.outcome.state is State.FAIL and not item.required:
        return "warning"
    return _STATE_WORDS[item.outcome.state]


def verdict_word(verdict: Verdict) -> str:
    """The verdict as a heading says it."""
    return _VERDICT_WORDS[verdict]


def verdict_reason(report: Report) -> str:
    """Why the verdict is what it is, such as `1 of 3 required items fails, 1 was not checked`."""
    if report.verdict is Verdict.GO and not (report.audit or report.commits or report.files or report.targets):
        return "there is nothing to check, the change is empty"
    required = [item.outcome for item in report.items if item.required]
    if not required:
        return "the policy requires no item"
    # What needs the network stands in no way; that a go is without it has to be said.
    deciding = [outcome for outcome in required if report.verdict is Verdict.GO or not outcome.needs_network]
    states = [outcome.state for outcome in deciding]
    match report.verdict:
        case Verdict.NO_GO:
            order: tuple[State, ...] = OPEN
        case Verdict.PENDING:
            order = _WAITING
        case Verdict.GO:
            order = (*_SETTLED, *OPEN)
    found = [(state, number) for state in order if (number := states.count(state))]
    # The verdict of a policy of its own may rest on none of these; the counts are then still true.
    return _say_states(found or [(state, states.count(state)) for state in State if state in states], len(required))


def _say_states(found: Sequence[tuple[State, int]], total: int) -> str:
    (first, number), *rest = found
    if number < total:
        subject = f"{number} of {total} required items"
    elif first is State.NOT_APPLICABLE:
        return "no required item applies to this change"
    else:
        subject = {1: "the one required item", 2: "both required items"}.get(total, f"all {total} required items")
    others = (f"{more} {state_verb(state, more)}" for state, more in rest)
    return ", ".join([f"{subject} {state_verb(first, number)}", *others])


def state_verb(state: State, number: int) -> str:
    """What a number of items does: `passes`, `pass`."""
    return _STATE_VERBS[state][number != 1]


def open_items(report: Report) -> list[Item]:
    """The items that want attention: what the policy requires first, then what it warns of."""
    found = [item for item in _changed_items(report) if item.outcome.state in OPEN]
    return sorted(found, key=lambda item: not item.required)


def settled_items(report: Report) -> list[Item]:
    """The items that are answered: passed, waived, not applicable."""
    return [item for item in _changed_items(report) if item.outcome.state not in OPEN]


def unchanged_items(report: Report) -> list[Item]:
    """The items that the change takes nothing from, whatever their state: what is there to be done, but not by it."""
    return [item for item in report.items if item.level is not Level.OFF and item.is_as_before]


def _changed_items(report: Report) -> list[Item]:
    shown = (item for item in report.items if item.level is not Level.OFF and not item.is_part)
    return [item for item in shown if not item.is_as_before]


def compared(report: Report) -> str:
    """What was looked at besides the head: `3 commits, 5 changed files`, or that nothing was compared."""
    if report.audit:
        return "the whole revision"
    return f"{count(report.commits, 'commit')}, {count(report.files, 'changed file')}"


def old_count(item: Item) -> int:
    """How many findings were there before the change, where the check counts them (`known` of its figures)."""
    known = item.outcome.figures.get("known")
    return known if isinstance(known, int) else 0


def finding_rank(finding: Finding) -> tuple[bool, int, int, str, int]:
    """Sorts findings worst first: those that fail before advice, then by severity, certainty and place."""
    return (
        not finding.fails,
        _SEVERITIES.index(finding.severity),
        _CERTAINTIES.index(finding.certainty),
        finding.path or "",
        finding.line or 0,
    )


def weight(finding: Finding) -> str:
    """How bad and how sure a finding is: `critical`, `medium, likely`."""
    certainty = "" if finding.certainty is Certainty.CERTAIN else f", {finding.certainty}"
    return f"{finding.severity}{certainty}"


@dataclass(frozen=True)
class Waived:
    """Who answers for a finding that may stay, until which day, and why."""

    owner: str
    expires: str
    reason: str

    def words(self) -> str:
        """The waiver in one line."""
        return f"waived by {self.owner} until {self.expires}: {self.reason}"


def waiver(finding: Finding) -> Waived | None:
    """The waiver that the policy has for a finding, where it has one."""
    match finding.details.get("waived"):
        case {"owner": str(owner), "expires": str(expires), "reason": str(reason)}:
            return Waived(owner, expires, reason)
        case _:
            return None


def facts(finding: Finding) -> list[str]:
    """What there is to say of a finding besides its message, place, fix and help; not escaped."""
    waived = waiver(finding)
    return [
        *([] if finding.fails or waived else ["worth a look"]),
        weight(finding),
        *(["no longer in the files, but still in the history"] if finding.in_head is False else []),
        *([f"commit {short(finding.commit)}"] if finding.commit else []),
        *([f"asks to be ignored: {finding.suppression}"] if finding.suppression else []),
        *([waived.words()] if waived else []),
    ]


@dataclass(frozen=True)
class Place:
    """Where something stands: text such as `src/app.py:12` (not escaped), and its web address where there is one."""

    text: str
    url: str | None


def place(
    report: Report, path: str | None, line: int | None, end_line: int | None = None, commit: str | None = None
) -> Place | None:
    """The place of a path at a commit (the head where none is given); None where there is no path."""
    if path is None:
        return None
    text = path if line is None else f"{path}:{line}"
    return Place(text, _blob_url(report, path, line, end_line, commit or report.head))


def finding_place(report: Report, finding: Finding) -> Place | None:
    """The place of a finding: at the head, or in its own commit where the head no longer has it."""
    commit = finding.commit if finding.in_head is False else None
    return place(report, finding.path, finding.line, finding.end_line, commit)


def commit_place(report: Report, commit: str) -> Place:
    """A commit by its short name."""
    known = report.url and safe_url(report.url) and _OBJECT_ID.fullmatch(commit)
    return Place(short(commit), f"{report.url}/commit/{commit}" if known else None)


def short(commit: str) -> str:
    """The first digits of an object id, as people write it."""
    return commit[:7] if _OBJECT_ID.fullmatch(commit) else commit


def shorten(text: str) -> str:
    """Text with each full object id in it shortened."""
    return re.sub(rf"\b(?:{_OBJECT_ID.pattern})\b", lambda found: found[0][:7], text)


def _blob_url(report: Report, path: str, line: int | None, end_line: int | None, commit: str) -> str | None:
    base = safe_url(report.url) if report.url else None
    if base is None or len(path) > _MAX_URL_LENGTH:
        return None
    # A path that a report brought may try to climb: browsers resolve dots before they ask.
    if not _OBJECT_ID.fullmatch(commit) or {"", ".", ".."} & set(path.split("/")):
        return None
    url = f"{base}/blob/{commit}/{escape_url_path(path)}"
    if line is not None:
        plain = "?plain=1" if path.lower().endswith(_SHOWN_RENDERED) else ""
        url += f"{plain}#L{line}" if end_line in {None, line} else f"{plain}#L{line}-L{end_line}"
    return url if len(url) <= _MAX_URL_LENGTH else None
