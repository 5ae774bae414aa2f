"""Dependencies of each ecosystem's manifests, with their lines."""

from __future__ import annotations

import pytest

from bot.checks.readiness.facts.dependencies.declared import Dependencies
from bot.checks.readiness.facts.files import Files
from tests.checks.readiness.look import MemoryTree


def declared(files: dict[str, str]) -> list[tuple[str, bool, int]]:
    return [(one.name, one.development, one.line) for one in Dependencies(Files(MemoryTree(files))).all]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "package.json",
            '{"dependencies": {\n"helmet": "^7"},\n"devDependencies": {\n"vitest": "^1"}}',
            [("helmet", False, 2), ("vitest", True, 4)],
        ),
        (
            "composer.json",
            '{"require": {"Predis/Predis": "^2"},\n"require-dev": {"phpunit/phpunit": "^11"}}',
            [("predis/predis", False, 1), ("phpunit/phpunit", True, 2)],
        ),
        (
            "pyproject.toml",
            '[project]\ndependencies = ["Flask_Limiter[redis]>=3"]\n[dependency-groups]\ndev = ["pytest"]\n',
            [("flask-limiter", False, 2), ("pytest", True, 4)],
        ),
        # Without a project the program is started with a group.
        (
            "pyproject.toml",
            '[dependency-groups]\nmain = ["Django"]\ndev = ["pytest"]\ntools = ["psycopg"]\n',
            [("django", False, 2), ("pytest", True, 3), ("psycopg", True, 4)],
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\npython = "3"\nredis = "5"\n[tool.poetry.group.dev.dependencies]\nruff = "*"\n',
            [("redis", False, 3), ("ruff", True, 5)],
        ),
        ("requirements.txt", "# comment\nDjango==5.0 \\\n  --hash=x\n-r base.txt\n", [("django", False, 2)]),
        ("requirements-dev.txt", "pytest\n", [("pytest", True, 1)]),
        ("requirements/base.txt", "Django==5.0\n", [("django", False, 1)]),
        ("apps/api/requirements/production.in", "-r base.in\ngunicorn\n", [("gunicorn", False, 2)]),
        ("requirements/test.txt", "pytest\n", [("pytest", True, 1)]),
        ("requirements/local.txt", "django-debug-toolbar\n", [("django-debug-toolbar", True, 1)]),
        (
            "Pipfile",
            '[packages]\nflask = "*"\n[dev-packages]\nblack = "*"\n',
            [("flask", False, 2), ("black", True, 4)],
        ),
        ("setup.py", "setup(install_requires=[\n  'redis>=4',\n  # 'gone',\n])", [("redis", False, 2)]),
        ("setup.cfg", "[options]\ninstall_requires =\n    redis>=4\npackages = find:\n", [("redis", False, 3)]),
        (
            "go.mod",
            "module x\nrequire (\n\tgithub.com/Redis/go-redis/v9 v9.1.0\n\tgolang.org/x/net v0.1.0 // indirect\n)\n",
            [("github.com/redis/go-redis/v9", False, 3)],
        ),
        (
            "Gemfile",
            "gem 'rack-attack'\ngroup :development, :test do\n  gem \"rspec\"\nend\ngem 'puma'\n# gem 'gone'\n",
            [("rack-attack", False, 1), ("rspec", True, 3), ("puma", False, 5)],
        ),
        (
            "pom.xml",
            (
                "<dependencies>\n<dependency><groupId>a.b</groupId><artifactId>c</artifactId></dependency>\n"
                "<!-- <dependency><groupId>no</groupId><artifactId>no</artifactId></dependency> -->\n"
                "<dependency><groupId>j</groupId><artifactId>u</artifactId><scope>test</scope></dependency></dependencies>"
            ),
            [("a.b:c", False, 2), ("j:u", True, 4)],
        ),
        (
            "build.gradle.kts",
            (
                'plugins {\n id("org.springframework.boot") version "3"\n}\nimplementation("a.b:c:1")\n'
                'testImplementation("j:u:1")\n// implementation("no:no:1")\n'
            ),
            [("a.b:c", False, 4), ("j:u", True, 5), ("plugin:org.springframework.boot", True, 2)],
        ),
        (
            "src/Api.csproj",
            (
                '<Project>\n<PackageReference Include="Serilog.AspNetCore" Version="8" />\n'
                '<!-- <PackageReference Include="Gone" /> --></Project>'
            ),
            [("serilog.aspnetcore", False, 2)],
        ),
        (
            "Cargo.toml",
            '[dependencies]\naxum = "0.7"\n[dev-dependencies]\nproptest = "1"\n',
            [("axum", False, 2), ("proptest", True, 4)],
        ),
    ],
)
def test_a_manifest_declares(path: str, text: str, expected: list[tuple[str, bool, int]]) -> None:
    assert declared({path: text}) == expected


def test_gradle_follows_the_version_catalog() -> None:
    files = {
        "build.gradle": "implementation libs.spring.boot.actuator\n",
        "gradle/libs.versions.toml": '[libraries]\nspring-boot-actuator = { module = "org.x:actuator" }\n',
    }

    assert declared(files) == [("org.x:actuator", False, 1)]


