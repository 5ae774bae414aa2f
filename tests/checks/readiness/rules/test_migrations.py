"""Migrations of the schema that are no tool's own, and what applies them."""

from __future__ import annotations

import json

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_NODE = {
    "package.json": '{"main": "server.ts", "dependencies": {"pg": "8", "express": "5"}}',
    "server.ts": "import express from 'express'\nimport { Pool } from 'pg'\nexpress().get('/a', f)\n",
}
_SQL = "CREATE TABLE a (id int);\n"
_NUMBERED = {f"db/scripts/mysql/db_0000{at}.sql": _SQL for at in range(3)}
_RAN = {"compose.yml": "services:\n  app:\n    image: shop\n    command: %s\n"}


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("sh -c './shop --upgrade --yes && ./shop'", "pass"),
        ("tools/bin/upgrade-schema.sh", "pass"),
        ("./shop --upgraded", "fail"),
        ("pip install --upgrade shop", "fail"),
    ],
)
def test_a_program_s_own_command_applies_numbered_scripts(command: str, state: str) -> None:
    compose = {path: text % command for path, text in _RAN.items()}

    assert ask_item("database.migrations", {**_NODE, **_NUMBERED, **compose}).state == state


@pytest.mark.parametrize("path", ["sql/upgrade/3.0.0_schema/mysql/ddl.sql", "scripts/001_start.sql", "db/0001.sql"])
def test_scripts_of_versions_are_migrations(path: str) -> None:
    compose = {name: text % "./shop --migrate" for name, text in _RAN.items()}

    assert ask_item("database.migrations", {**_NODE, path: _SQL, **compose}).state == "pass"


@pytest.mark.parametrize("path", ["db/schema.sql", "scripts/report_2024.sql.txt"])
def test_a_schema_alone_is_no_migration(path: str) -> None:
    compose = {name: text % "./shop --migrate" for name, text in _RAN.items()}

    assert ask_item("database.migrations", {**_NODE, path: _SQL, **compose}).state == "fail"


_RAILS = {
    "config/application.rb": "class A < Rails::Application\nend\n",
    "Gemfile": "gem 'rails'\ngem 'pg'\n",
    "db/migrate/20240101000000_a.rb": "class A < ActiveRecord::Migration[7.1]\n  def change\n  end\nend\n",
}
_CI = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: %s\n"


@pytest.mark.parametrize(("command", "state"), [("bin/rails db:migrate", "pass"), ("bin/rails test", "fail")])
def test_what_tests_apply_to_a_database_of_their_own_is_checked(command: str, state: str) -> None:
    assert ask_item("database.migrations", {**_RAILS, ".github/workflows/ci.yml": _CI % command}).state == state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ('require "capistrano/rails/migrations"', "pass"),
        ("require 'capistrano/rails'", "pass"),
        ('# require "capistrano/rails/migrations"', "fail"),
        ('require "capistrano/rails/assets"', "fail"),
    ],
)
def test_capistrano_applies_migrations_as_it_deploys(line: str, state: str) -> None:
    assert (
        ask_item("database.migrations", {**_RAILS, "Capfile": f'require "capistrano/deploy"\n{line}\n'}).state == state
    )


_ALEMBIC = {
    "requirements.txt": "sqlalchemy\nalembic\nfastapi\n",
    "main.py": "import dbutil\nimport sqlalchemy\nfrom fastapi import FastAPI\napp = FastAPI()\n",
    "alembic/versions/a1_users.py": "def upgrade():\n    op.create_table('users')\n",
}


