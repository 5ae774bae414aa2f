from __future__ import annotations

import time

import pytest

from tests.checks.migrations.ent.project import FIRST, USER, files, judge, told, with_column, with_field

SQL = FIRST["postgres"]
BASE = files(SQL)
MIXIN = """package mixin

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
)

type Soft struct {
	mixin.Schema
}

func (Soft) Fields() []ent.Field {
	return []ent.Field{field.String("gone").Optional()}
}
"""


def _function(kind: str, first: str, line: str, times: int = 45) -> str:
    lines = f"\t{line}\n" * times
    return f"\nfunc made() {kind} {{\n\ts := {first}\n{lines}\treturn s\n}}\n"


@pytest.mark.parametrize(
    ("builder", "more"),
    [
        ("field.String(made()),", _function("string", '"aaaa"', "s = s + s")),
        ("field.String(made()),", _function("string", '"aaaa"', "s += s")),
        ('field.Enum("x").Values(made()...),', _function("[]string", '[]string{"a"}', "s = append(s, s...)")),
        ('field.Enum("x").Values(made()),', _function("[]any", '[]any{"a"}', "s = []any{s, s}")),
        ("field.String(" + "(" * 3000 + '"nick"' + ")" * 3000 + "),", ""),
        ('field.String("a"' + '+"a"' * 3000 + "),", ""),
        ('field.String("nick")' + ".Optional()" * 3000 + ",", ""),
        ('field.Int("n").Default(0x' + "f" * 5000 + "),", ""),
        ('field.Float("n").Default(0x' + "f" * 5000 + " + 1.5),", ""),
        ('field.String("ni\\ud800ck"),', ""),
    ],
)
def test_code_without_end_is_no_pass(builder: str, more: str) -> None:
    started = time.process_time()

    assert told(judge(BASE, files(SQL, user=with_field(builder) + more)))
    assert time.process_time() - started < 20


def test_what_is_added_to_a_text_counts() -> None:
    user = with_field("field.String(made()),") + _function("string", '"nick"', 's += "_name"', times=1)
    sql = 'ALTER TABLE "users" ADD COLUMN "nick_name" character varying NOT NULL;\n'

    assert (
        told(
            judge(
                BASE, files(SQL, sql, user=user, generated=with_column('{Name: "nick_name", Type: field.TypeString},'))
            )
        )
        == []
    )


def test_a_mixin_that_cannot_be_parsed_is_no_pass() -> None:
    user = USER.replace("import (", 'import (\n\t"example.com/shop/ent/mixin"') + (
        "\nfunc (User) Mixin() []ent.Mixin {\n\treturn []ent.Mixin{mixin.Soft{}}\n}\n"
    )
    column = '{Name: "gone", Type: field.TypeString, Nullable: true},'
    sql = SQL + 'ALTER TABLE "users" ADD COLUMN "gone" character varying NULL;\n'
    base = files(sql, user=user, generated=with_column(column)) | {"ent/mixin/soft.go": MIXIN}

    assert told(judge(base, {**base, "ent/mixin/soft.go": f"{MIXIN}\n// Soft.\n"})) == []
    assert told(judge(base, {**base, "ent/mixin/soft.go": f"{MIXIN}\nfunc (Soft) Fields( {{{{ ]"})) == [
        "? a syntax that cannot be read"
    ]


def test_a_table_that_is_listed_and_cannot_be_read_is_no_pass() -> None:
    generated = BASE["ent/migrate/schema.go"].replace(
        "PostsTable = &schema.Table{", "PostsTable = made(schema.Table{", 1
    )
    generated = generated.replace("\t}\n\t// UsersColumns", "\t})\n\t// UsersColumns", 1)

    assert told(judge(BASE, files(SQL, generated=generated))) == ["? the generated tables: PostsTable cannot be read"]
