"""The rule `secrets-stored`: secrets come from a store, and none is written out where the product is deployed.

Source: https://kubernetes.io/docs/concepts/security/secrets-good-practices/ (read 2026-11-29).
Out of sight: secrets in code (the item about secrets in code has them), and what a platform holds.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checks.readiness.facts.environment.required import Variable
from bot.checks.readiness.facts.files import Role
from bot.checks.readiness.facts.kubernetes.secret_values import find_literal_secrets, is_secret_name, is_secret_pair
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.marks import LineMark, Mark, find_lines
from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.applied import Applied
from bot.checks.readiness.rules.containers.platforms import (
    find_kept_by_compose,
    find_kept_by_platforms,
    find_written_for_platforms,
)
from bot.checks.readiness.rules.kubernetes.apps import find_apps
from bot.checks.readiness.rules.kubernetes.settings import literal_finding, references
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.checks.readiness.rules.no_secrets import find_secrets
from bot.model import Evidence, Finding, State, Strength

_STORES = ("ExternalSecret", "SealedSecret", "SecretProviderClass", "VaultStaticSecret", "OnePasswordItem")
_PRODUCTION = re.compile(
    r"(?:^|[._/-])(?:prod|production|deploy(?:ments?)?|self-?host(?:ed|ing)?)(?:[._/-]|$)", re.IGNORECASE
)
_UP = re.compile(r"\bdocker[- ]compose\b.*\bup\b|\bdocker stack deploy\b")
_FILES = re.compile(r"\s(?:-f|--file|-c|--compose-file)[ =]([^\s\"';&|]{1,200})")
_UNNAMED = ("compose.yml", "compose.yaml", "docker-compose.yml", "docker-compose.yaml")
_FROM_PIPELINE = re.compile(r"\$\{\{\s*secrets\.(\w+)|\bfrom_secret:\s*(\S+)|credentials\(['\"]([\w.-]+)")
# An action's input that is a secret alone is what it signs in with; what is put into a text is built, not deployed.
_SIGNS_IN = re.compile(
    r"^\s*+(?:-\s++)?[a-z][a-z0-9_-]*+:\s*+[\"']?\$\{\{\s*+secrets\.\w++\s*+\}\}[\"']?\s*+$|\bsed\s+-"
)
# One request to somebody who then deploys.
_ONLY_ASKS = re.compile(r"(?:curl|wget)\s[^\n]{0,600}\bhttps?://[^\n]{1,400}")
# CircleCI's; others name a folder so.
_CONTEXT = re.compile(r"^\s*+(?:-\s*+)?context:\s*\[?\s*[\"']?([\w-]+)")
# What a pipeline needs for itself, by the words of a secret's name: to sign in to a registry, to publish, to sign, to
# translate, to report.
_OF_TOOLS = frozenset(
    re.findall(
        r"\w+",
        "GITHUB GH GITLAB BOT RENOVATE SEMANTIC RELEASE SUBMODULE SUBMODULES CROWDIN WEBLATE TRANSIFEX TX "
        "LOKALISE CODECOV COVERALLS SONAR SONARCLOUD SNYK CODACY CHROMATIC PERCY CYPRESS NX TURBO FOSSA "
        "SEMGREP CODECLIMATE CC DEEPSOURCE SCORECARD NPM NODE PYPI NUGET CARGO CRATES RUBYGEMS GEM BUNDLE "
        "OSSRH SONATYPE MAVEN CENTRAL GRADLE DEVELOCITY PACKAGIST DOCKER DOCKERHUB QUAY GHCR CR REGISTRY GPG "
        "SIGN SIGNING COSIGN PASSPHRASE PAT SLACK DISCORD TELEGRAM TEAMS",
    )
)
_OF_TOOLS_BEHIND = frozenset(
    re.findall(
        r"\w+",
        "PAT NPM PYPI GPG PASSPHRASE WEBHOOK REGISTRY DOCKER DOCKERHUB SLACK DISCORD CODECOV",
    )
)
_TERRAFORM = (
    r"aws_secretsmanager_secret.*|aws_ssm_parameter|google_secret_manager_secret.*|azurerm_key_vault_secret|vault_.*"
)
_PAIR = re.compile(r"(?:^|\s)(\w+)=(\"[^\"]*\"|'[^']*'|\S*)")
# Settings to be copied and filled in, where a line that is commented out is one that may be.
_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "*.env.example", "env.example")
_ASKED_FOR = re.compile(r"^[ \t]*+#?[ \t]*+(?:export )?([A-Z][A-Z0-9_]*+)=")
_MAX_EVIDENCE = 20
_MAX_LINE = 2_000
_ASKED = "the code asks a store of secrets"
# Drivers of databases that a password lets in.
_SERVERS = re.compile(
    r"postgres|psycopg|npgsql|asyncpg|pgx|lib/pq|(?:^|\W)pg$|mysql|mariadb|sqlserver|sqlclient|mssql|tedious|oracle|mongo",
    re.IGNORECASE,
)
_CLIENTS = (
    Mark(
        shows=_ASKED,
        words=("secretmanager", "SecretManager"),
        name=r"(?i).*(?:access_?secret_?version|secretmanager\.NewClient)",
    ),
    Mark(
        shows=_ASKED,
        # A function of that name may read whatever the program calls a secret.
        words=("SecretsManager", "secretsmanager", "secrets-manager"),
        name=r"(?i).*(?:get_?secret_?value\w*|SecretsManagerClient)",
    ),
    Mark(
        shows=_ASKED,
        words=("AddAzureKeyVault", "SecretClient", "hvac", "vault/api"),
        name=r"(?:.*\.AddAzureKeyVault|SecretClient|hvac\.Client|(?:vault|api)\.NewClient)",
    ),
)
_MASTER_KEY = LineMark(
    shows="secrets are encrypted, and their key is required",
    files=("production.rb", "config/deploy.yml", "*deploy*", "**/hatchbox/*", "bin/*"),
    line=r"^\s*config\.require_master_key\s*=\s*true|RAILS_MASTER_KEY|credentials\.yml\.enc|\bmaster\.key\b",
)
_REFERENCES = (
    LineMark(
        shows="a manifest takes a secret by reference",
        files=("*.yml", "*.yaml", "*.tpl", "*.y*ml.erb", "*.y*ml.j2", "*.y*ml.tmpl"),
        line=r"^\s*-?\s*(?:secretKeyRef|secretRef|secretEnv|availableSecrets)\s*:",
    ),
    LineMark(
        shows="the agent of Vault gives a pod its secrets",
        files=("*.yml", "*.yaml", "*.tpl"),
        line=r"\bvault\.hashicorp\.com/agent-inject-secret-",
    ),
    LineMark(
        shows="a task takes a secret from a store",
        files=("*task*.json", "*.tf", "*.bicep"),
        line=r"valueFrom\W+arn:aws:(?:ssm|secretsmanager)|@Microsoft\.KeyVault\(",
    ),
)
_CIRCLE = "CircleCI"
_DEPLOYS = re.compile(r"deploy|\bprod(?:uction)?\b|(?:^|[-_/ ])cd\b", re.IGNORECASE)
_OF_PAGES = re.compile(r"\b(?:docs?|documentation|website|storybook|pages|checkly)\b", re.IGNORECASE)
# `Build (production)` builds.
_BUILDS = re.compile(r"^\W{0,4}(?:build|compile|bundle|package|tests?|e2e|lint|check|valid\w*)\b", re.IGNORECASE)
# Environments that keep a token of what looks after the repository: nothing runs there.
_NO_TARGET = re.compile(
    r"pages|\bdocs?\b|pypi|npm|nuget|registry|translat|crowdin|sync|publish|maintenance|releas|packag|label",
    re.IGNORECASE,
)
_DEPLOYING = re.compile(
    r"\bdeploy(?!-pages|-docs)|\bkubectl\b|\bhelm\b.*\b(?:upgrade|install)\b|\bhelmfile\b|\b(?:terraform|tofu)\b.*\bapply\b"
    r"|\bpulumi\b|\bcdk\b|\b(?:ssh|scp|rsync)-action|\bfly(?:ctl)?\b|\bheroku\b|\bvercel\b|\bnetlify\b|\bwrangler\b"
    r"|\bgcloud\b|\baws\s+(?!ecr\b)\w|\baz\s+\w|\bazure/|\bansible|\bkamal\b|\bserverless\b|\brailway\b|\bdoctl\b"
    r"|\bdocker stack\b"
    # The folder of keys is no command, and git may go by that way as well.
    r"|(?<![./\w-])(?<!COMMAND=)(?<!COMMAND=[\"'])(?<!COMMAND:\s)(?:ssh|scp|rsync)\s",
    re.IGNORECASE,
)
# What puts a package where it can be had brings nothing to where it runs.
_PUBLISHING = re.compile(
    r"\b(?:aws s3 (?:cp|mv)|gcloud storage cp|gsutil (?:-m )?cp|az storage blob upload)\b[^|;&]{0,400}?"
    r"\.(?:jar|whl|deb|rpm|dmg|exe|msi|apk|tgz|tar\.[gx]z|asc|sha\d{3}|md5)\b"
)
# What a test brings up, or stores of its results, is no deployment; neither is a word to people, whoever approves it.
_BESIDE = re.compile(
    r"(?i)(?:^|[-_/. ])(?:tests?|testing|conformance|e2e|integration|benchmarks?"
    r"|newsletters?|announce(?:ments?)?|notify|notifications?|tweets?|changelog)(?:[-_/. ]|$)"
)
# What only has another pipeline started takes its own token: what that one takes, its own file says. So does a platform
# that is told by the address of a hook to deploy.
_STARTS_ANOTHER = re.compile(
    r"/dispatches\b|\bgh\s+workflow\s+run\b|\b(?:repository|workflow)-dispatch\b|createWorkflowDispatch|createDispatchEvent"
    r"|\btrigger-workflow\b|/trigger/pipeline\b|(?:deploy(?:ment)?|build)[-_]?(?:web)?hook|\bapi\.render\.com/deploy\b",
    re.IGNORECASE,
)

_WRITTEN_OUT = "secrets written out"
# The first one that is written out makes it worse, also where no secret was taken before.
_NONE = {_WRITTEN_OUT: Measure(value=0, path="", line=0, higher_is_better=False)}


class SecretsStoredAsk(NeedsAsk):
    """Settings of the rule `secrets-stored`."""


# Behind a name: what a switch is held against.
_HELD = re.compile(
    r"[\"'\])]{0,3}\s{0,4}(?:===?|!==?|\.lower\(\)\s{0,4}==)\s{0,4}[\"'](?:true|false|yes|no|on|off|0|1)[\"']",
    re.IGNORECASE,
)
_MAX_BEHIND = 100


def judge_secrets_stored(look: Look, ask: SecretsStoredAsk) -> Judged:
    """Whether what is deployed takes its secrets from a store."""
    if (lack := judge_needs(look, ask)) is not None:
        return replace(lack, measures=_NONE)
    literal = [*_in_objects(look), *_in_images(look), *_in_compose(look), *_in_defaults(look)]
    literal += find_written_for_platforms(look)
    evidence = [*_from_objects(look), *_from_elsewhere(look)][:_MAX_EVIDENCE]
    searched = f"{len(look.files.paths):,} files searched"
    if literal:
        first = literal[0]
        measure = Measure(value=len(literal), path=first.path or "", line=first.line or 1, higher_is_better=False)
        reason = f"{len(literal)} secrets are written out in what is deployed"
        return Judged(
            state=State.FAIL,
            reason=reason,
            evidence=evidence,
            missing=literal,
            measures={_WRITTEN_OUT: measure},
        )
    if evidence:
        return _passed(look, evidence)
    if (read := _read(look) or next(find_secrets(look), None)) is not None:
        reason = f"{read.message}; {searched}"
        return Judged(state=State.FAIL, reason=reason, missing=[read], measures=_NONE)
    reason = f"no code reads a secret, and no manifest, deploying pipeline or Terraform takes one; {searched}"
    # Whoever asks a server's database signs in to it, by settings that the framework reads.
    if look.project.server is not None and any(_SERVERS.search(one.name) for one in look.project.using(Trait.DATABASE)):
        reason = f"a database is signed in to, and nothing in the tree shows where its password is kept; {searched}"
        return Judged(state=State.NEEDS_SIGN_OFF, reason=reason, measures=_NONE)
    return Judged(state=State.NOT_APPLICABLE, reason=reason, measures=_NONE)


def _passed(look: Look, evidence: Sequence[Evidence]) -> Judged:
    """A pass, but where what cannot be read may write a secret out all the same."""
    reason = f"{evidence[0].text}: {evidence[0].path}"
    if unread := look.kubernetes.unknowns:
        reason = f"{reason}, but one may be written out in what cannot be read: {unread[0].reason}"
    state = State.NOT_CHECKED if unread else State.PASS
    return Judged(state=state, reason=reason, evidence=evidence, unknowns=unread, measures=_NONE)


def _read(look: Look) -> Finding | None:
    """The first variable that is a secret by its name, and that the code reads or an example of settings asks for."""
    for one in look.environment.names():
        if is_secret_name(one.name) and not _is_switch(look, one):
            message = f"{one.name} is read, and nothing in the tree takes it from a store"
            return Finding(rule="secret-from-nowhere", message=message, path=one.path, line=one.line)
    for path in look.files.select(*_EXAMPLES, roles=(Role.EXAMPLE, Role.PRODUCT)):
        for number, line in enumerate(look.files.lines(path), start=1):
            named = _ASKED_FOR.match(line)
            if named is not None and is_secret_name(named[1]):
                message = f"{named[1]} is asked for, and nothing in the tree takes it from a store"
                return Finding(rule="secret-from-nowhere", message=message, path=path, line=number)
    return None


def _is_switch(look: Look, variable: Variable) -> bool:
    """Whether what is read is held against yes or no, whatever it is called: `process.env.CREDENTIALS === 'true'`."""
    lines = look.files.lines(variable.path)
    behind = lines[variable.line - 1].partition(variable.name)[2] if variable.line <= len(lines) else ""
    return _HELD.match(behind[:_MAX_BEHIND]) is not None


def _in_objects(look: Look) -> Iterator[Finding]:
    for stack in look.kubernetes.judged:
        for one in find_literal_secrets(stack):
            yield literal_finding(one.name, one.owner, one.place)


def _in_images(look: Look) -> Iterator[Finding]:
    """Yield the secrets that an image carries in its environment, wherever it is run."""
    for image in look.images.all:
        for one in image.last.of("ENV"):
            for name, value in _pairs(one.text):
                if "$" not in value and is_secret_pair(name, value):
                    yield literal_finding(name, f"the image of {image.path}", Place(image.path, one.line))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield what an ENV sets: `A=b C="d"`, or in the older form `A b`."""
    pairs = _PAIR.findall(text)
    if pairs:
        yield from ((name, value.strip("\"'")) for name, value in pairs)
    elif " " in text:
        name, _, value = text.partition(" ")
        yield name, value.strip().strip("\"'")


