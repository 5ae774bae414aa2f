"""Where MikroORM's entities, migrations and snapshots are, in which dialect, and by which rules.

The configuration of a project is a program; so it is the files themselves that tell, and the words of those that
configure MikroORM. Source: https://mikro-orm.io/docs/configuration.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.mikroorm.naming import Naming
from bot.checks.migrations.mikroorm.snapshot import is_snapshot
from bot.checks.migrations.mikroorm.strictness import is_strict
from bot.model import Tree

_SUFFIXES = (".ts", ".js", ".mts", ".cts", ".mjs", ".cjs")
_ASIDE = re.compile(
    r"(^|/)(node_modules|dist|build|__tests__|__mocks__|__fixtures__|tests?|e2e|integration-tests|fixtures|examples?)/"
    r"|\.(spec|test|e2e-spec|d)\.[cm]?[jt]s$"
)
_MIGRATION = re.compile(rb"extends\s+\w*Migration\w*\b")
_DECLARES = re.compile(
    rb"@(?:Entity|Embeddable|PrimaryKey|Property|ManyToOne|Enum)\s*\(|EntitySchema|defineEntity\s*\("
)
_CONFIGURES = re.compile(rb"defineConfig|MikroORM\.init|MikroOrmModule|amingStrategy|metadataProvider|dbName")
_PACKAGE = re.compile(r"@mikro-orm/(postgresql|mysql|mariadb|sqlite|better-sqlite|libsql|mssql|oracledb|mongodb)\b")
_TYPED = re.compile(r"(PostgreSql|MySql|MariaDb|Sqlite|BetterSqlite|LibSql|MsSql|Mongo)Driver\b")
_OLD_TYPE = re.compile(r"""\btype\s*:\s*["'](postgresql|mysql|mariadb|sqlite|better-sqlite|mongo)["']""")
_DIALECTS = {
    "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite", "better-sqlite": "sqlite",
    "bettersqlite": "sqlite", "libsql": "sqlite", "mssql": "mssql", "oracledb": "oracle", "mongodb": "mongo",
    "mongo": "mongo",
}  # fmt: skip
_SIGNS = {
    "postgres": (b"timestamptz", b'"serial"', b'"jsonb"'),
    "mysql": (b"tinyint(1)", b'"PRIMARY"'),
}
JUDGED = ("postgres", "mysql", "sqlite")
_COMMENT = re.compile(r"(^|\s)//.*")
_NAMING = re.compile(r"\bnamingStrategy\s*:\s*(?:new\s+)?([\w.]+)")
_PROVIDER = re.compile(r"\bmetadataProvider\s*:\s*([\w.]+)")
_PREFIX = re.compile(r"""\bprefixMode\s*:\s*["'](\w+)["']""")
_RULES = re.compile(r"""\bdefault(Update|Delete)Rule\s*:\s*["']([\w ]+)["']""")
_VERSION = re.compile(r"(\d+)\.")
_USUAL_VERSION = 6
_MAX_CONFIG = 100_000


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a project's configuration says, as far as its words tell.

    Attributes:
        naming: None where the project has a strategy of its own that cannot be told.
        sources: whether types come from TypeScript's sources; None where that cannot be told.
        strict: whether TypeScript's compiler minds null and undefined; None where that cannot be told.
    """

    version: int = _USUAL_VERSION
    naming: Naming | None = None
    sources: bool | None = False
    strict: bool | None = False
    infers: bool = True
    relative: bool = False
    update_rule: str = ""
    delete_rule: str = ""


@dataclass(kw_only=True)
class Project:
    """The migrations of one package.

    Attributes:
        root: the package's folder.
        migrations: their paths, in the order in which they run.
        snapshots: paths of snapshots, by the folder in which they are.
        dialect: one of `JUDGED`, the name of another, or empty.
        sources: scripts that may declare entities of it.
        mentions: scripts that name MikroORM.
        lists: scripts that name migrations one by one, to the names of those that they import.
    """

    root: str
    dialect: str
    config: Config
    migrations: list[str] = field(default_factory=list)
    snapshots: dict[str, list[str]] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    lists: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder that is named in what is said of it."""
        paths = [posixpath.dirname(path) for path in self.migrations] or list(self.snapshots)
        return posixpath.commonpath(paths) if paths else self.root


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What a file's content says of it; `text` is kept of those that configure MikroORM, which `mentions` it."""

    migrates: bool = False
    declares: bool = False
    mentions: bool = False
    snapshot: bool = False
    text: str = ""


def find_projects(tree: Tree, seen: dict[tuple[str, str], Traits]) -> tuple[list[Project], list[str]]:
    """The projects of a tree, and the scripts that may declare entities.

    `seen` holds what was said of files before, by path and object.
    """
    traits = _traits(tree, seen)
    homes = {posixpath.dirname(entry.path) for entry in tree.glob("**/package.json", "package.json")}
    found: dict[str, Project] = {}
    for path, one in traits.items():
        if one.migrates or one.snapshot:
            root = _home(homes, posixpath.dirname(path))
            project = found.setdefault(root, Project(root=root, dialect="", config=Config()))
            if one.migrates:
                project.migrations.append(path)
            else:
                project.snapshots.setdefault(posixpath.dirname(path), []).append(path)
    sources = [path for path, one in traits.items() if one.declares and not one.migrates]
    mentions = [path for path, one in traits.items() if one.mentions]
    texts = {path: one.text for path, one in traits.items() if one.text}
    for project in found.values():
        project.migrations.sort(key=lambda path: (posixpath.basename(path), path))
        project.sources = _sources_of(sources, project.root, list(found))
        project.mentions = _sources_of(mentions, project.root, list(found))
        near = {path: text for path, text in texts.items() if _is_near(path, project.root, list(found))}
        project.lists = {path: text for path, text in near.items() if "migrationsList" in text}
        manifests = list(_manifests(tree, project.root))
        project.dialect = _dialect(near.values(), manifests) or _by_snapshot(tree, project)
        project.config = replace(_config(near.values(), manifests), strict=is_strict(tree, project.root))
    return [one for one in found.values() if one.dialect != "mongo"], [one for one in sources if traits[one].mentions]


def _traits(tree: Tree, seen: dict[tuple[str, str], Traits]) -> dict[str, Traits]:
    entries = {
        entry.path: (entry.path, entry.oid)
        for entry in tree.entries()
        if (entry.path.endswith(_SUFFIXES) or _may_be_snapshot(entry.path)) and not _ASIDE.search(entry.path)
    }
    for path, content in tree.read_many([path for path, mark in entries.items() if mark not in seen]):
        seen[entries[path]] = _traits_of(path, content if isinstance(content, bytes) else b"")
    return {path: seen[mark] for path, mark in entries.items() if mark in seen}


def _may_be_snapshot(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name.endswith(".json") and (name.startswith(".snapshot") or "migrat" in folder.lower())


def _traits_of(path: str, content: bytes) -> Traits:
    if path.endswith(".json"):
        return Traits(snapshot=is_snapshot(content))
    if b"mikro-orm" not in content and b"MikroO" not in content:
        # A base class of the project's own may stand between a migration and MikroORM's, as may a module that passes
        # decorators on.
        return Traits(migrates=_may_migrate(path) and b"addSql(" in content, declares=bool(_DECLARES.search(content)))
    configures = _CONFIGURES.search(content)
    return Traits(
        migrates=_may_migrate(path) and b"migrations-mongodb" not in content and bool(_MIGRATION.search(content)),
        declares=bool(_DECLARES.search(content)),
        mentions=True,
        text=_COMMENT.sub("", content[:_MAX_CONFIG].decode("utf-8", "replace")) if configures else "",
    )


def may_be_snapshot(path: str) -> bool:
    """Whether a file has the name that MikroORM gives a snapshot."""
    return posixpath.basename(path).startswith(".snapshot-") and path.endswith(".json")


def _may_migrate(path: str) -> bool:
    return "migrat" in path.lower()


def _home(homes: set[str], folder: str) -> str:
    """The folder of the package in which a folder is."""
    while folder and folder not in homes:
        folder = posixpath.dirname(folder)
    return folder


def _sources_of(sources: Sequence[str], root: str, roots: Sequence[str]) -> list[str]:
    """The scripts whose entities belong to a project: where there are several, those in its package."""
    return list(sources) if len(roots) == 1 else [path for path in sources if _is_near(path, root, roots)]


def _is_near(path: str, root: str, roots: Sequence[str]) -> bool:
    """Whether a project's folder is the deepest one in which a file is."""
    if len(roots) == 1:
        return True
    holders = [one for one in roots if not one or path.startswith(f"{one}/")]
    return bool(holders) and max(holders, key=len) == root


def _manifests(tree: Tree, folder: str) -> Iterator[dict[str, str]]:
    """Yield the dependencies that the nearest `package.json` files name, the nearest first."""
    while True:
        path = f"{folder}/package.json".lstrip("/")
        content = tree.read(path) if tree.entry(path) is not None else None
        try:
            data = json.loads(content) if isinstance(content, bytes) else {}
        except (ValueError, RecursionError):
            data = {}
        found: dict[str, str] = {}
        for part in ("peerDependencies", "devDependencies", "dependencies"):
            given = data.get(part) if isinstance(data, dict) else None
            found.update(
                {str(name): str(version) for name, version in given.items()} if isinstance(given, dict) else {}
            )
        yield found
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _dialect(texts: Iterable[str], manifests: Sequence[dict[str, str]]) -> str:
    """The dialect that the configuration names, or else the drivers that are installed."""
    named = {
        _DIALECTS[found.lower()]
        for text in texts
        for pattern in (_PACKAGE, _TYPED, _OLD_TYPE)
        for found in pattern.findall(text)
    }
    if len(named) == 1:
        return named.pop()
    for manifest in manifests:
        found = {_DIALECTS[match[1]] for name in manifest if (match := _PACKAGE.match(name))}
        found = found & named or found
        if len(found) == 1:
            return found.pop()
    return ""


def _by_snapshot(tree: Tree, project: Project) -> str:
    """The dialect whose words all snapshots have; empty where they have none's, or those of several."""
    found = set()
    for _, content in tree.read_many([path for paths in project.snapshots.values() for path in paths]):
        text = content if isinstance(content, bytes) else b""
        known = (dialect for dialect, signs in _SIGNS.items() if any(sign in text for sign in signs))
        found.add(next(known, ""))
    return found.pop() if len(found) == 1 else ""


def _config(texts: Iterable[str], manifests: Sequence[dict[str, str]]) -> Config:
    whole = "\n".join(texts)
    version = _version(manifests)
    strategies = {name.rpartition(".")[2] for name in _NAMING.findall(whole)}
    keeps = strategies == {"EntityCaseNamingStrategy"}
    told = keeps or strategies <= {"UnderscoreNamingStrategy"}
    providers = {name.rpartition(".")[2] for name in _PROVIDER.findall(whole)}
    sources: bool | None = providers == {"TsMorphMetadataProvider"}
    if len(providers) > 1 or (not providers and version < 5):  # noqa: PLR2004 - a version
        sources = None
    rules = dict(_RULES.findall(whole))
    modes = set(_PREFIX.findall(whole))
    return Config(
        version=version,
        naming=Naming(keeps=keeps, version=version) if told else None,
        sources=sources,
        infers=not re.search(r"\binferDefaultValues\s*:\s*false", whole),
        relative="relative" in modes if modes else version > _USUAL_VERSION,
        update_rule=rules.get("Update", ""),
        delete_rule=rules.get("Delete", ""),
    )


def _version(manifests: Sequence[dict[str, str]]) -> int:
    for manifest in manifests:
        for name, version in manifest.items():
            found = _VERSION.search(version) if name == "@mikro-orm/core" else None
            if found:
                return int(found[1])
    return _USUAL_VERSION
