"""What kind of project a tree is."""

from __future__ import annotations

import pytest

from bot.checks.readiness.facts.project import Trait
from tests.checks.readiness.look import look

_POM = (
    "<project><dependencies>\n<dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId></dependency>"
    "\n</dependencies></project>"
)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"server.js": "const app = require('express')()\n"}, "server.js:1"),
        ({"m.py": "@app.get('/x')\ndef f(): ...\n"}, "m.py:1"),
        ({"main.go": "package main\nfunc main() {\n http.ListenAndServe(a, b)\n}\n"}, "main.go:3"),
        ({"Web.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web">'}, "Web.csproj:1"),
        ({"config/application.rb": "class A < Rails::Application\nend\n"}, "config/application.rb:1"),
        (
            {"package.json": '{"dependencies": {\n"express": "5"}}', "a.js": "import { Request } from 'express'\n"},
            "package.json:2",
        ),
        ({"requirements.txt": "tornado\n", "m.py": "import tornado.web\n"}, "requirements.txt:1"),
        ({"pom.xml": _POM, "A.java": "import io.javalin.Javalin;\nclass A { void main() {} }\n"}, "pom.xml:2"),
        ({"composer.json": '{"require": {\n"slim/slim": "4"}}', "index.php": "<?php\n"}, "composer.json:2"),
        ({"src/main/webapp/WEB-INF/web.xml": "<web-app/>"}, "src/main/webapp/WEB-INF/web.xml:1"),
        # What an app for phones is built by says nothing of a server of another ecosystem.
        (
            {"package.json": '{"dependencies": {\n"sails": "1"}}', "a.js": "require('sails')\n", "m/build.gradle": ""},
            "package.json:2",
        ),
        (
            {
                "a.csproj": '<Project>\n<PackageReference Include="Nancy" Version="2" /></Project>',
                "A.cs": "class A { static async Task Main(string[] a) { } }\n",
            },
            "a.csproj:2",
        ),
        ({"composer.json": '{"type": "php-application", "require": {\n"slim/slim": "4"}}'}, "composer.json:2"),
        ({"composer.json": '{"type": [], "require": {\n"slim/slim": "4"}}'}, "composer.json:2"),
        # What speaks HTTP tells more than what speaks something else beside it.
        (
            {
                "package.json": '{"dependencies": {\n"sails": "1"}}',
                "a.js": "require('net').createServer(f).listen(1)\n",
                "b.js": "require('sails')\n",
            },
            "package.json:2",
        ),
    ],
)
def test_a_server_is_seen_with_its_place(files: dict[str, str], place: str) -> None:
    server = look(files).project.server

    assert server is not None
    assert f"{server.path}:{server.line}" == place


@pytest.mark.parametrize(
    ("code", "of_http"),
    [
        ("import { build } from './app'\nbuild().listen(3000)\n", True),
        ("import net from 'node:net'\nnet.createServer(f).listen(3000)\n", False),
        ("import net from 'net'\nimport http from 'http'\nhttp.createServer(f).listen(3000)\n", True),
    ],
)
def test_a_server_speaks_http_unless_its_file_names_another_protocol(code: str, of_http: bool) -> None:  # noqa: FBT001
    server = look({"server.ts": code}).project.server

    assert server is not None
    assert server.of_http is of_http


@pytest.mark.parametrize(
    "files",
    [
        {"cli.py": "print(1)\n"},
        {"package.json": '{"main": "index.js"}', "index.js": "server.listen(1)\n"},
        {"go.mod": "module x\n", "x.go": "package x\nfunc S() { http.ListenAndServe(a, b) }\n"},
        {"main.go": "package main\n// http.ListenAndServe(a, b)\n"},
        {"examples/server.js": "require('express')()\n"},
        {"package.json": '{"private": true, "dependencies": {"express": "5"}}', "a.js": "run()\n"},
        {"requirements.txt": "tornado\n", "m.py": "from tornado.ioloop import IOLoop\n"},
        {"pom.xml": _POM, "A.java": "import io.javalin.Javalin;\nclass A { }\n"},
        {"composer.json": '{"type": "symfony-bundle", "require": {"symfony/http-kernel": "7"}}', "a.php": "<?php\n"},
    ],
)
def test_a_library_and_a_program_are_no_server(files: dict[str, str]) -> None:
    assert look(files).project.server is None


