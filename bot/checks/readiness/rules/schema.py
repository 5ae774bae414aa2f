"""Migrations of the schema: versioned files, and something that applies them.

Rule: files of a migration tool (configured), and a command or a call that applies them (wired). A schema that is pushed
or created at start is none. Source: https://www.prisma.io/docs/orm/prisma-migrate and each tool's own documentation
(read 2026-11-29). Out of sight: whether models and migrations agree (`migrations.missing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from bot.checks.readiness.facts.marks import LineMark, Mark, find_lines
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.building import weaken_of_builds
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, say_missing
from bot.checks.readiness.rules.idle_scripts import weaken_of_idle_scripts
from bot.checks.readiness.rules.needs import find_no_tables
from bot.checks.readiness.rules.switches import Switches, as_switched
from bot.checks.readiness.rules.told import find_told
from bot.model import Evidence, Finding, State, Strength

_FILES = (
    *("*.sql", "*.py", "*.rb", "*.xml", "*.yml", "*.yaml", "*.cs", "*.ts", "*.js", "*.php", "*.go", "*.rs"),
    *("*.java", "*.kt"),
)
# Django's `MIGRATION_MODULES`, and every other tool, may be given a folder of another name.
_OF_WHAT = (
    r"(?:(?:db|database|schema|sql|pg|postgres|mysql|sqlite|django|knex|typeorm|sequelize|umzug|goose|dbup)[_-])?"
)
_VERSIONED = re.compile(
    rf"(?:^|/)(?:{_OF_WHAT}[Mm]igrations?|drizzle|migrate)/(?:.+/)?[^/]+\.sql$|\.up\.sql$|(?:^|/){_OF_WHAT}migrations/(?:.+/)?[^/]+\.py$"
    r"|(?:^|/)versions/[^/]+\.py$|(?:^|/)db/(?:\w{1,40}_)?migrate/[^/]+\.rb$"
    rf"|(?:^|/){_OF_WHAT}migrations/[^/]+\.(?:ts|js|php|go|rb|rs)$"
    r"|(?:^|/)migrat(?:e|ion)/(?:[^/]+/)?[^/]+\.(?:go|ts)$|(?:^|/)Migrations/[^/]+\.cs$|(?:^|[/.])Migrations?\b(?:.+/)?\d{14}_[^/]+\.cs$|changelog[^/]*\.(?:xml|ya?ml)$"
    # Flyway's own naming, which Refinery has, too, in whatever folder it is told to look; and SeaORM's.
    r"|(?:^|/)V\d+(?:[._]\d+)*__[^/]+\.(?:sql|java|kt|rs)$|(?:^|/)m\d{8}_\d{6}_\w+\.rs$"
    # Numbered scripts of a program that keeps count of them itself, and those of each version.
    r"|(?:^|/)(?:scripts|schemas?|sql|database|db|mysql|postgres(?:ql)?)/(?:\w+[-_])?\d{3,5}(?:[._-][\w.-]*)?\.sql$"
    r"|(?:^|/)upgrades?/v?\d+[\w.-]*/(?:.+/)?[^/]+\.sql$|(?:^|/)alterations/(?:.+/)?[^/]*\d[^/]*\.ts$"
)
_NOT_ONE = re.compile(
    r"(?:^|/)(?:__init__\.py|index\.[jt]s|migration_lock\.toml|.*Snapshot\.cs|.*\.Designer\.cs|env\.py)$"
)
# Liquibase's files have any name; notes of releases are kept in folders of the same name.
_OF_LIQUIBASE = (
    *(
        f"**/{folder}/**/*.{ending}"
        for folder in ("liquibase", "changelog*")
        for ending in ("xml", "yml", "yaml", "sql")
    ),
    # Where Dropwizard has them.
    "migrations.xml",
)
_CHANGES = re.compile(
    rb"<databaseChangeLog\b|^databaseChangeLog:|^--\s*liquibase formatted sql", re.MULTILINE | re.IGNORECASE
)
_CHANGE = re.compile(rb"<changeSet\b|\bchangeSet:|^--\s*changeset\b", re.MULTILINE | re.IGNORECASE)
# A program may keep its migrations as a list in its code, each a step behind the last one.
_LISTED = ("migrate.go", "migrations.go", "migrations.ts", "migrations.js", "migrations.py", "migrations.rs")
_STEPS = re.compile(
    r"(?i)^(?:export[ \t]+)?(?:var|let|const|static|pub[ \t]+(?:static|const))?[ \t]*"
    r"\w*(?:migrations?|steps|versions|upgrades)\b[^\n]{0,80}=[ \t]*"
    r"(?:&?\[|map\[|\[\]|new Map|\{[ \t]*$)",
    re.MULTILINE,
)
_CHANGES_TABLES = re.compile(r"(?i)\b(?:CREATE|ALTER)\s+TABLE\b")
_APPLYING = LineMark(
    shows="migrations are applied",
    files=(
        *(
            "*.sh",
            "Dockerfile*",
            "package.json",
            "*.yml",
            "*.yaml",
            "Procfile",
            "Capfile",
            "Makefile",
            "*.toml",
            "app.json",
            "*entrypoint*",
        ),
        *("*run*", "*.ini", "*.tf", "bin/*", "**/bin/*"),
    ),
    line=(
        # What asks for the state, and what takes migrations back, applies none.
        r"prisma\s+migrate\s+deploy|alembic(?:\s+-{1,2}\w[\w-]{0,20}(?:[=\s]+[^-\s|;&]\S{0,100})?){0,4}\s+upgrade|(?:manage(?:\.py)?|django-admin)\s+migrate\b(?!.*\s--(?:check|plan)\b)|(?:rails|rake)\s+db:prepare"
        r"|(?<![.\w])flyway\b(?!.*-on-migrate).*\bmigrate|liquibase.*update|\bgoose\b.*\bup\b|migrate\s+.*-path.*\bup\b|dotnet[\s-]+ef\s+database\s+update"
        r"|drizzle-kit\s+migrate|typeorm.*migration:run|migration:run|migrations?:(?:run|up|migrate|latest)|knex\s+migrate:latest"
        r"|sequelize.*db:migrate|artisan\s+migrate(?![\w:-])|doctrine:migrations:migrate|diesel\s+migration\s+run|sqlx\s+migrate\s+run"
        r"|atlas\s+migrate\s+apply|dbmate\s+up|flask\s+db\s+upgrade|aerich\s+upgrade|db:migrate(?!:(?:status|down|redo|rollback|undo))|migrate:deploy|migrate-mongo\s+up"
        r"|\b(?:migrate|alterations?)\s+(?:sql|up|apply|deploy)\b|\bdb-migrate\s+up\b|\bupgrade[-_](?:schema|db|database)(?:\.sh)?\b"
        # The program's own command, beside which it is started.
        r"|(?:^|[\s\"'])\.?/(?:[\w-]+/){0,4}(?!(?:pip[\d.]*|uv|pipx|conda|mamba|apk|apt(?:-get)?|dnf|yum|zypper|brew|npm|pnpm|yarn|gem|bundle|composer|helm|go|python[\d.]*)\s)"
        r"[\w-]+\s(?![^\n|;&#]*\binstall\s)(?:[^\n|;&#]*\s)?--(?:upgrade|migrate)(?:-db|-schema)?(?=[\s\"']|$)"
        # Of Dropwizard.
        r"|\.jar[\"']?\s+db\s+migrate\b"
        # Capistrano, on one host as it deploys.
        r"|^\s*require\s+[\"']capistrano/rails(?:/migrations)?[\"']"
        r"|manage\s+db\s+upgrade|manage\.py\s+(?:database\s+migrate|(?:database\s+)?db\s+upgrade)"
    ),
)
_CHECKING = LineMark(
    shows="a pipeline checks that models and migrations agree",
    files=("*.yml", "*.yaml"),
    line=r"\bmakemigrations\b.*\s--check\b|\balembic\s+check\b|prisma\s+migrate\s+(?:diff|status)|has-pending-model-changes",
)
_PLACES = "migrat|db|database|main|index|stor(?:e|age)|program|startup|server|init|extensions|app|schema_setup|cli|cmd"
_CALL_PATH = rf"(?i)^(?!.*(?:^|/)env\.py$).*(?:{_PLACES})"
# A workflow that tests applies them to a database of its own: they are checked there, and shown last.
_BY_TESTS = re.compile(r"^\.(?:github|circleci)/(?!.*(?:deploy|release|publish|prod|cd\.ya?ml))", re.IGNORECASE)
NOT_DEPLOYING = re.compile(
    r"^\.devcontainer/"
    # What only developers run says nothing about where the program is deployed.
    r"|(?:^|/)dev(?:elopment)?/|[._-]dev(?:elopment)?\.(?:sh|ya?ml)$|(?:^|/)[^/]*vagrant"
    # Rails makes these for whoever has cloned the repository.
    r"|(?:^|/)bin/(?:setup|update|dev|ci)$|(?:^|/)dev\w{0,20}\.(?:php|rb|py)$",
    re.IGNORECASE,
)
_AT_START = "the program applies migrations when it starts"
BY_COMMAND = "the program applies migrations by a command of its own"
_BY_FLASK = "the program applies migrations by a call of Flask-Migrate"
_RUNS_FLASK = ("*.sh", "Dockerfile*", "*entrypoint*", "Procfile", "*.yml", "*.yaml", "*.toml", "app.json")
_MAX_DECORATORS = 10
_CALLS = (
    Mark(
        shows=_AT_START,
        words=(
            "migrate(",
            "migrateD",
            "migrateSchema(",
            "runMigrations",
            "igrator",
            "migrate.latest(",
            "migrateToLatest",
            "mzug",
        ),
        language="typescript",
        # What is moved from one plan, or one owner, to another is no schema.
        name=r"(?!(?i:.*(?:subscription|customer|stripe|account|user|token|session)s?\.))(?:.*\.)?(?:migrate(?:D[bB]|Database|Schema)?|runMigrations|migrate\.latest|(?:\w*[mM]igrator|umzug)(?:\(\))?\.up|migrateToLatest)",
        path=_CALL_PATH,
    ),
    Mark(
        shows=_AT_START,
        words=("migrationsRun",),
        language="typescript",
        kind=Kind.ASSIGN,
        name=r"(?:.*\.)?migrationsRun",
        text=r"^\s*true\b",
    ),
    Mark(
        shows=BY_COMMAND,
        words=("migrate deploy", "migration:run", "drizzle-kit migrate", "migrate:latest", "db:migrate"),
        language="typescript",
        name=r"(?:.*\.)?(?:exec(?:a|File|Sync|FileSync|Async|aSync|aCommand|aCommandSync)?|spawn(?:Sync)?)",
        text=(
            r"^\(?\s*[\"'`](?:[\w./-]{1,40}\s+){0,4}"
            r"(?:prisma\s+migrate\s+deploy|drizzle-kit\s+migrate|knex\s+migrate:latest|sequelize\s+db:migrate(?!:)|migration:run)"
        ),
    ),
    # A method `migrate` of Python takes in data of another program as often as it changes a schema.
    Mark(
        shows=_AT_START,
        words=("run_migrations", "command.upgrade", "flask_migrate", "apply_migrations", "call_command"),
        language="python",
        name=r"(?:.*\.)?(?:run_migrations|command\.upgrade|alembic\.command\.upgrade|flask_migrate\.upgrade|apply_migrations)",
        path=_CALL_PATH,
    ),
    Mark(
        shows=_BY_FLASK,
        words=("flask_migrate",),
        language="python",
        module=r"flask_migrate$",
        name=r"(?:flask_migrate\.)?upgrade",
    ),
    Mark(
        shows=BY_COMMAND,
        words=("alembic",),
        language="python",
        name=r"(?:.*\.)?(?:check_call|check_output|run|call|Popen)",
        text=r"""(?s)^\(\s*\[?\s*["']alembic["'][^()]{0,200}["'\s]upgrade\b""",
    ),
    Mark(
        shows=_AT_START,
        words=("alembic",),
        language="python",
        name=r"(?:.*\.)?(?:run|call|check_call|check_output|Popen|system)",
        text=r"""["']alembic["'][^)]{0,200}["']upgrade["']|\balembic\s(?:[^"'\n]{0,100}\s)?upgrade\s""",
        path=_CALL_PATH,
    ),
    Mark(
        shows=_AT_START,
        words=("call_command",),
        language="python",
        name=r"(?:.*\.)?call_command",
        text=r"""^\(\s*["']migrate["']""",
    ),
    Mark(
        shows=_AT_START,
        words=(
            "Migrate(",
            "MigrateAsync",
            "MigrateUp",
            "MigrateDb",
            "MigrateDatabase",
            "AddMigration",
            "EnsureMigrated",
            "PerformUpgrade",
        ),
        language="csharp",
        # Events and documents that bring their own data to a new form have a method of that name, too.
        name=(
            r"(?:.*\.)?(?:\w*(?i:database|migrat\w+|runner|context|host|app|services?|provider|scope|db|schema)(?:\(\))?\."
            r"Migrate(?:Async)?|Migrate(?:Up|DbContext|Database)\w*(?:<.*>)?|AddMigration(?:<.*>)?|EnsureMigrated|PerformUpgrade)"
        ),
        path=_CALL_PATH,
    ),
    # That of EF Core's databases is told by its name wherever it stands.
    Mark(
        shows=_AT_START,
        words=(".Database.Migrate",),
        language="csharp",
        name=r".*\.Database\.Migrate(?:Async)?",
    ),
    Mark(
        shows=_AT_START,
        words=("Migrate", "Migrations(", "migrate(", "Upgrade("),
        language="go",
        # Whether something may be moved is asked, and nothing moved.
        name=r"(?:.*\.)?(?!AutoMigrate|(?i:log|audit|record|emit|notify|on|new|get|set|build|parse)(?=[A-Z_])\w*Migrate|(?i:can|should|needs?|must|may|is|has|could|will|skip|no|allow|validate|check|with|dry)_?Migrate)(?:migrate|\w*Migrate(?:Up|DB|Database|Schema|All)?|(?:Run|Apply|Execute)\w*Migrations?|(?:Install|Schema|Database|DB)Upgrade)",
        path=_CALL_PATH,
    ),
    Mark(
        shows=_AT_START,
        words=("golang-migrate", "goose", "sql-migrate"),
        language="go",
        module=r".*(?:golang-migrate/migrate|/goose|sql-migrate)",
        # What a migration in Go executes by itself applies none.
        name=r"(?:.*\.)?(?:Up|UpContext)|(?:sql)?migrate\.Exec\w*",
        path=_CALL_PATH,
    ),
    Mark(
        shows=BY_COMMAND,
        words=("Artisan::call", "->call(", "callSilent", "->artisan("),
        language="php",
        name=r"(?:.*\.)?(?:call|callSilent|callSilently|artisan)",
        # Programs say before the command what it is for.
        text=r"""^\(\s*(?:["'][^"'\n]{0,80}["']\s*,\s*)?["']migrate(?:["'\s])""",
    ),
    Mark(
        shows=_AT_START,
        words=("DatabaseTasks.migrate", "MigrationContext", "migration_context", "Sequel::Migrator", "run_migrations"),
        language="ruby",
        name=r".*(?:DatabaseTasks|migration_context|MigrationContext\.new)\.migrate|Sequel::Migrator\.(?:run|apply)|(?:.*\.)?run_migrations",
    ),
    Mark(
        shows=_AT_START,
        words=("run_pending_migrations", "migrate!", "schema_setup", "Migrator"),
        language="rust",
        name=r"(?:.*(?:\.|::))?(?:run_pending_migrations|sqlx::migrate|migrate|(?:run|apply)_(?:\w{1,20}_)?migrations?|migrate_(?:db|database|schema)|schema_setup::run|Migrator::up)",
    ),
)
_SPRING = (
    r".*:(?:flyway-core|flyway-database-.*|flyway-mysql|liquibase-core|quarkus-flyway|quarkus-liquibase"
    r"|spring-boot-starter-(?:flyway|liquibase))"
)
_SPRING_SWITCH = r"spring\.(?:liquibase|flyway)\.enabled"
_PUSHED = LineMark(
    shows="the schema is pushed, and not migrated",
    files=("*.sh", "Dockerfile*", "package.json", "*.yml", "*.yaml", "application*.properties"),
    line=r"prisma\s+db\s+push|drizzle-kit\s+push|ddl-auto\s*[:=]\s*(?:update|create)|synchronize:\s*true",
)


def judge_migrations(look: Look, _ask: CodeAsk) -> Judged:
    """Pass where versioned files are there and applied."""
    absent = find_absence(look.project, Applies.DATABASE)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    files = find_migrations(look)
    if not files and (absent := find_no_tables(look.project)) is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    if not files:
        pushed = list(find_lines(look.files, [_PUSHED]))
        missing = [Finding(rule="pushed-schema", message=one.text, path=one.path, line=one.line) for one in pushed[:5]]
        return say_missing(look, "no versioned migration", missing)
    text = f"{len(files)} versioned migrations"
    known = Evidence(text=text, path=files[-1], line=1, strength=Strength.CONFIGURED)
    found = find_lines(look.files, [_APPLYING])
    applied = [weaken_of_idle_scripts(look, weaken_of_builds(look, one)) for one in found]
    applied += [*find_told(look, _told()), *find_programs(look)]
    applied += [one for one in find_lines(look.files, [_CHECKING]) if _BY_TESTS.search(one.path or "")]
    applied = [one for one in applied if NOT_DEPLOYING.search(one.path or "") is None]
    applied.sort(key=lambda one: (one.strength is Strength.CONFIGURED, bool(_BY_TESTS.search(one.path or ""))))
    return conclude(look, [*applied[:5], known], "")


@cache
def _told() -> re.Pattern[str]:
    lines = _APPLYING.line
    return re.compile(lines if isinstance(lines, str) else "|".join(lines))


def find_programs(look: Look) -> Iterator[Evidence]:
    """Yield what shows that the program applies migrations by its own code."""
    yield from _find_libraries(look)
    yield from (_of_flask(look, one.evidence) for one in look.marks.find(_CALLS))


def _of_flask(look: Look, evidence: Evidence) -> Evidence:
    """What a command of Flask's does: where a script runs that, or configured."""
    if not evidence.text.startswith(_BY_FLASK) or evidence.strength is Strength.CONFIGURED:
        return evidence
    file, line = look.source.file(evidence.path or ""), evidence.line or 1
    around = [one for one in file.functions if one.line <= line <= one.end_line]
    inner = max(around, key=lambda one: one.start) if around else None
    head = file.lines[max(inner.line - _MAX_DECORATORS, 0) : inner.line] if inner else []
    if inner is None or not any("cli.command" in one for one in _last_block(head)):
        return evidence
    name = re.escape(inner.name).replace("_", "[-_]")
    runs = LineMark(
        shows=_BY_FLASK, files=_RUNS_FLASK, line=rf"\bflask\s+(?:-{{1,2}}\w\S{{0,40}}\s+){{0,4}}{name}(?![\w-])"
    )
    seen = next(find_lines(look.files, [runs]), None)
    return weaken_of_builds(look, seen) if seen else replace(evidence, strength=Strength.CONFIGURED)


def _last_block(lines: Sequence[str]) -> Sequence[str]:
    """The lines behind the last empty one."""
    empty = max((at for at, one in enumerate(lines) if not one.strip()), default=-1)
    return lines[empty + 1 :]


def _find_libraries(look: Look) -> Iterator[Evidence]:
    """Yield the libraries that apply migrations by themselves when the program starts."""
    off = Switches(spring_switch=_SPRING_SWITCH, switched="")
    found = [
        Evidence(
            text="migrations are applied when the program starts", path=one.path, line=one.line, strength=Strength.WIRED
        )
        for one in look.dependencies.named(_SPRING, ecosystem="jvm")
    ]
    yield from as_switched(look, off, found)


def find_migrations(look: Look) -> Sequence[str]:
    """The paths of versioned migrations that hold something."""
    named = [path for path in look.files.select(*_FILES) if _VERSIONED.search(path)]
    paths = [path for path in named if not _NOT_ONE.search(path)]
    paths += [path for path in look.files.select(*_OF_LIQUIBASE) if path not in paths and _is_of_liquibase(look, path)]
    listed = [path for path in look.files.select(*_LISTED) if path not in paths and _lists_steps(look, path)]
    return [path for path in [*listed, *paths] if (look.files.text(path) or "").strip()]


def _is_of_liquibase(look: Look, path: str) -> bool:
    content = look.files.content(path) or b""
    return _CHANGES.search(content) is not None and _CHANGE.search(content) is not None


def _lists_steps(look: Look, path: str) -> bool:
    text = look.files.text(path) or ""
    return _STEPS.search(text) is not None and _CHANGES_TABLES.search(text) is not None
