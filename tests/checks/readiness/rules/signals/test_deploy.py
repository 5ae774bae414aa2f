"""Migrations that a deployment applies, wherever it has them run, and what a server has a certificate by."""

from __future__ import annotations

import json
import time

import pytest

from bot.model import State
from tests.checks.readiness.look import Content, ask_item

_DJANGO: dict[str, Content] = {
    "requirements.txt": "django\npsycopg\n",
    "manage.py": "main()\n",
    "a/models.py": "from django.db import models\nclass A(models.Model):\n    n = models.IntegerField()\n",
    "a/migrations/0001_initial.py": "class Migration(migrations.Migration):\n    operations = []\n",
}
_JOB = "on: {{push: {{branches: [main]}}}}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - {}\n"
_SERVER: dict[str, Content] = {
    "package.json": '{"private": true, "dependencies": {"express": "4"}}',
    "main.js": "const app = require('express')()\napp.listen(80)\n",
}
_ROUTE = "apiVersion: {}\nkind: {}\nmetadata: {{name: shop}}\nspec: {}\n"


@pytest.mark.parametrize(
    "command",
    [
        "python manage.py migrate --noinput",
        "ssh -i key -p 22 me@host 'cd shop && python manage.py migrate'",
        "kubectl exec deploy/shop -- python manage.py migrate",
        "docker compose run --rm web python manage.py migrate",
        "heroku run --app shop python manage.py migrate",
        'flyctl ssh console -C "python manage.py migrate"',
        "php bin/console doctrine:migrations:migrate --no-interaction",
        "alembic -c db/alembic.ini upgrade head",
    ],
)
def test_a_deployment_applies_migrations_wherever_it_has_them_run(command: str) -> None:
    files = {**_DJANGO, ".github/workflows/deploy.yml": _JOB.format(f"run: {command}")}

    assert ask_item("deploy.migrations-applied", files).state is State.PASS


@pytest.mark.parametrize(
    "command",
    [
        "python manage.py migrate --check",
        "python manage.py migrate_media",
        "migrate create -ext sql pick_up",
        "npx drizzle-kit migrate-check",
        "ssh me@host",
        "ssh me@host 'cd shop && git pull'",
        "kubectl exec deploy/shop -- python manage.py showmigrations",
        "alembic upgrade head --sql > out.sql",
        "php artisan migrate --pretend",
        "liquibase --changelog-file=c.yaml update-sql",
        "flyway migrate -dryRunOutput=out.sql",
    ],
)
def test_a_command_that_applies_nothing_is_no_deployment_of_migrations(command: str) -> None:
    files = {**_DJANGO, ".github/workflows/deploy.yml": _JOB.format(f"run: {command}")}

    assert ask_item("deploy.migrations-applied", files).state is State.FAIL


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (
            {
                ".github/workflows/deploy.yml": _JOB.format(
                    "{uses: appleboy/ssh-action@v1, with: {script: python manage.py migrate}}"
                )
            },
            State.PASS,
        ),
        ({".ebextensions/1.config": "container_commands:\n  a:\n    command: python manage.py migrate\n"}, State.PASS),
        ({".ebextensions/1.config": "container_commands:\n  # python manage.py migrate\n"}, State.FAIL),
        ({"Capfile": "require 'capistrano/rails/migrations'\n"}, State.PASS),
        ({"Capfile": "# require 'capistrano/rails/migrations'\n"}, State.FAIL),
    ],
)
def test_a_tool_that_deploys_applies_migrations(files: dict[str, Content], state: State) -> None:
    assert ask_item("deploy.migrations-applied", {**_DJANGO, **files}).state is state


