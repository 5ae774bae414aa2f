"""Files of a change that were not read, in projects of each tool: never a pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.checks.migrations.check import check_migrations
from bot.checks.migrations.face import Question
from bot.checks.migrations.settings import MigrationsSettings, RiskySettings
from bot.collect.tools import EngineTools
from bot.model import Blobs, Change, ItemRequest, NotRead, Outcome, Request, State
from tests.checks.migrations.django.memory import make_change

_ENTITY = (
    'import { Column, Entity } from "typeorm";\n@Entity()\n'
    "export class User {\n  @Column({ primary: true })\n  id: number;\n}\n"
)
_STEP = (
    'import { MigrationInterface, QueryRunner } from "typeorm";\n'
    "export class Init1700000000001 implements MigrationInterface {\n  async up(queryRunner: QueryRunner) {}\n"
    "  async down(queryRunner: QueryRunner) {}\n}\n"
)
_PROJECTS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "typeorm": (
        {
            "package.json": '{"dependencies": {"typeorm": "0.3.27", "pg": "1"}}',
            "src/user.ts": _ENTITY,
            "src/migrations/1700000000001-Init.ts": _STEP,
        },
        "src/user.ts",
    ),
    "efcore": (
        {
            "Shop/Migrations/20240101000000_Init.cs": "public partial class Init : Migration { }\n",
            "Shop/Migrations/ShopModelSnapshot.cs": "[DbContext(typeof(Shop))]\n"
            "partial class ShopModelSnapshot : ModelSnapshot\n"
            "{\n  protected override void BuildModel(ModelBuilder modelBuilder) { }\n}\n",
            "Shop/Shop.cs": "public class Shop : DbContext { }\n",
        },
        "Shop/Shop.cs",
    ),
    "prisma": (
        {
            "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n}\nmodel A {\n  id Int @id\n}\n',
            "prisma/migrations/20240101000000_a/migration.sql": 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n',
        },
        "prisma/schema.prisma",
    ),
    "django": (
        {
            "shop/__init__.py": "",
            "shop/models.py": "from django.db import models\n\n\nclass A(models.Model):\n    pass\n",
            "shop/migrations/__init__.py": "",
            "shop/migrations/0001_initial.py": "from django.db import migrations\n\n\n"
            "class Migration(migrations.Migration):\n"
            "    operations = []\n",
        },
        "shop/models.py",
    ),
}


@dataclass(frozen=True)
class _Without:
    """The contents of a clone in which one is over the limit."""

    blobs: Blobs
    oid: str

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        for oid, content in self.blobs.read(oids):
            yield oid, NotRead("too large", "split it") if oid == self.oid else content


def _outcomes(change: Change) -> list[Outcome]:
    items = [
        ItemRequest(id=Question.MISSING.value, settings=MigrationsSettings(), matches=lambda _: True),
        ItemRequest(id=Question.RISKY.value, settings=RiskySettings(), matches=lambda _: True),
    ]
    tools = EngineTools(Path("nowhere"))
    request = Request(change=change, items=items, tools=tools, salt=b"", deadline_s=60)
    return list(check_migrations(request).outcomes)


@pytest.mark.parametrize("tool", _PROJECTS)
def test_a_changed_file_that_was_not_read_is_no_pass(tool: str) -> None:
    base, path = _PROJECTS[tool]
    change = make_change(base, {**base, path: f"{base[path]}// more\n"})
    [oid] = [file.new_oid for file in change.files]
    assert oid is not None

    outcomes = _outcomes(replace(change, blobs=_Without(change.blobs, oid)))

    assert State.PASS not in {one.state for one in outcomes}
    assert all(any(unknown.path == path for unknown in one.unknowns) for one in outcomes)


def test_a_class_in_utf_16_is_no_pass() -> None:
    base, path = _PROJECTS["efcore"]
    change = make_change(base, {**base, path: "\ufeff" + base[path]})
    [oid] = [file.new_oid for file in change.files]

    class Utf16:
        """The contents, one of them in UTF-16."""

        def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
            for one, content in change.blobs.read(oids):
                yield one, base[path].encode("utf-16") if one == oid else content

    assert {one.state for one in _outcomes(replace(change, blobs=Utf16()))} == {State.NOT_CHECKED}