@pytest.mark.parametrize(
    ("call", "state"),
    [
        ("check_call(['alembic', '-c', ini, 'upgrade', 'head'])", "pass"),
        ("check_call(['alembic', '-c', ini, 'history'])", "fail"),
    ],
)
def test_alembic_may_be_run_as_a_program(call: str, state: str) -> None:
    code = f"from subprocess import check_call\n\ndef up(ini):\n    {call}\n\nup('a.ini')\n"

    assert ask_item("database.migrations", {**_ALEMBIC, "dbutil.py": code}).state == state


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        (
            "src/migrations/2024-a.js",
            "exports.up = (db, cb) => db.runSql(`\n  CREATE INDEX a_b ON a (b);\n`, cb)\n",
            "pass",
        ),
        ("src/migrations/2024-a.js", "exports.up = (db, cb) => db.runSql(`\n  DROP INDEX a_b;\n`, cb)\n", "fail"),
        ("src/item.entity.ts", "export class Item {\n  @Property({ index: true })\n  name!: string\n}\n", "pass"),
        ("src/item.entity.ts", "export class Item {\n  @Property({ hidden: true })\n  name!: string\n}\n", "fail"),
    ],
)
def test_migrations_in_javascript_and_properties_have_indexes(path: str, text: str, state: str) -> None:
    server = {"server.ts": f"import {{ Item }} from './src/item.entity'\n{_NODE['server.ts']}new Item()\n"}

    assert ask_item("performance.db-indexes", {**_NODE, **server, path: text}).state == state


@pytest.mark.parametrize(
    "command",
    [
        "/opt/venv/bin/pip install --upgrade pip",
        "./venv/bin/pip3.11 --upgrade",
        "/usr/bin/python3 -m pip install --upgrade x",
    ],
)
def test_what_brings_a_tool_up_to_date_applies_no_migration(command: str) -> None:
    files = {**_NODE, **_NUMBERED, "entrypoint.sh": f"#!/bin/sh\n{command}\nexec node index.js\n"}

    assert ask_item("database.migrations", files).state.value == "fail"


_PRISMA = {
    "src/server.ts": "import express from 'express'\nimport { PrismaClient } from '@prisma/client'\n"
    "const db = new PrismaClient()\nexpress().get('/a', () => db.a.findMany())\n",
    "prisma/schema.prisma": "model A {\n  id Int @id\n}\n",
    "prisma/migrations/1_a/migration.sql": _SQL,
}


def _manifest(**scripts: str) -> str:
    dependencies = {"express": "5", "@prisma/client": "5"}
    told = {name.replace("_", ":"): command for name, command in scripts.items()}
    return json.dumps({"main": "src/server.ts", "dependencies": dependencies, "scripts": told}, indent=1)


_DEPLOY = "prisma migrate deploy"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"package.json": _manifest(migrate_deploy=_DEPLOY)}, "fail"),
        (
            {"package.json": _manifest(migrate_deploy=_DEPLOY, start_db="npm run migrate:deploy && npm run seed")},
            "fail",
        ),
        ({"package.json": _manifest(migrate_deploy=_DEPLOY, migrate_up="npm run migrate:deploy")}, "fail"),
        ({"package.json": _manifest(start=f"{_DEPLOY} && node server.js")}, "pass"),
        ({"package.json": _manifest(migrate_deploy=_DEPLOY, prestart="npm run migrate:deploy")}, "pass"),
        (
            {
                "package.json": _manifest(migrate_deploy=_DEPLOY, up="run-s migrate:deploy serve:it"),
                "Dockerfile": 'FROM node\nCMD ["yarn", "up"]\n',
            },
            "pass",
        ),
        (
            {
                "package.json": _manifest(migrate_deploy=_DEPLOY),
                "Dockerfile": "FROM node\nCMD npm run migrate:deploy && node server.js\n",
            },
            "pass",
        ),
        # Another script of almost that name is none of it.
        (
            {
                "package.json": _manifest(db_up=_DEPLOY),
                "Dockerfile": "FROM node\nCMD npm run db:up:check && node server.js\n",
            },
            "fail",
        ),
        (
            {
                "package.json": _manifest(start="node scripts/check.js && node src/server.ts"),
                "scripts/check.js": "const cp = require('child_process')\ncp.execSync('prisma migrate deploy')\n",
            },
            "pass",
        ),
    ],
)
def test_a_script_of_a_package_applies_migrations_where_something_runs_it(files: dict[str, str], state: str) -> None:
    assert ask_item("database.migrations", {**_PRISMA, **files}).state == state