@pytest.mark.parametrize(
    ("more", "published"),
    [
        ({}, True),
        ({"src/main.rs": "fn main() {}\n"}, False),
        ({"api/src/bin/server.rs": "fn main() {}\n"}, False),
        ({"Cargo.toml": 'bin = [{ name = "a", path = "src/run.rs" }]\n[package]\nname = "a"\n'}, False),
        ({"Cargo.toml": '[package]\nname = "a"\n[[bin]]\nname = "a"\npath = "src/run.rs"\n'}, False),
    ],
)
def test_a_crate_with_a_program_is_no_library(more: dict[str, str], published: bool) -> None:  # noqa: FBT001 - a table
    files = {"Cargo.toml": '[package]\nname = "a"\n', "src/lib.rs": "pub fn f() {}\n", **more}

    assert (look(files).project.library is not None) is published


def test_a_package_that_starts_by_npm_is_no_library() -> None:
    started = '{"main": "a.js", "scripts": {"start": "NODE_ENV=production node a.js"}}'
    built = '{"main": "a.js", "scripts": {"start": "webpack --watch"}}'

    assert look({"package.json": started, "a.js": "require('express')()\n"}).project.server is not None
    assert look({"package.json": built, "a.js": "require('express')()\n"}).project.server is None


def test_a_library_that_is_deployed_is_none() -> None:
    files = {"package.json": '{"main": "index.js"}', "index.js": ""}

    assert look(files).project.library is not None
    assert look({**files, "Dockerfile": "FROM node\n"}).project.library is None


_CENTRAL = "<plugin><artifactId>central-publishing-maven-plugin</artifactId></plugin>"
_CONTROLLER = '@RestController class A {\n @GetMapping("/apps")\n List<App> all() {}\n}\n'
_MAIN = "class B { public static void main(String[] a) { SpringApplication.run(B.class); } }\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"pom.xml": f"<project>\n{_CENTRAL}</project>"}, "pom.xml:2"),
        ({"a/pom.xml": _CENTRAL, "pom.xml": _CENTRAL, "web-samples/one/src/main/java/B.java": _MAIN}, "pom.xml:1"),
        ({"build.gradle.kts": 'plugins {\n  id("maven-publish")\n}\n'}, "build.gradle.kts:2"),
        ({"src/A.csproj": "<Project>\n<PackageId>Acme.A</PackageId></Project>"}, "src/A.csproj:2"),
        ({"Directory.Build.props": "<Project><IsPackable>true</IsPackable></Project>"}, "Directory.Build.props:1"),
    ],
)
def test_what_is_published_without_a_program_is_a_library_with_its_routes(files: dict[str, str], place: str) -> None:
    project = look({**files, "core/src/main/java/A.java": _CONTROLLER}).project

    assert project.library is not None
    assert f"{project.library.path}:{project.library.line}" == place
    assert project.server is None


@pytest.mark.parametrize(
    "files",
    [
        {"pom.xml": _CENTRAL, "server/src/main/java/B.java": _MAIN},
        {"pom.xml": _CENTRAL, "web/pom.xml": "<packaging>war</packaging>"},
        {"pom.xml": _CENTRAL, "Dockerfile": "FROM eclipse-temurin:21\n"},
        {"pom.xml": _CENTRAL, "src/main/webapp/WEB-INF/web.xml": "<web-app/>"},
        {"pom.xml": f"<project>{_CENTRAL}<artifactId>quarkus-maven-plugin</artifactId></project>"},
        {"build.gradle": "plugins { id 'maven-publish' }\napplication {\n  mainClass = 'a.B'\n}\n"},
        {"pom.xml": "<project><modules/></project>"},
        {"pom.xml": f"<project><!-- {_CENTRAL} --></project>"},
        {"build.gradle.kts": 'plugins {\n  // id("maven-publish")\n}\n'},
        {"pom.xml": _CENTRAL, "src/main/kotlin/B.kt": "fun main(args: Array<String>) {\n}\n"},
        {"pom.xml": _CENTRAL, "src/main/scala/B.scala": "object B extends App {\n}\n"},
        {"A.csproj": "<Project Sdk='Microsoft.NET.Sdk.Web'><IsPackable>true</IsPackable></Project>"},
        {"A.csproj": "<Project><IsPackable>true</IsPackable><OutputType>Exe</OutputType></Project>"},
        {"A.csproj": "<PackageId>A</PackageId>", "W.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web">'},
        {"A.csproj": "<Project><IsPackable>false</IsPackable></Project>"},
    ],
)
def test_a_program_that_is_published_is_no_library(files: dict[str, str]) -> None:
    project = look({**files, "core/src/main/java/A.java": _CONTROLLER}).project

    assert project.library is None
    assert project.server is not None


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("class ASGITransport:\n    def __init__(self, app):\n        self.app = app\n", True),
        ("application = get_asgi_application()\n", False),
        ("app: Flask = create_app()\n", False),
    ],
)
def test_a_module_that_speaks_the_protocol_of_servers_is_no_program(text: str, published: bool) -> None:  # noqa: FBT001 - a table
    files = {"pyproject.toml": "[build-system]\nrequires = []\n[project]\nname = 'a'\n", "a/asgi.py": text}

    assert (look(files).project.library is not None) is published


