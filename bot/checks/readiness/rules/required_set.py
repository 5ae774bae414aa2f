"""Every variable that the code requires is given somewhere that is deployed.

Rule: the names that the code cannot do without, less those that manifests, Compose files, images, values, platforms'
files and deploying workflows name. What is named in documentation, or in an example, is given nowhere.
A file of the environment gives nothing where a value is left out or stands in for one.
Source: https://12factor.net/config (read 2026-11-29).
Out of sight: what a dashboard, or a store of secrets, gives; where no such file is in the tree, or one hands over a
whole Secret or file that is not in it, a person has to say so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from posixpath import normpath

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.environment.reads import Variable
from bot.checks.readiness.facts.located import Place, get_in, mappings, text_of
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, find_absence
from bot.model import Evidence, Finding, State, Strength

# The best place to show first.
_GIVING = (
    ("values*.y*ml", "render.yaml", "fly.toml", "app.json", "app.yaml", "railway.json", "serverless.y*ml", "*.tf"),
    ("compose*.y*ml", "docker-compose*.y*ml"),
    ("wrangler.toml", "wrangler.jsonc", "template.y*ml", "*.bicep", "config/deploy.yml", "Dockerfile*", "*.dockerfile"),
    ("*entrypoint*", "appsettings.json", "appsettings.Production.json", "*AppHost*.cs", "**/*AppHost/*.cs"),
    (".env.production", ".env"),
)
_WORKFLOWS = re.compile(r"^\.(?:(?:github|gitea|forgejo|depot)/workflows|circleci)/")
_DEPLOYS = re.compile(r"deploy|release|prod|publish|(?:^|[-_/])cd\b", re.IGNORECASE)
_FOR_DEVELOPMENT = re.compile(
    r"(?:^|[._/-])(?:override|dev|devel|development|local|tests?|ci|e2e)(?:[._/-]|$)", re.IGNORECASE
)
# What is given to tests is given to them alone.
_FOR_TESTS = re.compile(r"(?i)(?:^|[._-])(?:tests?|e2e)(?:[._-]|$)")
# Tasks of those who develop it.
_TASKS = re.compile(r"(?:^|/)taskfile[^/]*\.ya?ml$|(?:^|/)taskfiles/", re.IGNORECASE)
_SETS = re.compile(
    r"^[ \t]*(?:-[ \t]*)?(?:env|environment|envFrom|env_file|envVars|env_variables)[ \t]*:", re.MULTILINE
)
# A line of a file of the environment whose value is none, or stands in for one that everybody has to put there.
_STANDS_IN = re.compile(
    r"(?i)=\s*[\"']?\s*(?:$|#|[\"']\s*$|<|x{3,}|\.{3}"
    r"|(?:your|change|replace|fixme|placeholder|example)(?:[-_ ]|me\b|\b)"
    # Words that may as well be the value itself: `my_app`, the method `put`, a product that is named `todo`.
    r"|(?:insert|enter|put|add)[-_ ]|(?-i:TODO)\b|my[-_ ](?:\w+[-_ ])?(?:secret|password|key|token))"
    r"|(?:change|replace)[-_ ]?(?:me|this)\b|[-_]here\b"
)
# What a step of a workflow is called.
_IS_NAME = re.compile(r"[ \t]*+(?:-[ \t]++)?(?:name|run-name|description)[ \t]*:[^\n]*[ \t]\w")
_WORD = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
_NET_WORD = re.compile(r"\b\w+__\w+\b")
_CONNECTION = "ConnectionStrings__"
_MAX_FINDINGS = 20


def judge_required_set(look: Look, ask: Ask) -> Judged:
    """Pass where every required variable is given."""
    absent = find_absence(look.project, Applies.PROGRAM)
    read = look.environment.read_at()
    if absent is not None or read is None:
        reason = absent or look.project.missing("variable of the environment that is read")
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    given = _given(look)
    required = [one for one in look.environment.required() if one.unless not in given]
    missing = [one for one in required if one.name not in given]
    # Where none of them is given, a dashboard or a store of secrets gives all.
    if required and len(missing) == len(required):
        reason = f"nothing in the tree gives any of {len(required)} required variables: {_names(required)}"
        return Judged(state=State.NEEDS_SIGN_OFF, reason=f"{reason}; they are given elsewhere")
    if missing and (whole := next(_handed_over(look), None)):
        place, name = whole
        reason = f"{_names(missing)}: given by {name}, which is not in the tree, or nowhere ({place.path}:{place.line})"
        return Judged(state=State.NEEDS_SIGN_OFF, reason=reason)
    if missing:
        found = [_finding(one, ask.fix) for one in missing[:_MAX_FINDINGS]]
        reason = f"{len(missing)} of {len(required)} required variables are given nowhere: {_names(missing)}"
        return Judged(state=State.FAIL, reason=reason, missing=found)
    evidence = [_evidence(one, given[one.name]) for one in required[:12]]
    if not evidence:
        text = "each variable that is read has a default, or is optional"
        evidence = [Evidence(text=text, path=read[0], line=read[1], strength=Strength.WIRED)]
    reason = f"{len(required)} required variables are given" if required else evidence[0].text
    return Judged(state=State.PASS, reason=reason, evidence=evidence, by_absence=True)


def _given(look: Look) -> Mapping[str, tuple[str, int]]:
    """The names in what deploys, each at the best place that it stands."""
    given: dict[str, tuple[str, int]] = {}
    for path in _giving(look):
        for number, line in _lines(look, path):
            said = line.partition("#")[0][:2000]
            if _WORKFLOWS.match(path) and _IS_NAME.match(said):
                continue
            for name in (*_WORD.findall(said), *_NET_WORD.findall(said)):
                given.setdefault(name, (path, number))
        for name, number in _of_settings(look, path):
            given.setdefault(name, (path, number))
    return given


def _lines(look: Look, path: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that can give a variable: of an image what its last stage sets, not what builds it."""
    image = next((one for one in look.images.all if one.path == path), None)
    if image is not None:
        yield from ((one.line, one.text) for one in image.last.of("ENV"))
    elif "dockerfile" not in path.lower():
        lines = enumerate(look.files.lines(path), 1)
        of_environment = path.rpartition("/")[2].startswith(".env")
        yield from (one for one in lines if not of_environment or not _STANDS_IN.search(one[1][:2000]))