def _in_compose(look: Look) -> Iterator[Finding]:
    deployed = _brought_up(look)
    for file in look.compose.files:
        for service in file.services if _PRODUCTION.search(file.path) or file.path in deployed else ():
            for name, value in service.environment.items():
                if is_secret_pair(name, value):
                    yield literal_finding(name, f"the service {service.name}", service.at("environment", name))


def _brought_up(look: Look) -> frozenset[str]:
    """The files of Compose that a job brings up where it deploys: those that it names, or those without a name."""
    found = set[str]()
    for ran in look.workflows.ran:
        if _UP.search(ran.text[:_MAX_LINE]) and _deploys(ran.pipeline, ran.job):
            named = _FILES.findall(ran.text[:_MAX_LINE])
            ends = [one.rpartition("/")[2] for one in named] or _UNNAMED
            found |= {file.path for file in look.compose.files if file.path.rpartition("/")[2] in ends}
    return frozenset(found)


def _in_defaults(look: Look) -> Iterator[Finding]:
    """Yield the secrets that a deployment has where nobody sets others: `${SECRET_KEY:-...}`, wherever in the file."""
    paths = {file.path for file in look.compose.files if _PRODUCTION.search(file.path)} | _brought_up(look)
    for one in find_secrets(look) if paths else ():
        if one.path in paths:
            yield replace(one, rule="literal-secret")


