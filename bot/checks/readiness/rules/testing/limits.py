"""Limits of coverage that fail a build, wherever tools keep them.

Sources: the settings of coverage.py, pytest-cov, Jest, Vitest, c8 and nyc, SimpleCov, JaCoCo, Kover, coverlet, Pest,
cargo-llvm-cov, tarpaulin, ExUnit, go-test-coverage and Codecov (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Role
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.look import Look

_ROLES = (Role.PRODUCT, Role.TEST)
_INI = re.compile(
    r"^\[(?:coverage:)?report\]\s*$(?:\n(?!\[).*)*?\n[ \t]*fail_under[ \t]*=[ \t]*([0-9.]+)", re.MULTILINE
)
_KINDS = r"(?:lines|statements|branches|functions)"
_FLAG = re.compile(
    r"--(?:cov-)?fail-under(?:-lines|-functions|-regions)?[= ]([0-9.]+)|--min(?:imum-coverage)?[= ]([0-9.]+)"
    rf"|--(?:test-coverage-{_KINDS}|check-?coverage\b.{{0,99}}?--{_KINDS})[= ]([0-9.]+)"
    r"|/p:Threshold=\\?[\"']?([0-9.]+)|-p:Threshold=\\?[\"']?([0-9.]+)|--coverage-threshold[= ]([0-9.]+)"
    rf"|--coverage(?:Threshold[= ][^ ]{{0,99}}?|\.thresholds\.){_KINDS}[^\w ]{{0,8}}[= :]([0-9.]+)"
    r"|\bc8 (?:\S{1,99} ){0,9}--(100)(?!\S)"
    r"|\bcoverage-check\s+\S{1,200}\.xml\s+([0-9.]+)"
)
_SCRIPT_LIMIT = re.compile(
    r"(?:coverageThreshold|thresholds?)[\"']?\s*:\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
    r"|[\"']?check-?coverage[\"']?\s*:\s*true",
    re.IGNORECASE,
)
_KARMA_LIMIT = re.compile(r"\b(?:check|thresholds)[\"']?\s*:\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_ONLY_WARNS = re.compile(r"\bemitWarning[\"']?\s*:\s*true\b")
_NUMBER = re.compile(r"[\"']?(?:lines|statements|branches|functions|perFile|100)[\"']?\s*:\s*(-?[0-9.]+|true)")
_OF_PATHS = re.compile(r"[\"'][^\"'\n]*[/*][^\"'\n]*[\"']\s*:\s*\{[^{}]*\}")
_SHELL = re.compile(
    r"(?:cov(?:erage)?|total|pct|percent)\w*[\"'}]*\s*(?:<|-lt|-le|<=)\s*[\"'$]?(?:\{)?([0-9][0-9.]*|\w*(?:threshold|min)\w*)"
    r"|bc\b.*<\s*([0-9.]+)"
    # A program of awk that ends with whether one number is as large as another.
    r"|\bawk\b.*\bexit\s*\(?\s*(?:!\s*\(?)?[^<>=]{0,80}(?:>=?|<=?)\s*[\"'$]?\{?([0-9][0-9.]*|\w+)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\bcoverage[\w.-]{0,60}\s*<=?\s*([0-9.]+)")
_WHOLE = 100
# A single test of a small program covers as much.
LEAST = 10
# What no command matches.
_NOTHING = r"(?!)"
_FAILS = re.compile(
    # awk fails where it is told to: that it takes a number out of a report is no comparison.
    r"\bexit[ \t]++(?!0\b)\S|\bexit[ \t]*$|\bexit\(1|exit_code|\bawk\b[^\n]{0,400}\bexit\b"
    r"|\bfalse\b|\breturn[ \t]+[1-9]|\bfail\b(?![^\n]*[\"'])",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Limit:
    """A limit of coverage.

    Attributes:
        percent: None where the limit is a variable.
        tool: what holds it.
        by: what has to run for it to count: a pattern of commands; empty where the file itself is what runs.
        weak: why it may not hold what it says, if so.
    """

    percent: float | None
    path: str
    line: int
    tool: str
    by: str = ""
    weak: str = ""


def find_limits(look: Look) -> Sequence[Limit]:
    """The limits of a repository, in no order."""
    found = [*_python(look), *_javascript(look), *_others(look), *_codecov(look), *_commands(look), *_scripts(look)]
    return [_weighed(one) for one in found]


def _weighed(limit: Limit) -> Limit:
    if limit.percent is None or limit.percent >= LEAST or limit.weak:
        return limit
    return replace(limit, weak=f"{limit.percent:g}% is less than any test leaves")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _python(look: Look) -> Iterator[Limit]:
    weak = "all files are left out" if _omits_all(look) else ""
    by = r"--cov\b|coverage (?:report|run)|pytest" if _adds_coverage(look) else r"--cov\b|coverage report"
    for path in look.files.select("pyproject.toml", roles=_ROLES):
        document = look.files.parsed(path)
        value = document.get("tool", "coverage", "report", "fail_under") if document else None
        if document is not None and isinstance(value, int | float) and value > 0:
            line = document.line("tool", "coverage", "report", "fail_under")
            yield Limit(float(value), path, line, "coverage.py", by, weak)
    for path in look.files.select(".coveragerc", "setup.cfg", "tox.ini", ".coveragerc.toml", roles=_ROLES):
        text = without_comments("x.ini", look.files.text(path) or "")
        for found in _INI.finditer(text):
            if (percent := _number(found[1])) > 0:
                yield Limit(percent, path, _line(text, found.start(1)), "coverage.py", by, weak)
    for path in look.files.select("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", roles=_ROLES):
        text = without_comments("x.ini", look.files.text(path) or "")
        for found in _FLAG.finditer(text) if "addopts" in text else ():
            yield Limit(
                _number(next(filter(None, found.groups()))),
                path,
                _line(text, found.start()),
                "pytest-cov",
                r"pytest|py\.test",
                weak,
            )


_OMITS_ALL = re.compile(r"^omit[ \t]*=\s*\[?\s*[\"']?(?:\*|\*/\*|\./\*|\*\*/\*)[\"']?[ \t]*(?:$|[\],])", re.MULTILINE)


def _omits_all(look: Look) -> bool:
    """Whether coverage.py is told to leave every file out."""
    paths = look.files.select(".coveragerc", "pyproject.toml", "setup.cfg", "tox.ini", roles=_ROLES)
    return any(_OMITS_ALL.search(without_comments("x.ini", look.files.text(path) or "")) for path in paths)


_SCRIPT_NAMES = (
    *("jest.config.*", "vitest.config.*", "vite.config.*", "vitest.workspace.*", "vitest.shared.*", "vitest.base.*"),
    *("karma.conf.*", ".nycrc", ".nycrc.json", ".c8rc.json", "package.json"),
)
_RUNNERS = r"vitest|jest|react-scripts test|craco test|karma|ng test"
_COLLECTS = re.compile(r"collectCoverage[\"']?\s*:\s*true|coverage[\"']?\s*:\s*\{[^}]*enabled[\"']?\s*:\s*true")


def _adds_coverage(look: Look) -> bool:
    """Whether pytest is always told to measure coverage."""
    paths = look.files.select("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", roles=_ROLES)
    return any(re.search(r"addopts(?:.|\n){0,400}--cov\b", look.files.text(path) or "") for path in paths)


def _javascript(look: Look) -> Iterator[Limit]:
    for path in look.files.select(*_SCRIPT_NAMES, roles=_ROLES):
        text = look.files.text(path) or ""
        of_karma = path.rpartition("/")[2].startswith("karma.")
        if not re.search(
            r"threshold|check-?coverage" if not of_karma else r"coverage(?:Istanbul)?Reporter", text, re.IGNORECASE
        ):
            continue
        code = without_comments(path if path.endswith(("ts", "js")) else "x.json", text)
        # A runner that is not told to collect coverage holds no limit of it.
        by = rf"(?:{_RUNNERS}).*--(?:coverage|code-coverage)|\bc8\b|\bnyc\b|\btap\b"
        by = _RUNNERS if of_karma or _COLLECTS.search(code) else by
        for found in (_KARMA_LIMIT if of_karma else _SCRIPT_LIMIT).finditer(code):
            # Of the two reporters of Karma, the one whose key is `check` knows no such word.
            if of_karma and found[0].startswith("thresholds") and _ONLY_WARNS.search(found[1]):
                continue
            # A limit under a path is one of that path alone.
            whole = _numbers(_OF_PATHS.sub("", found[1] or ""))
            above = whole or _numbers(found[1] or "")
            weak = "" if whole or found[1] is None else "it is for some paths alone"
            if found[1] is None:
                # The numbers stand beside the switch.
                above = _numbers(code[code.rfind("{", 0, found.start()) : code.find("}", found.end())])
            if found[1] is None or above:
                tool = _tool(path, found[0])
                yield Limit(min(above, default=None), path, _line(code, found.start()), tool, by, weak)


def _numbers(text: str) -> list[float]:
    """The limits above zero that a text has."""
    numbers = [_WHOLE if one == "true" else _number(one) for one in _NUMBER.findall(text)]
    return [one for one in numbers if one > 0]


def _tool(path: str, text: str) -> str:
    if "jest" in path or "coverageThreshold" in text:
        return "Jest"
    return "Vitest" if "vite" in path else "nyc"


@dataclass(frozen=True)
class _Kept:
    """Files in which a tool keeps its limit: where the number is, and what has to run."""

    tool: str
    names: Sequence[str]
    number: re.Pattern[str]
    by: str


_KEPT = (
    _Kept(
        "SimpleCov",
        ("spec_helper.rb", "rails_helper.rb", "test_helper.rb", ".simplecov", "simplecov.rb"),
        re.compile(r"minimum_coverage(?:_by_file)?[ (]*(?:line:\s*|\{?\s*line:\s*)?([0-9.]+)"),
        r"rspec|rails test|rake|minitest",
    ),
    _Kept(
        "JaCoCo",
        ("pom.xml",),
        re.compile(r"<(?:minimum|haltOnFailure|minimumCoverage)>\s*([0-9.]+)\s*</"),
        r"mvnw?\b.*(?:verify|install|deploy|jacoco:check)",
    ),
    _Kept(
        "JaCoCo",
        ("build.gradle", "build.gradle.kts", "*.gradle", "*.gradle.kts"),
        re.compile(r"(?:minimum\s*(?:=|\.set\()\s*(?:BigDecimal\.valueOf\()?[\"']?|minBound\()\s*\(?([0-9.]+)"),
        r"gradlew?\b.*(?:check|build|erification|koverVerify)",
    ),
    _Kept(
        "coverlet",
        ("*.csproj", "Directory.Build.props", "Directory.Build.targets", "*.runsettings", "coverlet.*"),
        re.compile(r"<Threshold>\s*([0-9.]+)"),
        r"dotnet test",
    ),
    _Kept(
        "ExUnit",
        ("mix.exs", "coveralls.json"),
        re.compile(r"(?:threshold|minimum_coverage)[\"']?\s*[:=]>?\s*([0-9.]+)"),
        r"mix (?:test|coveralls)",
    ),
    _Kept(
        "go-test-coverage",
        (".testcoverage.yml", ".testcoverage.yaml", "testcoverage.yml"),
        re.compile(r"^[ \t]*(?:total|file|package):[ \t]*([0-9.]+)", re.MULTILINE),
        r"go-test-coverage",
    ),
    _Kept(
        "Infection",
        ("infection.json", "infection.json5"),
        re.compile(r"[\"']minCoveredMsi[\"']\s*:\s*([0-9.]+)"),
        r"infection",
    ),
)
_NEEDED: Mapping[str, re.Pattern[str]] = {
    "pom.xml": re.compile(r"jacoco|cobertura", re.IGNORECASE),
    "gradle": re.compile(r"jacoco|kover", re.IGNORECASE),
}


_GOES_ON = re.compile(r"<(?:jacoco\.)?haltOnFailure>\s*false|\bfailOnViolation\s*=\s*false", re.IGNORECASE)


def _others(look: Look) -> Iterator[Limit]:
    for kept in _KEPT:
        for path in look.files.select(*kept.names, roles=_ROLES):
            text = without_comments(path, look.files.text(path) or "")
            needed = next((one for word, one in _NEEDED.items() if word in path), None)
            found = kept.number.search(text)
            if found is None or (needed is not None and not needed.search(text)):
                continue
            weak = "a build goes on below it" if _GOES_ON.search(text) else ""
            percent = _number(found[1])
            percent = percent * _WHOLE if percent <= 1 and kept.tool == "JaCoCo" else percent
            if percent > 0:
                yield Limit(percent, path, _line(text, found.start()), kept.tool, kept.by, weak)


# Where Codecov looks for its file: https://docs.codecov.com/docs/codecov-yaml (read 2026-11-30).
_OF_CODECOV = re.compile(r"(?:dev/|\.github/|docs/)?\.?codecov\.ya?ml")


def _codecov(look: Look) -> Iterator[Limit]:
    paths = look.files.select("codecov.yml", "codecov.yaml", ".codecov.yml", ".codecov.yaml", roles=tuple(Role))
    for path in (one for one in paths if _OF_CODECOV.fullmatch(one)):
        document = look.files.parsed(path)
        for kind in ("project", "patch"):
            status = document.get("coverage", "status", kind) if document else None
            rules = status.items() if isinstance(status, dict) else ()
            named = {name: one for name, one in rules if isinstance(one, dict)}
            if not named and isinstance(status, dict):
                named = {"": status}
            for name, one in named.items():
                place = ("coverage", "status", kind, name) if name else ("coverage", "status", kind)
                line = document.line(*place) if document else 1
                yield Limit(
                    _percent(one.get("target")),
                    path,
                    line,
                    f"Codecov's {kind} status",
                    "codecov",
                    _weakness(one, alone=len(named) == 1),
                )


def _percent(target: object) -> float | None:
    try:
        percent = float(str(target).rstrip("%"))
    except ValueError:
        return None
    return percent if isfinite(percent) else None


def _number(digits: str) -> float:
    """What digits and points say; 0 where that is no number, which no build gets past."""
    return _percent(digits) or 0.0


_TOLERANCE = 5.0


def _weakness(status: Mapping[str, object], *, alone: bool) -> str:
    if status.get("informational") is True:
        return "it is informational"
    tolerance = _percent(status.get("threshold"))
    if tolerance is not None and tolerance > _TOLERANCE:
        return f"it tolerates a drop of {tolerance:g} points"
    # Two that part the repository between them hold all of it.
    return "it is for some paths alone" if alone and status.get("paths") else ""


# Actions that fail below a limit: the name of what gives it, and of the switch that some of them need.
_ACTIONS: Sequence[tuple[re.Pattern[str], str, str]] = (
    (re.compile(r"vladopajic/go-test-coverage"), "threshold-total", ""),
    (re.compile(r"orgoro/coverage"), "thresholdAll", ""),
    (re.compile(r"irongut/CodeCoverageSummary"), "thresholds", "fail_below_min"),
    (re.compile(r"VeryGoodOpenSource/very_good_coverage"), "min_coverage", ""),
    (re.compile(r"insightsengineering/coverage-action"), "threshold", "fail"),
    (re.compile(r"5monkeys/cobertura-action"), "minimum_coverage", "fail_below_threshold"),
    (re.compile(r"zgosalvez/github-actions-report-lcov"), "minimum-coverage", ""),
)


def _of_action(uses: str, given: Mapping[str, object]) -> float | None:
    """The limit that an action is given, which it fails below."""
    for name, key, switch in _ACTIONS:
        if name.search(uses) and (not switch or str(given.get(switch)).lower() == "true"):
            percent = _percent(next(iter(str(given.get(key)).split()), ""))
            return percent * _WHOLE if percent is not None and percent <= 1 else percent
    return None


def _commands(look: Look) -> Iterator[Limit]:
    for ran in look.workflows.ran:
        found = _FLAG.search(ran.text)
        if found and re.search(r"cov|pytest|test|tarpaulin|pest", ran.text):
            number = _number(next(filter(None, found.groups())))
            if number > 0:
                yield Limit(number, ran.place.path, ran.place.line, ran.words[0], "" if ran.guards else _NOTHING)
        elif ran.action is not None and (percent := _of_action(ran.text, ran.action.given)):
            by = "" if ran.guards else _NOTHING
            yield Limit(percent, ran.place.path, ran.place.line, ran.text.partition("@")[0], by)


def _scripts(look: Look) -> Iterator[Limit]:
    """Comparisons in steps of pipelines, and in the scripts that these run."""
    guarding = {ran.step for ran in look.workflows.ran if ran.guards}
    for pipeline in look.workflows.pipelines:
        for step in (step for job in pipeline.jobs for step in job.steps):
            if step.script and re.search("cover", f"{step.script} {step.condition}", re.IGNORECASE):
                by = "" if step.place in guarding else _NOTHING
                yield from _shell_limits(look, step.script, step.script_place or step.place, by)
                if (told := _CONDITION.search(step.condition)) and _FAILS.search(step.script):
                    yield Limit(_percent(told[1]), step.place.path, step.place.line, "a condition of a step", by)
    reached = {ran.place.path for ran in look.workflows.ran if ran.guards}
    for path in sorted(one for one in reached if one.endswith((".sh", ".bash"))):
        text = look.files.text(path) or ""
        if "cover" in text.lower():
            yield from _shell_limits(look, text, Place(path, 0), "")


def _value_of(name: str, text: str) -> float | None:
    """The number that a script, or the environment of its workflow, gives to a variable; None where it differs."""
    given = set(
        re.findall(rf"(?m)^[ \t]*(?:export[ \t]+)?{re.escape(name)}[ \t]*[:=][ \t]*[\"']?([0-9.]{{1,8}})\b", text)
    )
    return _percent(given.pop()) if name and len(given) == 1 else None


def _shell_limits(look: Look, script: str, place: Place, by: str) -> Iterator[Limit]:
    """Comparisons of a script that can end in failure."""
    if not _FAILS.search(script):
        return
    first = place.line + ("\n" in script.rstrip())
    for at, line in enumerate(script.split("\n")):
        found = None if line.lstrip().startswith("#") else _SHELL.search(line)
        if found:
            said = next(filter(None, found.groups()), "")
            percent = _percent(said) or _value_of(said, script) or _value_of(said, look.files.text(place.path) or "")
            yield Limit(percent, place.path, first + at, "a comparison in a script", by)
