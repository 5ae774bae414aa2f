"""Answers with an ETag, transactions and pools by a library's own words, and a logger of the program's own."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import ask_item

_EXPRESS = "import express from 'express'\nimport { Pool } from 'pg'\nimport './log'\nconst app = express()\n"
_JAVA = (
    "import jakarta.ws.rs.GET;\nimport jakarta.ws.rs.Path;\nimport org.postgresql.Driver;\n"
    '@Path("/a")\npublic class A {\n  @GET\n  public Response get() {\n    %s\n    return ok();\n  }\n}\n'
)
_POM = (
    "<project><dependencies><dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>"
    "<dependency><groupId>org.jboss.resteasy</groupId><artifactId>resteasy-core</artifactId></dependency></dependencies></project>\n"
)


@pytest.mark.parametrize(
    ("call", "state"),
    [("res.setHeader('ETag', tag)", "pass"), ("request.setHeader('ETag', tag)", "fail"), ("res.get('ETag')", "fail")],
)
def test_an_answer_with_an_etag_is_kept(call: str, state: str) -> None:
    code = f"{_EXPRESS}app.get('/a', (req, res) => {{ {call}; res.json(all()) }})\napp.listen(80)\n"

    assert ask_item("performance.response-caching", {"server.ts": code}).state == state


@pytest.mark.parametrize(("call", "state"), [("request.evaluatePreconditions(tag);", "pass"), ("f(tag);", "fail")])
def test_jax_rs_answers_by_what_the_client_has(call: str, state: str) -> None:
    assert (
        ask_item("performance.response-caching", {"pom.xml": _POM, "src/main/java/A.java": _JAVA % call}).state == state
    )


@pytest.mark.parametrize(
    ("call", "state"),
    [
        ("persistence.doTransaction(em -> em.merge(a));", "pass"),
        ("persistence.doReturningTransaction(em -> em.merge(a));", "pass"),
        ("ledger.listTransaction(a);", "fail"),
    ],
)
def test_a_method_of_its_own_writes_in_a_transaction(call: str, state: str) -> None:
    assert ask_item("database.transactions", {"pom.xml": _POM, "src/main/java/A.java": _JAVA % call}).state == state


def test_an_entity_manager_of_mikroorm_writes_in_a_transaction() -> None:
    code = "import express from 'express'\nimport { MikroORM } from '@mikro-orm/core'\nconst app = express()\n"
    code += "app.post('/a', async (q, s) => %s)\napp.listen(80)\n"

    package = {"package.json": '{"dependencies": {"@mikro-orm/core": "6", "pg": "8", "express": "5"}}'}
    states = [
        ask_item("database.transactions", {**package, "server.ts": code % call}).state
        for call in ("orm.em.transactional(async (em) => em.flush())", "orm.em.flush()")
    ]

    assert states == ["pass", "fail"]


@pytest.mark.parametrize(("option", "state"), [("orm.MaxOpenConnections(n)", "pass"), ("orm.Hints(n)", "fail")])
def test_a_pool_of_beego_has_a_size(option: str, state: str) -> None:
    code = (
        'package main\n\nimport (\n\t"github.com/beego/beego/v2/client/orm"\n\t_ "github.com/jackc/pgx/v5"\n)\n\n'
        f'func main() {{\n\torm.RegisterDataBase("a", "pgx", info, {option})\n\thttp.ListenAndServe(":80", nil)\n}}\n'
    )
    module = "module a\nrequire (\n\tgithub.com/beego/beego/v2 v2.1.0\n\tgithub.com/jackc/pgx/v5 v5.5.0\n)\n"

    assert ask_item("database.connection-pooling", {"go.mod": module, "main.go": code}).state == state


@pytest.mark.parametrize(
    ("path", "call", "state"),
    [
        ("log.ts", "console.log(JSON.stringify({ level, message, timestamp }))", "pass"),
        ("logger.ts", "loggerFunction(JSON.stringify(structuredLog))", "pass"),
        ("log.ts", "console.log(JSON.stringify({ level, message, timestamp }, null, 2))", "fail"),
        ("log.ts", "console.log(JSON.stringify({ name, timestamp }))", "fail"),
        ("dump.ts", "console.log(JSON.stringify({ level, message, timestamp }))", "fail"),
    ],
)
def test_a_logger_of_its_own_writes_json(path: str, call: str, state: str) -> None:
    code = f"import {{ log }} from './{path.removesuffix('.ts')}'\n{_EXPRESS}app.get('/a', (q, s) => log('a'))\n"
    logger = f"export const log = (message) => {{\n  const timestamp = new Date()\n  {call}\n}}\n"

    assert (
        ask_item("monitoring.structured-logging", {"server.ts": f"{code}app.listen(80)\n", path: logger}).state == state
    )


_SERVER = (
    "import express from 'express'\nimport { PrismaClient } from '@prisma/client'\nimport './fill'\n"
    "const prisma = new PrismaClient()\nconst app = express()\n"
    "async function add(q) {\n  await prisma.user.create({ data: q })\n}\napp.post('/a', add)\napp.listen(80)\n"
)
_TWICE = (
    "import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\nasync function main() {\n"
    "  await prisma.user.deleteMany()\n  await prisma.user.create({ data: a })\n}\nmain()\n"
)


@pytest.mark.parametrize(("path", "state"), [("prisma/seed.ts", "not-applicable"), ("src/fill.ts", "fail")])
def test_a_script_that_fills_a_database_by_hand_is_no_function_that_writes_twice(path: str, state: str) -> None:
    package = {"package.json": '{"dependencies": {"@prisma/client": "5", "express": "5"}}'}

    assert ask_item("database.transactions", {**package, "src/server.ts": _SERVER, path: _TWICE}).state == state