def _from_objects(look: Look) -> Iterator[Evidence]:
    for app in find_apps(look.kubernetes.judged):
        for name, place in references(app.workload, "secret"):
            text = f"{app.title} takes secrets from Secret {name}"
            yield Evidence(path=place.path, line=place.line, text=text, strength=Strength.WIRED)
    for stack in look.kubernetes.judged:
        for one in stack.of(*_STORES):
            start = one.start
            yield Evidence(path=start.path, line=start.line, text=f"{one.kind} {one.name}", strength=Strength.WIRED)


def _by_use(pipeline: Pipeline) -> tuple[bool, bool]:
    """What deploys before others, with an environment of its own before without."""
    return not _DEPLOYS.search(pipeline.path), not any(job.environment for job in pipeline.jobs)


def _deploys(pipeline: Pipeline, job: Job) -> bool:
    """Whether a job brings the product to where it runs, by what it is for or by what it does."""
    named = f"{pipeline.path} {job.name}"
    if _OF_PAGES.search(named) or (_BESIDE.search(named) and not _DEPLOYS.search(named)):
        return False
    steps = [text for step in job.steps if not _OF_PAGES.search(text := f"{step.uses}\n{step.script}")]
    steps = [_PUBLISHING.sub(" ", text) for text in steps]
    named = f"{pipeline.path} {'' if _BUILDS.match(job.name) else job.name} {job.reuses}"
    guarded = job.environment and not _NO_TARGET.search(job.environment)
    return bool(guarded or _DEPLOYS.search(named) or any(map(_DEPLOYING.search, steps)))


