"""The real Alembic: writes the migrations of a schema, runs them, and says what is missing."""

from __future__ import annotations

import random
import re
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import Operations, ops

_TEMPLATE = '''"""{revision}"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite
{imports}
revision = "{revision}"
down_revision = {down!r}
branch_labels = None
depends_on = None
{constants}

def upgrade():
{body}

def downgrade():
    pass
'''


@contextmanager
def loaded(files: Mapping[str, str]) -> Iterator[sa.MetaData]:
    """The metadata that the files of an application declare; its modules are gone when the context ends."""
    import sqlmodel

    sqlmodel.SQLModel.metadata.clear()
    sqlmodel.SQLModel._sa_registry.dispose()  # noqa: SLF001 - no other way to begin anew
    sqlmodel.SQLModel.metadata.naming_convention = sa.MetaData().naming_convention
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for path in files
        if path.startswith("app/")
    }
    try:
        for name in ("app", "app.constants", "app.base", "app.first", "app.models"):
            if name in modules:
                module = types.ModuleType(name)
                module.__file__ = modules[name]
                if name == "app":
                    module.__path__ = []
                sys.modules[name] = module
                if "." in name:
                    setattr(sys.modules["app"], name.rpartition(".")[2], module)
                exec(compile(files[modules[name]], modules[name], "exec"), module.__dict__)  # noqa: S102 - the tests' own source
        base = sys.modules["app.base"].__dict__
        if "db" in base:
            yield base["db"].metadata
        elif "metadata" in base:
            yield base["metadata"]
        else:
            yield base["Base"].metadata if "Base" in base else sqlmodel.SQLModel.metadata
    finally:
        for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
            del sys.modules[name]


class Database:
    """A database in memory, or a schema of PostgreSQL of its own, at some revision."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def context(self, metadata: sa.MetaData | None = None) -> MigrationContext:
        return MigrationContext.configure(
            self.connection, opts={"target_metadata": metadata, "render_as_batch": self.is_sqlite}
        )

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def missing(self, metadata: sa.MetaData) -> list[object]:
        """What autogenerate would put into a migration."""
        return list(compare_metadata(self.context(metadata), metadata))

    def write(self, metadata: sa.MetaData) -> ops.UpgradeOps:
        """The operations that autogenerate would write."""
        found = produce_migrations(self.context(metadata), metadata).upgrade_ops
        assert found is not None
        return found

    def run(self, source: str, metadata: sa.MetaData | None) -> None:
        """Run a revision's `upgrade`."""
        namespace: dict[str, object] = {}
        exec(compile(source, "revision.py", "exec"), namespace)  # noqa: S102 - the tests' own source
        context = self.context(metadata)
        with Operations.context(context):
            namespace["upgrade"]()  # type: ignore[operator]


def revision_source(found: ops.UpgradeOps, revision: str, down: str | None, *, batch: bool) -> str:
    """A revision file, as `alembic revision --autogenerate` writes it."""
    imports: list[str] = []
    body = render_python_code(found, render_as_batch=batch, imports=imports)
    body = re.sub(r"app\.base\.Tagged\(length=\d+\)|app\.base\.Tagged\(\)", "sa.String()", body)
    return _TEMPLATE.format(revision=revision, down=down, body=_indent(body), imports="\n".join(imports), constants="")


def _indent(body: str) -> str:
    return "\n".join(line if line.startswith("    ") or not line else f"    {line}" for line in body.splitlines())


def leave_out(found: ops.UpgradeOps, chance: random.Random) -> ops.UpgradeOps:
    """The operations without one of them."""
    flat: list[tuple[list[ops.MigrateOperation], ops.MigrateOperation]] = []
    for one in found.ops:
        if isinstance(one, ops.ModifyTableOps):
            flat += [(one.ops, inner) for inner in one.ops]
        else:
            flat.append((found.ops, one))
    if flat:
        holder, gone = chance.choice(flat)
        holder.remove(gone)
        found.ops[:] = [one for one in found.ops if not isinstance(one, ops.ModifyTableOps) or one.ops]
    return found


def rewrite(source: str, chance: random.Random) -> str:
    """The same revision as a person might write it: names in constants, a helper, SQL."""
    way = chance.randrange(6)
    if way == 0:
        for table in dict.fromkeys(
            re.findall(r"op\.(?:add_column|batch_alter_table|create_table|drop_table)\('(\w+)'", source)
        ):
            constant = f"TABLE_{table.upper()}"
            source = source.replace(f"('{table}'", f"({constant}").replace(
                "\n\n\ndef upgrade", f'\n{constant} = "{table}"\n\n\ndef upgrade', 1
            )
    elif way == 1:
        source = source.replace("def upgrade():", "def upgrade():\n    _steps()\n\n\ndef _steps():")
    elif way == 2:
        source = source.replace(
            "def upgrade():\n", "def upgrade():\n    bind = op.get_bind()\n    if bind is None:\n        return\n"
        )
    elif way == 3:
        source = _as_sql(source)
    return source


def _as_sql(source: str) -> str:
    """What has a plain form in SQL, written as that."""
    column = r"op\.add_column\('(\w+)', sa\.Column\('(\w+)', sa\.%s, nullable=True\)\)"
    for kind, sql in (
        (r"Integer\(\)", "INTEGER"),
        (r"Text\(\)", "TEXT"),
        (r"String\(length=40\)", "VARCHAR(40)"),
        (r"Date\(\)", "DATE"),
        (r"Boolean\(\)", "BOOLEAN"),
        (r"BigInteger\(\)", "BIGINT"),
    ):
        source = re.sub(column % kind, rf'op.execute("ALTER TABLE \1 ADD COLUMN \2 {sql}")', source)
    index = r"op\.create_index\('(\w+)', '(\w+)', \['(\w+)'\], unique=False\)"
    source = re.sub(index, r'op.execute("CREATE INDEX \1 ON \2 (\3)")', source)
    source = re.sub(r"op\.drop_index\('(\w+)', table_name='\w+'\)", r'op.execute(sa.text("DROP INDEX \1"))', source)
    source = re.sub(
        r"op\.drop_column\('(\w+)', '(\w+)'\)", r'op.execute("""ALTER TABLE \1\n    DROP COLUMN \2""")', source
    )
    return re.sub(r"op\.drop_table\('(\w+)'\)", r'op.execute("DROP TABLE IF EXISTS \1")', source)
