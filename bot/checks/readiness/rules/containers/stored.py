"""The rule `secrets-stored`: secrets come from a store, and none is written out where the product is deployed.

Source: https://kubernetes.io/docs/concepts/security/secrets-good-practices/ (read 2026-11-29).
Out of sight: secrets in code (the item about secrets in code has them), and what a platform holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checks.readiness.facts.environment.required import Variable
from bot.checks.readiness.facts.files import Role
from bot.checks.readiness.facts.kubernetes.secret_values import find_literal_secrets, is_secret_name, is_secret_pair
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.marks import LineMark, Mark, find_lines
from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.applied import Applied
from bot.checks.readiness.rules.containers.deploying import find_taken_by_pipelines, is_deployed_by, is_of_tools
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
_TERRAFORM = (
    r"aws_secretsmanager_secret.*|aws_ssm_parameter|google_secret_manager_secret.*|azurerm_key_vault_secret|vault_.*"
)
_PAIR = re.compile(r"(?:^|\s)(\w+)=(\"[^\"]*\"|'[^']*'|\S*)")
# Settings to be copied and filled in, where a line that is commented out is one that may be.
_SAMPLES = ("example", "sample", "template", "dist", "default", "defaults")
_EXAMPLES = tuple(form.format(word) for word in _SAMPLES for form in ("*.env.{}", "{}.env", "env.{}", ".env-{}"))
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
# Cloud Build's, and the names that stand below: `- TOKEN`, `env: TOKEN`.
_OF_BUILD = re.compile(r"\b(?:secretEnv|availableSecrets)\s*:")
_NAMED_BELOW = re.compile(r"^\s*+(?:-\s++(?:env:\s*+)?|env:\s*+)[\"']?([A-Z][A-Z0-9_]*+)[\"']?\s*+$")
_MAX_NAMES = 12
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
        if _UP.search(ran.text[:_MAX_LINE]) and is_deployed_by(ran.pipeline, ran.job):
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


def _builds_alone(look: Look, one: Evidence) -> bool:
    """Whether a step of Cloud Build takes but what its tools need: each takes those that `secretEnv` names."""
    lines = look.files.lines(one.path or "")[(one.line or 1) - 1 :][:_MAX_NAMES]
    if not lines or not (listed := _OF_BUILD.search(lines[0])):
        return False
    inline = re.findall(r"[A-Z]\w+", lines[0][listed.end() :][:_MAX_LINE])
    names = inline or [found[1] for line in lines[1:] if (found := _NAMED_BELOW.match(line[:_MAX_LINE]))]
    return bool(names) and all(map(is_of_tools, names))


def _from_elsewhere(look: Look) -> Iterator[Evidence]:
    for block in look.terraform.of(_TERRAFORM):
        text = f"{block.type} {block.name}"
        yield Evidence(path=block.path, line=block.line, text=text, strength=Strength.WIRED)
    yield from (one.evidence for one in look.marks.find(_CLIENTS))
    yield from find_lines(look.files, [_MASTER_KEY])
    # A template of a chart says what it may take, and its objects what it takes.
    applied = Applied(look, re.compile("|".join(one.line for one in _REFERENCES), re.IGNORECASE))
    referring = [one for one in find_lines(look.files, _REFERENCES) if not (one.path or "").startswith(".")]
    yield from (one for one in referring if (one.path or "") in applied and not _builds_alone(look, one))
    yield from find_kept_by_platforms(look)
    yield from find_kept_by_compose(look)
    for path in look.files.select("credentials.yml.enc", "*.sops.y*ml", "*.enc.y*ml", "**/credentials/*.yml.enc"):
        yield Evidence(path=path, line=1, text="a file of secrets that is encrypted", strength=Strength.WIRED)
    yield from find_taken_by_pipelines(look)