def test_gradle_follows_an_alias_in_two_parts_and_a_bundle() -> None:
    files = {
        "build.gradle": "implementation(libs.jooq)\nruntimeOnly libs.bundles.data\n",
        "gradle/libs.versions.toml": '[libraries]\njooq = { group = "org.jooq", name = "jooq", version.ref = "j" }\n'
        'pg = "org.postgresql:postgresql:1"\n[bundles]\ndata = [\n    "jooq",\n    "pg",\n]\n',
    }

    assert declared(files) == [
        ("org.jooq:jooq", False, 1),
        ("org.jooq:jooq", False, 2),
        ("org.postgresql:postgresql", False, 2),
    ]


def test_gradle_has_several_in_one_call() -> None:
    files = {
        "dependencies.gradle": "implementation(\n  'org.a:a:1',\n  'org.b:b'\n)\n"
        "testImplementation 'org.c:c', 'org.d:d'\n",
    }

    assert declared(files) == [
        ("org.a:a", False, 1),
        ("org.b:b", False, 3),
        ("org.c:c", True, 5),
        ("org.d:d", True, 5),
    ]


def test_gradle_has_group_and_name_in_two_parts() -> None:
    files = {
        "build.gradle": "implementation group: 'org.a', name: 'a', version: v\n"
        "implementation(group: 'org.b', name: 'b') {\n  exclude group: 'org.no', module: 'no'\n}\n"
        "// implementation group: 'org.no', name: 'no'\n"
        "integrationTestImplementation group: 'org.c', name: 'c'\n",
        "web/build.gradle.kts": 'implementation(group = "org.d", name = "d")\n',
    }

    assert declared(files) == [
        ("org.a:a", False, 1),
        ("org.b:b", False, 2),
        ("org.c:c", True, 6),
        ("org.d:d", False, 1),
    ]


@pytest.mark.parametrize(
    ("naming", "names", "used"),
    [
        ("dependencies.gradle", 'libraries.flyway = "org.x:flyway-core"\n', "implementation(libraries.flyway) {\n"),
        ("gradle/libs.gradle", 'ext.deps = [\n  flyway: "org.x:flyway-core:$v",\n]\n', "api deps.flyway\n"),
        ("versions.gradle", "ext.deps = ['fly-way': 'org.x:flyway-core:1']\n", 'compile deps["fly-way"]\n'),
        (
            "buildSrc/src/main/kotlin/Libs.kt",
            'const val flyway = "org.x:flyway-core:1"\n',
            "implementation(Libs.flyway)\n",
        ),
    ],
)
def test_gradle_follows_names_that_the_build_gives(naming: str, names: str, used: str) -> None:
    assert declared({"server/build.gradle": used, naming: names}) == [("org.x:flyway-core", False, 1)]


def test_a_name_of_gradle_that_nothing_declares_or_that_stands_in_a_comment_is_none() -> None:
    names = {
        "dependencies.gradle": 'libraries.redis = "redis.clients:jedis:1"\n// libraries.pg = "org.x:postgresql:1"\n'
    }

    assert declared({"build.gradle": 'implementation(libraries.pg)\nimplementation project(":redis")\n', **names}) == []
    assert declared({"build.gradle": "testImplementation(libraries.redis)\n", **names}) == [
        ("redis.clients:jedis", True, 1)
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("tests/package.json", "examples/a/package.json", "node_modules/a/package.json", "package-lock.json"),
        *("docs/requirements/base.txt", "requirements/notes/hints.txt", "base.txt"),
    ],
)
def test_what_is_no_manifest_of_the_product_declares_nothing(path: str) -> None:
    assert declared({path: '{"dependencies": {"redis": "1"}}'}) == []


def test_a_compiled_list_of_requirements_is_a_lock() -> None:
    assert declared({"requirements.in": "flask\n", "requirements.txt": "flask==3\nredis==5\n    # via celery\n"}) == [
        ("flask", False, 1)
    ]


def test_a_broken_manifest_is_a_fault_and_the_others_are_read() -> None:
    files = Files(MemoryTree({"a/package.json": "{", "b/package.json": '{"dependencies": {"redis": "1"}}'}))

    assert [one.name for one in Dependencies(files).all] == ["redis"]
    assert list(files.faults) == ["a/package.json"]


def test_names_are_matched_whole_and_development_is_left_out() -> None:
    files = {"package.json": '{"dependencies": {"ioredis": "1"}, "devDependencies": {"redis": "1"}}'}
    dependencies = Dependencies(Files(MemoryTree(files)))

    assert dependencies.named("redis") == []
    assert [one.name for one in dependencies.named("(io)?redis", development=True)] == ["ioredis", "redis"]


def test_a_build_of_sbt_declares_its_libraries() -> None:
    text = (
        'libraryDependencies ++= Seq(\n  "com.linecorp.armeria" % "armeria" % armeriaVersion,\n'
        '  "org.http4s" %% "http4s-dsl" % "1.0",\n  // "a.b" % "gone" % "1",\n'
        '  "org.mockito" % "mockito-core" % "5" % Test,\n)\n'
    )
    found = Dependencies(Files(MemoryTree({"build.sbt": text}))).all

    assert [(one.name, one.development, one.line) for one in found] == [
        ("com.linecorp.armeria:armeria", False, 2),
        ("org.http4s:http4s-dsl", False, 3),
        ("org.mockito:mockito-core", True, 5),
    ]
