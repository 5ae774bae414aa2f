"""Clients of databases, caches and brokers by the names that their ecosystems know them by."""

from __future__ import annotations

import pytest

from bot.checks.readiness.facts.project import Trait
from bot.model import State
from tests.checks.readiness.look import ask_item, look

_MANIFESTS = {
    "go": ("go.mod", "module m\n\ngo 1.22\n\nrequire {} v1.0.0\n", "main.go", 'package main\n\nimport x "{}"\n'),
    "npm": ("package.json", '{{"dependencies": {{"{}": "1"}}}}', "a.js", "const x = require('{}')\n"),
    "pypi": ("requirements.txt", "{}\n", "a.py", "import {}\n"),
    "gem": ("Gemfile", "gem '{}'\n", "a.rb", "require '{}'\n"),
    "nuget": ("A.csproj", '<Project><PackageReference Include="{}" Version="1"/></Project>', "A.cs", "using {};\n"),
    "composer": ("composer.json", '{{"require": {{"{}": "1"}}}}', "a.php", "<?php\n"),
    "cargo": ("Cargo.toml", '[dependencies]\n{} = "1"\n', "src/main.rs", "use {}::X;\n"),
    "jvm": (
        "pom.xml",
        (
            "<project><dependencies><dependency><groupId>g</groupId><artifactId>{}</artifactId></dependency></dependencies>"
            "</project>"
        ),
        "A.java",
        "class A {{}}\n",
    ),
}
_NAMES = {
    (Trait.DATABASE, "go"): "github.com/jinzhu/gorm github.com/microsoft/go-mssqldb github.com/glebarez/sqlite "
    "github.com/Masterminds/squirrel gopkg.in/mgo.v2 github.com/ClickHouse/clickhouse-go/v2 github.com/qiniu/qmgo",
    (Trait.DATABASE, "npm"): "mariadb tedious bookshelf waterline @adonisjs/lucid neo4j-driver orchid-orm pg-pool",
    (Trait.DATABASE, "pypi"): "pyodbc pymssql mysql-connector-python cassandra-driver prisma flask-pymongo duckdb",
    (Trait.DATABASE, "gem"): "mongo tiny_tds rom hanami-db activerecord-sqlserver-adapter",
    (Trait.DATABASE, "jvm"): "mssql-jdbc sqlite-jdbc ojdbc11 hsqldb exposed-core dropwizard-jdbi3 spring-data-jpa "
    "micronaut-data-jdbc vertx-pg-client mongo-java-driver flyway-core",
    (Trait.DATABASE, "nuget"): "MySql.Data LiteDB SqlSugarCore EntityFramework Microsoft.Data.Sqlite RavenDB.Client",
    (Trait.DATABASE, "composer"): "cycle/orm catfan/medoo yiisoft/yii2 laminas/laminas-db doctrine/mongodb-odm",
    (Trait.DATABASE, "cargo"): "deadpool-postgres mysql_async surrealdb postgres rbatis tiberius",
    (Trait.CACHE, "go"): "github.com/maypok86/otter github.com/jellydator/ttlcache/v3 github.com/golang/groupcache",
    (Trait.CACHE, "npm"): "memory-cache quick-lru @epic-web/cachified bentocache @liaoliaots/nestjs-redis",
    (Trait.CACHE, "pypi"): "cashews django-cacheops cachelib",
    (Trait.CACHE, "nuget"): "LazyCache.AspNetCore FreeRedis NRedisStack",
    (Trait.REDIS, "npm"): "redis-om nestjs-redis @songkeys/nestjs-redis",
    (Trait.REDIS, "composer"): "hyperf/redis",
    (Trait.BROKER, "go"): "github.com/nsqio/go-nsq github.com/apache/pulsar-client-go github.com/adjust/rmq/v5",
    (Trait.BROKER, "npm"): "moleculer kafka-node rsmq kue zeromq rabbitmq-client node-resque",
    (Trait.BROKER, "pypi"): "aiomqtt pulsar-client nameko stomp-py django-q2 kafka-python-ng pyzmq",
    (Trait.BROKER, "gem"): "rdkafka racecar hutch aws-sdk-sqs delayed",
    (Trait.BROKER, "jvm"): "rocketmq-spring-boot-starter pulsar-client sqs db-scheduler jakarta.jms-api temporal-sdk",
    (Trait.BROKER, "nuget"): "KafkaFlow SlimMessageBus Paramore.Brighter Dapr.AspNetCore Google.Cloud.PubSub.V1",
    (Trait.BROKER, "composer"): "bunny/bunny hyperf/amqp php-mqtt/client mateusjunges/laravel-kafka",
    (Trait.BROKER, "cargo"): "pulsar rskafka rumqttc celery faktory",
}
_IMPORTED = {
    "mysql-connector-python": "mysql.connector",
    "cassandra-driver": "cassandra.cluster",
    "pulsar-client": "pulsar",
    "stomp-py": "stomp",
    "django-q2": "django_q",
    "kafka-python-ng": "kafka",
    "pyzmq": "zmq",
}