_TYPEORM = {
    "package.json": json.dumps({"main": "src/server.ts", "dependencies": {"express": "5", "typeorm": "1", "pg": "8"}}),
    "src/migrations/1-a.ts": "export class A1 implements MigrationInterface {}\n",
    "src/server.ts": (
        "import express from 'express'\nimport { db } from './db'\ndb.initialize()\nexpress().get('/a', f)\n"
    ),
}


@pytest.mark.parametrize(("value", "state"), [("true", "pass"), ("false", "fail"), ("settings.migrate", "fail")])
def test_typeorm_applies_migrations_where_it_is_told_to(value: str, state: str) -> None:
    code = f"import {{ DataSource }} from 'typeorm'\nexport const db = new DataSource({{ migrationsRun: {value} }})\n"

    assert ask_item("database.migrations", {**_TYPEORM, "src/db.ts": code}).state == state


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"prisma/Dockerfile": "FROM node\n"}, "pass"),
        # What is to be built of a file that is not there is never built.
        ({}, "fail"),
        ({"Dockerfile": "FROM node\n"}, "fail"),
    ],
)
def test_a_service_that_migrates_is_built_of_a_file_that_is_there(files: dict[str, str], state: str) -> None:
    compose = "services:\n  prisma-migrate:\n    build:\n      context: prisma\n      dockerfile: Dockerfile\n"
    tree = {**_PRISMA, "package.json": _manifest(), "docker-compose.yml": compose, **files}

    assert ask_item("deploy.migrations-applied", tree).state == state


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("alembic upgrade head", "pass"),
        ("alembic -c conf/alembic.ini -x a=b upgrade head", "pass"),
        ("alembic -c conf/alembic.ini downgrade -1", "fail"),
        ("alembic -c conf/alembic.ini current", "fail"),
    ],
)
def test_options_may_stand_before_what_alembic_does(command: str, state: str) -> None:
    python = {
        "requirements.txt": "sqlalchemy\nalembic\nflask\n",
        "app.py": "from sqlalchemy import text\nFlask(__name__)\n",
    }
    files = {**python, "m/versions/a1_add.py": "revision = 'a1'\ndef upgrade(): ...\n", "deploy.sh": f"{command}\n"}

    assert ask_item("database.migrations", files).state == state


def test_migrations_of_one_of_several_databases_of_rails_are_migrations() -> None:
    files = {
        "Gemfile": "gem 'rails'\ngem 'pg'\n",
        "config/application.rb": "class Shop < Rails::Application\nend\n",
        "config/routes.rb": "Rails.application.routes.draw do\n  get '/x', to: 'a#x'\nend\n",
        "app/models/order.rb": "class Order < ApplicationRecord\nend\n",
        "bin/docker-entrypoint": '#!/bin/sh\nbin/rails db:migrate\nexec "$@"\n',
        "Dockerfile": 'FROM ruby\nENTRYPOINT ["bin/docker-entrypoint"]\nCMD ["rails", "server"]\n',
        "db/primary_migrate/20240101000000_make.rb": "class Make < ActiveRecord::Migration[7.1]\nend\n",
    }

    assert ask_item("database.migrations", files).state is State.PASS


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("./shop --migrate", "pass"),
        ("echo now && ./shop --migrate", "pass"),
        ('echo "./shop --migrate" > run.sh', "pass"),
        ('echo "./shop --migrate" | sh', "pass"),
        ('echo "$(exec ./shop --migrate --yes)"', "pass"),
        (r'printf "\nRun\n$ ./shop --migrate\n"', "fail"),
        ("echo 'run ./shop --migrate' >&2", "fail"),
        ("if true; then\n  echo run ./shop --migrate; exit 1\nfi", "fail"),
    ],
)
def test_what_a_script_only_says_is_not_done(line: str, state: str) -> None:
    script = {"update.sh": f"#!/bin/sh\n{line}\n"}

    assert ask_item("database.migrations", {**_NODE, **_NUMBERED, **script}).state == state


