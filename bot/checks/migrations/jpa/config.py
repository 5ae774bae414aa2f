"""What a project sets: how names are made, on which databases it runs, and whether Hibernate makes the schema.

Sources: Spring Boot's documentation, "Common Application Properties"; Hibernate's user guide, "Settings".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.migrations.jpa.naming import Naming, Physical
from bot.checks.migrations.jpa.tell import SETTLE
from bot.model import Evidence, NotRead, Tree, Unknown

_CONFIGURATIONS = (
    "**/application*.yml", "**/application*.yaml", "**/application*.properties", "**/persistence.xml",
    "**/hibernate*.properties", "**/hibernate*.xml", "**/bootstrap*.yml",
)  # fmt: skip
_BUILDS = ("**/pom.xml", "**/build.gradle", "**/build.gradle.kts", "**/libs.versions.toml")
_ELSEWHERE = re.compile(r"(^|/)(src/\w*[tT]est\w*|test|tests|target|node_modules)/")
_MAX_FILES = 2_000
_MAX_BYTES = 2_000_000
_SETTING = re.compile(
    r"(^|/)((application|bootstrap)[^/]*\.(ya?ml|properties)|persistence\.xml|hibernate[^/]*\.(properties|xml)|pom\.xml|"
    r"build\.gradle(\.kts)?|libs\.versions\.toml)$"
)
_PHYSICAL = re.compile(
    r"(?:physical[-_]?(?:naming[-_]?)?strategy|naming[-_]strategy|ejb\.naming_strategy)\W+([\w.$]+)", re.IGNORECASE
)
_IMPLICIT = re.compile(r"implicit[-_]?(?:naming[-_]?)?strategy\W+([\w.$-]+)", re.IGNORECASE)
_DDL = re.compile(
    r"(?:ddl-auto|hbm2ddl\.auto|schema-generation\.database\.action)[\"'\s:=>]+(?:value=\")?([\w-]+)", re.IGNORECASE
)
_URL = re.compile(r"jdbc:(?:tc:|log4jdbc:|p6spy:|otel:|aws-wrapper:)?(\w+)")
_SNAKE = (
    "CamelCaseToUnderscores",
    "SpringPhysicalNaming",
    "SpringNamingStrategy",
    "ImprovedNamingStrategy",
    "SnakeCase",
    "UnderscoreNaming",
)
_AS_WRITTEN = ("StandardImpl", "EJB3NamingStrategy", "JpaCompliant", "DefaultNamingStrategy", "LegacyHbm")
# What a build or an address calls a database, in the order in which one is chosen, with Liquibase's and sqlglot's name.
_DATABASES: tuple[tuple[str, str, str], ...] = (
    ("postgresql", "postgresql", "postgres"),
    ("mysql", "mysql", "mysql"),
    ("mariadb", "mariadb", "mysql"),
    ("sqlserver", "mssql", "tsql"),
    ("mssql", "mssql", "tsql"),
    ("oracle", "oracle", "oracle"),
    ("ojdbc", "oracle", "oracle"),
    ("sqlite", "sqlite", "sqlite"),
    ("h2", "h2", "postgres"),
    ("hsqldb", "hsqldb", "postgres"),
)
_SQLGLOT = {
    **{dbms: dialect for _, dbms, dialect in _DATABASES},
    "postgres": "postgres",
    "pg": "postgres",
    "sqlserver": "tsql",
}
VENDORS = frozenset({
    "h2", "mysql", "mariadb", "postgres", "postgresql", "pg", "oracle", "sqlserver", "mssql", "sqlite", "hsqldb", "db2",
    "derby", "cockroachdb", "cockroach", "sybase", "hana", "psql", "pgsql", "ms_sql", "sql_server", "oracle12c",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a tree's configuration says.

    Attributes:
        dbms: the databases, as Liquibase names them, the likeliest first; empty where nothing tells.
        unread: what of it could not be read.
        generated: where Hibernate is told to make or change the schema itself; None where it is not.
    """

    naming: Naming
    dbms: tuple[str, ...]
    generated: Evidence | None
    unread: tuple[Unknown, ...] = ()


