"""Where TypeORM's entities and migrations are, in which dialect, and by which names.

The configuration of a project is a program; so it is the files themselves that tell: classes with TypeORM's decorators,
and classes with an `up` that is given a `QueryRunner`.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.script.classes import Class, Method
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Found, Program
from bot.checks.migrations.script.values import Name, Object, Text
from bot.checks.migrations.typeorm.naming import Naming
from bot.model import Tree

_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")
_ASIDE = re.compile(r"(^|/)(node_modules|dist|__tests__|__mocks__)/|\.(spec|test|e2e-spec|d)\.[cm]?[jt]sx?$")
# Folders of tests, examples or what was built; an application about tests may have one of its own.
_PERHAPS = re.compile(r"(^|/)(build|tests?|e2e|fixtures|examples?)/")
_IMPORTS_ASIDE = re.compile(rb"""["'][^"'\s]*\b(build|tests?|e2e|fixtures|examples?)(/|["'])""")
_PREFIX = re.compile(rb"""\bentityPrefix["']?\s*:\s*["'`]([^"'`$]*)["'`]""")
_STAMP = re.compile(r"\d{10,}")
_STAMP_AT_END = re.compile(r"\d{13}$")
_RUNNERS = (b"QueryRunner", b"queryRunner", b"MigrationInterface", b"MigrationContext")
_IMPLEMENTS = re.compile(rb"\bimplements\s+([\w.]+\.)?MigrationInterface\b|\bclass\s+[A-Za-z_]\w*\d{13}\b")
_DIALECTS = {
    "postgres": "postgres", "postgresdb": "postgres", "postgresql": "postgres", "pg": "postgres", "pgsql": "postgres",
    "mysql": "mysql", "mysqldb": "mysql", "mariadb": "mysql", "sqlite": "sqlite", "sqlite3": "sqlite",
    "better-sqlite3": "sqlite", "sqljs": "sqlite", "aurora-postgres": "postgres", "aurora-mysql": "mysql",
    "mssql": "mssql", "sqlserver": "mssql", "oracle": "oracle", "cockroachdb": "cockroachdb",
}  # fmt: skip
JUDGED = ("postgres", "mysql", "sqlite")
_SIGNS = {
    "postgres": (b"SERIAL", b"character varying", b"uuid_generate_v4", b"TIMESTAMP WITH", b'"public".', b"now()"),
    "mysql": (b"\\`", b"TABLE `", b"AUTO_INCREMENT", b"ENGINE="),
    "sqlite": (b"AUTOINCREMENT", b"temporary_", b"datetime('now')", b"PRAGMA"),
}  # fmt: skip
_DRIVERS = {
    b'"pg"': "postgres", b'"mysql2"': "mysql", b'"mysql"': "mysql", b'"sqlite3"': "sqlite", b'"sql.js"': "sqlite",
    b'"better-sqlite3"': "sqlite", b'"mssql"': "mssql", b'"oracledb"': "oracle",
}  # fmt: skip
_SAMPLE = 30
_MAX_BASES = 5
_LISTS = re.compile(
    r"(index|migrations?|data-?source|connection|ormconfig|typeorm|database|config)[^/]*$", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Migration:
    """A migration's class: the file, and what TypeORM orders it by."""

    path: str
    module: Module
    name: str
    cls: Class
    stamp: str


