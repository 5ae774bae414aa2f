"""The rule `indexes`, on schemas that are made to mislead or to cost."""

from __future__ import annotations

import time

import pytest

from bot.checks.readiness.rules.indexes.go_tags import find_go_keys
from bot.checks.readiness.rules.indexes.prisma import find_prisma_keys
from bot.checks.readiness.rules.indexes.sql import find_sql_keys
from bot.checks.readiness.rules.indexes.sqlalchemy import find_sqlalchemy_keys
from bot.checks.readiness.rules.pagination import Maxima
from bot.model import NotRead, State
from tests.checks.readiness.look import Content, ask, ask_item, look

_SECONDS = 10.0
_LONG = 60_000


def test_a_bracket_in_a_text_ends_no_model() -> None:
    schema = 'model A {\n  data Json @default("{}")\n  b B @relation(fields: [bId], references: [id])\n  bId Int\n}\n'

    [key] = find_prisma_keys(look({"a.prisma": schema}))

    assert (key.table, key.column, key.line, key.index) == ("A", "bId", 3, None)


@pytest.mark.parametrize(
    "schema",
    [
        "model A {\n" + "@relation(" * (_LONG // 10) + "\n}\n",
        "model A {\n" + "\n" * _LONG,
        "model a {\n" * (_LONG // 10),
    ],
)
def test_a_long_schema_of_prisma_is_read_in_seconds(schema: str) -> None:
    seen = look({"a.prisma": schema})
    started = time.process_time()

    assert list(find_prisma_keys(seen)) == []
    assert time.process_time() - started < _SECONDS


def test_tables_that_come_and_go_are_read_in_seconds() -> None:
    made = "".join(f"CREATE TABLE a{n}(b_id int references b);\n" for n in range(6_000))
    seen = look({"a.sql": made + "".join(f"DROP TABLE a{n};\n" for n in range(6_000))})
    started = time.process_time()

    assert list(find_sql_keys(seen)) == []
    assert time.process_time() - started < _SECONDS


_BARE = "CREATE TABLE a (id INT PRIMARY KEY);\n" + "".join(
    f"CREATE TABLE t{number} (id INT PRIMARY KEY, a_id INT REFERENCES a (id));\n" for number in range(5)
)
_DECOY = (
    "model A {\n  id Int @id\n  b B @relation(fields: [bId], references: [id])\n  bId Int\n  @@index([bId])\n}\n"
    "model B {\n  id Int @id\n}\n"
)


def test_a_schema_of_another_kind_hides_none() -> None:
    files: dict[str, Content] = {
        "package.json": '{"dependencies": {"pg": "8", "express": "4"}, "main": "server.js"}',
        "server.js": (
            'const app = require("express")(); const { Pool } = require("pg"); const pool = new Pool();\n'
            'app.get("/a", async (req, res) => res.json(await pool.query("SELECT id FROM a")));\napp.listen(3000);\n'
        ),
        "db/migrations/001_shop.sql": _BARE,
    }

    assert ask("indexes", files, table="db-indexes").state is State.FAIL
    assert ask("indexes", {**files, "decoy.prisma": _DECOY}, table="db-indexes").state is State.FAIL


@pytest.mark.parametrize("line", ["const page = " + "MAX_" * (_LONG // 4), ".limit(" + "A" * 12_000])
def test_a_long_name_is_looked_at_in_seconds(line: str) -> None:
    maxima = Maxima(look({}))
    started = time.process_time()

    assert not maxima.holds(line)
    assert time.process_time() - started < _SECONDS


def test_migrations_that_name_no_database_stand_beside_those_of_one() -> None:
    made = "CREATE TABLE t (id INT PRIMARY KEY, a_id INT REFERENCES a (id), b_id INT REFERENCES b (id));\n"
    files = {
        "db/1_t.postgres.up.sql": made,
        "db/1_t.mysql.up.sql": made,
        "db/2_index.up.sql": "CREATE INDEX x ON t (a_id);\n",
        "db/3_other.postgres.up.sql": "CREATE INDEX y ON t (id);\n",
        "db/3_other.up.sql": "CREATE INDEX z ON t (b_id);\n",
        "db/4_more.cockroach.up.sql": "CREATE INDEX w ON t (b_id);\n",
        "other/1_a.up.sql": "CREATE INDEX v ON t (b_id);\n",
    }

    assert {(key.column, key.index) for key in find_sql_keys(look(files))} == {
        ("a_id", ("db/2_index.up.sql", 1)),
        ("b_id", None),
    }


_INDEXED = "CREATE TABLE t (id INT PRIMARY KEY, a_id INT REFERENCES a (id));\nCREATE INDEX i ON t (a_id);\n"
_OTHER = "CREATE TABLE u (b_id INT REFERENCES b (id));\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (
            {"a/schema.sql": _INDEXED, "db/1.sql": "CREATE TABLE u (b_id INT REFERENCES b (id));\n"},
            {("u", False), ("t", True)},
        ),
        ({"a/schema.sql": _INDEXED, "db/1.sql": _INDEXED.partition("\n")[0]}, {("t", True)}),
        ({"a/schema.sql": _INDEXED, "b/schema.sql": _INDEXED.partition("\n")[0]}, {("t", False)}),
    ],
)
def test_a_dump_is_believed_of_its_own_tables(files: dict[str, Content], found: set[tuple[str, bool]]) -> None:
    assert {(key.table, key.index is not None) for key in find_sql_keys(look(files))} == found


def test_a_table_s_own_id_and_the_tables_of_a_program_beside_it_are_no_keys() -> None:
    files = {
        "db/1.sql": "CREATE TABLE roles (role_id SERIAL PRIMARY KEY);\n"
        "CREATE TABLE categories (category_id INT, PRIMARY KEY (category_id));\n"
        "CREATE TABLE t (role_id INT REFERENCES roles (role_id), u_id INT NOT NULL);\n",
        "docker/dev/dns.sql": "CREATE TABLE records (domain_id INT);\n",
    }

    assert {(key.table, key.column) for key in find_sql_keys(look(files))} == {("t", "role_id"), ("t", "u_id")}


def test_a_primary_key_that_points_at_another_table_has_its_index() -> None:
    text = "CREATE TABLE p (u_id INT PRIMARY KEY, FOREIGN KEY (u_id) REFERENCES u (id));\n"
    [key] = find_sql_keys(look({"db/1.sql": text}))

    assert (key.column, key.index) == ("u_id", ("db/1.sql", 1))


_SERVED: dict[str, Content] = {
    "package.json": '{"dependencies": {"pg": "8", "express": "4"}, "main": "server.js"}',
    "server.js": (
        'const app = require("express")();\nconst { Pool } = require("pg");\napp.get("/a", f);\napp.listen(3000);\n'
    ),
}


@pytest.mark.parametrize(
    "files",
    [
        {"db/1.sql": _INDEXED + "CREATE INDEX j ON t (id);\n" * 20_001},
        {"db/1.sql": _INDEXED + f"CREATE TABLE u ({'c INT, ' * 6_000} b_id INT REFERENCES b (id));\n"},
        {f"db/{number}.sql": _INDEXED if number == 1 else "SELECT 1;\n" for number in range(1_501)},
        {"db/1.sql": _INDEXED, "db/2.sql": NotRead("too large", "split it")},
    ],
    ids=["statements", "a long table", "files", "not read"],
)
def test_what_is_not_read_of_a_schema_is_no_pass(files: dict[str, Content]) -> None:
    judged = ask("indexes", {**_SERVED, **files}, table="db-indexes")

    assert (judged.state, bool(judged.unknowns)) == (State.NOT_CHECKED, True)


def test_a_class_of_many_keys_is_read_in_time_that_grows_with_their_number() -> None:
    def cost(number: int) -> float:
        columns = "".join(f"    a{at}_id = Column(ForeignKey('a.id'))\n" for at in range(number))
        seen = look({"models.py": f"class A(Base):\n{columns}"})
        seen.source.file("models.py")
        started = time.process_time()
        assert len(list(find_sqlalchemy_keys(seen))) == number
        return time.process_time() - started

    # By the square it would be sixty-four times as long: seven seconds.
    assert cost(1_600) < 24 * cost(200) + 2


_XORM = """package m
type Answer struct {
\tID         string `xorm:"not null pk autoincr BIGINT(20) id"`
\tQuestionID string `xorm:"not null default 0 BIGINT(20) question_id"`
\tUserID     string `json:"u" xorm:"not null INDEX BIGINT(20) user_id"`
\tTagID      int64  `xorm:"unique(a) tag_id"`
\tPostID     int64  `xorm:"unique(a) post_id"`
\tChargeID   string `xorm:"varchar(64) charge_id"`
\tGoneID     int64  `xorm:"-"`
}
type Row struct {
\tUserID int64 `xorm:"user_id"`
}
"""
_GORM = """package m
type Order struct {
\tgorm.Model
\tUserID uint
\tShopID uint `gorm:"index"`
\tCartID *uint64 `gorm:"uniqueIndex:one,priority:2"`
\tItemID uuid.UUID `gorm:"type:uuid;uniqueIndex:one,priority:1"`
}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_XORM, {"QuestionID": False, "UserID": True, "TagID": True, "PostID": False}),
        (_GORM, {"UserID": False, "ShopID": True, "CartID": False, "ItemID": True}),
    ],
)
def test_of_structs_of_go_the_tags_say_which_keys_have_an_index(text: str, expected: dict[str, bool]) -> None:
    assert {key.column: key.index is not None for key in find_go_keys(look({"m.go": text}))} == expected


_GO_STORE = {"go.mod": "module m\nrequire gorm.io/gorm v1.25.0\nrequire gorm.io/driver/postgres v1.5.0\n"}
_GO_MAIN = (
    'package main\nimport "gorm.io/gorm"\nimport "gorm.io/driver/postgres"\n'
    "func main() { gorm.Open(postgres.Open(u)) }\n"
)


@pytest.mark.parametrize(
    ("tag", "state", "line"),
    [('`gorm:"index"`', State.PASS, 4), ("", State.FAIL, 4)],
)
def test_a_struct_s_key_without_an_index_fails(tag: str, state: State, line: int) -> None:
    fields = f'\tID uint `gorm:"primaryKey"`\n\tUserID uint {tag}\n\tName string `gorm:"index"`\n'
    model = f"package main\ntype A struct {{\n{fields}}}\n"
    said = ask("indexes", {**_GO_STORE, "main.go": _GO_MAIN, "model.go": model})

    assert said.state is state
    assert [*(one.line for one in said.evidence), *(one.line for one in said.missing)] == [line]


def test_migrations_in_sql_are_believed_before_the_tags_of_structs() -> None:
    model = 'package main\ntype A struct {\n\tID uint `gorm:"primaryKey"`\n\tUserID uint\n}\n'
    sql = "CREATE TABLE a (id int, user_id int);\nCREATE INDEX i ON a (user_id);\n"
    said = ask("indexes", {**_GO_STORE, "main.go": _GO_MAIN, "model.go": model, "migrations/1.up.sql": sql})

    assert said.state is State.PASS


def test_the_schema_of_another_language_says_nothing_of_structs() -> None:
    model = 'package main\ntype A struct {\n\tID uint `gorm:"primaryKey"`\n\tUserID uint\n\tShopID uint\n}\n'
    table = (
        "from sqlalchemy import Column, ForeignKey\n\n\nclass B(Base):\n    __tablename__ = 'b'\n"
        "    c_id = Column(ForeignKey('c.id'), index=True)\n"
    )
    said = ask("indexes", {**_GO_STORE, "main.go": _GO_MAIN, "model.go": model, "b.py": table})

    assert (said.state, [one.path for one in said.missing]) == (State.FAIL, ["model.go", "model.go"])


def test_a_long_struct_of_go_is_read_in_seconds() -> None:
    seen = look({"m.go": 'package m\ntype A struct {\n\tID uint `gorm:"primaryKey' + "index:" * _LONG + '"`\n}\n'})
    started = time.process_time()

    assert list(find_go_keys(seen)) == []
    assert time.process_time() - started < _SECONDS


_MODEL = {
    "models.py": "class A(Base):\n    b_id: Mapped[int] = mapped_column(ForeignKey('b.id'))\n",
    "requirements.txt": "sqlalchemy\n",
}
_MADE = "def upgrade():\n    op.create_index(op.f('ix_b'), 'a', ['b_id'], unique=False)\n"
_GONE = (
    "def upgrade():\n    op.drop_index('ix_b', table_name='a')\n"
    "def downgrade():\n    op.create_index('ix_b', 'a', ['b_id'])\n"
)
_BATCH = "def upgrade():\n    with op.batch_alter_table('a') as t:\n        t.create_index('x', ['b_id'])\n"


@pytest.mark.parametrize(
    ("migrations", "indexed"),
    [
        ({"alembic/versions/1.py": _MADE}, True),
        ({"alembic/versions/1.py": _GONE}, False),
        ({"alembic/versions/1.py": _MADE, "alembic/versions/2.py": _GONE}, False),
        ({"alembic/versions/1.py": _MADE + "def downgrade():\n    op.drop_index('ix_b')\n"}, True),
        (
            {"alembic/versions/1.py": _BATCH},
            True,
        ),
    ],
)
def test_an_index_that_a_migration_drops_or_makes_on_the_way_back_is_not_there(
    migrations: dict[str, Content],
    indexed: bool,  # noqa: FBT001 - a table
) -> None:
    [key] = find_sqlalchemy_keys(look({**_MODEL, **migrations}))

    assert (key.index is not None) is indexed


_HELD = "if (req.limit > 1000) {\n    throw new Error(`page of ${req.limit}`);\n  }"


def test_the_maximum_of_a_program_that_asks_the_server_is_none_of_the_server_s() -> None:
    asking = {"cli/src/list.ts": f"export function listUsers(req) {{\n  {_HELD}\n}}\n"}
    own = {
        "api/src/export.ts": f"export function exportUsers(req) {{\n  {_HELD}\n}}\n",
        "api/src/util.ts": f"export function normalizePagination(req) {{\n  {_HELD}\n}}\n",
    }

    assert Maxima(look(asking)).place is None
    # Of several the one that all lists share is shown.
    assert (place := Maxima(look(asking | own)).place) is not None
    assert place.path == "api/src/util.ts"


def test_a_rule_of_protobuf_holds_the_size_of_a_page() -> None:
    message = "int32 page_size = 2 [\n  (buf.validate.field).int32 = {\n    gte: 1\n    lte: 1000\n  }\n];"
    maxima = Maxima(look({}))

    assert maxima.holds(message)
    assert not maxima.holds(message.replace("    lte: 1000\n", ""))


def test_what_a_window_of_a_desktop_program_stores_allows_no_order_to_the_server() -> None:
    schema = 'import { z } from "zod";\nexport const stored = z.object({\n  sortBy: z.enum(["name"]),\n});\n'
    server = {
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages/api/package.json": '{"scripts": {"start": "node server.js"}, "dependencies": {"express": "4"}}',
        "packages/api/server.js": (
            'const express = require("express");\nconst app = express();\napp.get("/users", list);\napp.listen(3000);\n'
        ),
    }
    window = {
        "packages/b/package.json": (
            '{"scripts": {"start": "tsx src/main.ts"}, "dependencies": {"vue": "3", "@tauri-apps/api": "2"}}'
        ),
        "packages/b/src/main.ts": 'import { stored } from "./schema";\nstored.parse(read());\n',
        "packages/b/src/schema.ts": schema,
    }
    both = {path: text.replace('"@tauri', '"express": "4", "@tauri') for path, text in window.items()}

    assert ask_item("api.filtering-sorting", server | window).state is not State.PASS
    assert ask_item("api.filtering-sorting", server | both).state is State.PASS


_DOCTRINE = """<?php
use %s as ORM;
#[ORM\\Entity]
class Comment
{
    #[ORM\\ManyToOne(targetEntity: Post::class)]
    private ?Post $post = null;
}
"""
_PEEWEE = """\
from %s import ForeignKeyField, Model
class Comment(Model):
    post = ForeignKeyField(Post%s)
"""


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"src/Comment.php": _DOCTRINE % "Doctrine\\ORM\\Mapping"}, State.PASS),
        ({"src/Comment.php": _DOCTRINE % "Cycle\\Annotated\\Annotation"}, State.FAIL),
        ({"comments.py": _PEEWEE % ("peewee", "")}, State.PASS),
        ({"comments.py": _PEEWEE % ("peewee", ", index=False")}, State.FAIL),
        ({"comments.py": _PEEWEE % ("tortoise.fields", "")}, State.FAIL),
    ],
)
def test_doctrine_and_peewee_give_each_foreign_key_an_index(files: dict[str, str], state: State) -> None:
    tools = '{"require": {"doctrine/orm": "^3", "cycle/orm": "^2"}}'
    needed = {"composer.json": tools, "requirements.txt": "peewee\ntortoise-orm\nasyncpg\n"}
    needed["main.py"] = "import comments\nfrom flask import Flask\napp = Flask(__name__)\n"

    assert ask_item("performance.db-indexes", {**needed, **files}).state is state