def dialect(vendor: str) -> str:
    """A database as sqlglot names it; PostgreSQL's where it is none that it knows, as the nearest to the standard."""
    low = vendor.lower()
    return _SQLGLOT.get(low) or ("tsql" if low in {"sql_server", "ms_sql"} else "postgres")


def read_config(tree: Tree, *, custom_naming: bool) -> Config:
    """The configuration of a tree; `custom_naming` says whether its code has a naming strategy of its own."""
    unread: list[Unknown] = []
    settings = list(_texts(tree, _CONFIGURATIONS, unread))
    builds = list(_texts(tree, _BUILDS, unread))
    spring = any("spring-boot" in text or "spring.boot" in text for _, text in builds)
    return Config(
        naming=Naming(
            physical=_physical(settings, spring=spring, custom=custom_naming),
            spring=_spring_joins(settings, spring=spring),
        ),
        dbms=_databases(settings, builds),
        generated=next(_generated(settings), None),
        unread=tuple(unread),
    )


def is_setting(path: str) -> bool:
    """Whether a path is one of a configuration or a build."""
    return _SETTING.search(path) is not None and _ELSEWHERE.search(path) is None


def _texts(tree: Tree, patterns: tuple[str, ...], unread: list[Unknown]) -> Iterator[tuple[str, str]]:
    paths = [entry.path for entry in tree.glob(*patterns) if _ELSEWHERE.search(entry.path) is None]
    if len(paths) > _MAX_FILES:
        reason = f"{len(paths):,} files of configuration, and only {_MAX_FILES:,} of them are read"
        unread.append(Unknown(path=paths[_MAX_FILES], reason=reason, settle=SETTLE))
    for path, content in tree.read_many(paths[:_MAX_FILES]):
        if isinstance(content, NotRead):
            unread.append(Unknown(path=path, reason=content.reason, settle=content.settle))
        elif len(content) > _MAX_BYTES:
            reason = f"a configuration of more than {_MAX_BYTES:,} bytes is not read"
            unread.append(Unknown(path=path, reason=reason, settle=SETTLE))
        else:
            yield path, content.decode("utf-8", "replace")


def _physical(settings: list[tuple[str, str]], *, spring: bool, custom: bool) -> Physical:
    said = {found[1] for _, text in settings for found in _PHYSICAL.finditer(text)}
    kinds = {_kind(name) for name in said}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds or custom:
        return Physical.EITHER
    return Physical.SNAKE if spring else Physical.AS_WRITTEN


def _kind(name: str) -> Physical:
    if any(part in name for part in _SNAKE):
        return Physical.SNAKE
    return Physical.AS_WRITTEN if any(part in name for part in _AS_WRITTEN) else Physical.EITHER


def _spring_joins(settings: list[tuple[str, str]], *, spring: bool) -> bool:
    said = [found[1] for _, text in settings for found in _IMPLICIT.finditer(text)]
    return any("Spring" in name for name in said) if said else spring


def _databases(settings: list[tuple[str, str]], builds: list[tuple[str, str]]) -> tuple[str, ...]:
    found = [name.lower() for _, text in settings for name in _URL.findall(text)]
    for key in (found, [text for _, text in builds]):
        named = [dbms for word, dbms, _ in _DATABASES if any(word in one for one in key)]
        # In memory is where tests run, if there is another.
        real = [one for one in dict.fromkeys(named) if one not in {"h2", "hsqldb"}]
        if named:
            return tuple(real or dict.fromkeys(named))
    return ()


def _generated(settings: list[tuple[str, str]]) -> Iterator[Evidence]:
    for path, text in settings:
        for found in _DDL.finditer(text):
            if found[1].lower() in {"create", "create-drop", "update", "drop-and-create", "create-only"}:
                line = text.count("\n", 0, found.start()) + 1
                yield Evidence(text=f"Hibernate makes the schema: {found[1]}", path=path, line=line)