@dataclass(kw_only=True)
class Chain:
    """The migrations of one dialect.

    Attributes:
        folder: that which is named in what is said of it.
        root: the folder of the package that it is in.
        label: what its folder calls the dialect; empty where it does not.
        files: of the migrations, in the order of their names.
        dialect: one of `JUDGED`, or the name of another.
        lists: modules that name the migrations one by one, to the files that they name.
    """

    folder: str
    dialect: str
    root: str = ""
    label: str = ""
    files: list[str] = field(default_factory=list)
    lists: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What a file's content says of it: whether it holds migrations, entities, a naming strategy or a list.

    `prefixes` are those that it says all tables have.
    """

    migrates: bool
    names_typeorm: bool
    declares: bool
    strategy: bool
    lists: bool
    prefixes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Layout:
    """A tree's files that matter.

    Attributes:
        sources: scripts that may declare entities.
        mentions: scripts that name TypeORM and are no migrations.
        migrations: files of migrations.
        naming: None where the project has a strategy of its own that cannot be told.
    """

    sources: list[str]
    mentions: list[str]
    migrations: list[str]
    naming: Naming | None
    chains: list[Chain] = field(default_factory=list)


# What a module that lists migrations looks like.
_NAMES_MIGRATIONS = re.compile(rb"\bmigrations\s*[:=]|[mM]igrations\s*=\s*\[|\bexport\s*\*|\bexport\s*\{")


def find_layout(tree: Tree, program: Program, seen: dict[tuple[str, str], Traits]) -> Layout:
    """What of TypeORM is in a tree. `seen` holds what was said of files before, by path and object."""
    traits = _traits(tree, seen)
    _leave_out_aside(program, traits)
    migrations = [path for path, one in traits.items() if one.migrates]
    layout = Layout(
        sources=[path for path, one in traits.items() if one.declares and not one.migrates],
        mentions=[path for path, one in traits.items() if one.names_typeorm and not one.migrates],
        migrations=migrations,
        naming=_naming(program, [path for path, one in traits.items() if one.strategy]),
    )
    prefixes = {prefix for one in traits.values() for prefix in one.prefixes}
    if layout.naming is not None and prefixes:
        layout.naming = replace(layout.naming, prefix=prefixes.pop()) if len(prefixes) == 1 else None
    layout.chains = list(_chains(tree, migrations))
    lists = [path for path, one in traits.items() if one.lists]
    for chain in layout.chains:
        chain.lists = dict(_find_lists(program, lists, chain))
    return layout


def _traits(tree: Tree, seen: dict[tuple[str, str], Traits]) -> dict[str, Traits]:
    entries = {
        entry.path: (entry.path, entry.oid)
        for entry in tree.entries()
        if entry.path.endswith(_SUFFIXES) and not _ASIDE.search(entry.path)
    }
    for path, content in tree.read_many([path for path, mark in entries.items() if mark not in seen]):
        seen[entries[path]] = _traits_of(path, content if isinstance(content, bytes) else b"")
    return {path: seen[mark] for path, mark in entries.items() if mark in seen}


def _leave_out_aside(program: Program, traits: dict[str, Traits]) -> None:
    """Drop the files in folders of tests and the like, but for those that what is no test imports."""
    aside = {path for path in traits if _PERHAPS.search(path)}
    waiting = []
    if any(traits[path].declares and not traits[path].migrates for path in aside):
        rest = sorted(traits.keys() - aside)
        program.read_ahead(rest)
        waiting = [path for path in rest if _IMPORTS_ASIDE.search(program.content(path) or b"")]
    found: set[str] = set()
    while waiting:
        module = program.module(waiting.pop())
        sources = {one.source for one in module.imports.values()} | set(module.passed_on) if module is not None else ()
        named = {program.resolve(module.path, source) for source in sources} if module is not None else set()
        waiting += [path for path in aside - found if path in named]
        found |= aside & named
    for path in aside - found:
        del traits[path]


def _traits_of(path: str, content: bytes) -> Traits:
    migrates = bool(_IMPLEMENTS.search(content)) or (_may_migrate(path) and any(one in content for one in _RUNNERS))
    names = b"typeorm" in content or b"TypeORM" in content
    return Traits(
        migrates=migrates,
        names_typeorm=names,
        declares=any(one in content for one in (b"Entity(", b"EntitySchema", b"Column(")),
        strategy=names and b"amingStrategy" in content,
        prefixes=tuple(one.decode("utf-8", "replace") for one in _PREFIX.findall(content) if one) if names else (),
        lists=(b"igration" in content or "migrat" in path.lower()) and bool(_LISTS.search(path)),
    )


def _may_migrate(path: str) -> bool:
    name = posixpath.basename(path)
    return (bool(_STAMP.search(name)) and "migrat" in path.lower()) or "migrat" in posixpath.dirname(path).lower()


def _naming(program: Program, paths: Sequence[str]) -> Naming | None:
    """The strategy that a project names; None where it is one of its own that cannot be told."""
    snake = custom = False
    for path in paths:
        module = program.module(path)
        if module is None:
            continue
        if any(one.source == "typeorm-naming-strategies" for one in module.imports.values()):
            snake = True
        for declared in module.declared.values():
            if isinstance(declared.value, Class) and _is_strategy(declared.value):
                told = _told(program, module, declared.value)
                snake, custom = snake or told is True, custom or told is None
    return None if custom else Naming(snake=snake)


def _is_strategy(value: Class) -> bool:
    base = value.base.name if isinstance(value.base, Name) else ""
    return "NamingStrategy" in base or any("NamingStrategy" in one for one in value.interfaces)


def _told(program: Program, module: Module, value: Class) -> bool | None:
    """Whether a class names in snake case; False where it names as usual, None where neither can be told."""
    from bot.checks.migrations.script.nodes import node_text

    found = program.find(module, value.base.name) if isinstance(value.base, Name) else None
    snake = getattr(found, "source", "") == "typeorm-naming-strategies"
    own = {one.name: node_text(one.body) for one in value.methods if one.body is not None and one.name != "constructor"}
    names = own.keys() & {"tableName", "columnName", "joinColumnName", "joinTableName", "joinTableColumnName"}
    if not own:
        return snake
    if {"tableName", "columnName", "joinColumnName"} <= names and all("snake" in own[name].lower() for name in names):
        return True
    if not names and not own.keys() & {"indexName", "foreignKeyName", "uniqueConstraintName", "prefixTableName"}:
        return snake
    return None


def _chains(tree: Tree, migrations: Sequence[str]) -> Iterator[Chain]:
    """Yield the migrations of each dialect of each package; those in no dialect's folder belong to each beside them."""
    homes = {posixpath.dirname(entry.path) for entry in tree.glob("**/package.json")}
    groups: dict[tuple[str, str], list[str]] = {}
    for path in migrations:
        groups.setdefault(_group(path), []).append(path)
    named = {root for root, dialect in groups if dialect}
    found: dict[tuple[str, str], list[str]] = {}
    for (root, dialect), files in sorted(groups.items()):
        if not dialect and root in named:
            continue
        shared = groups.get((root, ""), []) if dialect else []
        known = _DIALECTS.get(dialect) or _guess(tree, files)
        # MariaDB's migrations are beside MySQL's, though both speak alike.
        mark = dialect if known == "mysql" else known
        found.setdefault((_home(homes, root), mark), []).extend([*files, *shared])
    for (home, mark), files in found.items():
        folder = posixpath.commonpath([posixpath.dirname(path) for path in files])
        known = _DIALECTS.get(mark) or mark or _guess(tree, files)
        yield Chain(folder=folder, root=home, label=mark, dialect=known, files=sorted(set(files), key=_order))


