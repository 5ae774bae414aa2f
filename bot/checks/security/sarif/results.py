"""From a run of a SARIF file to its results: which rule, how bad, what it says, where, and whether it counts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.security.sarif.access import clean, get_at, get_list, get_number, get_object, get_text
from bot.checks.security.sarif.uris import resolve

_COUNTING_KINDS = frozenset({"", "fail", "open", "review"})
_LEVELS = {"error": "high", "warning": "medium", "note": "low"}
_WORDS = {"CRITICAL": "critical", "HIGH": "high", "MEDIUM": "medium", "LOW": "low"}
# What GitHub makes of the number: https://docs.github.com/en/code-security/reference/code-scanning/sarif-support
_SCORES = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.0, "low"))
_HOLE = re.compile(r"\{\{|\}\}|\{(\d{1,3})\}")
_MAX_LINE = 2**31


@dataclass(frozen=True, kw_only=True)
class Result:
    """One result that counts.

    Attributes:
        uris: where it is, as `resolve` spells it; the first that is a file of the repository counts.
        line: None where the whole file is meant.
        state: `baselineState`, empty where the tool compared nothing.
    """

    rule: str
    message: str
    severity: str
    uris: Sequence[str]
    line: int | None
    end_line: int | None
    column: int | None
    state: str
    suppressed: bool
    help: str | None


@dataclass(frozen=True)
class Run:
    """What one run of one tool says. `problems` are reasons why it is not the whole answer, in a few words."""

    tool: str
    results: Sequence[Result]
    problems: Sequence[str]


def read_run(given: object) -> Run:
    """Read one run, whatever it is."""
    run = get_object({"": given}, "")
    tool = get_text(get_object(run, "tool", "driver"), "name") or "an unnamed tool"
    problems = list(_problems(run))
    raw = run.get("results")
    if not isinstance(raw, list):
        return Run(tool, (), [*problems, "has no list of results, as of a run that failed"])
    reader = _Reader(run)
    results = [read for one in raw if isinstance(one, Mapping) and (read := reader.read(one))]
    if any(not isinstance(one, Mapping) for one in raw):
        problems.append("has results that are no objects")
    return Run(tool, results, problems)


def _problems(run: Mapping[str, object]) -> Iterator[str]:
    invocations = [get_object({"": one}, "") for one in get_list(run, "invocations")]
    if any(one.get("executionSuccessful", True) is not True for one in invocations):
        yield "says that it did not end well"
    notes = [note for one in invocations for note in get_list(one, "toolExecutionNotifications")]
    errors = sum(get_object({"": note}, "").get("level") == "error" for note in notes)
    if errors:
        yield f"names {errors:,} errors of its own"
    if get_object(run, "externalPropertyFileReferences").get("results"):
        yield "keeps results in other files"


class _Reader:
    """Reads results by what their run says of rules, places and texts."""

    def __init__(self, run: Mapping[str, object]) -> None:
        self._driver = get_object(run, "tool", "driver")
        self._extensions = get_list(get_object(run, "tool"), "extensions")
        self._artifacts = get_list(run, "artifacts")
        self._bases = get_object(run, "originalUriBaseIds")
        components = [self._driver, *(get_at(self._extensions, index) for index in range(len(self._extensions)))]
        rules = [get_object({"": rule}, "") for one in components for rule in get_list(one, "rules")]
        self._by_id = {rule["id"]: rule for rule in reversed(rules) if isinstance(rule.get("id"), str)}

    def read(self, result: Mapping[str, object]) -> Result | None:
        """The result; None where it is no fault."""
        kind, state = get_text(result, "kind"), get_text(result, "baselineState")
        rule = self._rule(result)
        level = self._level(result, rule, kind)
        if kind not in _COUNTING_KINDS or state == "absent" or level == "none":
            return None
        places = [get_object({"": one}, "") for one in get_list(result, "locations")]
        region = get_object(places[0], "physicalLocation", "region") if places else {}
        line = _line(region, "startLine")
        help_uri = get_text(rule, "helpUri")
        return Result(
            rule=self._id(result, rule),
            message=self._message(result, rule),
            severity=_severity(result, rule, level),
            uris=[uri for place in places if (uri := self._uri(place))],
            line=line,
            end_line=max(line, _line(region, "endLine") or line) if line else None,
            column=_line(region, "startColumn"),
            state=state,
            suppressed=_is_suppressed(result),
            help=help_uri if help_uri.startswith("https://") else None,
        )

    def _rule(self, result: Mapping[str, object]) -> Mapping[str, object]:
        reference = get_object(result, "rule")
        component = get_object(reference, "toolComponent")
        index = get_number(component, "index")
        owner = self._driver if index is None or index < 0 else get_at(self._extensions, index)
        at = get_number(reference, "index")
        found = get_at(get_list(owner, "rules"), at if at is not None else get_number(result, "ruleIndex"))
        name = self._named(result)
        if found and (not name or name == found.get("id") or name.startswith(f"{found.get('id')}/")):
            return found
        return self._by_id.get(name) or self._by_id.get(name.rpartition("/")[0]) or {}

    def _named(self, result: Mapping[str, object]) -> str:
        return get_text(result, "ruleId") or get_text(get_object(result, "rule"), "id")

    def _id(self, result: Mapping[str, object], rule: Mapping[str, object]) -> str:
        return (self._named(result) or get_text(rule, "id") or "unnamed")[:200]

    def _level(self, result: Mapping[str, object], rule: Mapping[str, object], kind: str) -> str:
        default = get_text(get_object(rule, "defaultConfiguration"), "level")
        given = get_text(result, "level") or default or "warning"
        return "note" if given == "none" and kind in {"open", "review"} else given

    def _message(self, result: Mapping[str, object], rule: Mapping[str, object]) -> str:
        message = get_object(result, "message")
        text = get_text(message, "text") or get_text(message, "markdown")
        if not text and (key := message.get("id")) and isinstance(key, str):
            own = get_object(rule, "messageStrings", key) or get_object(self._driver, "globalMessageStrings", key)
            text = get_text(own, "text")
        if text:
            return _fill(text, get_list(message, "arguments"))
        described = (get_text(get_object(rule, name), "text") for name in ("shortDescription", "fullDescription"))
        return next((one for one in described if one), "") or get_text(rule, "name") or "the tool gives no message"

    def _uri(self, place: Mapping[str, object]) -> str | None:
        location = get_object(place, "physicalLocation", "artifactLocation")
        if not isinstance(location.get("uri"), str):
            location = get_object(get_at(self._artifacts, get_number(location, "index")), "location")
        return resolve(location, self._bases)


def _fill(text: str, arguments: Sequence[object]) -> str:
    def fill(hole: re.Match[str]) -> str:
        if hole[1] is None:
            return hole[0][0]
        value = arguments[int(hole[1])] if int(hole[1]) < len(arguments) else None
        return value[:1000] if isinstance(value, str) else hole[0]

    return clean(_HOLE.sub(fill, text)) if arguments else text


def _line(region: Mapping[str, object], name: str) -> int | None:
    number = get_number(region, name)
    return number if number is not None and 0 < number < _MAX_LINE else None


def _is_suppressed(result: Mapping[str, object]) -> bool:
    given = get_list(result, "suppressions")
    return bool(given) and all(get_object({"": one}, "").get("status", "accepted") == "accepted" for one in given)


def _severity(result: Mapping[str, object], rule: Mapping[str, object], level: str) -> str:
    for owner in (result, rule):
        properties = get_object(owner, "properties")
        if (score := _score(properties.get("security-severity"))) is not None:
            return next(word for least, word in _SCORES if score >= least)
        for name in ("issue_severity", "severity", "zizmor/severity"):
            if word := _WORDS.get(get_text(properties, name).upper()):
                return word
    return _LEVELS.get(level, "medium")


def _score(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        score = float(value)
    except (ValueError, OverflowError):
        return None
    return score if math.isfinite(score) and score >= 0 else None
