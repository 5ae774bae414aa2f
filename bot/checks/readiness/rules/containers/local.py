"""The rule `docker-compose`: a Compose file that brings up what a developer needs.

Source: https://docs.docker.com/compose/ (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.aspire import find_aspire_hosts
from bot.checks.readiness.facts.compose import ComposeFile, Service
from bot.checks.readiness.facts.roles import BY_HAND
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.apps import is_others
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.model import Evidence, Finding, State, Strength

_INSTEAD = ("Tiltfile", "skaffold.yaml", "devspace.yaml", "garden.yml", "devenv.nix")
_FOR_CI = re.compile(
    r"(?:^|[._/-])(?:ci|tests?|integration|acceptance|(?:integration|acceptance|system|load|smoke|stress|api|e2e)?[._-]?test(?:s|ing|[._-]?suites?)|e2e"
    r"|bench(?:marks?|marking)?|load|perf(?:ormance)?|stress|dredd|newman|pact|cypress|playwright|k6|locust|gatling|jmeter|artillery|vegeta)(?:[._/-]|$)",
    re.IGNORECASE,
)
# Services that are there to be tested, and the databases that tests and migrations are tried against:
# https://docs.docker.com/docker-hub/repos/manage/builds/automated-testing/ (read 2026-12-01).
_UNDER_TEST = re.compile(r"sut|(?:tests?|migrations?|ci|e2e)[_-].*", re.IGNORECASE)
# What shows another program at work with this one, and what an extension of Docker Desktop starts.
_SHOWS = re.compile(
    r"(?:^|/)(?:[\w.]+-)?(?:tracing|otel|opentelemetry|observability|docker-extension|desktop-extension)/",
    re.IGNORECASE,
)
# What is named for another time or use than development stands behind what is not.
_OTHER_USES = re.compile(
    r"(?:^|[._/-])(?:prod|production|release|backup|old|legacy|deprecated|repro|debug|demo)(?:[._/-]|$)", re.IGNORECASE
)
# What programs keep data in, and send it through.
_STORES = re.compile(
    r"postg|pgvector|timescale|mysql|maria|percona|mongo|redis|valkey|keydb|dragonfly|memcache|rabbit|kafka|redpanda|nats"
    r"|pulsar|activemq|artemis|mosquitto|emqx|elastic|opensearch|solr|meili|typesense|minio|localstack|cassandra|scylla"
    r"|mssql|sqlserver|azure-sql|oracle|clickhouse|cockroach|dynamo|couch|neo4j|influx|etcd|consul|vault|zookeeper|qdrant"
    r"|weaviate|chroma|milvus|firebase|supabase|azurite|pubsub|temporal|surrealdb|db2|firebird",
    re.IGNORECASE,
)
_UP = re.compile(r"docker(?:-compose|\s+compose)\s.*\b(?:up|run)\b")


class ComposeAsk(NeedsAsk):
    """Settings of the rule `docker-compose`."""


def judge_compose(look: Look, ask: ComposeAsk) -> Judged:
    """Whether a Compose file has services for development."""
    files = look.compose.files
    local = [one for one in files if not _is_aside(one)]
    if local or look.compose.of_containers:
        return _found(look, local or look.compose.of_containers)
    if (lack := judge_needs(look, ask)) is not None:
        return lack
    instead = [*look.files.select(*_INSTEAD), *find_aspire_hosts(look.files)]
    if instead:
        return Judged(state=State.NOT_APPLICABLE, reason=f"no Compose file: {instead[0]} takes its place")
    what = f"{files[0].path} is for CI, or shows something, alone" if files else "no Compose file with a service"
    reason = f"{what}; {len(look.files.paths):,} files searched"
    return Judged(state=State.FAIL, reason=reason, missing=[Finding(rule="missing", message=what, fix=ask.fix or None)])


def _is_aside(file: ComposeFile) -> bool:
    """Whether a file is for CI, or shows one thing, and is none to develop with."""
    tried = any(one.name == "sut" for one in file.services) or all(
        _UNDER_TEST.fullmatch(one.name) for one in file.services
    )
    return tried or _FOR_CI.search(file.path) is not None or _SHOWS.search(file.path) is not None


def _rank(seen: Evidence) -> tuple[bool, bool, bool, bool, int, int]:
    """What CI brings up first, hidden files and those of tools last; what stands nearer to the root before others."""
    path = seen.path or ""
    weak = seen.strength is Strength.CONFIGURED
    other = _OTHER_USES.search(path) is not None
    aside = path.startswith(".") or BY_HAND.match(path) is not None
    return weak, other, seen.strength is not Strength.VERIFIED, aside, path.count("/"), len(path)


def _is_needed(service: Service) -> bool:
    """Whether a service is the product, or what it keeps data in; a directory or a dashboard beside it is neither."""
    own = service.builds is not None or bool(service.image and not is_others(service.image))
    # What a digest spells says nothing.
    return own or _STORES.search(f"{service.name} {service.image.partition('@')[0]}") is not None


def _found(look: Look, files: Sequence[ComposeFile]) -> Judged:
    ran = [ran for ran in look.workflows.ran if ran.guards and _UP.match(ran.text)]
    started = {file.path for file in files for one in ran if file.path.rpartition("/")[2] in one.text}
    default = any("-f " not in one.text and "--file" not in one.text for one in ran)
    evidence = []
    for file in files:
        names = ", ".join(service.name for service in file.services[:6])
        root = file.path in {"compose.yml", "compose.yaml", "docker-compose.yml", "docker-compose.yaml"}
        verified = file.path in started or (root and default)
        strength = Strength.VERIFIED if verified else Strength.WIRED
        place = file.services[0].place
        text = f"brings up {names}"
        if not any(map(_is_needed, file.services)):
            text, strength = f"{text}: neither the product nor what it keeps data in", Strength.CONFIGURED
        evidence.append(Evidence(path=place.path, line=place.line, text=text, strength=strength))
    evidence.sort(key=_rank)
    return Judged(state=State.PASS, reason=f"{evidence[0].path} {evidence[0].text}", evidence=evidence)