def _from_pipelines(look: Look) -> Iterator[Evidence]:
    """Yield for each pipeline the first secret that a job takes with which it deploys, or that it deploys."""
    for pipeline in sorted(look.workflows.pipelines, key=_by_use):
        deploying = [_deploys(pipeline, job) for job in pipeline.jobs]
        if not any(deploying):
            continue
        guarded = any(job.environment for job in pipeline.jobs)
        # Of other systems a job's secrets may stand elsewhere in the file.
        starts = [job.place.line for job in pipeline.jobs] if pipeline.system == "GitHub Actions" else []
        another = _lines_that_start_another(pipeline)
        for number, line in enumerate(look.files.lines(pipeline.path), start=1):
            at = bisect_right(starts, number) - 1
            taken = (at < 0 or deploying[at]) and _takes_secret(pipeline.system, line[:_MAX_LINE])
            if taken and not any(number in lines for lines in another):
                text = (
                    "a job that deploys takes a secret of its environment" if guarded else "a pipeline takes a secret"
                )
                yield Evidence(path=pipeline.path, line=number, text=text, strength=Strength.WIRED)
                break


def _lines_that_start_another(pipeline: Pipeline) -> Sequence[range]:
    """The lines of the steps that only have another pipeline started, each up to the next step or job."""
    steps = [step for job in pipeline.jobs for step in job.steps]
    places = [*(one.place for one in steps), *(one.place for one in pipeline.jobs)]
    starts = sorted({place.line for place in places if place.path == pipeline.path})
    starting = [
        one
        for one in steps
        if _STARTS_ANOTHER.search(f"{one.uses}\n{one.script}\n{one.given.get('script', '')}")
        or _ONLY_ASKS.fullmatch(one.script.strip())
    ]
    lines = [one.place.line for one in starting if one.place.path == pipeline.path]
    return [range(line, next((start for start in starts if start > line), sys.maxsize)) for line in lines]