def _home(homes: set[str], folder: str) -> str:
    """The folder of the package in which a folder is."""
    while folder and folder not in homes:
        folder = posixpath.dirname(folder)
    return folder


def _group(path: str) -> tuple[str, str]:
    """The folder of migrations in which a file is, without the dialect's, and the dialect's name."""
    parts = posixpath.dirname(path).split("/")
    at = max((at for at, part in enumerate(parts) if "migrat" in part.lower()), default=len(parts) - 1)
    dialect = next((part for part in parts[at + 1 :] if part.lower() in _DIALECTS), "")
    if not dialect:
        words = re.split(r"[-_.]", parts[at].lower())
        dialect = next((word for word in words if word in _DIALECTS), "")
        if dialect:
            return "/".join(parts[:at]), dialect
        before = next((part for part in reversed(parts[:at]) if part.lower() in _DIALECTS), "")
        return "/".join(parts[: at + 1]), before.lower()
    return "/".join(parts[: at + 1]), dialect.lower()


def _order(path: str) -> tuple[str, str]:
    stamps = _STAMP.findall(posixpath.basename(path))
    return (stamps[0] if stamps else "", path)


def _guess(tree: Tree, files: Sequence[str]) -> str:
    """The dialect by the words of the newest migrations, then by the drivers that are installed."""
    votes: Counter[str] = Counter()
    for _, sample in tree.read_many(sorted(files, key=_order)[-_SAMPLE:]):
        if not isinstance(sample, bytes):
            continue
        votes.update({dialect: sum(one in sample for one in signs) for dialect, signs in _SIGNS.items()})
    first, most = next(iter(votes.most_common(1)), ("", 0))
    if most and sum(count == most for count in votes.values()) == 1:
        return first
    folder = posixpath.dirname(files[0])
    while True:
        path = f"{folder}/package.json".lstrip("/")
        content = tree.read(path) if tree.entry(path) is not None else b""
        found = {dialect for driver, dialect in _DRIVERS.items() if isinstance(content, bytes) and driver in content}
        if found:
            return found.pop() if len(found) == 1 else first if most else ""
        if not folder:
            return first if most else ""
        folder = posixpath.dirname(folder)


