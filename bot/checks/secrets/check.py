"""Runs the check: from a request to the outcomes of both items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.checks.secrets import words
from bot.checks.secrets.engine import ENGINE, Contents
from bot.checks.secrets.hits import Hit
from bot.checks.secrets.material import Material, find_material
from bot.checks.secrets.places import Place, PlaceFinder, Sighting, find_added, group_by_value
from bot.checks.secrets.scan import Scanned, scan
from bot.checks.secrets.settings import SecretsAddedSettings, SecretsSuppressionsSettings
from bot.checks.secrets.suppressions import find_added_suppressions
from bot.model import (
    Certainty,
    CheckResult,
    Evidence,
    Finding,
    ItemRequest,
    Outcome,
    Request,
    Severity,
    State,
    Unknown,
)

_ADDED, _SUPPRESSIONS = "secrets.added", "secrets.suppressions"
MAX_VALUES = 100
# Of a dump of more values than this only those that are listed could show in a path, and they come first.
_MAX_MASKED = 5_000
_MAX_PLACES_OF_VALUE = 20
_MAX_POINTERS = 20
# Of the check's time, what the engine may take: the rest is for reading before and searching after it.
_ENGINE_SHARE = 0.7


def check_secrets(request: Request) -> CheckResult:
    """Answer the items that are asked for. One scan serves both."""
    wanted = {item.id: item for item in request.items}
    materials = find_material(request.change, _either(item.matches for item in request.items))
    with request.tools.workspace() as workspace:
        contents = Contents(workspace)
        scanned = scan(materials, request.change.blobs, contents, timeout_s=request.deadline_s * _ENGINE_SHARE)
        outcomes, masks = [], list[str]()
        if item := wanted.get(_ADDED):
            outcome, masks = _judge_added(request, item, materials, scanned, contents)
            outcomes.append(outcome)
    if item := wanted.get(_SUPPRESSIONS):
        outcomes.append(_judge_suppressions(request, item, materials, scanned))
    return CheckResult(outcomes, masks)


def _either(predicates: Iterable[Callable[[str], bool]]) -> Callable[[str], bool]:
    all_predicates = list(predicates)
    return lambda path: any(matches(path) for matches in all_predicates)


# secrets.added


def _judge_added(
    request: Request, item: ItemRequest, materials: Sequence[Material], scanned: Scanned, contents: Contents
) -> tuple[Outcome, list[str]]:
    settings = SecretsAddedSettings.model_validate(item.settings)
    hits = {
        number: of_number
        for number, of_number in scanned.hits.items()
        if not materials[number].path or any(item.matches(origin.path or "") for origin in materials[number].origins)
    }
    sightings, unknowns = find_added(request.change, materials, hits)
    groups = group_by_value(sightings)
    finder = PlaceFinder(request.change, materials, hits, contents)
    findings = [
        finding
        for group in groups[:MAX_VALUES]
        for finding in _report(group, finder.find(group), scanned, request.salt, settings)
    ]
    findings += _report_rest(groups[MAX_VALUES:], settings)
    outcome = _sum_up(findings, groups, [*scanned.unknowns, *unknowns], materials, scanned)
    masks = {mask: None for group in groups[:_MAX_MASKED] for mask in group[0].hit.masks()}
    return outcome, list(masks)


def _report(
    group: Sequence[Sighting], places: Sequence[Place], scanned: Scanned, salt: bytes, settings: SecretsAddedSettings
) -> list[Finding]:
    surest = next((one.hit for one in group if one.hit.certain), group[0].hit)
    fingerprint = words.fingerprint(surest.value, salt)
    fails = surest.certain or settings.fail_on == "likely"
    return [
        Finding(
            rule=surest.rule,
            message=_describe(surest, place, further=len(places) - _MAX_PLACES_OF_VALUE if number == 0 else 0),
            severity=Severity.CRITICAL if surest.certain else Severity.MEDIUM,
            certainty=Certainty.CERTAIN if surest.certain else Certainty.LIKELY,
            path=place.path,
            line=place.line,
            end_line=place.line,
            column=place.column,
            commit=place.first,
            fingerprint=fingerprint,
            fix=words.describe_fix(in_head=place.in_head, in_message=place.path is None),
            help=words.HELP,
            suppression=_find_suppression(place, scanned),
            in_head=place.in_head,
            fails=fails,
        )
        for number, place in enumerate(places[:_MAX_PLACES_OF_VALUE])
    ]


def _describe(hit: Hit, place: Place, *, further: int) -> str:
    what = f"{words.name_kind(hit.rule)} ({words.redact(hit.value)})"
    message = what if hit.certain else f"may be a {what}: please look"
    if place.path is None:
        message += ", in the commit's message"
    elif not place.in_head:
        message += ", added and removed again within this change"
    return message + (f"; {further:,} further places are not listed" if further > 0 else "")


def _find_suppression(place: Place, scanned: Scanned) -> str | None:
    return next(
        (comment.words for comment in scanned.comments.get(place.number, ()) if comment.line == place.line), None
    )


def _report_rest(groups: Sequence[Sequence[Sighting]], settings: SecretsAddedSettings) -> list[Finding]:
    """One finding without a fingerprint, so that no waiver answers what is not listed."""
    certain = sum(any(one.hit.certain for one in group) for group in groups)
    counted = len(groups) if settings.fail_on == "likely" else certain
    if not groups:
        return []
    return [
        Finding(
            rule="more-secrets",
            message=f"{len(groups):,} further values are not listed, {certain:,} of them certainly secrets",
            severity=Severity.CRITICAL if certain else Severity.MEDIUM,
            certainty=Certainty.CERTAIN if certain else Certainty.LIKELY,
            fix="take out those that are listed, and run it again",
            fails=counted > 0,
        )
    ]


def _sum_up(
    findings: Sequence[Finding],
    groups: Sequence[Sequence[Sighting]],
    unknowns: Sequence[Unknown],
    materials: Sequence[Material],
    scanned: Scanned,
) -> Outcome:
    failing = [finding for finding in findings if finding.fails]
    certain = sum(any(one.hit.certain for one in group) for group in groups)
    looked = f"{sum(material.oid is not None for material in materials):,} contents"
    if failing:
        state, reason = State.FAIL, _count(len(groups), "secret is", "secrets are") + " added"
    elif unknowns:
        state, reason = State.NOT_CHECKED, f"{unknowns[0].reason}"
    else:
        state, reason = State.PASS, f"no secret in {looked}, their paths and the commit messages"
    if not failing and groups:
        reason += f"; {_count(len(groups), 'value', 'values')} to look at"
    return Outcome(
        item=_ADDED,
        state=state,
        reason=reason,
        findings=findings,
        unknowns=unknowns,
        evidence=[_scanned(materials, scanned), *_list_pointers(scanned.pointers)],
        figures={
            "values": len(groups),
            "certain": certain,
            "likely": len(groups) - certain,
            "bytes": scanned.looked_at,
        },
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _scanned(materials: Sequence[Material], scanned: Scanned) -> Evidence:
    """What the state rests on: how much was looked at, and by what."""
    texts = _count(len(materials), "text", "texts")
    text = f"{texts} of the change, {scanned.looked_at:,} bytes, read by {ENGINE} and by gonogo's own rules"
    return Evidence(text=text)


def _list_pointers(paths: Sequence[str]) -> list[Evidence]:
    """Git LFS files: their content is no part of the repository, which a reader should know."""
    text = "kept outside the repository by Git LFS; its content was not looked at"
    listed = [Evidence(text=text, path=path) for path in paths[:_MAX_POINTERS]]
    more = len(paths) - _MAX_POINTERS
    return [
        *listed,
        *([Evidence(text=f"{more:,} further files are kept outside the repository by Git LFS")] if more > 0 else []),
    ]


# secrets.suppressions


def _judge_suppressions(
    request: Request, item: ItemRequest, materials: Sequence[Material], scanned: Scanned
) -> Outcome:
    settings = SecretsSuppressionsSettings.model_validate(item.settings)
    fails = settings.added == "fail"
    findings = [
        finding
        for finding in find_added_suppressions(request.change, materials, scanned.comments, fails=fails)
        if finding.path is not None and item.matches(finding.path)
    ]
    unknowns = [unknown for unknown in scanned.unknowns if unknown.path is not None]
    if findings:
        reason = _count(len(findings), "request", "requests") + " to secret scanners to look away"
        state = State.FAIL if fails else State.PASS
    elif unknowns:
        state, reason = State.NOT_CHECKED, unknowns[0].reason
    else:
        state, reason = State.PASS, "nothing is added that silences a secret scanner"
    evidence = [_scanned(materials, scanned)]
    return Outcome(
        item=_SUPPRESSIONS, state=state, reason=reason, findings=findings, unknowns=unknowns, evidence=evidence
    )
