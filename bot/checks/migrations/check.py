"""Runs the check: asks each ORM once, and makes an outcome of each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.checks.migrations.face import Answer, Orm, Question
from bot.checks.migrations.orms import ORMS
from bot.checks.migrations.settings import MigrationsSettings
from bot.checks.migrations.unread import tell_unread
from bot.errors import ToolError
from bot.model import Certainty, Change, CheckResult, Evidence, Finding, ItemRequest, Outcome, Request, State, Unknown

_FAILS: dict[str, frozenset[Certainty]] = {
    "certain": frozenset({Certainty.CERTAIN}),
    "likely": frozenset({Certainty.CERTAIN, Certainty.LIKELY}),
    "nothing": frozenset(),
}
_FOUND = {
    Question.MISSING: ("change of the schema has no migration", "changes of the schema have no migration"),
    Question.CONFLICTS: ("migration is out of order", "migrations are out of order"),
    Question.EDITED: ("merged migration is changed", "merged migrations are changed"),
    Question.RISKY: ("step needs care in production", "steps need care in production"),
}
_CLEAN = {
    Question.MISSING: "the models and the migrations agree",
    Question.CONFLICTS: "the migrations have one order",
    Question.EDITED: "no merged migration is changed",
    Question.RISKY: "no migration of the change needs special care",
}


@dataclass(frozen=True)
class _Asked:
    """An ORM that is in the repository, and what it answered."""

    orm: Orm
    present: Evidence
    answer: Answer | None


def check_migrations(request: Request, orms: Sequence[Orm] = ORMS) -> CheckResult:
    """Answer the items that are asked for."""
    asked = [one for orm in orms if (one := _ask(orm, request)) is not None]
    return CheckResult([_judge(item, request.change, asked, orms) for item in request.items])


def _ask(orm: Orm, request: Request) -> _Asked | None:
    change = request.change
    present = orm.is_present(change)
    if present is None:
        return None
    paths = {path for file in change.files for path in (file.path, file.old_path) if path is not None}
    if not any(orm.concerns(path) for path in paths):
        return _Asked(orm, present, None)
    answer = tell_unread(orm.judge(change, request.items), change, orm.concerns)
    if answer.sql and any(item.id == Question.RISKY for item in request.items):
        answer = _advised(answer, orm, request)
    return _Asked(orm, answer.present or present, answer)


def _advised(answer: Answer, orm: Orm, request: Request) -> Answer:
    """The answer with a linter's advice in the place of what it says better."""
    from bot.checks.migrations.sql.linter import OWN_STEPS, lint

    unknowns = list(answer.unknowns.get(Question.RISKY, ()))
    try:
        found, linted = lint(answer.sql, orm.name, request.tools)
    except ToolError as error:
        found, linted = [], frozenset()
        unknowns.append(Unknown(reason=str(error), settle="mend the installation: squawk comes with gonogo"))
    own = [
        finding
        for finding in answer.findings.get(Question.RISKY, ())
        if finding.path not in linted or finding.rule.removeprefix(f"{orm.name}-") in OWN_STEPS
    ]
    return replace(
        answer,
        findings={**answer.findings, Question.RISKY: [*own, *found]},
        unknowns={**answer.unknowns, Question.RISKY: unknowns},
    )


def _judge(item: ItemRequest, change: Change, asked: Sequence[_Asked], orms: Sequence[Orm]) -> Outcome:
    question = Question(item.id)
    if not asked:
        searched = f"no migrations of the {len(orms)} tools that are known, among {len(change.head.entries()):,} files"
        return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason=searched)
    answers = [one.answer for one in asked if one.answer is not None]
    findings = [_weigh(finding, item) for answer in answers for finding in answer.findings.get(question, ())]
    findings = [finding for finding in findings if finding.path is None or item.matches(finding.path)]
    unknowns = [unknown for answer in answers for unknown in answer.unknowns.get(question, ())]
    unknowns = [unknown for unknown in unknowns if unknown.path is None or item.matches(unknown.path)]
    state, reason = _sum_up(question, asked, findings, unknowns)
    evidence = [one.present for one in asked]
    return Outcome(item=item.id, state=state, reason=reason, findings=findings, unknowns=unknowns, evidence=evidence)


def _weigh(finding: Finding, item: ItemRequest) -> Finding:
    settings = MigrationsSettings.model_validate(item.settings, from_attributes=True)
    return replace(finding, fails=finding.fails and finding.certainty in _FAILS[settings.fail_on])


def _sum_up(
    question: Question, asked: Sequence[_Asked], findings: Sequence[Finding], unknowns: Sequence[Unknown]
) -> tuple[State, str]:
    failing = [finding for finding in findings if finding.fails]
    if failing:
        return State.FAIL, _count(len(failing), *_FOUND[question])
    if unknowns:
        return State.NOT_CHECKED, unknowns[0].reason
    if findings:
        return State.PASS, f"{_count(len(findings), *_FOUND[question])}: advice"
    absent = [reason for one in asked if one.answer is not None and (reason := _absent(question, one.answer))]
    if len(absent) == len(asked):
        return State.NOT_APPLICABLE, absent[0]
    if all(one.answer is None or _absent(question, one.answer) for one in asked):
        return State.PASS, f"the change has no file of {' or '.join(one.orm.title for one in asked)}"
    return State.PASS, _CLEAN[question]


def _absent(question: Question, answer: Answer) -> str | None:
    return answer.absent_reason or (answer.undeclared if question is Question.MISSING else None)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
