"""What applies migrations only where somebody asks for it, and what the product starts by itself."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import Content, ask_item

_DJANGO: dict[str, Content] = {
    "requirements.txt": "django\npsycopg\n",
    "manage.py": "main()\n",
    "a/models.py": "from django.db import models\nclass A(models.Model):\n    n = models.IntegerField()\n",
    "a/migrations/0001_initial.py": "class Migration(migrations.Migration):\n    operations = []\n",
    "Dockerfile": "FROM python\nCOPY entrypoint.sh /\nENTRYPOINT ['/entrypoint.sh']\n",
}
_RUNS = "  python manage.py migrate\n"


@pytest.mark.parametrize(
    ("script", "more", "state"),
    [
        (f'if [ "$RUN_MIGRATIONS" = "true" ]; then\n{_RUNS}fi\n', {}, State.FAIL),
        (f"x=${{AUTO_DB:-false}}\nif [ ${{x}} = 'true' ]; then\n{_RUNS}fi\n", {}, State.FAIL),
        (f"if [[ ${{MIGRATE:-0}} == 1 ]]\nthen\n{_RUNS}fi\n", {}, State.FAIL),
        ("[ \"x$MIGRATE\" = 'xon' ] && python manage.py migrate\n", {}, State.FAIL),
        (f"if $MIGRATE; then\n{_RUNS}fi\n", {}, State.FAIL),
        (f'if [ "$MIGRATE" = true ]; then\n  echo\nfi\n{_RUNS}', {}, State.PASS),
        (f'if [ "$MIGRATE" = true ]; then\n{_RUNS}fi\n', {"fly.toml": "[env]\nMIGRATE = 'true'\n"}, State.PASS),
        (
            f'if [ "$MIGRATE" = true ]; then\n{_RUNS}fi\n',
            {"compose.yml": "services:\n  a:\n    build: .\n    environment:\n      - MIGRATE=true\n"},
            State.PASS,
        ),
        (
            f'if [ "$MIGRATE" = true ]; then\n{_RUNS}fi\n',
            {"k/d.yaml": "env:\n- name: MIGRATE\n  value: 'true'\n"},
            State.PASS,
        ),
        (
            f'if [ "$MIGRATE" = true ]; then\n{_RUNS}fi\n',
            {".github/workflows/test.yml": "on: push\nenv:\n  MIGRATE: true\njobs: {}\n"},
            State.FAIL,
        ),
        (
            f'if [ "$MIGRATE" = true ]; then\n{_RUNS}fi\n',
            {".github/workflows/deploy.yml": "on: push\nenv:\n  MIGRATE: true\njobs: {}\n"},
            State.PASS,
        ),
        (f'if [ "${{MIGRATE:-true}}" = true ]; then\n{_RUNS}fi\n', {}, State.PASS),
        (f': ${{MIGRATE:=yes}}\nif [ "$MIGRATE" = yes ]; then\n{_RUNS}fi\n', {}, State.PASS),
        (f'if [ "$SKIP_MIGRATE" = true ]; then\n  echo\nelse\n{_RUNS}fi\n', {}, State.PASS),
        (f'if [ "$MIGRATE" != false ]; then\n{_RUNS}fi\n', {}, State.PASS),
        (f'if [ "${{SKIP:-true}}" = true ]; then\n  echo\nelse\n{_RUNS}fi\n', {}, State.FAIL),
        (f'if [ "${{SKIP:-false}}" = true ]; then\n  echo\nelse\n{_RUNS}fi\n', {}, State.PASS),
        (f'SKIP=${{SKIP:-1}}\nif [ "$SKIP" != 1 ]; then\n{_RUNS}fi\n', {}, State.PASS),
        (f'if [ "${{SKIP:-1}}" != 1 ]; then\n{_RUNS}fi\n', {}, State.FAIL),
        (
            f'if [ "${{SKIP:-1}}" != 1 ]; then\n{_RUNS}fi\n',
            {"fly.toml": "[env]\nSKIP = '0'\n"},
            State.PASS,
        ),
        # What stands where nobody looks.
        ("echo\n" * 5_000 + f'if [ "$MIGRATE" = true ]; then\n{_RUNS}fi\n', {}, State.FAIL),
        # What is so, and no switch.
        (f'if [ "$APP_INSTALLED" = true ]; then\n{_RUNS}fi\n', {}, State.PASS),
        (f'MIGRATE=$(ask)\nif [ "$MIGRATE" = true ]; then\n{_RUNS}fi\n', {}, State.PASS),
        (f'if [ "$1" = gunicorn ]; then\n{_RUNS}fi\n', {}, State.PASS),
        ("python manage.py migrate --fake\npython manage.py migrate --fake-initial\n", {}, State.PASS),
    ],
)
def test_a_script_does_by_itself_what_no_variable_is_asked_for(
    script: str, more: dict[str, Content], state: State
) -> None:
    files = {**_DJANGO, "entrypoint.sh": f'#!/bin/sh\n{script}exec "$@"\n', **more}

    assert ask_item("deploy.migrations-applied", files).state is state


def test_a_script_that_a_service_of_compose_starts_is_the_product_s() -> None:
    compose = "services:\n  web:\n    image: acme/web\n    entrypoint: [./docker/starts/web.sh]\n"
    files = {**_DJANGO, "docker/starts/web.sh": f"#!/bin/sh\n{_RUNS}"}

    assert ask_item("deploy.migrations-applied", {**files, "compose.yml": compose}).state is State.PASS
    assert ask_item("deploy.migrations-applied", {**files, "compose.dev.yml": compose}).state is State.FAIL


_WORKFLOW = "name: checks\non: push\njobs:\n  {}:\n    runs-on: x\n    steps:\n      - run: python manage.py migrate\n"


@pytest.mark.parametrize(
    ("job", "state"),
    [
        ("integration_tests", State.FAIL),
        ("api_docs", State.FAIL),
        ("release", State.PASS),
    ],
)
def test_a_job_is_told_by_each_word_of_its_name(job: str, state: State) -> None:
    files = {**_DJANGO, ".github/workflows/a.yml": _WORKFLOW.format(job).replace("name: checks\n", "")}

    assert ask_item("deploy.migrations-applied", files).state is state


_GO: dict[str, Content] = {
    "go.mod": "module acme/shop\nrequire github.com/lib/pq v1\n",
    "main.go": 'package main\nimport "acme/shop/internal/db"\nfunc main() { db.Open(); serve() }\n',
    "migrations/0001_a.up.sql": "CREATE TABLE a (id int);\n",
}


@pytest.mark.parametrize(
    ("path", "body", "state"),
    [
        ("internal/db/db.go", "func Open() { m.RunMigrations() }\n", State.PASS),
        ("internal/db/db.go", "func Open() { plan.CanMigrate() }\n", State.FAIL),
        ("internal/db/db.go", "func Open() { log.LogIssuerMigrate(x) }\n", State.FAIL),
        ("internal/db/db.go", "func Open() { migrateAll() }\nfunc migrateAll() { m.RunMigrations() }\n", State.PASS),
        ("internal/db/db.go", "func Open() { }\nfunc migrateAll() { m.RunMigrations() }\n", State.FAIL),
    ],
)
def test_a_program_that_migrates_as_it_starts_has_it_done_somewhere(path: str, body: str, state: State) -> None:
    assert ask_item("deploy.migrations-applied", {**_GO, path: f"package db\n{body}"}).state is state


@pytest.mark.parametrize(("more", "state"), [("", State.FAIL), ("runMigrations()\n", State.PASS)])
def test_a_function_that_is_handed_out_is_called_by_who_brings_it_in(more: str, state: State) -> None:
    files: dict[str, Content] = {
        "package.json": '{"main": "index.ts", "dependencies": {"express": "4", "pg": "8", "typeorm": "0.3"}}',
        "migrations/1700000000000-a.ts": "export class A1700000000000 { async up(q) { await q.query('x') } }\n",
        "packages/dev-server/index.ts": "import { runMigrations } from '../../db'\nrunMigrations()\n",
        "index.ts": "import express from 'express'\nexport { runMigrations } from './db'\n"
        f"{more}express().get('/a', f).listen(80)\n",
        "db.ts": "export async function runMigrations() {\n  await quietly(() => connection.runMigrations({}))\n}\n",
    }

    assert ask_item("deploy.migrations-applied", files).state is state


_PHP: dict[str, Content] = {
    "composer.json": '{"require": {"laravel/framework": "^11"}}',
    "database/migrations/2024_01_01_000000_a.php": "<?php\nSchema::create('a', fn ($t) => $t->id());\n",
    "app/Console/Commands/Install.php": (
        "<?php\nclass Install extends Command {\n  protected $signature = 'shop:install';\n"
        "  public function handle() { $this->call('migrate', ['--force' => true]); }\n}\n"
    ),
}


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, State.FAIL),
        (
            {".github/workflows/test.yml": "on: push\njobs:\n  t:\n    steps:\n    - run: php artisan shop:install\n"},
            State.FAIL,
        ),
        ({"docker/etc/s6-rc.d/db/up": "foreground {\n    php\n    artisan\n    shop:install\n}\n"}, State.PASS),
    ],
)
def test_a_command_of_php_is_run_by_what_names_it(more: dict[str, Content], state: State) -> None:
    assert ask_item("deploy.migrations-applied", {**_PHP, **more}).state is state


@pytest.mark.parametrize(("task", "state"), [("db:prepare", State.PASS), ("db:prepare:test", State.NEEDS_SIGN_OFF)])
def test_what_prepares_the_database_of_tests_seeds_none(task: str, state: State) -> None:
    files: dict[str, Content] = {
        "Gemfile": "gem 'rails'\ngem 'pg'\n",
        "db/seeds.rb": "Country.find_or_create_by(name: 'a')\n",
        "bin/docker-entrypoint": f'#!/bin/bash\nbundle exec rake {task}\nexec "$@"\n',
    }

    assert ask_item("deploy.database-seeded", files).state is state


@pytest.mark.parametrize(("volume", "state"), [("./a:/b", State.PASS), (".:/app", State.NEEDS_SIGN_OFF)])
def test_a_database_beside_the_sources_is_filled_for_who_develops(volume: str, state: State) -> None:
    files: dict[str, Content] = {
        **_DJANGO,
        "sql/seed.sql": "INSERT INTO country VALUES (1);\n",
        "compose.yml": f"services:\n  web:\n    build: .\n    volumes: ['{volume}']\n  db:\n    image: postgres\n"
        "    volumes: ['./sql/seed.sql:/docker-entrypoint-initdb.d/a.sql']\n",
    }

    assert ask_item("deploy.database-seeded", files).state is state
