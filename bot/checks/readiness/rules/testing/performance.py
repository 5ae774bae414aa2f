"""The rule `performance-tests`: a load test with limits, which a pipeline runs.

Sources: https://grafana.com/docs/k6/latest/using-k6/thresholds/, https://docs.gatling.io/concepts/assertions/,
https://www.artillery.io/docs/reference/extensions/ensure, https://docs.locust.io/ (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Role
from bot.checks.readiness.facts.runners import Kind
from bot.checks.readiness.facts.workflows import Ran
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.deployed import lets_in
from bot.checks.readiness.rules.testing.runs import nothing, run_evidence, searched, test_runs
from bot.model import Evidence, Finding, State, Strength

_ROLES = (Role.PRODUCT, Role.TEST)


@dataclass(frozen=True)
class _Tool:
    """A tool for load tests: names of its scripts, what one says, and what sets a limit in it."""

    name: str
    files: Sequence[str]
    mark: re.Pattern[str]
    limit: re.Pattern[str]


_TOOLS = (
    _Tool(
        "k6",
        ("*.js", "*.ts", "*.mjs"),
        re.compile(r"""from\s+['"]k6(?:/\w+)?['"]"""),
        re.compile(r"\bthresholds\b[\"']?\s*+[:=]\s*+(?!\{\s*\})"),
    ),
    _Tool(
        "Locust",
        ("*.py",),
        re.compile(r"^[ \t]*(?:from|import)[ \t]+locust\b", re.MULTILINE),
        re.compile(r"process_exit_code|fail_ratio|get_response_time_percentile"),
    ),
    _Tool(
        "JMeter",
        ("*.jmx",),
        re.compile("<jmeterTestPlan"),
        re.compile("<(?:DurationAssertion|ResponseAssertion)[^>]*enabled=.true"),
    ),
    _Tool("Gatling", ("*.scala", "*.java", "*.kt"), re.compile(r"\bio\.gatling\b"), re.compile(r"\.assertions\(")),
    _Tool(
        "Artillery",
        ("*.yml", "*.yaml"),
        re.compile(r"^scenarios:", re.MULTILINE),
        re.compile(r"\bensure:|apdex:|thresholds:"),
    ),
    _Tool(
        "Lighthouse CI",
        ("lighthouserc.*", ".lighthouserc.*"),
        re.compile(r"\bci\b"),
        # One of accessibility alone says nothing of speed.
        re.compile(
            r"lighthouse:(?:all|recommended|no-pwa)\b"
            r"|\b(?:categories[:.]performance|(?:first-contentful|first-meaningful|largest-contentful)-paint|interactive"
            r"|speed-index|bootup-time|mainthread-work-breakdown|total-byte-weight|total-blocking-time"
            r"|cumulative-layout-shift|max-potential-fid|server-response-time|resource-summary[\w:.-]{0,60}"
            r")[\"']?\s*+:\s*+(?![\"'\[\s-]*+(?:off|warn)\b)|\bbudgets(?:File|Path)?\b"
        ),
    ),
)
_PATH = re.compile(
    r"load|perf|k6|locust|stress|bench|gatling|simulation|artillery|jmeter|soak|spike|lighthouse", re.IGNORECASE
)
_MAX_FILES = 200


@dataclass(frozen=True)
class _Script:
    tool: str
    path: str
    line: int
    limit: int | None


class PerformanceAsk(Ask):
    """Settings of the rule `performance-tests`."""


def judge_performance_tests(look: Look, ask: PerformanceAsk) -> Judged:
    """Whether a load test has limits and a pipeline runs it, on changes or on a schedule."""
    if not look.project.server and not lets_in(look):
        return Judged(state=State.NOT_APPLICABLE, reason=f"no server to load; {searched(look)}")
    scripts = list(_find(look))
    if not scripts:
        what = "no script of a load test"
        return Judged(state=State.FAIL, reason=f"{what}; {searched(look)}", missing=[nothing(what, ask.fix)])
    limited = [one for one in scripts if one.limit is not None]
    if not limited:
        first = scripts[0]
        what = f"a script of {first.tool} without a limit"
        missing = Finding(rule="no-limit", message=what, path=first.path, line=first.line)
        return Judged(state=State.FAIL, reason=f"{what}: {first.path}", missing=[missing])
    names = {one.path.rpartition("/")[2] for one in limited}
    others = {one.path.rpartition("/")[2] for one in scripts} - names
    runs = [
        ran
        for ran in test_runs(look, Kind.PERFORMANCE)
        if ran.triggers - {"manual"}
        and not (ran.soft or ran.job.off or ran.job.manual)
        # Where it names scripts, one of them has limits.
        and (_mentions(ran, names) or not _mentions(ran, others))
    ]
    strength = Strength.WIRED if runs else Strength.CONFIGURED
    evidence = [
        Evidence(path=one.path, line=one.limit, text=f"limits of {one.tool}", strength=strength) for one in limited
    ]
    evidence += [run_evidence(ran, Strength.WIRED) for ran in runs[:3]]
    where = f", run by {runs[0].pipeline.path}" if runs else ", run by no pipeline of its own accord"
    return Judged(state=State.PASS, reason=f"limits of {limited[0].tool}: {limited[0].path}{where}", evidence=evidence)


def _find(look: Look) -> Iterator[_Script]:
    for tool in _TOOLS:
        paths = [path for path in look.files.select(*tool.files, roles=_ROLES) if _PATH.search(path)][:_MAX_FILES]
        look.files.prefetch(paths)
        for path in paths:
            text = look.files.text(path) or ""
            if tool.mark.search(text):
                code = without_comments(path, text)
                start, bound = tool.mark.search(code), tool.limit.search(code)
                if start is not None:
                    yield _Script(tool.name, path, _line(code, start), None if bound is None else _line(code, bound))


def _mentions(ran: Ran, names: Collection[str]) -> bool:
    """Whether a command or an action is given a file of one of these names."""
    given = ran.action.given.values() if ran.action else ()
    return any(name in text for text in (ran.text, *map(str, given)) for name in names)


def _line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1