_RUST = {
    "Cargo.toml": '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\nsea-orm = "1"\nsea-orm-migration = "1"\n',
    "src/main.rs": (
        "use axum::Router;\nuse sea_orm::Database;\nuse migration::Migrator;\nasync fn main() {\n"
        "    let db = Database::connect(url).await?;\n%s    axum::serve(l, Router::new()).await;\n}\n"
    ),
}
_SEA = (
    "use sea_orm_migration::prelude::*;\npub struct Migration;\nimpl MigrationTrait for Migration {\n"
    "    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n        manager%s.await\n    }\n}\n"
)


@pytest.mark.parametrize(
    ("call", "state"),
    [
        ("    Migrator::up(&db, None).await?;\n", "pass"),
        ("    run_migrations(&db).await?;\n", "pass"),
        ("    count_migrations(&db).await?;\n", "fail"),
        ("", "fail"),
    ],
)
@pytest.mark.parametrize("path", ["migration/src/m20220101_000001_a.rs", "db/V1__a.rs"])
def test_migrations_of_rust_are_applied_by_the_program(path: str, call: str, state: str) -> None:
    files = {**_RUST, "src/main.rs": _RUST["src/main.rs"] % call, path: _SEA % ".create_table(t)"}

    assert ask_item("database.migrations", files).state == state


@pytest.mark.parametrize(
    ("step", "state"), [(".create_index(Index::create().to_owned())", "pass"), (".create_table(t)", "fail")]
)
def test_migrations_of_seaorm_make_indexes(step: str, state: str) -> None:
    files = {**_RUST, "src/main.rs": _RUST["src/main.rs"] % "", "migration/src/m20220101_000001_a.rs": _SEA % step}

    assert ask_item("performance.db-indexes", files).state == state


_EF = {
    "src/Api/Api.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>'
    '<PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="8.0.0" /></ItemGroup></Project>\n',
    "src/Api/Migrations/20240101000000_Initial.cs": "public partial class Initial : Migration { }\n",
    "src/Api/Data/Extras.cs": "public static class Extras\n{\n"
    "  public static async Task InitialiseAsync(this WebApplication app)\n  {\n"
    "    var shop = app.Services.GetRequiredService<Shop>();\n"
    "    await shop.Database.MigrateAsync();\n  }\n}\n",
}
_PROGRAM = 'var app = builder.Build();\napp.MapGet("/x", () => 1);\n%s\napp.Run();\n'


@pytest.mark.parametrize(
    ("called", "state"),
    [
        ("await app.InitialiseAsync();", "pass"),
        ("if (app.Environment.IsDevelopment())\n{\n  await app.InitialiseAsync();\n}", "fail"),
        ("", "fail"),
    ],
)
def test_a_method_that_extends_a_type_runs_where_it_is_called(called: str, state: str) -> None:
    assert ask_item("database.migrations", {**_EF, "src/Api/Program.cs": _PROGRAM % called}).state == state


_FLASK = {
    "requirements.txt": "flask\nflask-migrate\nflask-sqlalchemy\npsycopg2\n",
    "migrations/versions/1_a.py": "def upgrade():\n    op.create_table('a')\n",
}
_COMMAND = (
    "from flask import Flask\nfrom flask_migrate import Migrate, upgrade\nfrom flask_sqlalchemy import SQLAlchemy\n"
    "app = Flask(__name__)\ndb = SQLAlchemy(app)\n\n@app.cli.command()\n@click.option('--all')\ndef deploy():\n"
    "    upgrade()\n\n@app.route('/a')\ndef a():\n    return db.session.query(A).get(1)\n"
)


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("flask deploy", "pass"),
        ("flask --app=shop deploy", "pass"),
        ("flask deploy-other", "fail"),
        ("echo flask deploy", "fail"),
    ],
)
def test_a_command_of_flask_applies_migrations_where_a_script_runs_it(script: str, state: str) -> None:
    files = {**_FLASK, "app.py": _COMMAND, "boot.sh": f"#!/bin/sh\n{script}\nexec gunicorn app:app\n"}

    assert ask_item("database.migrations", files).state == state