def test_a_package_that_holds_a_server_of_its_own_is_no_library() -> None:
    files = {"pyproject.toml": '[build-system]\nrequires = []\n[project]\nname = "box"\n'}

    assert look(files).project.library is not None
    assert look({**files, "box/manage.py": "", "box/box/wsgi.py": ""}).project.library is None


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"package.json": '{"dependencies": {"ioredis": "5"}}', "a.ts": "import R from 'ioredis'\n"}, ["ioredis"]),
        ({"package.json": '{"dependencies": {"ioredis": "5"}}', "a.ts": "redistribute()\n"}, []),
        ({"package.json": '{"devDependencies": {"ioredis": "5"}}', "a.ts": "import R from 'ioredis'\n"}, []),
        ({"requirements.txt": "django-redis\n", "a.py": "B = 'django_redis.cache.RedisCache'\n"}, ["django-redis"]),
        (
            {
                "go.mod": "require github.com/redis/go-redis/v9 v9.0.0\n",
                "a.go": 'import "github.com/redis/go-redis/v9"\n',
            },
            None,
        ),
        ({"yarn.lock": "ioredis@5:\n"}, []),
    ],
)
def test_redis_is_used_where_it_is_declared_and_imported(files: dict[str, str], expected: list[str] | None) -> None:
    names = [one.name for one in look(files).project.using(Trait.REDIS)]

    assert names == expected if expected is not None else names


def test_the_reason_of_what_is_missing_says_how_much_was_searched() -> None:
    assert (
        look({"a.py": ""}).project.missing("Redis client") == "no Redis client; 1 source files and 0 manifests searched"
    )


@pytest.mark.parametrize(
    "path",
    ["config/importmap.rb", "app/javascript/user.js", "resources/js/app.js", "src/Shop/App.razor", "vite.config.ts"],
)
def test_a_front_end_is_told_by_where_its_files_are(path: str) -> None:
    assert look({path: ""}).project.front_end is not None
    assert look({"src/app.py": ""}).project.front_end is None


@pytest.mark.parametrize(
    ("name", "text", "used"),
    [
        ("psycopg", "import psycopg\n", True),
        ("psycopg2-binary", "engine = create_engine('postgresql://a')\n", True),
        ("psycopg2", "import sqlite3\n", False),
        ("mysqlclient", "import MySQLdb\n", True),
        ("mysqlclient", "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n", True),
    ],
)
def test_a_driver_is_imported_or_named(name: str, text: str, used: bool) -> None:  # noqa: FBT001 - a table
    project = look({"requirements.txt": f"{name}\n", "main.py": text}).project

    assert bool(project.using(Trait.DATABASE)) is used


def test_an_app_for_phones_is_deployed_by_no_file_of_its_name() -> None:
    heroku, expo = '{"buildpacks": [{"url": "x"}]}', '{"expo": {"name": "a", "scripts": {}}}'

    assert look({"app.json": heroku}).project.deployed == ["app.json"]
    assert look({"app.json": expo, "a/app.json": '{"name": "a", "displayName": "A"}'}).project.deployed == []


def test_a_hidden_file_that_keeps_an_empty_folder_is_no_front_end() -> None:
    assert look({"src/Web/wwwroot/.gitkeep": ""}).project.front_end is None
    assert look({"src/Web/wwwroot/site.css": "a { }"}).project.front_end is not None
