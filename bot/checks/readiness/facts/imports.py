"""Whether what a manifest declares is used: the words by which source of each ecosystem takes a library in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from bot.checks.readiness.facts.dependencies.declared import Dependency
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.index import Source
from bot.checks.readiness.facts.spring import find_spring_settings

# What a package of Python is imported as, where its name does not tell.
_MODULES = {
    "azure-servicebus": "azure",
    "cassandra-driver": "cassandra",
    "dogpile-cache": "dogpile",
    "google-cloud-pubsub": "pubsub",
    "google-cloud-spanner": "spanner",
    "django-q2": "django_q",
    "fastapi-cache2": "fastapi_cache",
    "grpcio": "grpc",
    "hiredis": "redis",
    "kafka-python": "kafka",
    "kafka-python-ng": "kafka",
    "nats-py": "nats",
    "pulsar-client": "pulsar",
    "pyzmq": "zmq",
    "stomp-py": "stomp",
    "paho-mqtt": "paho",
    "python-memcached": "memcache",
    "pyyaml": "yaml",
    "strawberry-graphql": "strawberry",
    "tornado": "tornado.web",
    "tortoise-orm": "tortoise",
}

# What a package makes is imported from where it is made, in the tree or out of it, by a path of the project's own;
# and a framework imports what it is told to use.
_GENERATED = {
    "@prisma/client": ("PrismaClient",),
    "nats": ("Transport.NATS",),
    "@strapi/strapi": ("export default", "module.exports"),
}
# What the microservices of NestJS speak by, and what takes part in whichever that is:
# https://docs.nestjs.com/microservices/basics (read 2026-11-30).
_NEST_BROKERS = (
    *("Transport.NATS", "Transport.RMQ", "Transport.KAFKA", "Transport.REDIS", "Transport.MQTT"),
    *("ClientNats", "ClientRMQ", "ClientKafka", "ClientRedis", "ClientMqtt", "CustomTransportStrategy"),
    *("RmqOptions", "KafkaOptions", "NatsOptions", "RedisOptions", "MqttOptions"),
)
_NEST_CLIENTS = ("ClientProxy", "ClientsModule", "connectMicroservice", "createMicroservice")
_PSYCOPG = ("psycopg", "postgres")
# Drivers are imported, or named by the URL or the engine of what imports them.
_DRIVERS = {
    "mysql-connector-python": ("mysql.connector", "mysqlconnector"),
    "mysqlclient": ("MySQLdb", "mysql"),
    "psycopg": _PSYCOPG,
    "psycopg-binary": _PSYCOPG,
    "psycopg2": _PSYCOPG,
    "redis": ("redis", "RedisCache", "RedisStore", "RedisSentinelCache"),
    "psycopg2-binary": _PSYCOPG,
}

# Libraries of the JVM that no framework sets up by itself, with the packages that code imports of them.
_PACKAGES = {
    "armeria": "com.linecorp.armeria",
    "dropwizard-core": "io.dropwizard",
    "helidon-webserver": "io.helidon",
    "javalin": "io.javalin",
    "jooby": "io.jooby",
    "micronaut-http-server-netty": "io.micronaut",
    "micronaut-http-server": "io.micronaut",
    "play-java": "play.mvc",
    "quarkus-rest": "ws.rs",
    "quarkus-resteasy": "ws.rs",
    "ratpack-core": "ratpack.",
    "spark-core": "spark.Spark",
    "struts2-core": "struts2",
    "undertow-core": "io.undertow",
    "vertx-web": "io.vertx.ext.web",
    "jedis": "redis.clients",
    "lettuce-core": "io.lettuce",
    "redisson": "org.redisson",
    "spymemcached": "net.spy",
}


class Imports:
    """Answers for one tree."""

    def __init__(self, files: Files, source: Source) -> None:
        self._files = files
        self._source = source

    def has(self, dependency: Dependency) -> bool:
        """Whether the source mentions a dependency's module; of the JVM, .NET, Ruby and PHP that is taken as given."""
        name = dependency.name
        match dependency.ecosystem:
            case "npm" if name == "@nestjs/microservices":
                return self._talks_to_a_broker
            case "npm":
                words = [f'"{name}', f"'{name}", *_GENERATED.get(name, ())]
            case "pypi":
                module = _MODULES.get(name, name.replace("-", "_"))
                words = [module, *([module.removeprefix("django_")] if module.startswith("django_") else [])]
                words = [*_DRIVERS.get(name, words)]
            case "go":
                return bool(self._source.mentioning(*{name, *_cased(name)}))
            case "cargo":
                words = [name.replace("-", "_")]
            case "jvm" if name.endswith("session-data-redis"):
                return self._keeps_sessions_in_redis
            case "jvm" if name.endswith("spring-boot-starter-cache"):
                return self._caches_by_spring
            case "jvm" if (package := _PACKAGES.get(name.rpartition(":")[2])) is not None:
                words = [package]
            case _:
                return True
        return bool(self._source.mentioning(*words))

    @cached_property
    def _keeps_sessions_in_redis(self) -> bool:
        """Whether Spring's sessions may be in Redis: its code says so, or settings name no other store."""
        if self._source.mentioning("EnableRedisHttpSession", "EnableRedisIndexedHttpSession", "EnableRedisWebSession"):
            return True
        told = [one for one in find_spring_settings(self._files) if ".".join(one.names) == "spring.session.store-type"]
        return not told or any("redis" in str(one.value).lower() or "${" in str(one.value) for one in told)

    @cached_property
    def _caches_by_spring(self) -> bool:
        """Whether something may use what Spring's starter of caches brings: it does nothing by itself."""
        unread = self._source.languages.keys() & {"Kotlin", "Groovy", "Scala"}
        return bool(unread) or bool(self._source.mentioning("springframework.cache", "javax.cache", "ehcache"))

    @cached_property
    def _talks_to_a_broker(self) -> bool:
        """Whether the microservices of NestJS have a transport, and it may be a broker: handlers alone have none."""
        if self._source.mentioning(*_NEST_BROKERS, language="typescript"):
            return True
        direct = self._source.mentioning("Transport.TCP", "Transport.GRPC", language="typescript")
        return not direct and bool(self._source.mentioning(*_NEST_CLIENTS, language="typescript"))


def _cased(module: str) -> Iterator[str]:
    """Go's paths are in lower case here; the owner's name may have capitals."""
    yield (
        module.rpartition("/")[2]
        if not re.fullmatch(r"v\d+", module.rpartition("/")[2])
        else "/".join(module.split("/")[-2:])
    )