@pytest.mark.parametrize(
    "files",
    [
        {
            "k8s/a.yaml": _ROUTE.format(
                "gateway.networking.k8s.io/v1", "Gateway", "{listeners: [{tls: {certificateRefs: [{name: a}]}}]}"
            )
        },
        {"k8s/a.yaml": _ROUTE.format("networking.istio.io/v1", "Gateway", "{servers: [{tls: {credentialName: a}}]}")},
        {"k8s/a.yaml": _ROUTE.format("route.openshift.io/v1", "Route", "{tls: {termination: edge}}")},
        {"k8s/a.yaml": _ROUTE.format("cert-manager.io/v1", "Certificate", "{secretName: a}")},
        {"shop/settings.py": "SECURE_SSL_REDIRECT = True\n"},
        {"shop/settings.py": "SECURE_SSL_REDIRECT = config('X', default=not DEBUG, cast=bool)\n"},
        {"shop/settings.py": "SECURE_SSL_REDIRECT = os.environ.get('X', 'True').lower() == 'true'\n"},
        {"infra/web.bicep": "resource a 'Microsoft.Web/sites@1' = {\n  properties: {\n    httpsOnly: true\n  }\n}\n"},
        {
            "openshift.deploy.yml": "apiVersion: template.openshift.io/v1\nkind: Template\nparameters: [{name: ZONE}]\n"
            "objects:\n- apiVersion: route.openshift.io/v1\n  kind: Route\n  metadata: {name: '${ZONE}'}\n"
            "  spec:\n    tls: {termination: edge}\n"
        },
        {"src/main/resources/application.properties": "server.ssl.key-store=classpath:a.p12\n"},
        {"Dockerfile": 'FROM python\nCMD ["uvicorn", "a:app", "--ssl-certfile", "/a.pem"]\n'},
        {"main.js": "const https = require('https')\nhttps.createServer({ key, cert }, app).listen(443)\n"},
        {"main.go": 'package main\nfunc main() {\n\thttp.ListenAndServeTLS(":443", c, k, nil)\n}\n'},
        {
            "main.go": "package main\nfunc main() { serveIt() }\n"
            "func serveIt() {\n\thttp.ListenAndServeTLS(a, c, k, nil)\n}\n"
        },
    ],
)
def test_a_server_has_a_certificate(files: dict[str, Content]) -> None:
    assert ask_item("deploy.ssl-tls", {**_SERVER, **files}).state is State.PASS


@pytest.mark.parametrize(
    "files",
    [
        {"k8s/a.yaml": _ROUTE.format("gateway.networking.k8s.io/v1", "Gateway", "{listeners: [{protocol: HTTP}]}")},
        {"k8s/a.yaml": _ROUTE.format("networking.istio.io/v1", "Gateway", "{servers: [{tls: {httpsRedirect: true}}]}")},
        {
            "k8s/a.yaml": _ROUTE.format("cert-manager.io/v1", "Certificate", "{secretName: a}").replace(
                "shop", "shop-webhook"
            )
        },
        {"shop/settings.py": "SECURE_SSL_REDIRECT = False\n"},
        {"shop/settings.py": "SECURE_SSL_REDIRECT = os.environ.get('X', 'False') == 'True'\n"},
        {"infra/web.bicep": "resource a 'Microsoft.Web/sites@1' = {\n  properties: {\n    httpsOnly: false\n  }\n}\n"},
        {"shop/settings/local.py": "SECURE_SSL_REDIRECT = True\n"},
        {"src/main/resources/application.properties": "server.ssl.key-store=a\nserver.ssl.enabled=false\n"},
        {"src/main/resources/application-tls.yml": "server:\n  ssl:\n    key-store: classpath:a.p12\n"},
        {"main.js": "const https = require('https')\nif (process.env.TLS) https.createServer(o, app).listen(443)\n"},
        {"main.py": "import uvicorn\nKafkaProducer(ssl_certfile=a)\nuvicorn.run(app)\n"},
        {"main.py": "import uvicorn\ncontext.load_cert_chain(certfile='a')\nuvicorn.run(app)\n"},
        {"main.py": "import uvicorn\nuvicorn.run(app, ssl_certfile=os.getenv('CERT'))\n"},
        {"main.py": "import uvicorn\nuvicorn.run(app, ssl_certfile=settings.cert)\n"},
        {"main.go": 'package main\nimport "net/smtp"\nfunc main() {\n\tclient.StartTLS(nil)\n}\n'},
        {"src/main/resources/application.yml": "server:\n  port: 1\na:\n  b:\n    ssl:\n      key-store: a\n"},
        # Nothing but a choice leads to it.
        {
            "main.go": "package main\nfunc main() {\n\tif conf.TLS() {\n\t\tgo serveIt(s)\n\t}\n\tcmd.Start()\n}\n"
            "func serveIt(s *http.Server) {\n\ts.ListenAndServeTLS(c, k)\n}\n"
        },
        {
            "go.mod": "module acme/shop\n",
            "main.go": 'package main\nimport "acme/shop/service"\n'
            "func main() {\n\tif len(sites) != 0 {\n\t\tservice.Start()\n\t}\n\tcmd.Start()\n}\n",
            "service/a.go": "package service\nfunc Start() {\n\thttp.ListenAndServeTLS(a, c, k, nil)\n}\n",
        },
        {"internal/acceptance/upstream/server.js": "require('https').createServer({ key, cert }, app).listen(443)\n"},
        {
            "old/main.go": "package old\nfunc Serve() {\n\thttp.ListenAndServeTLS(a, c, k, nil)\n}\n",
            "main.go": "package main\n",
        },
    ],
)
def test_a_certificate_of_something_else_or_on_demand_is_none(files: dict[str, Content]) -> None:
    assert ask_item("deploy.ssl-tls", {**_SERVER, **files}).state in {State.FAIL, State.NEEDS_SIGN_OFF}