def _find_lists(program: Program, paths: Sequence[str], chain: Chain) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the modules near a chain that import its migrations one by one, and which."""
    files = frozenset(chain.files)
    for path in paths:
        if path in files or not path.startswith(chain.root):
            continue
        module = program.module(path)
        if module is None:
            continue
        content = program.content(path) or b""
        sources = {one.source for name, one in module.imports.items() if _is_used(name, content)}
        wanted = [one for one in {*sources, *module.passed_on} if _STAMP.search(one) or "migrat" in path.lower()]
        named = {found for source in wanted if (found := program.resolve(path, source)) in files}
        if len(named) > 1 or (named and _NAMES_MIGRATIONS.search(content)):
            yield path, frozenset(one for one in named if one is not None)


def _is_used(name: str, content: bytes) -> bool:
    """Whether a name that a module imports stands in it once more; one that is passed on at once needs no more."""
    return " of " in name or len(re.findall(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])", content)) > 1


def read_migrations(program: Program, files: Sequence[str]) -> Iterator[Migration]:
    """Yield the classes of migrations in files, in the order in which TypeORM runs them."""
    found = []
    for path in files:
        module = program.module(path)
        for name, declared in (module.declared if module is not None else {}).items():
            value = declared.value
            if module is None or not isinstance(value, Class) or value.abstract or not _is_exported(module, name):
                continue
            if find_method(program, module, value, "up") is None:
                continue
            given = next((one.value for one in value.properties if one.name == "name"), None)
            label = given.text if isinstance(given, Text) else value.name or name
            stamp = _STAMP_AT_END.search(label)
            found.append(Migration(path=path, module=module, name=label, cls=value, stamp=stamp[0] if stamp else ""))
    yield from sorted(found, key=lambda one: (one.stamp or _order(one.path)[0], one.path))


def _is_exported(module: Module, name: str) -> bool:
    """Whether a module gives a class away: TypeORM takes what it exports, and nothing else."""
    main = module.declared.get("default")
    members = main.value.entries if main is not None and isinstance(main.value, Object) else ()
    whole = main is not None and main.value == Name(name)
    return whole or name in module.exports.values() or any(one.value == Name(name) for one in members)


def find_method(
    program: Program, module: Module, cls: Class, name: str, depth: int = 0
) -> tuple[Module, Class, Method] | None:
    """A method of a class or of those that it extends, with the module and the class in which it stands."""
    method = cls.method(name)
    if method is not None and method.body is not None:
        return module, cls, method
    base = program.find(module, cls.base.name) if isinstance(cls.base, Name) and depth < _MAX_BASES else None
    if isinstance(base, Found) and isinstance(base.declared.value, Class):
        return find_method(program, base.module, base.declared.value, name, depth + 1)
    return None


def find_classes(program: Program, paths: Sequence[str]) -> Iterator[Found]:
    """Yield what modules declare: each may be an entity."""
    for path in paths:
        module = program.module(path)
        for name, declared in (module.declared if module is not None else {}).items():
            if module is not None:
                yield Found(module, name, declared)


def truths(dialect: str) -> dict[str, bool]:
    """The names that a driver may have in code, and whether it is this one."""
    return {name: of == dialect for name, of in _DIALECTS.items()}
