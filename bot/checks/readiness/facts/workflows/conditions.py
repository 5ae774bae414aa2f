"""What a condition of GitHub's workflows says of the events that it lets through.

Rule: an event that a condition names is the only one that it is met on; one on a branch's or a tag's name is met on no
pull request; one that asks for a label or for a person waits for a hand. What is not known may be met on any.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions and
https://docs.github.com/en/actions/reference/workflows-and-actions/contexts (read 2026-11-30).
Out of sight: variables, inputs and what other jobs hand on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TRIGGERS = {
    "pull_request": "pull_request",
    "pull_request_target": "pull_request",
    "merge_group": "pull_request",
    "push": "push",
    "schedule": "schedule",
    "workflow_dispatch": "manual",
    "repository_dispatch": "manual",
    "workflow_call": "call",
    "workflow_run": "after",
    "release": "release",
    "deployment": "release",
}
_OF_KINDS = frozenset({"pull_request", "manual", "release"})
EVERY = frozenset({*TRIGGERS.values(), "tag"})
# The repository that a condition leaves out by its name is the one that holds it: a template, which copies run.
_OWN_NAME = r"github\.(?:repository(?:_owner)?|event\.repository\.(?:(?:full_)?name|owner\.(?:login|name)))"
_SAYS_NAME = rf"(?:contains|startsWith|endsWith)\(\s*{_OWN_NAME}\s*,\s*'[\w./-]+'\s*\)"
_LEFT_OUT = re.compile(
    rf"{_OWN_NAME}\s*!=\s*['\"][\w./-]+['\"]|!\s*{_SAYS_NAME}|{_SAYS_NAME}\s*(?:==\s*false|!=\s*true)", re.IGNORECASE
)
_NEVER = re.compile(
    r"(?:!\s*true|false|0|''|null|(\d+)\s*==\s*+(?!\1\b)\d+|'([^']*)'\s*==\s*+(?!'\2')'[^']*')", re.IGNORECASE
)
_EVENT = re.compile(r"github\.event_name\s*(==|!=)\s*'(\w+)'")
_EVENTS = re.compile(r"contains\(\s*fromJSON\(\s*'(\[[^']*\])'\s*\)\s*,\s*github\.event_name\s*\)", re.IGNORECASE)
_REVERSED = re.compile(r"('[^']*'|true|false|null)\s*([!=]=)\s*([\w.-]+)")
# What no pull request is without, missing; that it is a draft, merged or from a fork is false of many.
_OF_PULL = (
    r"github\.(?:head_ref|base_ref|event\.number"
    r"|event\.pull_request(?:\.(?:number|id|url|html_url|title|state|user(?:\.login)?|(?:head|base)(?:\.(?:ref|sha))?))?)"
)
_NO_PULL = re.compile(rf"!\s*{_OF_PULL}|{_OF_PULL}\s*==\s*(?:''|null|false)")
_REF = re.compile(
    r"github\.ref(?:_name)?\s*==\s*'[^']*'|github\.ref_type\s*==\s*'\w+'"
    r"|(?:startsWith|contains)\(\s*github\.ref(?:_name)?\s*,\s*'(?!refs/pull)[^']*'\s*\)"
    r"|github\.event\.pull_request\.merged(?:\s*==\s*true)?"
)
_BY_HAND = re.compile(
    r"(?!.*==\s*false$)contains\(\s*github\.event\.(?:pull_request\.labels|issue\.labels|head_commit\.message|comment\.body)\b.*"
    r"|github\.event\.(?:label\.name|comment\.body)\s*==.*|github\.(?:actor|triggering_actor)\s*==.*"
    r"|github\.event\.pull_request\.user\.login\s*==.*",
    re.DOTALL,
)
_AFTER_FAILURE = re.compile(r"(?:failure|cancelled)\(\)|!\s*success\(\)|job\.status\s*==\s*'(?:failure|cancelled)'")
_MAX_CONDITION = 2_000
_MAX_DEPTH = 8


def events_of(condition: str) -> frozenset[str]:
    """The triggers on which a condition may be met; none for one that never is."""
    return _events(_bare(condition), 0) if condition else EVERY


def runs_after_failure(condition: str) -> bool:
    """Whether a condition is met only where something failed before."""
    return any(_AFTER_FAILURE.fullmatch(one.strip()) for one in _split(_bare(condition), "&&"))


def _bare(condition: str) -> str:
    text = condition.strip()[:_MAX_CONDITION]
    whole = text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1
    return text[3:-2].strip() if whole else text


def _events(text: str, depth: int) -> frozenset[str]:
    if depth > _MAX_DEPTH:
        return EVERY
    either = list(_split(text, "||"))
    if len(either) > 1:
        # Of several ways one that leaves a repository out by its name tells nothing.
        named = [EVERY if _LEFT_OUT.fullmatch(_straight(one)) else _events(one, depth + 1) for one in either]
        return frozenset().union(*named)
    both = list(_split(text, "&&"))
    if len(both) > 1:
        return EVERY.intersection(*(_events(one, depth + 1) for one in both))
    one = text.strip()
    if one.startswith("(") and one.endswith(")") and _closes_last(one):
        return _events(one[1:-1], depth + 1)
    return _of_one(one)


def _straight(text: str) -> str:
    """A comparison with its value behind it, and without a bracket that turns it round."""
    text = text.strip()
    inner = text[1:].strip() if text.startswith("!") else ""
    if inner.startswith("(") and _closes_last(inner) and "&&" not in inner and "||" not in inner:
        one = inner[1:-1].strip()
        text = one.replace("!=", "==") if "!=" in one else one.replace("==", "!=") if "==" in one else f"!{one}"
    return _REVERSED.sub(r"\3 \2 \1", text)


def _meant(event: str) -> frozenset[str]:
    """What starts a workflow on an event; a tag that is pushed is a push."""
    named = TRIGGERS.get(event, "")
    return frozenset({named, "tag"} if named == "push" else {named})


def _of_event(sign: str, event: str) -> frozenset[str]:
    meant = _meant(event)
    if sign == "==":
        return EVERY & meant
    # Where one of a kind is left out, the others still come: pull requests without the merge queue.
    return EVERY - meant if event in meant or not meant & _OF_KINDS else EVERY


def _of_one(text: str) -> frozenset[str]:
    text = _straight(text)
    if _NEVER.fullmatch(text) or _LEFT_OUT.fullmatch(text):
        return frozenset()
    if listed := _EVENTS.fullmatch(text):
        return EVERY & frozenset().union(*map(_meant, re.findall(r"\w+", listed[1])))
    if found := _EVENT.fullmatch(text):
        return _of_event(*found.groups())
    if _REF.fullmatch(text) or _NO_PULL.fullmatch(text):
        return EVERY - {"pull_request"}
    if _BY_HAND.fullmatch(text):
        return EVERY - {"pull_request", "push"}
    return EVERY


def _split(text: str, sign: str) -> Iterator[str]:
    """Yield what stands between the signs that no bracket and no quote encloses."""
    depth, quoted, begun = 0, False, 0
    for at, one in enumerate(text):
        if one == "'":
            quoted = not quoted
        elif not quoted and one in "()[]":
            depth += 1 if one in "([" else -1
        elif not quoted and depth == 0 and text.startswith(sign, at):
            yield text[begun:at]
            begun = at + len(sign)
    yield text[begun:]


def _closes_last(text: str) -> bool:
    """Whether the bracket that a text begins with is closed by its last one."""
    depth, quoted = 0, False
    for at, one in enumerate(text):
        if one == "'":
            quoted = not quoted
        elif not quoted and one in "()":
            depth += 1 if one == "(" else -1
            if depth == 0:
                return at == len(text) - 1
    return False