def _giving(look: Look) -> Sequence[str]:
    """The files that give variables, the best first."""
    sets = [path for path in look.files.select("*.y*ml", "*.tpl") if _SETS.search(look.files.text(path) or "")]
    manifests = [path for path in sets if not path.startswith(".") and not _TASKS.search(path)]
    workflows = [path for path in sets if _WORKFLOWS.match(path) and _DEPLOYS.search(path)]
    groups = [manifests, *(look.files.select(*names) for names in _GIVING), workflows]
    compose = {file.path for file in look.compose.files}
    paths = dict.fromkeys(path for group in groups for path in group if not _FOR_TESTS.search(path.rpartition("/")[2]))
    return sorted(paths, key=lambda path: (_FOR_DEVELOPMENT.search(path) is not None, *_standing(path, compose)))


def _standing(path: str, compose: Collection[str]) -> tuple[bool, int, int]:
    """How little a file says of production: manifests say most, then Compose near the root, then images."""
    name = path.rpartition("/")[2].lower()
    composed = path in compose or "compose" in name
    rank = 2 if "dockerfile" in name or "entrypoint" in name else 1 if composed else 0
    return path.startswith("."), rank, path.count("/") if composed else 0


def _of_settings(look: Look, path: str) -> Iterator[tuple[str, int]]:
    """Yield the names that .NET's settings and Aspire's host give."""
    if path.endswith(("appsettings.json", "appsettings.Production.json")):
        document = look.files.parsed(path)
        for found in document.find("*", "*") if document else ():
            if found.value not in ("", None):
                yield "__".join(map(str, found.place)), found.line
        for found in document.find("*") if document else ():
            if isinstance(found.value, str | int) and found.value != "":
                yield str(found.place[0]), found.line
    if path.endswith(".cs"):
        for number, line in enumerate(look.files.lines(path), 1):
            for name in re.findall(r"\.Add(?:Database|ConnectionString|\w+)\(\s*\"(\w+)\"", line[:2000]):
                yield f"{_CONNECTION}{name}", number


def _handed_over(look: Look) -> Iterator[tuple[Place, str]]:
    """Yield where a whole file or Secret that is not in the tree is handed over to the product, and its name."""
    for file in look.compose.files:
        folder = file.path.rpartition("/")[0]
        for service in file.services:
            for name in _files_of(service.value.get("env_file")):
                if normpath(f"{folder}/{name}").lstrip("/") not in look.files:
                    yield service.at("env_file"), name
    for stack in look.kubernetes.judged:
        names = {one.name for one in stack.of("Secret", "ConfigMap")}
        for container in (container for one in stack.objects for container in one.containers()):
            for at, one in enumerate(mappings(container.value.get("envFrom"))):
                name = text_of(get_in(one, "secretRef", "name")) or text_of(get_in(one, "configMapRef", "name"))
                if name and name not in names:
                    yield container.place("envFrom", at), name


def _files_of(named: object) -> Iterator[str]:
    for one in named if isinstance(named, list) else [named]:
        if name := text_of(one) or text_of(get_in(one, "path")):
            yield name


def _names(variables: Sequence[Variable]) -> str:
    shown = ", ".join(one.name for one in variables[:5])
    return shown if len(variables) <= 5 else f"{shown}, ..."  # noqa: PLR2004 - what fits a line


def _finding(one: Variable, fix: str) -> Finding:
    message = f"{one.name} is required, and given nowhere"
    return Finding(rule="variable-not-given", message=message, path=one.path, line=one.line, fix=fix or None)


def _evidence(one: Variable, place: tuple[str, int]) -> Evidence:
    text = f"{one.name}, which {one.path}:{one.line} requires, is given"
    return Evidence(text=text, path=place[0], line=place[1], strength=Strength.WIRED)
