"""What a project must have for an item to apply to it, and the words for what it lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.project import Project, Trait
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.deployed import keeps_data, lets_in
from bot.model import State


class Need(StrEnum):
    """Something that a project has or has not."""

    SERVICE = "service"
    """It is deployed, not published for others' programs."""
    SERVER = "server"
    """It answers requests over a network, by its code or by its manifests."""
    DATA = "data"
    """A database, of its code or of its manifests."""
    DATABASE = "database"
    SCHEMA = "schema"
    """A database of tables, which have a schema."""
    CACHE = "cache"
    REDIS = "redis"
    BROKER = "broker"
    NATS = "nats"
    FRONT_END = "front-end"
    TRACKER = "error-tracker"
    TOKENS = "tokens"
    """It checks tokens of the kind JWT."""
    OTHER_ORIGINS = "other-origins"
    """Browsers ask it from other origins."""
    SERVED_METRICS = "served-metrics"
    """Its metrics are served, not pushed."""
    VALIDATION = "validation"
    """It validates its settings."""


_TRAITS = {
    Need.DATA: (Trait.DATABASE, "client or ORM of a database is declared"),
    Need.DATABASE: (Trait.DATABASE, "client or ORM of a database is declared"),
    Need.CACHE: (Trait.CACHE, "client of a cache is declared"),
    Need.REDIS: (Trait.REDIS, "client of Redis is declared"),
    Need.BROKER: (Trait.BROKER, "client of a broker or queue is declared"),
    Need.NATS: (Trait.NATS, "client of NATS is declared"),
    Need.TRACKER: (Trait.TRACKER, "client of an error tracker is declared"),
}

# What another item's rule tells; the item does not apply where that one does not, or finds nothing.
_OF_RULES: Mapping[Need, Mapping[str, str]] = {
    Need.TOKENS: {"rule": "jwt-jwks", "table": "jwks"},
    Need.OTHER_ORIGINS: {"rule": "cors"},
    Need.SERVED_METRICS: {"rule": "metrics-endpoint", "table": "metrics-endpoint"},
    Need.VALIDATION: {"rule": "code", "table": "env-validation", "applies": "server"},
}

# Settings that production alone refuses are validated there.
_IN_PRODUCTION = {"rule": "production-env", "applies": "server"}

_NO_TABLES = re.compile(
    r"mongo|dynamo|couch|elastic|opensearch|neo4j|cassandra|firestore|firebase|redis|influx|etcd|bolt"
)


class NeedsAsk(Ask):
    """Settings of a rule that applies to some projects only."""

    needs: Annotated[tuple[Need, ...], Field(description="what a project must have for the item to apply")] = ()


def judge_needs(look: Look, ask: NeedsAsk) -> Judged | None:
    """The answer where the item does not apply; None where it does."""
    for need in ask.needs:
        if need in _OF_RULES:
            if (other := _by_rule(look, need)) is not None:
                return other
        elif (lack := _lack(look.project, need)) and not _is_deployed(look, need):
            return Judged(state=State.NOT_APPLICABLE, reason=lack)
    return None


def _is_deployed(look: Look, need: Need) -> bool:
    """Whether manifests run what the code of the repository does not have."""
    return (need is Need.SERVER and lets_in(look)) or (need is Need.DATA and keeps_data(look))


def _by_rule(look: Look, need: Need) -> Judged | None:
    found = _ask(look, _OF_RULES[need])
    if found.state is State.NOT_APPLICABLE:
        return Judged(state=State.NOT_APPLICABLE, reason=found.reason)
    validates = found.state is not State.FAIL or need is not Need.VALIDATION
    if not validates and _ask(look, _IN_PRODUCTION).state is State.FAIL:
        reason = look.project.missing("validation of the settings, which could pass")
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return None


def _ask(look: Look, settings: Mapping[str, str]) -> Judged:
    from bot.checks.readiness.check import judge
    from bot.checks.readiness.rule import load_rule

    return judge(look, load_rule(settings["rule"]).settings.model_validate(settings))[0]


def find_no_tables(project: Project) -> str | None:
    """Why nothing about SQL applies; None where a client of a database of tables is declared."""
    tables = [one for one in project.having(Trait.DATABASE) if not _NO_TABLES.search(one.name)]
    return None if tables else project.missing("client or ORM of a database of tables is declared")


def _lack(project: Project, need: Need) -> str | None:
    if need is Need.SCHEMA:
        return find_no_tables(project)
    if need in _TRAITS:
        trait, words = _TRAITS[need]
        return None if project.having(trait) or project.built_in(trait) else project.missing(words)
    match need:
        case Need.SERVICE:
            sign = project.library
            if sign is None:
                return None
            published = f"{sign.text} ({sign.path}:{sign.line}), and no file deploys it"
            return project.missing(f"service: {published}")
        case Need.SERVER:
            return None if project.server else project.missing("server process: no route and nothing that listens")
        case _:
            return None if project.front_end else project.missing("front end is built")
