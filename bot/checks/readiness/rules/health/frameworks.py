"""What frameworks ask by themselves, as their endpoints of health are called.

Sources: https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.kubernetes-probes,
https://quarkus.io/guides/smallrye-health and https://docs.micronaut.io/latest/guide/#healthEndpoint (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname

from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.health.actuator import find_actuator_paths, find_hidden
from bot.checks.readiness.rules.health.asking import Kind
from bot.checks.readiness.rules.health.callers import find_callers, find_liveness
from bot.checks.readiness.rules.health.programs import has_client, may_have
from bot.checks.readiness.rules.switches import find_off_in_spring, say_off
from bot.model import Evidence, Strength

_RESTARTS = ", and a program that is not alive is restarted"
_ACTUATOR = {
    # What brings Spring's starter of JDBC along, too.
    Kind.DATABASE: "spring-boot-starter-(?:data-\\w+|jdbc|jooq)|mybatis(?:-plus)?-(?:spring-)?boot\\d?-starter",
    Kind.CACHE: "spring-boot-starter-data-redis",
    Kind.BROKER: "spring-boot-starter-(?:amqp|artemis|activemq)",
}
_QUARKUS = {
    Kind.DATABASE: "quarkus-(?:jdbc|agroal|mongodb).*",
    Kind.CACHE: "quarkus-redis.*",
    Kind.BROKER: "quarkus-(?:messaging|smallrye-reactive-messaging).*",
}
_MICRONAUT = {
    Kind.DATABASE: "micronaut-(?:jdbc-.*|mongo-.*|r2dbc-.*|neo4j.*|cassandra)",
    Kind.CACHE: "micronaut-redis-.*",
    Kind.BROKER: "micronaut-(?:kafka|nats|rabbitmq)",
}
_BY_THEMSELVES = (("quarkus-smallrye-health", _QUARKUS), ("micronaut-management", _MICRONAUT))
# The indicators of the actuator, which settings can switch off.
_SWITCHES = {
    Kind.DATABASE: "db|r2dbc|mongo|cassandra|neo4j",
    Kind.CACHE: "redis",
    Kind.BROKER: "rabbit|jms|kafka",
}
_INDICATORS = {
    Kind.DATABASE: r"\b(?:db|mongo|r2dbc|cassandra|neo4j|\*)",
    Kind.CACHE: r"\b(?:redis|\*)",
    Kind.BROKER: r"\b(?:rabbit|jms|kafka|\*)",
}
_SETTINGS = ("application*.properties", "application*.yml", "application*.yaml", "bootstrap*.yml")


def find_asked_by_frameworks(look: Look, kind: Kind) -> Iterator[Evidence]:
    """Yield where a framework asks of its own accord."""
    off = find_off_in_spring(look, rf"management\.health\.(?:{_SWITCHES[kind]}|defaults)\.enabled") or find_hidden(look)
    # Whatever asks the actuator, wherever it stands, asks what is switched off no more.
    for one in _find_actuator(look, kind):
        yield say_off(one, off) if off is not None else one
    for health, clients in _BY_THEMSELVES:
        yield from _find_by_itself(look, kind, health, clients[kind])


def _find_actuator(look: Look, kind: Kind) -> Iterator[Evidence]:
    """Spring's actuator asks what it is configured with: the whole of it, and a group what the group includes."""
    health = look.dependencies.named(".*spring-boot-starter-actuator", ecosystem="jvm")
    clients = look.dependencies.named(f".*(?:{_ACTUATOR[kind]})", ecosystem="jvm") if health else ()
    if not clients:
        return
    included = list(_find_group(look, kind))
    yield from included
    paths = find_actuator_paths(look)
    callers = find_callers(look, paths, grpc=False) if not included else ()
    either = "|".join(map(re.escape, paths))
    for one in (one for one in callers if may_have(look, one, clients)):
        line = look.files.lines(one.path or "")[(one.line or 1) - 1 : (one.line or 1) + 4]
        asked = re.search(rf"(?:{either})(/\w)?", " ".join(line))
        if asked is None or not asked[1]:
            text = f"{one.text}, which asks the {kind} that {clients[0].name} configures"
            alive = next(filter(None, (find_liveness(look, path) for path in paths)), None)
            yield (
                replace(one, text=text)
                if alive is None
                else replace(alive, text=f"{text}; so does {alive.text}{_RESTARTS}", strength=Strength.CONFIGURED)
            )
            return
    text = f"the actuator knows the {kind}, which {clients[0].name} configures; nothing asks the whole of it"
    yield Evidence(text=text, path=health[0].path, line=health[0].line, strength=Strength.CONFIGURED)


def _find_group(look: Look, kind: Kind) -> Iterator[Evidence]:
    """Yield where the readiness group is told to ask."""
    wanted = re.compile(rf"include\s*[:=].*{_INDICATORS[kind]}", re.IGNORECASE)
    for path in look.files.select(*_SETTINGS):
        group = False
        for number, line in enumerate(look.files.lines(path), start=1):
            said = line.partition("#")[0]
            group = "readiness" in said or (group and ("include" in said or not said.strip()))
            if group and wanted.search(said):
                text = f"the readiness group asks the {kind}"
                yield Evidence(text=text, path=path, line=number, strength=Strength.WIRED)
                return


def _find_by_itself(look: Look, kind: Kind, library: str, client: str) -> Iterator[Evidence]:
    """Readiness asks each client that there is, where a library is."""
    health = look.dependencies.named(f".*{library}", ecosystem="jvm")
    clients = look.dependencies.named(f".*(?:{client})", ecosystem="jvm") if health else ()
    for one in health if clients else ():
        if has_client(look, dirname(one.path), clients):
            text = f"readiness asks the {kind}, which {clients[0].name} configures"
            yield Evidence(text=text, path=one.path, line=one.line, strength=Strength.WIRED)
            return