@pytest.mark.parametrize(
    ("option", "expected"),
    [("--run-migrations", State.PASS), ("--auto-migrate=false", State.FAIL), ("--migrations-path=a", State.FAIL)],
)
def test_an_option_of_the_program_applies_migrations(option: str, expected: State) -> None:
    start = {
        "Dockerfile": "FROM a\nCOPY launch-shop .\nCMD launch-shop\n",
        "launch-shop": f"#!/bin/sh\nexec shop {option}\n",
    }

    assert ask_item("deploy.migrations-applied", {**_DJANGO, **start}).state is expected


def test_a_line_of_a_megabyte_is_read_in_no_time() -> None:
    start: dict[str, Content] = {
        "Dockerfile": "FROM a\nCOPY entrypoint.sh .\nENTRYPOINT entrypoint.sh\n",
        "entrypoint.sh": "migrate " * 120_000,
    }
    started = time.process_time()

    assert ask_item("deploy.migrations-applied", {**_DJANGO, **start}).state is State.FAIL
    assert time.process_time() - started < 3


_CHART: dict[str, Content] = {
    "chart/Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n",
    "chart/values.yaml": "a: 1\n",
}
_POD = "    spec:\n      {}:\n        - name: m\n          image: a\n          command: {}\n"
_HOOK = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: m, annotations: {helm.sh/hook: pre-upgrade}}\n"
_HOOK += "spec:\n  template:\n"
_DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n"
_WORDS = "\n            - python\n            - manage.py\n            - {}"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        (
            {
                **_CHART,
                "chart/templates/a.yaml": _HOOK + _POD.format("containers", '["python", "manage.py", "migrate"]'),
            },
            State.PASS,
        ),
        ({**_CHART, "chart/templates/a.yaml": _HOOK + _POD.format("containers", _WORDS.format("migrate"))}, State.PASS),
        ({"k8s/a.yaml": _DEPLOYMENT + _POD.format("initContainers", _WORDS.format("migrate"))}, State.PASS),
        ({"k8s/a.yaml": _DEPLOYMENT + _POD.format("initContainers", _WORDS.format("migrate_users"))}, State.FAIL),
        ({"k8s/a.yaml": _DEPLOYMENT + _POD.format("initContainers", _WORDS.format("showmigrations"))}, State.FAIL),
        ({"compose.yml": "services:\n  a:\n    build: .\n    command: [python, manage.py, migrate]\n"}, State.PASS),
        (
            {"compose.test.yml": "services:\n  a:\n    build: .\n    command: [python, manage.py, migrate]\n"},
            State.FAIL,
        ),
        (
            {
                "render.yaml": "services:\n  - buildCommand: ./up.sh\n",
                "up.sh": "#!/bin/sh\nset -e\npython manage.py migrate\n",
            },
            State.PASS,
        ),
        (
            {
                "render.yaml": "services:\n  - buildCommand: ./in.sh\n",
                "up.sh": "#!/bin/sh\nset -e\npython manage.py migrate\n",
            },
            State.FAIL,
        ),
    ],
)
def test_a_container_or_a_platform_that_is_told_to_applies_migrations(files: dict[str, Content], state: State) -> None:
    assert ask_item("deploy.migrations-applied", {**_DJANGO, **files}).state is state


_KNEX: dict[str, Content] = {
    "package.json": (
        '{"scripts": {"start": "node main.js", "migrate": "knex migrate:latest", "up": "npm run migrate",\n'
        '"loop": "npm run loop"}, "dependencies": {"express": "4", "knex": "3", "pg": "8"}}'
    ),
    "main.js": "const app = require('express')()\nconst db = require('knex')({ client: 'pg' })\napp.listen(80)\n",
    "migrations/1_a.js": "exports.up = (k) => k.schema.createTable('a', f)\n",
}


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("CMD npm run migrate && npm start", State.PASS),
        ('CMD ["yarn", "up"]', State.PASS),
        ("CMD npm start", State.FAIL),
        ("CMD npm run loop", State.FAIL),
        ("RUN npm run migrate\nCMD npm start", State.FAIL),
        ("# CMD npm run migrate", State.FAIL),
    ],
)
def test_an_image_runs_a_script_of_its_package_by_name(start: str, expected: State) -> None:
    files = {**_KNEX, "Dockerfile": f"FROM node\nCOPY . .\n{start}\n"}

    assert ask_item("deploy.migrations-applied", files).state is expected