def _takes_secret(system: str, line: str) -> bool:
    """Whether a line takes a secret that is no tool's."""
    if line.lstrip().startswith("#") or (system == "GitHub Actions" and _SIGNS_IN.search(line)):
        return False
    forms = (_FROM_PIPELINE, _CONTEXT) if system == _CIRCLE else (_FROM_PIPELINE,)
    found = ("".join(filter(None, one.groups())) for form in forms for one in form.finditer(line))
    return any(not _is_of_tools(name) for name in found)


def _is_of_tools(name: str) -> bool:
    first, *others = re.split("[_-]", name.upper())
    return first in _OF_TOOLS or not _OF_TOOLS_BEHIND.isdisjoint(others)


def _from_elsewhere(look: Look) -> Iterator[Evidence]:
    for block in look.terraform.of(_TERRAFORM):
        text = f"{block.type} {block.name}"
        yield Evidence(path=block.path, line=block.line, text=text, strength=Strength.WIRED)
    yield from (one.evidence for one in look.marks.find(_CLIENTS))
    yield from find_lines(look.files, [_MASTER_KEY])
    # A template of a chart says what it may take, and its objects what it takes.
    applied = Applied(look, re.compile("|".join(one.line for one in _REFERENCES), re.IGNORECASE))
    referring = [one for one in find_lines(look.files, _REFERENCES) if not (one.path or "").startswith(".")]
    yield from (one for one in referring if (one.path or "") in applied)
    yield from find_kept_by_platforms(look)
    yield from find_kept_by_compose(look)
    for path in look.files.select("credentials.yml.enc", "*.sops.y*ml", "*.enc.y*ml", "**/credentials/*.yml.enc"):
        yield Evidence(path=path, line=1, text="a file of secrets that is encrypted", strength=Strength.WIRED)
    yield from _from_pipelines(look)
