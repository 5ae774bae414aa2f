"""The answer to `policy.changed`: policy files at merge base and head compared, edited workflows listed.

The merge base and not the base's tip is what the change is compared with: what others did to the policy meanwhile is
not this change's doing, and merging keeps it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from bot.checks.policy.settings import PolicyChangedSettings
from bot.errors import PolicyError
from bot.globs import Glob
from bot.model import (
    Certainty,
    Change,
    ChangedFile,
    Check,
    Evidence,
    Finding,
    ItemRequest,
    Mode,
    NotRead,
    Outcome,
    Severity,
    State,
    Status,
    Tree,
    Unknown,
)
from bot.policy.compare import Loosening, find_loosenings
from bot.policy.load import parse_policy
from bot.policy.values import DEFAULT_POLICY, Policy

_WORKFLOWS = (Glob(".github/workflows/*.yml"), Glob(".github/workflows/*.yaml"))
_NAME = b"gonogo"
_WITHOUT_FILE = f"extends: {DEFAULT_POLICY}\n".encode()
_BROKEN = "policy-broken"
_LOOSENED = "policy-loosened"
_DID = {Status.ADDED: "adds", Status.DELETED: "deletes", Status.RENAMED: "renames"}


def judge_change(change: Change, item: ItemRequest, known: Sequence[Check]) -> Outcome:
    """The outcome of `policy.changed`; `known` are all the checks that a policy may name items of."""
    settings = PolicyChangedSettings.model_validate(item.settings)
    paths = [path for path in settings.files if item.matches(path)]
    edited = [path for path in paths if _is_edited(change, path)]
    results: list[Finding | Unknown] = []
    for path in edited:
        results += _PolicyEdit(path, change, known, fails=settings.loosened == "fail").judge()
    results += _find_edited_workflows(change, [file for file in change.files if item.matches(file.path)])
    findings = [result for result in results if isinstance(result, Finding)]
    unknowns = [result for result in results if isinstance(result, Unknown)]
    state, reason = _state(findings, unknowns, edited)
    evidence = [_evidence(change, path) for path in paths]
    return Outcome(item=item.id, state=state, reason=reason, findings=findings, unknowns=unknowns, evidence=evidence)


def _is_edited(change: Change, path: str) -> bool:
    head = change.head.entry(path)
    return head not in (change.merge_base.entry(path), change.base.entry(path))


def _state(findings: Sequence[Finding], unknowns: Sequence[Unknown], edited: Sequence[str]) -> tuple[State, str]:
    failing = [finding for finding in findings if finding.fails]
    if broken := [finding for finding in failing if finding.rule == _BROKEN]:
        return State.FAIL, f"{broken[0].path} is not a valid policy"
    looser = sum(finding.rule == _LOOSENED for finding in findings)
    places = f"the edited policy asks less, or something else, in {looser} place{'s' if looser != 1 else ''}"
    if failing:
        return State.FAIL, places
    if unknowns:
        return State.NOT_CHECKED, unknowns[0].reason
    if looser:
        return State.PASS, f"{places}; it counts once merged"
    if edited:
        return State.PASS, "the edited policy is valid and asks no less"
    return State.PASS, "a workflow that runs gonogo is edited" if findings else "the policy is not edited"


def _evidence(change: Change, path: str) -> Evidence:
    if _is_edited(change, path):
        return Evidence(text=f"compared with {change.merge_base.commit}", path=path)
    if change.head.entry(path):
        return Evidence(text="not edited by the change", path=path)
    return Evidence(text=f"no {path}: the shipped policy `{DEFAULT_POLICY}` counts")


class _PolicyEdit:
    """A policy file that the change edits, adds or deletes."""

    def __init__(self, path: str, change: Change, known: Sequence[Check], *, fails: bool) -> None:
        self._path, self._change, self._known, self._fails = path, change, known, fails

    def judge(self) -> Iterator[Finding | Unknown]:
        try:
            new = self._read(self._change.head)
        except PolicyError as error:
            yield self._broken(error)
            return
        if isinstance(new, Unknown):
            yield new
            return
        try:
            old = self._read(self._change.merge_base)
        except PolicyError:
            # The file was not valid before: there is nothing to be looser than.
            return
        if isinstance(old, Unknown):
            yield old
            return
        if self._change.head.entry(self._path) is None:
            yield self._loosened(
                Loosening(f"the file is deleted: the shipped policy `{DEFAULT_POLICY}` counts instead")
            )
        for loosening in find_loosenings(old, new):
            yield self._loosened(loosening)

    def _read(self, tree: Tree) -> Policy | Unknown:
        entry = tree.entry(self._path)
        if entry is None:
            return parse_policy(_WITHOUT_FILE, self._path, self._known)
        if entry.mode not in {Mode.FILE, Mode.EXECUTABLE}:
            raise PolicyError(self._path, None, "a symbolic link or a submodule; a policy is a regular file")
        content = tree.read(self._path)
        if isinstance(content, NotRead):
            return Unknown(path=self._path, reason=content.reason, settle=content.settle)
        return parse_policy(content, self._path, self._known)

    def _broken(self, error: PolicyError) -> Finding:
        return Finding(
            rule=_BROKEN,
            message=f"the policy is not valid: {error.reason}",
            path=self._path,
            line=error.line,
            fingerprint=_fingerprint(_BROKEN, self._path, error.reason),
            fix=f"mend it; `gonogo policy validate {self._path}` tells when it is valid",
        )

    def _loosened(self, loosening: Loosening) -> Finding:
        return Finding(
            rule=_LOOSENED,
            message=loosening.what,
            severity=Severity.MEDIUM,
            certainty=Certainty.CERTAIN if loosening.certain else Certainty.LIKELY,
            path=self._path,
            line=loosening.line,
            fingerprint=_fingerprint(_LOOSENED, self._path, loosening.what),
            fix="let whoever answers for the policy agree: it counts for every pull request once it is merged",
            fails=self._fails,
        )


def _find_edited_workflows(change: Change, files: Iterable[ChangedFile]) -> Iterator[Finding | Unknown]:
    """Yield each changed workflow file that names gonogo, before or after."""
    edited = [file for file in files if _is_workflow(file.path) or _is_workflow(file.old_path)]
    old = dict(change.merge_base.read_many(file.old_path for file in edited if file.old_path))
    new = dict(change.head.read_many(file.path for file in edited if file.new_oid))
    for file in edited:
        texts = [old.get(file.old_path or "", b""), new.get(file.path, b"")]
        if any(isinstance(text, bytes) and _NAME in text.lower() for text in texts):
            yield _edited_workflow(file)
        else:
            missing = [text for text in texts if isinstance(text, NotRead)]
            yield from (Unknown(path=file.path, reason=text.reason, settle=text.settle) for text in missing)


def _is_workflow(path: str | None) -> bool:
    return path is not None and any(glob.matches(path) for glob in _WORKFLOWS)


def _edited_workflow(file: ChangedFile) -> Finding:
    added = next(file.added_lines(), None)
    return Finding(
        rule="workflow-edited",
        message=f"the change {_DID.get(file.status, 'edits')} a workflow that names gonogo",
        severity=Severity.LOW,
        certainty=Certainty.NOTE,
        path=file.path,
        line=added.start if added else None,
        fingerprint=_fingerprint("workflow-edited", file.path, file.new_oid or ""),
        fix="look whether gonogo still runs on each pull request, with the same inputs and permissions",
        fails=False,
    )


def _fingerprint(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()[:32]