def test_scripts_that_name_each_other_by_hundreds_are_read_once_each() -> None:
    names = [f"a{at}" for at in range(150)]
    text = "; ".join(f"npm {name}" for name in names)
    scripts = dict.fromkeys(names, text)
    files = {
        "package.json": json.dumps({"dependencies": {"express": "4", "pg": "8"}, "scripts": scripts}),
        "src/a.js": "const express = require('express')\nconst app = express()\napp.get('/x', f)\napp.listen(1)\n",
        "migrations/001.sql": "create table a (id int);\n",
        "Dockerfile": f"FROM node\nCOPY . .\nCMD {text}\n",
    }
    before = time.process_time()

    assert ask_item("deploy.migrations-applied", files).state is State.FAIL
    assert time.process_time() - before < 5


_PROGRAM = {
    "requirements.txt": "fastapi\nsqlalchemy\nalembic\npsycopg2\n",
    "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "alembic.ini": "[alembic]\n",
    "alembic/versions/001_a.py": "def upgrade(): op.create_table('a')\n",
    "Dockerfile": 'FROM python\nCOPY . .\nENTRYPOINT ["./entrypoint.sh"]\n',
}


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("./shop --migrate", State.PASS),
        ("./shop --auto-migrate true", State.PASS),
        ("./shop --migrate false", State.FAIL),
        ("./shop --auto-migrate=off", State.FAIL),
        ("alembic upgrade head", State.PASS),
        ("alembic upgrade head --sql", State.FAIL),
    ],
)
def test_an_option_that_is_given_as_no_applies_nothing(command: str, state: State) -> None:
    files = {**_PROGRAM, "entrypoint.sh": f"#!/bin/sh\n{command}\n"}

    assert ask_item("deploy.migrations-applied", files).state is state


@pytest.mark.parametrize(
    ("script", "state"),
    [("npm run db:migrate", State.PASS), ("npm run db:migrate:status", State.FAIL), ("db:migrate:create", State.FAIL)],
)
def test_a_script_before_the_start_that_only_asks_applies_nothing(script: str, state: State) -> None:
    package = json.dumps({"scripts": {"prestart": script}}, indent=1)

    assert ask_item("deploy.migrations-applied", {**_PROGRAM, "package.json": package}).state is state


@pytest.mark.parametrize(("enabled", "passes"), [("true", True), ("false", False)])
def test_a_circuit_breaker_that_is_off_rolls_nothing_back(enabled: str, *, passes: bool) -> None:
    stack = f"DeploymentCircuitBreaker:\n  Enable: {enabled}\n  Rollback: true\n"

    assert (ask_item("cicd.rollback", {**_PROGRAM, "stack.yml": stack}).state is State.PASS) is passes


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"Procfile": "web: node main.js\nrelease: npm run migrate\n"}, State.PASS),
        ({"Procfile": "web: node main.js\n"}, State.FAIL),
        ({"Procfile": "web: node main.js\n# release: npm run migrate\n"}, State.FAIL),
        ({"api/Procfile": "release: npm run migrate\n"}, State.FAIL),
    ],
)
def test_a_platform_is_told_what_each_deployment_does_first(files: dict[str, Content], state: State) -> None:
    assert ask_item("cicd.deployment-automation", {**_SERVER, **files}).state is state


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("a.tf", 'resource "azurerm_linux_web_app" "a" {\n  https_only = true\n}\n', State.PASS),
        ("a.tf", 'resource "azurerm_linux_web_app" "a" {\n  https_only = false\n}\n', State.FAIL),
        ("a.tf", 'resource "azurerm_linux_web_app" "a" {\n  # https_only = true\n}\n', State.FAIL),
        ("a.tf", 'resource "azurerm_storage_account" "a" {\n  https_only = true\n}\n', State.FAIL),
        (
            "a.tf",
            'resource "azurerm_container_app" "a" {\n  ingress {\n    allow_insecure_connections = false\n  }\n}\n',
            State.PASS,
        ),
        (
            "a.tf",
            'resource "azurerm_container_app" "a" {\n  ingress {\n    allow_insecure_connections = true\n  }\n}\n',
            State.FAIL,
        ),
        ("a.bicep", "resource a 'x' = {\n  ingress: {\n    allowInsecure: false\n  }\n}\n", State.PASS),
        ("a.bicep", "resource a 'x' = {\n  ingress: {\n    allowInsecure: true\n  }\n}\n", State.FAIL),
    ],
)
def test_a_platform_that_answers_nobody_without_tls_has_the_certificate(path: str, text: str, state: State) -> None:
    assert ask_item("deploy.ssl-tls", {**_SERVER, path: text}).state is state