@pytest.mark.parametrize(
    ("trait", "ecosystem", "name"),
    [(trait, ecosystem, name) for (trait, ecosystem), names in _NAMES.items() for name in names.split()],
)
def test_a_client_is_known_and_its_name_alone_is_no_use(trait: Trait, ecosystem: str, name: str) -> None:
    manifest, declares, source, imports = _MANIFESTS[ecosystem]
    module = _IMPORTED.get(name, name if ecosystem in {"npm", "go"} else name.replace("-", "_"))
    files = {manifest: declares.format(name), source: imports.format(module)}

    assert [one.name.rpartition(":")[2] for one in look(files).project.using(trait)] == [name.lower()]
    if ecosystem in {"npm", "go", "pypi", "cargo"}:
        assert look({**files, source: "package main\n" if ecosystem == "go" else ""}).project.using(trait) == []


_SENT, _TAKEN = "messaging.publishing", "messaging.subscribers"
_EXPRESS = "const app = require('express')()\napp.get('/x', f)\napp.listen(1)\n"
_GO_SERVER = '\tr := gin.Default()\n\tr.GET("/x", h)\n\tr.Run()\n'


@pytest.mark.parametrize(
    ("item", "manifest", "source", "code"),
    [
        (_SENT, "kafka-node", "a.js", "const kafka = require('kafka-node')\nproducer.send([{ topic: 'a' }], f)\n"),
        (_TAKEN, "moleculer", "a.js", "const m = require('moleculer')\nbroker.createService({ events: { a: f } })\n"),
        (_TAKEN, "kue", "a.js", "const kue = require('kue')\nqueue.process('mail', f)\n"),
        (
            _SENT,
            "pulsar-client",
            "a.py",
            "import pulsar\nproducer = client.create_producer('a')\nproducer.send(b'a')\n",
        ),
        (_TAKEN, "aiomqtt", "a.py", "import aiomqtt\nclient.subscribe('a/#')\n"),
        (_SENT, "github.com/nsqio/go-nsq", "main.go", '\tproducer.Publish("a", body)\n'),
        (_TAKEN, "github.com/nsqio/go-nsq", "main.go", "\tconsumer.AddHandler(handler)\n"),
        (
            _SENT,
            "rumqttc",
            "src/main.rs",
            "use rumqttc::AsyncClient;\nfn main() {\n  client.publish(topic, body);\n}\n",
        ),
    ],
)
def test_a_client_that_sends_or_takes_counts_and_one_that_is_only_made_does_not(
    item: str, manifest: str, source: str, code: str
) -> None:
    if source == "a.js":
        files = {"package.json": f'{{"dependencies": {{"express": "4", "{manifest}": "1"}}}}', "server.js": _EXPRESS}
        files["server.js"] += code
    elif source == "a.py":
        flask = "from flask import Flask\napp = Flask(__name__)\n@app.get('/x')\ndef x():\n    return ''\n"
        files = {"requirements.txt": f"flask\n{manifest}\n", "app.py": flask + code}
    elif source == "main.go":
        head = f'package main\n\nimport (\n\t"github.com/gin-gonic/gin"\n\tx "{manifest}"\n)\n\nfunc main() {{\n'
        modules = f"module m\n\nrequire github.com/gin-gonic/gin v1.9.0\nrequire {manifest} v1.0.0\n"
        files = {"go.mod": modules, "main.go": f"{head}{_GO_SERVER}{code}}}\n"}
    else:
        files = {"Cargo.toml": f'[dependencies]\naxum = "0.7"\n{manifest} = "1"\n', source: code}
        files["src/web.rs"] = 'fn app() {\n  axum::serve(l, Router::new().route("/x", get(x)));\n}\n'
    used = code.rstrip("}\n").splitlines()[-1]
    path = next(path for path, text in files.items() if used in text)

    assert ask_item(item, files).state is State.PASS
    assert ask_item(item, {**files, path: files[path].replace(used, "")}).state is State.FAIL


@pytest.mark.parametrize(
    ("item", "modules", "state"),
    [
        ("database.connection-pooling", ["github.com/mattn/go-sqlite3", "github.com/masterminds/squirrel"], "n.a."),
        ("database.connection-pooling", ["github.com/lib/pq", "github.com/masterminds/squirrel"], State.FAIL),
        ("cache.health-check", ["github.com/maypok86/otter"], "n.a."),
        ("cache.health-check", ["github.com/maypok86/otter", "github.com/redis/go-redis/v9"], State.FAIL),
    ],
)
def test_what_is_kept_in_the_program_is_no_server(item: str, modules: list[str], state: State | str) -> None:
    requires = "".join(f"\t{one} v1.0.0\n" for one in modules)
    imports = "".join(f'\t_ "{one}"\n' for one in modules)
    files = {
        "go.mod": f"module m\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.0\n{requires})\n",
        "main.go": f'package main\n\nimport (\n\t"github.com/gin-gonic/gin"\n{imports})\n\n'
        f"func main() {{\n{_GO_SERVER}}}\n",
    }

    assert ask_item(item, files).state is (State.NOT_APPLICABLE if state == "n.a." else state)
